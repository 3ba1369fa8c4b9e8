"""What rosters leave behind and for how long: previews that nobody carried out, what an undo needs, rows that changed nothing."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlmodel import col

from services.trainees.commands.roster.finishing import become, forget_rows, tell
from services.trainees.domain.roster.lifecycle import PREVIEW_HOURS, UNDO_DAYS, Outcome, SyncState
from services.trainees.tables import RosterOutcome, RosterSame, RosterSync, rows_of
from shared.clock import now
from shared.db import Database, WriteSession

_AT_ONCE: Final = 50  # an hour's: what years have left goes within days, and nobody waits for it
_OVER: Final = (SyncState.APPLIED, SyncState.UNDONE)  # where removals are held, it may still matter who was named


def forget_old_rosters(database: Database) -> None:
    """End previews that nobody carried out within a day, and forget what only an undo within its days would need.

    After these days the rows that changed nothing are only counted: of a roster a night, there would be millions a year.
    """
    database.run(_end_previews, idempotent=True)
    database.run(_forget_before, idempotent=True)
    with database.read() as session:
        syncs = rows_of(RosterSync)
        old = (syncs.c.finished_at < _undone_until(), syncs.c.state.in_(_OVER), syncs.c.forgotten_at.is_(None))
        waiting = session.scalars(select(syncs.c.id).where(*old).order_by(syncs.c.finished_at).limit(_AT_ONCE)).all()
    for sync_id in waiting:
        database.run(partial(_forget_unchanged, sync_id=sync_id), idempotent=True)


def _undone_until() -> datetime:
    """Whatever was brought in before cannot be undone any more."""
    return now() - timedelta(days=UNDO_DAYS)


def _forget_unchanged(session: WriteSession, *, sync_id: UUID) -> None:
    same, outcomes, syncs = rows_of(RosterSame), rows_of(RosterOutcome), rows_of(RosterSync)
    session.execute(delete(same).where(same.c.sync_id == sync_id))
    session.execute(delete(outcomes).where(outcomes.c.sync_id == sync_id, outcomes.c.outcome == Outcome.UNCHANGED))
    session.execute(update(syncs).where(syncs.c.id == sync_id).values(forgotten_at=now(), revision=syncs.c.revision + 1))


def _end_previews(session: WriteSession) -> None:
    old = now() - timedelta(hours=PREVIEW_HOURS)
    waiting = select(RosterSync).where(col(RosterSync.state) == SyncState.PREVIEWED, col(RosterSync.created_at) < old)
    for sync in session.scalars(waiting.limit(100).with_for_update(skip_locked=True)):
        # Those of a handful of rows were only looked at: they stay as they are, and hold nothing any more.
        if sync.basis is not None:
            sync.problems = [{"code": "expired", "params": {"hours": PREVIEW_HOURS}}]
            become(sync, SyncState.REJECTED)
            tell(session, sync)
            forget_rows(session, sync.id)


def _forget_before(session: WriteSession) -> None:
    outcomes, syncs = rows_of(RosterOutcome), rows_of(RosterSync)
    through = select(syncs.c.id).where(or_(syncs.c.finished_at < _undone_until(), syncs.c.state == SyncState.UNDONE))
    kept = outcomes.c.before.is_not(None) & outcomes.c.sync_id.in_(through)
    session.execute(update(outcomes).where(kept).values(before=None, after=None))
