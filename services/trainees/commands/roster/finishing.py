"""How a sync moves from state to state, and what is cleared away when it is through."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, delete, exists, insert, literal, select, update

from services.trainees.commands.facts import publish
from services.trainees.commands.roster.applying import Applied, absence_row, apply_comparison, store_absences, store_fates
from services.trainees.commands.roster.foreseeing import Foreseen
from services.trainees.commands.roster.recognising import remember_fingerprints
from services.trainees.commands.roster.stages import fill_places
from services.trainees.commands.together import together
from services.trainees.domain.roster.fates import Comparison
from services.trainees.domain.roster.lifecycle import AbsenceState, Outcome, StalePreview, SyncMode, SyncState, move_sync
from services.trainees.domain.roster.refusals import BrokenRoster
from services.trainees.queries.roster.comparing import Cohorts, compare
from services.trainees.queries.roster.matching_rows import refused_count, saying_what_is_held
from services.trainees.queries.roster.places import looked_at
from services.trainees.tables import (
    RosterAbsence,
    RosterOutcome,
    RosterProfile,
    RosterRow,
    RosterSame,
    RosterScope,
    RosterSync,
    RosterUpload,
    rows_of,
)
from shared.auth.actor import Actor
from shared.clock import now
from shared.contracts.trainees import RosterSettled
from shared.db import WriteSession
from shared.db.bulk import joined_whole
from shared.events.outbox import emit, emit_versions

_TOLD: Final = (
    "university_id", "mode", "state", "rows_read", "created", "changed", "unchanged", "rejected", "reactivated", "vanished",
    "held",
)  # fmt: skip
_THROUGH = frozenset({SyncState.APPLIED, SyncState.APPLIED_WITH_HOLDS, SyncState.REJECTED, SyncState.FAILED, SyncState.UNDONE})


def become(sync: RosterSync, state: SyncState, *, progress: int | None = None) -> None:
    """Move the sync to `state`. Raises IllegalMove."""
    sync.state = move_sync(sync.state, state)
    sync.revision += 1
    sync.changed_at = now()
    if state in _THROUGH:
        sync.finished_at = sync.finished_at or sync.changed_at
        sync.lease_until = sync.worker = None
        progress = 100
    if progress is not None:
        sync.progress = progress


def tell(session: WriteSession, sync: RosterSync) -> None:
    """Tell what became of a roster that is through. One that was only looked at is nobody's news."""
    if not sync.dry_run:
        emit(session, sync, _settled(sync))


def _settled(row: Any) -> RosterSettled:
    """Of the sync itself, or of its row."""
    said = {name: getattr(row, name) for name in _TOLD}
    return RosterSettled(roster_sync_id=row.id, received_at=row.created_at, finished_at=row.finished_at or now(), **said)


def bring_in(
    session: WriteSession,
    sync: RosterSync,
    cohorts: Cohorts,
    profile: RosterProfile,
    *,
    by: Actor,
    foreseen: Foreseen | None = None,
) -> Comparison:
    """Compare and apply, as one. The cohorts are locked by the caller. Raises BrokenRoster, StalePreview, Conflict.

    What was `foreseen` needs no comparison, as long as nothing has changed since: and once only, should it meet a duplicate.
    """
    known = [foreseen] if foreseen is not None and foreseen.looked_at == looked_at(session, sync, list(cohorts)) else []

    def unit() -> tuple[Comparison, Applied]:
        before = known.pop() if known else None
        comparison = before.comparison if before is not None else compare(session, sync, cohorts, profile, lock=True)
        check(sync, comparison)
        persons = before.persons if before is not None else None
        return comparison, apply_comparison(session, sync, cohorts, comparison, by=by, persons=persons)

    comparison, applied = together(session, unit)
    _count(session, sync, comparison)
    if comparison.unchanged > sync.recognised:
        remember_fingerprints(session, sync)
    supersede(session, sync, list(cohorts))
    become(sync, SyncState.APPLIED_WITH_HOLDS if sync.held else SyncState.APPLIED)
    tell(session, sync)
    clear(session, sync)
    publish(session, applied.facts)
    fill_places(session, cohorts, applied.freed)
    return comparison


def preview(session: WriteSession, sync: RosterSync, comparison: Comparison) -> None:
    """Keep what a comparison found, and do nothing of it."""
    store_fates(session, sync, comparison.fates, again=False)
    store_absences(session, [absence_row(sync, each, AbsenceState.VANISHES, (None, None, None)) for each in comparison.absences])
    sync.vanished = 0 if comparison.held else len(comparison.absences)
    sync.held = len(comparison.absences) if comparison.held else 0
    _count(session, sync, comparison)


def _count(session: WriteSession, sync: RosterSync, comparison: Comparison) -> None:
    if comparison.unchanged > sync.recognised:
        keep_unchanged(session, sync)
    counts = comparison.counts()
    sync.unchanged = counts[Outcome.UNCHANGED]
    sync.rejected = counts[Outcome.REJECTED] + refused_count(session, sync)


def check(sync: RosterSync, comparison: Comparison) -> None:
    """Raise StalePreview where a preview was made and something else would happen now."""
    if sync.digest is not None and sync.digest != comparison.digest():
        raise StalePreview


def keep_unchanged(session: WriteSession, sync: RosterSync) -> None:
    """Keep the fate of the rows that say what is held."""
    same = saying_what_is_held(session, sync).subquery()
    table = rows_of(RosterOutcome)
    known = exists().where(and_(table.c.sync_id == sync.id, table.c.line == same.c.line))
    fate = [literal(sync.id, table.c.sync_id.type), same.c.line, literal(Outcome.UNCHANGED, table.c.outcome.type)]
    empty = [literal([], table.c.changes.type), literal([], table.c.problems.type)]
    columns = ["sync_id", "line", "outcome", "enrolment_id", "changes", "problems"]
    chosen: Any = select(*fate, same.c.enrolment_id, *empty).where(~known)
    with joined_whole(session, rows=sync.rows_read - sync.recognised):
        session.execute(insert(table).from_select(columns, chosen))


def supersede(session: WriteSession, sync: RosterSync, cohort_ids: list[UUID]) -> None:
    """A full roster decides anew about removals of the same cohorts that earlier ones left to a person."""
    if sync.mode is not SyncMode.FULL:
        return
    of_cohorts = select(rows_of(RosterScope).c.sync_id).where(rows_of(RosterScope).c.cohort_id.in_(cohort_ids))
    absences, syncs = rows_of(RosterAbsence), rows_of(RosterSync)
    others = and_(absences.c.sync_id.in_(of_cohorts), absences.c.sync_id != sync.id, absences.c.state == AbsenceState.HELD)
    session.execute(update(absences).where(others).values(state=AbsenceState.SUPERSEDED, settled_at=now()))
    waiting = and_(syncs.c.id.in_(of_cohorts), syncs.c.id != sync.id, syncs.c.state == SyncState.APPLIED_WITH_HOLDS)
    done = {"state": SyncState.APPLIED, "held": 0, "changed_at": now()}
    counted = {"revision": syncs.c.revision + 1, "version": syncs.c.version + 1}
    decided = session.execute(update(syncs).where(waiting).values({**done, **counted}).returning(syncs))
    emit_versions(session, [(_settled(row), row.id, row.version) for row in decided.all()])


def refuse(session: WriteSession, sync: RosterSync, error: BrokenRoster, *, state: SyncState = SyncState.REJECTED) -> None:
    """The file cannot be used: say why, and let nothing of it stay."""
    sync.problems = [{"code": each.code, "params": dict(each.params or {})} for each in error.errors]
    sync.created = sync.changed = sync.unchanged = sync.reactivated = sync.conflicting = sync.vanished = sync.held = 0
    become(sync, state)
    tell(session, sync)
    forget_rows(session, sync.id)
    session.execute(delete(rows_of(RosterUpload)).where(rows_of(RosterUpload).c.sync_id == sync.id))


def clear(session: WriteSession, sync: RosterSync) -> None:
    """Nothing of what a file said stays with a sync that is through; where removals are held, the hashes do."""
    rows = rows_of(RosterRow)
    if sync.held:
        session.execute(update(rows).where(rows.c.sync_id == sync.id).values(content=None))
    else:
        session.execute(delete(rows).where(rows.c.sync_id == sync.id))


def forget_rows(session: WriteSession, sync_id: UUID) -> None:
    """Everything that was read of a file and what a comparison found."""
    for model in (RosterRow, RosterSame, RosterOutcome, RosterAbsence):
        table = rows_of(model)
        session.execute(delete(table).where(table.c.sync_id == sync_id))


def forget_hashes(session: WriteSession, sync_id: UUID) -> None:
    """The hashes that held removals needed."""
    table = rows_of(RosterRow)
    session.execute(delete(table).where(table.c.sync_id == sync_id))
