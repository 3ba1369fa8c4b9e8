"""Enrolments: begins them, and moves them from stage to stage under the rules of domain.md's state machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.commands.facts import Fact, step_of
from services.trainees.domain.registry import check_place_is_free
from services.trainees.domain.stages import Stage, check_dates, move, reason_of
from services.trainees.queries.places import held_places
from services.trainees.queries.sealing import seal
from services.trainees.tables import Cohort, Enrolment, StageStep, rows_of
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.contracts.trainees import EnrolmentApplied
from shared.db import WriteSession
from shared.db.bulk import bulk_insert
from shared.errors import N_, NotFound
from shared.events.outbox import emit
from shared.ids import new_id
from shared.versions import check_version

_ENROLMENT: Final = (
    "id", "version", "created_at", "person_id", "cohort_id", "program_id", "university_id", "field", "stage", "stage_since",
    "left_stage", "follows",
)  # fmt: skip
_STEP: Final = (
    "enrolment_id", "version", "stage", "effective_on", "reported_on", "recorded_at", "actor", "reason", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beginning:
    """A person who applies, and the ended enrolment in the same cohort that this renews, if there is one."""

    person_id: UUID
    applied_on: date
    reported_on: date | None = None
    follows: UUID | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What is said about one step, beside where it leads."""

    on: date
    reported_on: date | None
    reason: str | None
    note: str | None


def begin_enrolments(session: WriteSession, cohort: Cohort, beginnings: Sequence[Beginning], *, by: Actor) -> list[Fact]:
    """Store one enrolment in `applied` for each, and return what to publish, in the same order.

    Raises a duplicate error (shared.db.errors.is_duplicate) when one of them has a live enrolment in the cohort.
    """
    if not beginnings:
        return []
    at = now()
    begun = [(new_id(), each) for each in beginnings]
    bulk_insert(session, rows_of(Enrolment), _ENROLMENT, [_row(cohort, id_, each, at) for id_, each in begun])
    steps = [(id_, 1, Stage.APPLIED, each.applied_on, each.reported_on, at, by.subject, None, None) for id_, each in begun]
    bulk_insert(session, rows_of(StageStep), _STEP, steps)
    return [Fact(_applied(cohort, id_, each), id_, 1) for id_, each in begun]


def _row(cohort: Cohort, id_: UUID, each: Beginning, at: datetime) -> tuple[object, ...]:
    place = (each.person_id, cohort.id, cohort.program_id, cohort.university_id, cohort.field)
    return (id_, 1, at, *place, Stage.APPLIED, each.applied_on, None, each.follows)


def _applied(cohort: Cohort, id_: UUID, each: Beginning) -> EnrolmentApplied:
    return EnrolmentApplied(
        enrolment_id=id_,
        person_id=each.person_id,
        cohort_id=cohort.id,
        program_id=cohort.program_id,
        university_id=cohort.university_id,
        field=cohort.field,
        effective_on=each.applied_on,
        reported_on=each.reported_on,
    )


def move_enrolment(
    session: WriteSession,
    enrolment_id: UUID,
    *,
    to: Stage,
    by: Actor,
    effective_on: date | None = None,
    reported_on: date | None = None,
    reason: str | None = None,
    note: str | None = None,
    expected_version: int | None = None,
) -> Enrolment:
    """Move an enrolment to `to`, as of `effective_on` (a Seoul day, today if not given).

    Raises NotFound, Stale, IllegalMove, CohortFull, and Invalid for impossible dates and for an exit without its reason.
    """
    cohort = _cohort_of(session, enrolment_id, lock=to is Stage.SELECTED)
    enrolment = _locked(session, enrolment_id)
    check_version(enrolment, expected_version)
    came_from = enrolment.stage
    target = move(came_from, to, left=enrolment.left_stage, internship=cohort.internship_months > 0)
    step = Step(effective_on or today(), reported_on, reason_of(to, reason), note)
    check_dates(effective_on=step.on, reported_on=reported_on, not_before=enrolment.stage_since, today=today())
    if target is Stage.SELECTED:
        check_place_is_free(held=held_places(session, cohort.id), capacity=cohort.capacity)
    enrolment.stage = target
    enrolment.stage_since = step.on
    enrolment.left_stage = came_from if target is Stage.ON_LEAVE else None
    emit(
        session,
        enrolment,
        step_of(enrolment, came_from=came_from, effective_on=step.on, reported_on=reported_on, reason=step.reason),
    )
    session.add(_history_of(session, enrolment, step, by=by))
    return enrolment


def _history_of(session: WriteSession, enrolment: Enrolment, step: Step, *, by: Actor) -> StageStep:
    return StageStep(
        enrolment_id=enrolment.id,
        version=enrolment.version,
        stage=enrolment.stage,
        effective_on=step.on,
        reported_on=step.reported_on,
        actor=by.subject,
        reason=step.reason,
        note=seal(session, step.note, about=enrolment.id, field="note") if step.note else None,
    )


def _cohort_of(session: WriteSession, enrolment_id: UUID, *, lock: bool) -> Cohort:
    statement = select(Cohort).join(Enrolment, col(Enrolment.cohort_id) == Cohort.id).where(col(Enrolment.id) == enrolment_id)
    if lock:
        # The cohort before the enrolment, always in this order; its id stays free for those who only refer to it.
        statement = statement.with_for_update(of=Cohort, key_share=True).execution_options(populate_existing=True)
    cohort = session.scalars(statement).one_or_none()
    if cohort is None:
        raise NotFound(N_("enrolment"))
    return cohort


def _locked(session: WriteSession, enrolment_id: UUID) -> Enrolment:
    statement = select(Enrolment).where(col(Enrolment.id) == enrolment_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()
