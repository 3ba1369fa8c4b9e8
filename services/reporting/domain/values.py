"""From counts to a value: a number with its bounds, or the reason why there is none. Never a zero by accident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class State(StrEnum):
    """`ok`, or why there is no number."""

    OK = "ok"
    NOT_STARTED = "not_started"
    RUNNING = "running"
    NO_DENOMINATOR = "no_denominator"


class Unit(StrEnum):
    """What a value is given in. `percent` is 0 to 100; `ratio` is so many to one."""

    PERSONS = "persons"
    PARTICIPATIONS = "participations"
    SEATS = "seats"
    PERCENT = "percent"
    RATIO = "ratio"


_HUNDREDFOLD = frozenset({Unit.PERCENT})
_DIVIDED = frozenset({Unit.PERCENT, Unit.RATIO})


@dataclass(frozen=True, slots=True)
class Counts:
    """What an indicator's statement counted for one group.

    `begun` is how much there is that could ever be counted; `undecided` is how much of the denominator has not come to
    an end; `unknown` is how much of it nobody knows the outcome of. Evidence is how much of the numerator is of which grade.
    """

    begun: int = 0
    numerator: int = 0
    denominator: int | None = None
    undecided: int = 0
    unknown: int = 0
    exclusions: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with its bounds: all three are None unless the state is `ok`."""

    state: State
    value: float | None = None
    low: float | None = None
    high: float | None = None


def read(counts: Counts, *, unit: Unit, decimals: int) -> Reading:
    """What the counts say. The bounds are the value if all that is unknown were failures, or all successes."""
    if counts.begun == 0:
        return Reading(State.NOT_STARTED)
    if unit not in _DIVIDED:
        return Reading(State.OK, counts.numerator, counts.numerator, counts.numerator + counts.unknown)
    if not counts.denominator:
        return Reading(State.RUNNING if counts.undecided else State.NO_DENOMINATOR)
    if counts.numerator == 0 and counts.unknown == counts.denominator:
        return Reading(State.RUNNING)
    point, high = (
        _quotient(part, counts.denominator, unit=unit, decimals=decimals)
        for part in (counts.numerator, counts.numerator + counts.unknown)
    )
    return Reading(State.OK, point, point, high)


def _quotient(part: int, whole: int, *, unit: Unit, decimals: int) -> float:
    exact = Decimal(part * (100 if unit in _HUNDREDFOLD else 1)) / Decimal(whole)
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
