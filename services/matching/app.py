"""Puts matching together."""

from pathlib import Path
from typing import Final

from services.matching import api, handlers, tables
from shared.service import ServiceDefinition

service: Final = ServiceDefinition(
    name="matching",
    title="HuStar Tracker: matching",
    routers=api.ROUTERS,
    prefixes=["/api/v1/candidates", "/api/v1/recommendations", "/api/v1/placements"],
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
)
