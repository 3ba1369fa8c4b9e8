"""What people decide about a sync: that a preview is carried out, that held removals are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import col

from services.trainees.commands.facts import publish
from services.trainees.commands.roster.applying import absence_row, remove, store_absences
from services.trainees.commands.roster.finishing import become, clear, tell
from services.trainees.commands.roster.stages import fill_places
from services.trainees.domain.roster.fates import Absence, removal
from services.trainees.domain.roster.lifecycle import (
    AbsenceState,
    MoreWouldVanish,
    NothingHeld,
    OnlyLookedAt,
    StalePreview,
    SyncMode,
    SyncRunning,
    SyncState,
)
from services.trainees.queries.roster.matching_rows import standing, unnamed
from services.trainees.queries.roster.places import held_of
from services.trainees.queries.roster.scopes import cohorts_of, profile_of, running
from services.trainees.queries.rules import rules_of
from services.trainees.queries.scope import visible
from services.trainees.tables import RosterAbsence, RosterEntry, RosterOutcome, RosterSync, rows_of
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import WriteSession
from shared.errors import Stale


def locked(session: WriteSession, sync_id: UUID, *, by: Actor, revision: int | None) -> RosterSync:
    """The sync for this transaction alone. Raises NotFound, Stale."""
    visible(session, RosterSync, sync_id, actor=by)
    statement = select(RosterSync).where(col(RosterSync.id) == sync_id).with_for_update()
    sync = session.scalars(statement.execution_options(populate_existing=True)).one()
    if revision is not None and sync.revision != revision:
        raise Stale
    return sync


def commit_sync(session: WriteSession, sync_id: UUID, *, by: Actor, revision: int | None = None) -> RosterSync:
    """Have the worker carry out what the preview said.

    Raises NotFound, Stale, OnlyLookedAt, IllegalMove, SyncRunning, and StalePreview when anything changed since.
    """
    sync = locked(session, sync_id, by=by, revision=revision)
    if sync.dry_run:
        raise OnlyLookedAt
    cohorts = list(cohorts_of(session, sync, lock=True))
    other = running(session, cohorts)
    if other is not None and other.id != sync.id:
        raise SyncRunning(headers={"Link": f'</api/v1/roster-syncs/{other.id}>; rel="related"'})
    if sync.state is SyncState.PREVIEWED and sync.basis != held_of(session, sync, cohorts).basis:
        raise StalePreview
    become(sync, SyncState.APPLYING, progress=80)
    sync.committed_by = by.subject
    sync.attempts = 0
    return sync


def approve_removals(
    session: WriteSession, sync_id: UUID, *, by: Actor, ceiling: int | None = None, revision: int | None = None
) -> tuple[RosterSync, MoreWouldVanish | None]:
    """Carry out the removals that are held, as they would be by now: at most `ceiling`, else all that are held.

    If more would vanish by now, all of it is held again and the refusal returned, not raised: what is held now is stored.
    Raises NotFound, Stale, NothingHeld.
    """
    sync = locked(session, sync_id, by=by, revision=revision)
    if sync.state is not SyncState.APPLIED_WITH_HOLDS:
        raise NothingHeld
    held = _held(session, sync.id)
    absences = _by_now(session, sync, [row.enrolment_id for row in held])
    ceiling = len(held) if ceiling is None else ceiling
    at = now()
    session.execute(delete(rows_of(RosterAbsence)).where(_of(sync.id), rows_of(RosterAbsence).c.state == AbsenceState.HELD))
    if len(absences) > ceiling:
        since = min(row.held_at for row in held)
        store_absences(session, [absence_row(sync, each, AbsenceState.HELD, (since, None, None)) for each in absences])
        sync.held = len(absences)
        sync.revision += 1
        tell(session, sync)
        return sync, MoreWouldVanish(count=len(absences), ceiling=ceiling)
    taken = remove(session, absences, by=by)
    store_absences(session, [absence_row(sync, each, AbsenceState.VANISHED, (None, at, by.subject)) for each in absences])
    sync.vanished += len(absences)
    sync.held = 0
    become(sync, SyncState.APPLIED)
    tell(session, sync)
    clear(session, sync)
    publish(session, taken.facts)
    fill_places(session, cohorts_of(session, sync), taken.freed)
    return sync, None


def _of(sync_id: UUID) -> Any:
    return rows_of(RosterAbsence).c.sync_id == sync_id


def _held(session: WriteSession, sync_id: UUID) -> Sequence[Any]:
    table = rows_of(RosterAbsence)
    statement = select(table).where(_of(sync_id), table.c.state == AbsenceState.HELD).order_by(table.c.enrolment_id)
    return session.execute(statement).all()


def _by_now(session: WriteSession, sync: RosterSync, held: Sequence[UUID]) -> list[Absence]:
    """Who would vanish by now: of a full roster everybody whom it does not name, of another those whom it says to be gone."""
    cohorts = cohorts_of(session, sync, lock=True)
    policy = profile_of(session, sync.university_id).absence
    if sync.mode is SyncMode.FULL:
        outcomes = rows_of(RosterOutcome)
        statement = select(outcomes.c.enrolment_id).where(outcomes.c.sync_id == sync.id, outcomes.c.enrolment_id.is_not(None))
        named = set(session.scalars(statement))
        found = [row for row in unnamed(session, sync, list(cohorts)) if row.id not in named or row.id in held]
    else:
        found = standing(session, _still_present(session, held))
    return [
        Absence(
            row.id, row.cohort_id, row.stage, row.version, policy,
            removal(row.stage, policy, left=row.left_stage, rules=rules_of(cohorts[row.cohort_id])),
        )
        for row in found
    ]  # fmt: skip


def _still_present(session: WriteSession, enrolment_ids: Sequence[UUID]) -> list[UUID]:
    entries = rows_of(RosterEntry)
    statement = select(entries.c.enrolment_id).where(entries.c.enrolment_id.in_(enrolment_ids), entries.c.present)
    return list(session.scalars(statement))
