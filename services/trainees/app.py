"""Puts the trainees service together."""

from pathlib import Path

from services.trainees import api, handlers, tables
from services.trainees.commands.duplicates import queue_duplicates
from services.trainees.commands.erasure import do_again, erase_what_is_over
from services.trainees.commands.keys import keep_hash_key, seal_anew
from services.trainees.commands.roster.forgetting import forget_old_rosters
from services.trainees.commands.roster.working import work_on_rosters
from services.trainees.commands.tallies import tell_tally
from shared.service import ServiceDefinition

RESOURCES = (
    "universities", "roster-syncs", "programs", "cohorts", "applications", "enrolments", "persons", "duplicates", "trainees",
    "access-log",
)  # fmt: skip

service = ServiceDefinition(
    name="trainees",
    title="HuStar Tracker: trainees",
    routers=api.ROUTERS,
    prefixes=[f"/api/v1/{resource}" for resource in RESOURCES],
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
    aggregates={kind: kind for kind in ("university", "program", "cohort", "person", "enrolment", "roster_sync")},
    again=do_again,
    work=work_on_rosters,
    opening=keep_hash_key,
    often=[tell_tally],
    housekeeping=(seal_anew, queue_duplicates, erase_what_is_over, forget_old_rosters),
)
