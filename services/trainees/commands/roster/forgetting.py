"""What rosters leave behind and for how long: previews that nobody carried out, what an undo needs, erased persons."""

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlmodel import col

from services.trainees.commands.roster.finishing import become, forget_rows, tell
from services.trainees.domain.roster.lifecycle import PREVIEW_HOURS, UNDO_DAYS, SyncState
from services.trainees.tables import (
    RosterOutcome,
    RosterSync,
    rows_of,
)
from shared.clock import now
from shared.db import Database, WriteSession


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
            tell(session, sync)
            forget_rows(session, sync.id)


def _forget_before(session: WriteSession) -> None:
    old = now() - timedelta(days=UNDO_DAYS)
    outcomes, syncs = rows_of(RosterOutcome), rows_of(RosterSync)
    through = select(syncs.c.id).where(or_(syncs.c.finished_at < old, syncs.c.state == SyncState.UNDONE))
    kept = outcomes.c.before.is_not(None) & outcomes.c.sync_id.in_(through)
    session.execute(update(outcomes).where(kept).values(before=None, after=None))
