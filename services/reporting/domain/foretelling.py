"""Where a goal will be on its due date: what came each month so far, carried on with exponential smoothing (ETS).

The model is one of statsmodels' (Hyndman et al., Forecasting with Exponential Smoothing, 2008), chosen among few by the
corrected Akaike criterion; what it says of the future is drawn many times with a fixed seed, so that asking again gives the
same. How good it is, is found out by making the same forecast at earlier months and comparing with what came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import mean, median
from typing import Any, Final

LEAST_MONTHS: Final = 12
LEAST_MOVING: Final = 4
SEASON: Final = 12
FOR_A_SEASON: Final = 36
DRAWS: Final = 2000
BACKTEST_DRAWS: Final = 400
MOST_BACKTESTS: Final = 6
SEED: Final = 20260302
INTERVAL: Final = 80


class Lack(StrEnum):
    """Why there is no forecast."""

    NO_TARGET = "no_target"
    NO_NUMBER = "no_number"
    PAST_DUE = "past_due"
    NOT_FORETOLD = "not_foretold"
    TOO_FEW_MONTHS = "too_few_months"
    TOO_LITTLE_MOVES = "too_little_moves"


@dataclass(frozen=True, slots=True)
class PastError:
    """How earlier forecasts of the same method would have done, `months` ahead.

    `mean_absolute` is in the goal's unit, `share` is it beside what really came; `covered` of `forecasts` lay within the
    interval, which should hold four of five.
    """

    forecasts: int
    months: int
    mean_absolute: float
    share: float | None
    covered: int

    @property
    def coverage(self) -> float:
        return self.covered / self.forecasts


@dataclass(frozen=True, slots=True)
class Foretold:
    """The forecast at the due date: the median, the bounds that hold four of five, and the chance of reaching the target."""

    median: float
    low: float
    high: float
    chance: float
    method: str
    months_seen: int
    months_ahead: int
    past: PastError | None


@dataclass(frozen=True, slots=True)
class History:
    """What a goal stood at at the end of each month, the last of them the current one. `cumulative` never falls."""

    figures: Sequence[float]
    cumulative: bool
    percent: bool = False


def lacks(history: History, *, ahead: int) -> Lack | None:
    """Why this history cannot be carried on, if it cannot: with too little to go by, nothing is guessed."""
    if ahead < 1:
        return Lack.PAST_DUE
    figures = begun(history).figures
    if len(figures) < LEAST_MONTHS + 1:
        return Lack.TOO_FEW_MONTHS
    moving = sum(one != other for one, other in pairwise(figures))
    return Lack.TOO_LITTLE_MOVES if moving < LEAST_MOVING else None


def begun(history: History) -> History:
    """From the first month in which anything came: what adds up says nothing before that."""
    if not history.cumulative:
        return history
    first = next((place for place, figure in enumerate(history.figures) if figure != history.figures[0]), len(history.figures))
    return History(history.figures[max(first - 1, 0) :], cumulative=True)


def foretell(history: History, *, target: float, higher: bool, ahead: int) -> Foretold:
    """The forecast `ahead` months from now. `lacks` has said that there is enough to go by."""
    history = begun(history)
    method, ends = _ends(history, ahead=ahead, draws=DRAWS)
    reached = sum(end >= target if higher else end <= target for end in ends)
    low, middle, high = _quantiles(ends)
    return Foretold(
        median=middle,
        low=low,
        high=high,
        chance=reached / len(ends),
        method=method,
        months_seen=len(history.figures) - 1,
        months_ahead=ahead,
        past=backtested(history, ahead=ahead),
    )


def backtested(history: History, *, ahead: int) -> PastError | None:
    """The same forecast made at earlier months, as far ahead as there is something to compare with; None without any."""
    seen_first = next((seen for seen in range(LEAST_MONTHS + 1, len(history.figures)) if _can(history, seen)), None)
    if seen_first is None:
        return None
    horizon = min(ahead, max(1, (len(history.figures) - seen_first) // 2))
    origins = range(seen_first, len(history.figures) - horizon + 1)
    step = max(1, -(-len(origins) // MOST_BACKTESTS))
    errors, actual, covered = [], [], 0
    for seen in origins[::step]:
        known = History(history.figures[:seen], history.cumulative, history.percent)
        low, middle, high = _quantiles(_ends(known, ahead=horizon, draws=BACKTEST_DRAWS)[1])
        came = history.figures[seen - 1 + horizon]
        errors.append(abs(middle - came))
        actual.append(abs(came))
        covered += low <= came <= high
    return PastError(len(errors), horizon, mean(errors), mean(errors) / mean(actual) if any(actual) else None, covered)


def _can(history: History, seen: int) -> bool:
    """Whether the same forecast could have been made when so many figures were known."""
    return lacks(History(history.figures[:seen], history.cumulative), ahead=1) is None


def _ends(history: History, *, ahead: int, draws: int) -> tuple[str, list[float]]:
    """The name of the model, and where the goal ends in each of so many possible futures."""
    import numpy as np  # heavy: only who asks for a forecast pays for it

    figures = np.asarray(history.figures, dtype=float)
    changes = np.diff(figures) if history.cumulative else figures
    name, fitted = _fitted(changes)
    futures = fitted.simulate(ahead, anchor="end", repetitions=draws, rng=np.random.default_rng(SEED))
    paths = np.asarray(futures, dtype=float).reshape(ahead, draws)
    if history.cumulative:
        ends = figures[-1] + np.clip(paths, 0, None).sum(axis=0)
    else:
        ends = np.clip(paths[-1], 0, 100) if history.percent else paths[-1]
    return name, [float(end) for end in ends]


def _fitted(changes: Any) -> tuple[str, Any]:
    """The model that describes best what came each month, by the corrected Akaike criterion."""
    import warnings

    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # heavy: only who asks for a forecast pays for it

    shapes = [("ETS(A,N,N)", {}), ("ETS(A,Ad,N)", {"trend": "add", "damped_trend": True})]
    if len(changes) >= FOR_A_SEASON:
        shapes.append(("ETS(A,N,A)", {"seasonal": "add", "seasonal_periods": SEASON}))
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that has not settled is judged by its criterion like the others
        for name, shape in shapes:
            fitted = ETSModel(changes, error="add", **shape).fit(disp=False, maxiter=200)
            found.append((float(fitted.aicc), name, fitted))
    _, name, fitted = min(found, key=lambda each: each[0])
    return name, fitted


def _quantiles(ends: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(ends)
    margin = (100 - INTERVAL) / 200
    return ordered[int(margin * len(ordered))], median(ordered), ordered[min(int((1 - margin) * len(ordered)), len(ordered) - 1)]
