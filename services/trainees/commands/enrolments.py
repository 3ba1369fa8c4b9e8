"""Enrolments: begins them, and moves them from stage to stage under the rules of domain.md's state machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import UUID

from services.trainees.commands.eligibility import admit
from services.trainees.commands.facts import Fact
from services.trainees.commands.locks import cohort_of, locked
from services.trainees.commands.steps import Step, take
from services.trainees.commands.waiting_list import move_up
from services.trainees.domain.identity import IsADuplicate
from services.trainees.domain.registry import check_place_is_free
from services.trainees.domain.rules import Rules
from services.trainees.domain.stages import (
    EXITS,
    FREES_A_PLACE,
    HOLD_A_PLACE,
    LeaveIsAPersonsDecision,
    Stage,
    check_dates,
    move,
    reason_of,
)
from services.trainees.queries.places import held_places
from services.trainees.queries.rules import rules_of
from services.trainees.tables import Cohort, Enrolment, StageStep, rows_of
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.contracts.trainees import EnrolmentApplied
from shared.db import WriteSession
from shared.db.bulk import bulk_insert
from shared.events.contract import Content
from shared.ids import new_id
from shared.versions import check_version

_ENROLMENT: Final = (
    "id", "version", "created_at", "person_id", "cohort_id", "program_id", "university_id", "field", "stage", "stage_since",
    "left_stage", "follows",
)  # fmt: skip
Place = tuple[UUID, UUID, UUID, str]
"""A cohort, its program, its university and its field."""
_STEP: Final = (
    "enrolment_id", "version", "stage", "effective_on", "reported_on", "recorded_at", "actor", "reason", "note",
    "voids",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beginning:
    """A person who applies, and the ended enrolment in the same cohort that this renews, if there is one.

    `age_band` is theirs on that day, and `gender` as it was given, where they are known. Neither is kept: they leave as codes
    of the event, under random ids.
    """

    person_id: UUID
    applied_on: date
    reported_on: date | None = None
    follows: UUID | None = None
    age_band: str | None = None
    gender: str | None = None


def begin_enrolments(session: WriteSession, cohort: Cohort, beginnings: Sequence[Beginning], *, by: Actor) -> list[Fact]:
    """Store one enrolment in `applied` for each, and return what to publish, in the same order.

    Raises a duplicate error (shared.db.errors.is_duplicate) when one of them has a live enrolment in the cohort.
    """
    if not beginnings:
        return []
    at = now()
    begun = [(new_id(), each) for each in beginnings]
    place = (cohort.id, cohort.program_id, cohort.university_id, cohort.field)
    bulk_insert(session, rows_of(Enrolment), _ENROLMENT, (_row(place, id_, each, at) for id_, each in begun))
    steps = ((id_, 1, Stage.APPLIED, each.applied_on, each.reported_on, at, by.subject, None, None, False) for id_, each in begun)
    bulk_insert(session, rows_of(StageStep), _STEP, steps)
    return [Fact(partial(applied_content, place, id_, each), id_, 1) for id_, each in begun]


def _row(place: Place, id_: UUID, each: Beginning, at: datetime) -> tuple[object, ...]:
    return (id_, 1, at, each.person_id, *place, Stage.APPLIED, each.applied_on, None, each.follows)


def applied_content(place: Place, id_: UUID, each: Beginning) -> Content:
    """What tells of a beginning: an EnrolmentApplied, of which a roster's beginnings are tens of thousands."""
    cohort_id, program_id, university_id, field = place
    said = {
        "enrolment_id": id_,
        "person_id": each.person_id,
        "cohort_id": cohort_id,
        "program_id": program_id,
        "university_id": university_id,
        "field": field,
        "effective_on": each.applied_on,
        "reported_on": each.reported_on,
        "age_band": each.age_band,
        "gender": each.gender,
    }
    return Content(EnrolmentApplied, said)


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

    A place that this frees goes to whoever waits for one. Raises NotFound, Stale, IllegalMove, CohortFull, NotEligible,
    EligibilityUnknown, LeaveIsAPersonsDecision, and Invalid for impossible dates and for an exit without its reason.
    """
    cohort = cohort_of(session, enrolment_id, lock=to is Stage.SELECTED or to in FREES_A_PLACE)
    enrolment = locked(session, enrolment_id)
    check_version(enrolment, expected_version)
    step = Step(effective_on or today(), reported_on, reason_of(to, reason), note)
    check_step(enrolment, step, to=to, rules=rules_of(cohort), by=by)
    if to is Stage.SELECTED:
        check_place_is_free(held=held_places(session, cohort.id), capacity=cohort.capacity)
        admit(session, cohort, [enrolment], by=by)
    frees = enrolment.stage in HOLD_A_PLACE and to in FREES_A_PLACE and enrolment.duplicate_of is None
    take(session, enrolment, step, to=to, by=by)
    if frees:
        move_up(session, cohort, places=1, on=step.on)
    return enrolment


def check_step(enrolment: Enrolment, step: Step, *, to: Stage, rules: Rules, by: Actor) -> None:
    """Refuse a step that the life cycle, the dates or a person's decision forbid: IllegalMove, Invalid and the like."""
    if enrolment.stage is Stage.ON_LEAVE and not by.roles:
        raise LeaveIsAPersonsDecision
    if enrolment.duplicate_of is not None and to not in EXITS:
        raise IsADuplicate
    move(enrolment.stage, to, left=enrolment.left_stage, internship=rules.with_internship, used=rules.used)
    check_dates(effective_on=step.on, reported_on=step.reported_on, not_before=enrolment.stage_since, today=today())
