"""The rules of universities, programs and cohorts."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, Protocol

from shared.errors import N_, Conflict, FieldError, Invalid


class ProgramKind(StrEnum):
    """HuStar innovation academy (혁신아카데미) or innovation university (혁신대학)."""

    ACADEMY = "academy"
    UNIVERSITY = "university"


class CohortDates(Protocol):
    """The days of a cohort, in Seoul: two for applications, three for the run."""

    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date


class CodeTaken(Conflict):
    code = "code_taken"
    title = N_("Taken already")
    detail = N_("There is such a {what} already.")


class CohortFull(Conflict):
    """Every place is held."""

    code = "cohort_full"
    title = N_("The cohort is full")
    detail = N_("All {capacity} places of the cohort are held.")


class CapacityBelowHeld(Conflict):
    code = "capacity_below_held"
    title = N_("More places are held")
    detail = N_("{held} places of the cohort are held: its capacity cannot be less.")


_ORDER: Final = (
    ("applications_open_on", "applications_close_on"),
    ("applications_open_on", "starts_on"),
    ("starts_on", "training_ends_on"),
    ("training_ends_on", "ends_on"),
)


def check_cohort_dates(cohort: CohortDates) -> None:
    """Refuse (Invalid) dates that run backwards."""
    message = N_("Must not be before {earlier}.")
    problems = [
        FieldError(f"/{later}", "dates_run_backwards", message, {"earlier": earlier})
        for earlier, later in _ORDER
        if getattr(cohort, later) < getattr(cohort, earlier)
    ]
    if problems:
        raise Invalid(*problems)


def check_place_is_free(*, held: int, capacity: int) -> None:
    """Refuse (CohortFull) one more holder of a place."""
    if held >= capacity:
        raise CohortFull(capacity=capacity)


def check_capacity(*, held: int, capacity: int) -> None:
    """Refuse (CapacityBelowHeld) a capacity that is smaller than what is held."""
    if capacity < held:
        raise CapacityBelowHeld(held=held)


def competition_ratio(*, applicants: int, capacity: int) -> Decimal:
    """Applicants over capacity, to two decimals."""
    return (Decimal(applicants) / Decimal(capacity)).quantize(Decimal("0.01"), ROUND_HALF_UP)
