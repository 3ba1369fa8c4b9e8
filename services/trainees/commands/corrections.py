"""Corrections: a later fact that stands in the place of an earlier step, or takes it back. The history shows both."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.commands.locks import cohort_of, locked
from services.trainees.commands.steps import Step, history_of
from services.trainees.commands.waiting_list import move_up
from services.trainees.domain.corrections import RenewedSince, check_correctable, path_of, standing
from services.trainees.domain.registry import check_place_is_free
from services.trainees.domain.stages import EXITS, HOLD_A_PLACE, Stage, check_dates, reason_of
from services.trainees.queries.identity import living_twins
from services.trainees.queries.places import held_places
from services.trainees.queries.rules import rules_of
from services.trainees.tables import Cohort, Enrolment, StageStep
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.trainees import EnrolmentCorrected, HistoryStep
from shared.db import WriteSession
from shared.errors import NotFound
from shared.events.outbox import emit
from shared.versions import check_version


def correct_enrolment(
    session: WriteSession,
    enrolment_id: UUID,
    *,
    version: int,
    by: Actor,
    voids: bool = False,
    to: Stage | None = None,
    effective_on: date | None = None,
    reported_on: date | None = None,
    reason: str | None = None,
    note: str | None = None,
    expected_version: int | None = None,
) -> Enrolment:
    """Put another step in the place of the one that made `version`, or with `voids` take that one back.

    What is left out stays as it was. Raises NotFound, Stale, StepSuperseded, FirstStepStays, IllegalMove and Invalid where
    the life that results is impossible, CohortFull, RenewedSince.
    """
    cohort = cohort_of(session, enrolment_id, lock=True)
    enrolment = locked(session, enrolment_id)
    check_version(enrolment, expected_version)
    steps = _steps(session, enrolment_id)
    wrong = next((each for each in steps if each.version == version), None)
    target = to or (wrong.stage if wrong is not None else Stage.APPLIED)
    check_correctable(steps, version, to=target, voids=voids)
    assert wrong is not None
    step = Step(
        effective_on or wrong.effective_on,
        reported_on or (None if voids else wrong.reported_on),
        reason if voids else reason_of(target, reason or (wrong.reason if target is wrong.stage else None)),
        note,
    )
    check_dates(effective_on=step.on, reported_on=step.reported_on, not_before=None, today=today())
    correction = history_of(session, enrolment, step, by=by, stage=target, corrects=version, voids=voids)
    correction.version = enrolment.version + 1
    path = path_of([*steps, correction])
    held_before = _holds(enrolment)
    _stand(session, cohort, enrolment, path)
    _check_room(session, cohort, enrolment, held_before=held_before)
    session.add(correction)
    emit(session, enrolment, _event(enrolment, correction, path))
    if held_before and not _holds(enrolment):
        move_up(session, cohort, places=1, on=step.on)
    return enrolment


def _steps(session: WriteSession, enrolment_id: UUID) -> list[StageStep]:
    statement = select(StageStep).where(col(StageStep.enrolment_id) == enrolment_id).order_by(col(StageStep.version))
    found = list(session.scalars(statement))
    if not found:
        raise NotFound
    return found


def _holds(enrolment: Enrolment) -> bool:
    return enrolment.stage in HOLD_A_PLACE and enrolment.duplicate_of is None


def _stand(session: WriteSession, cohort: Cohort, enrolment: Enrolment, path: Sequence[StageStep]) -> None:
    ended = enrolment.stage in EXITS
    stands = standing(path, rules=rules_of(cohort))
    with session.no_autoflush:
        if ended and stands.stage not in EXITS and living_twins(session, enrolment):
            raise RenewedSince
    enrolment.stage, enrolment.stage_since, enrolment.left_stage = stands.stage, stands.since, stands.left


def _check_room(session: WriteSession, cohort: Cohort, enrolment: Enrolment, *, held_before: bool) -> None:
    if _holds(enrolment) and not held_before:
        with session.no_autoflush:
            check_place_is_free(held=held_places(session, cohort.id), capacity=cohort.capacity)


def _event(enrolment: Enrolment, correction: StageStep, path: Sequence[StageStep]) -> EnrolmentCorrected:
    assert correction.corrects is not None
    return EnrolmentCorrected(
        enrolment_id=enrolment.id, person_id=enrolment.person_id, cohort_id=enrolment.cohort_id,
        program_id=enrolment.program_id, university_id=enrolment.university_id, field=enrolment.field,
        effective_on=correction.effective_on, reported_on=correction.reported_on, corrects=correction.corrects,
        taken_back=correction.voids, stage=enrolment.stage, since=enrolment.stage_since, reason=correction.reason,
        path=[
            HistoryStep(
                stage=each.stage, effective_on=each.effective_on, reported_on=each.reported_on, reason=each.reason
            )
            for each in path
        ],
    )  # fmt: skip
