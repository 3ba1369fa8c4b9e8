"""Compares and seals before SQLite's only writer is held: whoever else writes waits only while rows are stored."""

from dataclasses import dataclass
from uuid import UUID

from services.trainees.commands.persons import Ready
from services.trainees.commands.roster.applying import persons_in
from services.trainees.domain.roster.fates import Comparison
from services.trainees.queries.roster.comparing import compare
from services.trainees.queries.roster.places import looked_at
from services.trainees.queries.roster.scopes import cohorts_of, profile_of
from services.trainees.tables import RosterSync
from shared.db import Database


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a sync would do, as long as what was looked at is the same."""

    looked_at: tuple[object, ...]
    comparison: Comparison
    persons: Ready


def foresee(database: Database, sync_id: UUID) -> Foreseen | None:
    """What applying a sync would do. None on PostgreSQL, where others write meanwhile, and rows are sealed while others are
    stored. Raises BrokenRoster, StalePreview."""
    if database.engine_name != "sqlite":
        return None
    with database.read() as session:
        sync = session.get_one(RosterSync, sync_id)
        cohorts = cohorts_of(session, sync)
        seen = looked_at(session, sync, list(cohorts))
        comparison = compare(session, sync, cohorts, profile_of(session, sync.university_id), lock=True)
        return Foreseen(seen, comparison, persons_in(session, sync, comparison).made())
