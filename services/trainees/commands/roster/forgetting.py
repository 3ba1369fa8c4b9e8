"""What rosters leave behind and for how long: previews that nobody carried out, what an undo needs, erased persons."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlmodel import col

from services.trainees.commands.roster.finishing import become, forget_rows
from services.trainees.domain.roster.lifecycle import PREVIEW_HOURS, UNDO_DAYS, SyncState
from services.trainees.queries.chunks import CHUNK
from services.trainees.tables import (
    Enrolment,
    PersonCorrection,
    RosterEntry,
    RosterOutcome,
    RosterRow,
    RosterSync,
    StudentNumber,
    rows_of,
)
from shared.clock import now
from shared.db import Database, WriteSession
from shared.db.bulk import among


def forget_old_rosters(database: Database) -> None:
    """End previews that nobody carried out within a day, and forget what only an undo within its days would need."""
    database.run(_end_previews, idempotent=True)
    database.run(_forget_before, idempotent=True)


def _end_previews(session: WriteSession) -> None:
    old = now() - timedelta(hours=PREVIEW_HOURS)
    waiting = select(RosterSync).where(col(RosterSync.state) == SyncState.PREVIEWED, col(RosterSync.created_at) < old)
    for sync in session.scalars(waiting.limit(100).with_for_update(skip_locked=True)):
        # Those of a handful of rows were only looked at: they stay as they are, and hold nothing any more.
        if sync.basis is not None:
            sync.problems = [{"code": "expired", "params": {"hours": PREVIEW_HOURS}}]
            become(sync, SyncState.REJECTED)
            forget_rows(session, sync.id)


def _forget_before(session: WriteSession) -> None:
    old = now() - timedelta(days=UNDO_DAYS)
    outcomes, syncs = rows_of(RosterOutcome), rows_of(RosterSync)
    through = select(syncs.c.id).where(or_(syncs.c.finished_at < old, syncs.c.state == SyncState.UNDONE))
    kept = outcomes.c.before.is_not(None) & outcomes.c.sync_id.in_(through)
    session.execute(update(outcomes).where(kept).values(before=None, after=None))


def forget_persons(session: WriteSession, person_ids: Sequence[UUID]) -> None:
    """Destroy what rosters told of these persons, before their student numbers are gone."""
    for start in range(0, len(person_ids), CHUNK):
        _forget(session, person_ids[start : start + CHUNK])


def _forget(session: WriteSession, person_ids: Sequence[UUID]) -> None:
    enrolments, numbers = rows_of(Enrolment), rows_of(StudentNumber)
    theirs = select(enrolments.c.id).where(among(session, enrolments.c.person_id, person_ids))
    hashes = select(numbers.c.number_hash).where(among(session, numbers.c.person_id, person_ids))
    corrections, outcomes = rows_of(PersonCorrection), rows_of(RosterOutcome)
    rows, entries = rows_of(RosterRow), rows_of(RosterEntry)
    session.execute(delete(corrections).where(among(session, corrections.c.person_id, person_ids)))
    session.execute(update(outcomes).where(outcomes.c.enrolment_id.in_(theirs)).values(before=None, after=None))
    session.execute(delete(entries).where(entries.c.enrolment_id.in_(theirs)))
    session.execute(delete(rows).where(rows.c.number_hash.in_(hashes)))
