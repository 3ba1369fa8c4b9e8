"""Takes a sync back as a whole: what it changed is as it was, what it began is ended, what it ended goes on.

What somebody else touched since stays as they left it, and is counted as kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from services.trainees.commands.facts import publish
from services.trainees.commands.roster.deciding import locked
from services.trainees.commands.roster.entries import entries_before, note_gone, note_present
from services.trainees.commands.roster.finishing import become, forget_hashes, tell
from services.trainees.commands.roster.stages import RosterStep, Taken, fill_places, take_steps
from services.trainees.commands.roster.taking_back import Now, before_of, standing_of, take_back_persons
from services.trainees.domain.roster.lifecycle import (
    BROUGHT_IN,
    UNDO_DAYS,
    AbsenceState,
    NotTheLatest,
    Outcome,
    SyncRunning,
    SyncState,
    TooLateToUndo,
    move_sync,
)
from services.trainees.domain.stages import EXITS, Stage
from services.trainees.queries.roster.scopes import brought_in_after, cohorts_of, running
from services.trainees.tables import RosterAbsence, RosterOutcome, RosterSync, rows_of
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import WriteSession

UNDONE: Final = "sync_undone"


def undo_sync(session: WriteSession, sync_id: UUID, *, by: Actor, revision: int | None = None) -> RosterSync:
    """Take a sync back. Raises NotFound, Stale, IllegalMove, NotTheLatest, TooLateToUndo, SyncRunning."""
    sync = locked(session, sync_id, by=by, revision=revision)
    move_sync(sync.state, SyncState.UNDONE)
    cohorts = cohorts_of(session, sync, lock=True)
    other = running(session, list(cohorts))
    if other is not None:
        raise SyncRunning(headers={"Link": f'</api/v1/roster-syncs/{other.id}>; rel="related"'})
    if sync.state in BROUGHT_IN and brought_in_after(session, sync, list(cohorts)):
        raise NotTheLatest
    if sync.finished_at is not None and sync.finished_at < now() - timedelta(days=UNDO_DAYS):
        raise TooLateToUndo(days=UNDO_DAYS)
    outcomes, absences = _outcomes(session, sync.id), _vanished(session, sync.id)
    standing = standing_of(session, {row.enrolment_id for row in (*outcomes, *absences)})
    kept = take_back_persons(session, sync, outcomes, standing)
    taken, moved_on = _undo_stages(session, outcomes, absences, standing, by=by)
    _settle_absences(session, sync)
    sync.kept, sync.held = kept + moved_on, 0
    become(sync, SyncState.UNDONE)
    tell(session, sync)
    forget_hashes(session, sync.id)
    publish(session, taken.facts)
    fill_places(session, cohorts, taken.freed)
    return sync


def _outcomes(session: WriteSession, sync_id: UUID) -> Sequence[Any]:
    """The rows that did anything, or of which something is to be put back."""
    table = rows_of(RosterOutcome)
    did = (table.c.before.is_not(None)) | (table.c.outcome == Outcome.CREATED)
    statement = select(table).where(table.c.sync_id == sync_id, did, table.c.outcome != Outcome.REJECTED)
    return session.execute(statement.order_by(table.c.line)).all()


def _vanished(session: WriteSession, sync_id: UUID) -> Sequence[Any]:
    table = rows_of(RosterAbsence)
    statement = select(table).where(table.c.sync_id == sync_id, table.c.state == AbsenceState.VANISHED)
    return session.execute(statement.order_by(table.c.enrolment_id)).all()


def _undo_stages(
    session: WriteSession, outcomes: Sequence[Any], absences: Sequence[Any], standing: Mapping[UUID, Now], *, by: Actor
) -> tuple[Taken, int]:
    """Lead the enrolments back; what to publish, and how many somebody led elsewhere since."""
    entries = entries_before(session, [row.enrolment_id for row in absences])
    wanted = [_back_from_absence(row, standing[row.enrolment_id], entries.get(row.enrolment_id)) for row in absences]
    wanted += [_back_from_row(row, standing[row.enrolment_id], _entry_before(session, row)) for row in outcomes]
    moving = [each for each in wanted if each.to is not None]
    taken = take_steps(session, [RosterStep(each.enrolment_id, each.to, UNDONE) for each in moving if each.to], by=by)
    note_present(session, [each.enrolment_id for each in wanted if each.named])
    gone = {each.enrolment_id: (None, None) for each in wanted if not each.named}
    gone |= {
        each.enrolment_id: (each.from_, taken.versions[each.enrolment_id])  # type: ignore[misc]
        for each in moving
        if not each.named
    }
    note_gone(session, gone)
    return taken, sum(each.kept for each in wanted)


@dataclass(frozen=True, slots=True)
class _Back:
    """Where an enrolment goes back to: `to` None where it stays; whether rosters name it then; whether somebody else's hand
    is left on it. `from_` is the stage from which a later return would go on."""

    enrolment_id: UUID
    named: bool
    to: Stage | None = None
    from_: Stage | None = None
    kept: bool = False


def _back_from_absence(row: Any, at: Now, entry: Mapping[str, Any] | None) -> _Back:
    if row.becomes is row.stage:
        return _Back(row.enrolment_id, named=True)
    untouched = entry is not None and entry["gone_version"] == at.version and at.stage is row.becomes
    return _Back(row.enrolment_id, named=True, to=row.stage if untouched else None, kept=not untouched)


def _back_from_row(row: Any, at: Now, entry: Mapping[str, Any] | None) -> _Back:
    if row.outcome is Outcome.CREATED:
        target = Stage.WITHDRAWN if at.version == 1 and at.stage is Stage.APPLIED else None
        return _Back(row.enrolment_id, named=False, to=target, from_=Stage.APPLIED, kept=target is None)
    if row.outcome is Outcome.REACTIVATED and row.was in EXITS and entry is not None:
        untouched = at.version == entry["gone_version"] + 1
        return _Back(
            row.enrolment_id, named=False, to=row.was if untouched else None, from_=Stage(entry["gone_from"]), kept=not untouched
        )
    return _Back(row.enrolment_id, named=entry is not None and bool(entry["present"]))


def _entry_before(session: WriteSession, row: Any) -> Mapping[str, Any] | None:
    entry: Mapping[str, Any] | None = before_of(session, row).get("entry")
    return entry


def _settle_absences(session: WriteSession, sync: RosterSync) -> None:
    table = rows_of(RosterAbsence)
    session.execute(update(table).where(table.c.sync_id == sync.id).values(state=AbsenceState.SUPERSEDED, settled_at=now()))
