"""What a step of an enrolment is called when it is published, and how many facts leave at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from services.trainees.domain.stages import EXITS, Stage
from services.trainees.tables import Enrolment
from shared.contracts.trainees import (
    EmployedEarly,
    EnrolmentApplied,
    EnrolmentCompleted,
    EnrolmentDropped,
    EnrolmentEnrolled,
    EnrolmentEvent,
    EnrolmentRejected,
    EnrolmentSelected,
    EnrolmentWaitlisted,
    EnrolmentWithdrawn,
    InternshipStarted,
    LeaveEnded,
    LeaveStarted,
    TrainingStarted,
)
from shared.db import WriteSession
from shared.events.contract import Content, Event
from shared.events.outbox import emit_versions

_EVENTS: Final[Mapping[Stage, type[EnrolmentEvent]]] = MappingProxyType(
    {
        Stage.APPLIED: EnrolmentApplied,
        Stage.WAITLISTED: EnrolmentWaitlisted,
        Stage.SELECTED: EnrolmentSelected,
        Stage.REJECTED: EnrolmentRejected,
        Stage.WITHDRAWN: EnrolmentWithdrawn,
        Stage.ENROLLED: EnrolmentEnrolled,
        Stage.TRAINING: TrainingStarted,
        Stage.INTERNING: InternshipStarted,
        Stage.ON_LEAVE: LeaveStarted,
        Stage.COMPLETED: EnrolmentCompleted,
        Stage.DROPPED: EnrolmentDropped,
        Stage.EMPLOYED_EARLY: EmployedEarly,
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """An event that made `version` of the thing `aggregate_id`; of many, only what makes it is kept until it is published."""

    event: Event | Callable[[], Content]
    aggregate_id: UUID
    version: int


def publish(session: WriteSession, facts: Iterable[Fact]) -> None:
    """Emit facts whose versions bulk statements have stored already."""
    emit_versions(session, (_told(fact) for fact in facts))


def _told(fact: Fact) -> tuple[Event | Content, UUID, int]:
    event = fact.event if isinstance(fact.event, Event) else fact.event()
    return event, fact.aggregate_id, fact.version


def step_of(
    enrolment: Enrolment, *, came_from: Stage, effective_on: date, reported_on: date | None, reason: str | None
) -> EnrolmentEvent:
    """The event of the step that brought `enrolment` from `came_from` to its stage."""
    content: dict[str, Any] = {
        "enrolment_id": enrolment.id,
        "person_id": enrolment.person_id,
        "cohort_id": enrolment.cohort_id,
        "program_id": enrolment.program_id,
        "university_id": enrolment.university_id,
        "field": enrolment.field,
        "effective_on": effective_on,
        "reported_on": reported_on,
    }
    if came_from is Stage.ON_LEAVE:
        return LeaveEnded(**content, to=enrolment.stage)
    if enrolment.stage in EXITS:
        content["reason"] = reason
    return _EVENTS[enrolment.stage](**content)
