"""How far a goal is and where it should be: the arithmetic of targets, baselines and pace."""

from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """How a goal's figure behaves: it adds up over the period, is measured at its end, or is a rate held all the time."""

    CUMULATIVE = "cumulative"
    SNAPSHOT = "snapshot"
    RATE = "rate"


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


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
