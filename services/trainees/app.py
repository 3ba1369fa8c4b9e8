"""Puts the trainees service together."""

from pathlib import Path

from services.trainees import handlers, tables
from shared.service import ServiceDefinition

service = ServiceDefinition(
    name="trainees",
    title="Trainees",
    routers=[],
    prefixes=[],
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
)
