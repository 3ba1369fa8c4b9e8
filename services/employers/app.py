"""Puts the employers service together."""

from pathlib import Path
from typing import Final

from services.employers import api, handlers, tables
from services.employers.commands.publishing import catch_up
from shared.service import ServiceDefinition

service: Final = ServiceDefinition(
    name="employers",
    title="HuStar employers",
    routers=api.ROUTERS,
    prefixes=["/api/v1/companies", "/api/v1/positions", "/api/v1/skills"],
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
    housekeeping=[catch_up],
)
