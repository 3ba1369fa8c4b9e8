"""Days of an employment that were recorded wrongly: what may be corrected, and to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.matching.domain.openings import Kind
from services.matching.domain.placements import (
    FullTimeOverlap,
    Party,
    PlacementState,
    Worked,
    effective_day,
    overlap_full_time,
)
from shared.auth.actor import Actor, Role
from shared.errors import N_, Conflict, FieldError, Invalid


class CorrectionReason(StrEnum):
    """Who knew better: the insurance record, the employer, the trainee; or a slip of whoever recorded it."""

    RECORD = "record"
    EMPLOYER = "employer"
    TRAINEE = "trainee"
    CLERICAL = "clerical"


class NothingToCorrect(Conflict):
    code = "nothing_to_correct"
    title = N_("There are no days to correct")
    detail = N_("Only a placement that started has a first day, and only one that ended has a last one.")


class Employment(Worked, Protocol):
    """A placement of which somebody asks that its days be others."""


@dataclass(frozen=True, slots=True)
class Days:
    """A placement with other days than it has, to hold against a person's others."""

    id: UUID
    state: PlacementState
    kind: Kind
    started_on: date
    ended_on: date | None


def corrected_days(
    placement: Employment, *, started_on: date | None, ended_on: date | None, opened_on: date | None, today: date
) -> Days:
    """The days that are to hold; what is not given stays. Raises NothingToCorrect, and Invalid for days that cannot be."""
    if placement.started_on is None or (ended_on is not None and placement.ended_on is None):
        raise NothingToCorrect
    if started_on is None and ended_on is None:
        raise Invalid(FieldError("/started_on", "required", N_("Give the first day, the last day, or both.")))
    first, last = started_on or placement.started_on, ended_on or placement.ended_on
    if started_on is not None:
        effective_day(started_on, today=today, not_before=opened_on, pointer="/started_on")
    if last is not None and last > today:
        raise Invalid(FieldError("/ended_on", "in_the_future", N_("May not lie in the future.")))
    if last is not None and last < first:
        raise Invalid(FieldError("/ended_on", "too_early", N_("Lies before the first day of the employment.")))
    return Days(placement.id, placement.state, placement.kind, first, last)


def refuse_overlap(days: Days, others: Iterable[Worked]) -> None:
    """Raise FullTimeOverlap where another full-time placement of the person lies in these days."""
    if any(overlap_full_time(days, other) for other in others):
        raise FullTimeOverlap


def corrected_by(by: Actor) -> Party:
    """Whose correction it is."""
    return Party.PROGRAM if by.has(Role.PROGRAM_MANAGER, Role.ADMIN) else Party.EMPLOYER
