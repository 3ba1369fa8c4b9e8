"""Puts the reporting service together."""

from pathlib import Path
from typing import Final

from services.reporting import api, commands, handlers, pages, tables
from services.reporting.frameworks import field_names, frameworks
from shared.service import ServiceDefinition

# A data file that is wrong stops the start, not the first page.
frameworks()
field_names()

service: Final = ServiceDefinition(
    name="reporting",
    title="HuStar reporting",
    routers=[*api.routers, *pages.routers],
    prefixes=["/api/v1/frameworks", "/api/v1/goals", "/api/v1/indicators", "/", "/figures", "/auth", "/static"],
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
    forget=commands.forget,
    mounts=pages.mounts,
    visitors=pages.visitors,
)
