"""Values that nobody can derive: submitted with evidence, approved or returned by somebody else, restated with a reason."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.reporting.commands.periods import check_unlocked, locks_of
from services.reporting.domain import observing as rules
from services.reporting.domain.observing import NeedsRestatement, ObservationState, OpenObservation, OwnObservation
from services.reporting.frameworks.files import fingerprint
from services.reporting.queries.observations import OBSERVATION
from services.reporting.queries.plans import find_measure
from services.reporting.tables import Evidence, Observation, Restatement
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.reporting import (
    EvidenceAttached,
    ObservationApproved,
    ObservationReturned,
    ObservationSubmitted,
    ObservationSuperseded,
)
from shared.db import WriteSession
from shared.errors import N_, FieldError, Invalid, NotFound
from shared.events.outbox import emit
from shared.http import Upload
from shared.versions import check_version


def submit_observation(
    session: WriteSession,
    *,
    measure: str,
    period: str,
    value: float,
    note: str | None = None,
    evidence_url: str | None = None,
    restates: UUID | None = None,
    reason: str | None = None,
    by: Actor,
) -> Observation:
    """Report a value of a measure for a period that has begun. It counts once somebody else approves it.

    Where the period has an approved value, `restates` names it and `reason` says why it changes. Raises NotFound, Invalid,
    PeriodIsLocked, OpenObservation, NeedsRestatement.
    """
    plan, measured = find_measure(session, measure)
    _check_period(period, measured.every)
    there = _standing(session, measure, period)
    if any(row.slot == "open" for row in there):
        raise OpenObservation
    approved = next((row for row in there if row.slot == "approved"), None)
    _check_restatement(session, approved, restates, reason, period)
    row = Observation(
        plan=plan.framework.id, measure=measure, period=period, observed_on=min(rules.last_day(period), clock.today()),
        value=value, note=note, evidence_url=evidence_url, submitted_by=by.subject, restates_id=restates,
        restatement_reason=reason,
    )  # fmt: skip
    session.add(row)
    emit(session, row, ObservationSubmitted(**_about(row), restates_id=restates))
    return row


def resubmit_observation(
    session: WriteSession, observation_id: UUID, *, changes: dict[str, Any], expected: int | None, by: Actor
) -> Observation:
    """Change a value that was returned, or that waits, and hand it in again. Raises NotFound, Stale, IllegalMove."""
    row = _locked(session, observation_id)
    check_version(row, expected)
    if row.state is not ObservationState.SUBMITTED:
        row.state = rules.move(row.state, ObservationState.SUBMITTED)
    for name, value in changes.items():
        setattr(row, name, value)
    row.submitted_by, row.submitted_at = by.subject, clock.now()
    row.decided_by = row.decided_at = row.decision_note = None
    emit(session, row, ObservationSubmitted(**_about(row), restates_id=row.restates_id))
    return row


def return_observation(session: WriteSession, observation_id: UUID, *, note: str, expected: int | None, by: Actor) -> Observation:
    """Send a value back with what is wrong with it. Raises NotFound, Stale, IllegalMove, OwnObservation."""
    row = _decided(session, observation_id, ObservationState.RETURNED, expected=expected, note=note, by=by)
    emit(session, row, ObservationReturned(**_about(row)))
    return row


def approve_observation(
    session: WriteSession, observation_id: UUID, *, note: str | None, expected: int | None, by: Actor
) -> Observation:
    """Let a value count. One that it restates counts no longer, and the change is written down.

    Raises NotFound, Stale, IllegalMove, OwnObservation, PeriodIsLocked, and Invalid without evidence.
    """
    row = _decided(session, observation_id, ObservationState.APPROVED, expected=expected, note=note, by=by)
    if row.evidence_url is None and row.evidence_id is None:
        raise Invalid(FieldError("", "evidence_required", N_("A value is approved with a link or a file that shows it.")))
    if row.restates_id is None:
        check_unlocked(session, row.period)
    else:
        _supersede(session, row, by=by)
    row.slot = "approved"
    emit(session, row, ObservationApproved(**_about(row)))
    return row


def attach_evidence(session: WriteSession, observation_id: UUID, upload: Upload, *, by: Actor) -> Observation:
    """Keep the file that shows a value. Raises NotFound, IllegalMove for one that was decided."""
    row = _locked(session, observation_id)
    if row.slot != "open":
        rules.move(row.state, ObservationState.SUBMITTED)
    digest = fingerprint(upload.content)
    kept = Evidence(
        by=by.subject, filename=upload.filename or "evidence", content_type=upload.content_type, size=len(upload.content),
        sha256=digest, content=upload.content,
    )  # fmt: skip
    session.add(kept)
    row.evidence_id = kept.id
    emit(session, row, EvidenceAttached(**_about(row), sha256=digest))
    return row


def _supersede(session: WriteSession, row: Observation, *, by: Actor) -> None:
    before = _locked(session, row.restates_id)
    before.state = rules.move(before.state, ObservationState.SUPERSEDED)
    before.slot, before.superseded_at = None, row.decided_at
    emit(session, before, ObservationSuperseded(**_about(before)))
    session.flush()  # the slot must be free before the other takes it
    session.add(
        Restatement(
            kind="observation", plan=row.plan, subject=row.measure, period=row.period, before=before.value, after=row.value,
            reason=row.restatement_reason or "", statement=row.decision_note, by=by.subject,
            in_locked_period=bool(locks_of(session, row.period)),
        )
    )  # fmt: skip


def _decided(
    session: WriteSession, observation_id: UUID, to: ObservationState, *, expected: int | None, note: str | None, by: Actor
) -> Observation:
    row = _locked(session, observation_id)
    check_version(row, expected)
    state = rules.move(row.state, to)
    if row.submitted_by == by.subject:
        raise OwnObservation
    row.state, row.decided_by, row.decided_at, row.decision_note = state, by.subject, clock.now(), note
    return row


def _check_period(period: str, every: str) -> None:
    if rules.kind_of(period) != every:
        message = N_("This measure is observed by {every}: write {form}.")
        form = {"month": "2026-09", "quarter": "2026-Q3", "year": "2026"}[every]
        raise Invalid(FieldError("/period", "other_period", message, {"every": str(every), "form": form}))
    if rules.last_day(period) > rules.last_day(rules.period_of(clock.today(), rules.kind_of(period))):
        raise Invalid(FieldError("/period", "in_the_future", N_("Must not be in the future.")))


def _check_restatement(
    session: WriteSession, approved: Observation | None, restates: UUID | None, reason: str | None, period: str
) -> None:
    if approved is None:
        if restates is not None:
            raise Invalid(FieldError("/restates", "nothing_to_restate", N_("This period has no approved value.")))
        check_unlocked(session, period)
        return
    if restates != approved.id:
        raise NeedsRestatement
    if not reason:
        raise Invalid(FieldError("/reason", "required", N_("This is required.")))


def _standing(session: WriteSession, measure: str, period: str) -> list[Observation]:
    statement = select(Observation).where(
        col(Observation.measure) == measure, col(Observation.period) == period, col(Observation.slot).is_not(None)
    )
    return list(session.scalars(statement.with_for_update()))


def _locked(session: WriteSession, observation_id: UUID | None) -> Observation:
    statement = select(Observation).where(col(Observation.id) == observation_id).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(OBSERVATION)
    return found


def _about(row: Observation) -> dict[str, Any]:
    names = ("plan", "measure", "period", "value")
    return {"observation_id": row.id, **{name: getattr(row, name) for name in names}}
