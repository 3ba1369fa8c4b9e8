"""How long things take when some have not come to their end: the estimator of Kaplan and Meier, with bounds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final


@dataclass(frozen=True, slots=True)
class Quartiles:
    """After how many days a quarter, half and three quarters had come to their end; None: not that many yet.

    `soonest` and `latest` are the median if all that is censored ended on the day, or never did.
    """

    lower: int | None
    median: int | None
    upper: int | None
    soonest: int | None
    latest: int | None


_LOWER, _HALF, _UPPER = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)
NOTHING: Final = Quartiles(None, None, None, None, None)


def quartiles(ended: Mapping[int, int], waiting: Mapping[int, int]) -> Quartiles:
    """By number of days, how many ended after so many, and how many have waited so many until now."""
    reached = dict(_shares(ended, waiting))
    everything = Counter(ended) + Counter(waiting)
    whole = sum(everything.values())
    never = _shares(ended, {max(everything, default=0) + 1: whole - sum(ended.values())})
    return Quartiles(
        lower=_first(reached.items(), _LOWER),
        median=_first(reached.items(), _HALF),
        upper=_first(reached.items(), _UPPER),
        soonest=_first(_shares(everything, {}), _HALF),
        latest=_first(never, _HALF),
    )


def _shares(ended: Mapping[int, int], waiting: Mapping[int, int]) -> list[tuple[int, Fraction]]:
    """The days on which something ended, each with the share that had ended by then. Exact: no rounding on a boundary."""
    at_risk = sum(ended.values()) + sum(waiting.values())
    open_ = Fraction(1)
    result = []
    for day in sorted({*ended, *waiting}):
        if ended.get(day):
            open_ *= Fraction(at_risk - ended[day], at_risk)
            result.append((day, 1 - open_))
        at_risk -= ended.get(day, 0) + waiting.get(day, 0)
    return result


def _first(shares: Iterable[tuple[int, Fraction]], wanted: Fraction) -> int | None:
    return next((day for day, share in shares if share >= wanted), None)
