"""Who is a candidate: an enrolment that is in training, interning or completed; one on leave waits."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, Protocol, TypeVar
from uuid import UUID


class Stage(StrEnum):
    """Where a candidate's enrolment stands."""

    TRAINING = "training"
    INTERNING = "interning"
    ON_LEAVE = "on_leave"
    COMPLETED = "completed"


ACTIVE: Final = frozenset({Stage.TRAINING, Stage.INTERNING, Stage.COMPLETED})
_FURTHEST_FIRST: Final = (Stage.COMPLETED, Stage.INTERNING, Stage.TRAINING, Stage.ON_LEAVE)


class Enrolled(Protocol):
    """One enrolment of a person. `available_from` is set by its completion."""

    @property
    def enrolment_id(self) -> UUID: ...
    @property
    def field(self) -> str: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def available_from(self) -> date | None: ...


E = TypeVar("E", bound=Enrolled)


def enrolment_to_place(enrolments: Iterable[E], *, field: str) -> E | None:
    """The one of a person's enrolments that a placement in `field` counts for; None when none is active.

    Trained in the position's field comes first, then the one furthest on, then the one completed last, then the newest.
    """
    active = [enrolment for enrolment in enrolments if enrolment.stage in ACTIVE]
    return max(active, key=lambda enrolment: _rank(enrolment, field), default=None)


def _rank(enrolment: Enrolled, field: str) -> tuple[bool, int, date, UUID]:
    further = -_FURTHEST_FIRST.index(enrolment.stage)
    return enrolment.field == field, further, enrolment.available_from or date.min, enrolment.enrolment_id
