"""Puts the trainees service together."""

from pathlib import Path

from services.trainees import api, handlers, tables
from services.trainees.commands.roster.working import work_on_rosters
from shared.service import ServiceDefinition

service = ServiceDefinition(
    name="trainees",
    title="HuStar Tracker: trainees",
    routers=api.ROUTERS,
    prefixes=[
        f"/api/v1/{resource}"
        for resource in ("universities", "roster-syncs", "programs", "cohorts", "persons", "applications", "enrolments")
    ],
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
    work=work_on_rosters,
)
