"""How far a goal is and where it should be: the arithmetic of targets, baselines, pace and milestones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

SLIGHTLY: Final = 0.9
FAR: Final = 0.75


class Kind(StrEnum):
    """How a goal's figure behaves: it adds up over the period, is measured at its end, or is a rate held all the time."""

    CUMULATIVE = "cumulative"
    SNAPSHOT = "snapshot"
    RATE = "rate"


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


class Pace(StrEnum):
    """How a goal stands beside its pace line."""

    REACHED = "reached"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"
    MISSED = "missed"
    NOT_STARTED = "not_started"
    NO_NUMBER = "no_number"


class MilestoneState(StrEnum):
    """Whether what was to be reached on the way was there on its day, is there by now, or is still ahead."""

    AHEAD = "ahead"
    MET = "met"
    MISSED = "missed"
    NO_NUMBER = "no_number"


@dataclass(frozen=True, slots=True)
class Step:
    """A point of the pace line: where the goal should be at the end of a day."""

    on: date
    value: float


def progress(actual: float, *, baseline: float, target: float) -> float:
    """The share of the way from baseline to target that was made: 1.0 is reached, and it may be negative or above 1."""
    return (actual - baseline) / (target - baseline)


def elapsed(on: date, *, starts_on: date, ends_on: date) -> float:
    """The share of the period that has passed by the end of the day `on`: 0.0 before it, 1.0 from its last day on."""
    days = (ends_on - starts_on).days + 1
    return min(max(((on - starts_on).days + 1) / days, 0.0), 1.0)


def expected(kind: Kind, *, baseline: float, target: float, share: float) -> float:
    """Where a goal should be when `share` of its period has passed: a straight line, but a rate is to be held from the start."""
    return target if kind is Kind.RATE else baseline + (target - baseline) * share


def expected_on(on: date, line: Sequence[Step], *, kind: Kind, starts_on: date) -> float:
    """Where a goal should be at the end of a day on a pace line that bends at its milestones.

    The first step is the baseline, the last the target. A rate is to be held from the start.
    """
    first, last = line[0], line[-1]
    if kind is Kind.RATE:
        return last.value
    before = first
    begins = starts_on
    for step in line[1:]:
        if on <= step.on:
            share = elapsed(on, starts_on=begins, ends_on=step.on) if begins <= step.on else 1.0
            return expected(kind, baseline=before.value, target=step.value, share=share)
        before, begins = step, date.fromordinal(step.on.toordinal() + 1)
    return last.value


def reaches(actual: float, target: float, direction: Direction) -> bool:
    """Whether a figure is as good as the target or better."""
    return actual >= target if direction is Direction.HIGHER else actual <= target


def pace_of(actual: float | None, *, on: date, line: Sequence[Step], kind: Kind, direction: Direction, starts_on: date) -> Pace:
    """How a figure stands beside the pace line: from nine tenths of the way that should have been made on it is on pace."""
    if actual is None:
        return Pace.NO_NUMBER
    if reaches(actual, line[-1].value, direction):
        return Pace.REACHED
    if on < starts_on:
        return Pace.NOT_STARTED
    if on >= line[-1].on:
        return Pace.MISSED
    should = expected_on(on, line, kind=kind, starts_on=starts_on)
    if reaches(actual, should, direction):
        return Pace.ON_PACE
    made = progress(actual, baseline=line[0].value, target=should) if should != line[0].value else 1.0
    if made >= SLIGHTLY:
        return Pace.ON_PACE
    return Pace.BEHIND if made >= FAR else Pace.FAR_BEHIND


def required_per_month(actual: float, *, target: float, direction: Direction, on: date, due_on: date) -> float | None:
    """How much must still come each month up to the due date; 0.0 when it is reached, None when the date has passed."""
    if reaches(actual, target, direction):
        return 0.0
    months = months_between(on, due_on)
    return None if months <= 0 else (target - actual) / months


def months_between(start: date, end: date) -> float:
    """Months from the end of one day to the end of another, parts of a month by its days."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    return whole + (end.day - start.day) / 30.4375
