"""From counts to a value: a number with its bounds, or the reason why there is none. Never a zero by accident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """`ok`, or why there is no number."""

    OK = "ok"
    NOT_STARTED = "not_started"
    RUNNING = "running"
    NO_DENOMINATOR = "no_denominator"
    IMMATURE = "immature"
    NOT_SURVEYED = "not_surveyed"
    SUPPRESSED = "suppressed"
    SOURCE_STALE = "source_stale"


class Unit(StrEnum):
    """What a value is given in. `percent` is 0 to 100; `ratio` is so many to one."""

    PERSONS = "persons"
    PARTICIPATIONS = "participations"
    SEATS = "seats"
    PERCENT = "percent"
    RATIO = "ratio"
    DAYS = "days"


IMMATURE: Final = "immature"
"""The exclusion of what has happened, but whose window has not passed."""
UNKNOWN_OUTCOME: Final = "no_employment_known"
"""Why somebody is not among those whose outcome is known."""
KNOWN_ENOUGH: Final = 65.0
"""Per cent of the outcomes that have to be known for a rate to be relied on (NACE)."""
_HUNDREDFOLD = frozenset({Unit.PERCENT})
_DIVIDED = frozenset({Unit.PERCENT, Unit.RATIO})


@dataclass(frozen=True, slots=True)
class Counts:
    """What an indicator's statement counted for one group.

    `begun` is how much there is that could ever be counted; `undecided` is how much of the denominator has not come to
    an end; `unknown` is how much of it nobody knows the outcome of. Evidence is how much of the numerator is of which grade.
    `stated_on` is set on what was published, which says numerator and denominator only, or with `suppressed` not even these.
    """

    begun: int = 0
    numerator: int = 0
    denominator: int | None = None
    undecided: int = 0
    unknown: int = 0
    exclusions: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[int, int] = field(default_factory=dict)
    stated_on: date | None = None
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with its bounds: all three are None unless the state is `ok`."""

    state: State
    value: float | None = None
    low: float | None = None
    high: float | None = None


def read(counts: Counts, *, unit: Unit, decimals: int, of_known: bool = False) -> Reading:
    """What the counts say. The bounds are the value if all that is unknown were failures, or all successes.

    With `of_known` the value is a share of what is known: the denominator holds nothing else.
    """
    if counts.suppressed:
        return Reading(State.SUPPRESSED)
    if counts.begun == 0:
        return Reading(State.NOT_STARTED)
    if unit is Unit.DAYS:
        return Reading(State.RUNNING if counts.denominator or counts.undecided else State.NO_DENOMINATOR)
    if unit not in _DIVIDED:
        return Reading(State.OK, counts.numerator, counts.numerator, counts.numerator + counts.unknown)
    whole = (counts.denominator or 0) + (counts.unknown if of_known else 0)
    if not whole:
        return Reading(_without_denominator(counts))
    if counts.numerator == 0 and counts.unknown == whole:
        return Reading(State.RUNNING)
    low, high = (
        _quotient(part, whole, unit=unit, decimals=decimals) for part in (counts.numerator, counts.numerator + counts.unknown)
    )
    point = _quotient(counts.numerator, counts.denominator or whole, unit=unit, decimals=decimals)
    return Reading(State.OK, point, low, high)


def known_share(counts: Counts, *, of_known: bool = False) -> float | None:
    """Per cent of a rate's denominator whose outcome is known, with one decimal; None where there is none."""
    whole = (counts.denominator or 0) + (counts.unknown if of_known else 0)
    return _quotient(whole - counts.unknown, whole, unit=Unit.PERCENT, decimals=1) if whole else None


def _without_denominator(counts: Counts) -> State:
    if counts.exclusions.get(IMMATURE):
        return State.IMMATURE
    return State.RUNNING if counts.undecided else State.NO_DENOMINATOR


def rounded(value: float, decimals: int = 0) -> float:
    """A number as it is shown: halves up, as rates are."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def as_percent(share: float) -> float:
    """A share of 1 in per cent, with one place, halves up."""
    return float((Decimal(repr(share)) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _quotient(part: int, whole: int, *, unit: Unit, decimals: int) -> float:
    exact = Decimal(part * (100 if unit in _HUNDREDFOLD else 1)) / Decimal(whole)
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
