"""What callers are shown of forecasts."""

from datetime import date, datetime
from importlib.metadata import version
from typing import Annotated, Any

from pydantic import BaseModel, Field

from services.reporting.domain.foretelling import INTERVAL, LEAST_MONTHS, Foretold, PastError
from services.reporting.domain.periods import Period
from services.reporting.queries.forecasts import LIBRARY, GoalForecast
from services.reporting.schemas.goals import plain
from services.reporting.schemas.values import Number, TextPublic

_TEXTS = {
    "no_target": ("계획에 목표 숫자가 없습니다.", "The plan states no number to reach."),
    "no_number": ("아직 값이 없습니다.", "There is no figure yet."),
    "past_due": ("목표 기한이 지났습니다.", "The due date has passed."),
    "not_foretold": ("순위는 예측하지 않습니다.", "Ranks are not forecast."),
    "too_few_months": (
        f"기간이 {LEAST_MONTHS}개보다 적어 예측하지 않습니다.",
        f"Fewer than {LEAST_MONTHS} periods are known: nothing is guessed from them.",
    ),
    "too_little_moves": (
        "값이 움직인 기간이 너무 적어 예측하지 않습니다.",
        "The figure moved in too few periods: nothing is guessed from them.",
    ),
}
_METHOD = (
    "기간별 증가분(비율은 값)에 지수평활(ETS)을 적용해 2,000번 모의실험한 결과입니다. 모형은 AICc로 고릅니다.",
    "Exponential smoothing (ETS) of what came each period (of the level, for rates), chosen by AICc and simulated 2,000 times.",
)


class PastErrorPublic(BaseModel):
    """How the same forecast, made at earlier periods, would have done."""

    forecasts: Annotated[int, Field(description="how many were made")]
    periods_ahead: int
    mean_absolute_error: Annotated[float, Field(description="in the goal's unit")]
    share_of_actual: float | None
    within_interval: int
    coverage: Annotated[float, Field(description="share of what came that lay within the 80 % interval; 0.8 is right")]

    @classmethod
    def of(cls, past: PastError) -> "PastErrorPublic":
        return cls(
            forecasts=past.forecasts,
            periods_ahead=past.months,
            mean_absolute_error=past.mean_absolute,
            share_of_actual=past.share,
            within_interval=past.covered,
            coverage=past.coverage,
        )


class ForecastPublic(BaseModel):
    """Where a goal will be when it is due. When `state` is not ok there is none, and `why` says so."""

    goal: str
    as_of: date
    known_at: datetime
    state: Annotated[str, Field(description="ok, or why there is no forecast")]
    why: TextPublic | None
    target: Number | None
    due_on: date
    every: Annotated[Period, Field(description="the period that the history is made of")]
    from_on: date | None
    from_figure: Number | None
    required_per_month: Annotated[Number | None, Field(description="what must still come each month until the due date")]
    median: Number | None
    low: Annotated[Number | None, Field(description="one of ten futures ends below")]
    high: Annotated[Number | None, Field(description="one of ten futures ends above")]
    interval: Annotated[int, Field(description="per cent of the futures that lie between low and high")]
    chance: Annotated[float | None, Field(description="share of the futures that reach the target")]
    method: TextPublic
    model: str | None
    library: str
    periods_seen: int | None
    periods_ahead: int | None
    past_error: PastErrorPublic | None

    @classmethod
    def of(cls, found: GoalForecast) -> "ForecastPublic":
        goal = found.found.goal
        why = None if found.lack is None else TextPublic(ko=_TEXTS[found.lack][0], en=_TEXTS[found.lack][1])
        return cls(
            goal=goal.id,
            as_of=found.scope.as_of,
            known_at=found.scope.known_at,
            state="ok" if found.lack is None else str(found.lack),
            why=why,
            target=plain(goal.target.value),
            due_on=goal.target.due_on,
            every=found.every,
            from_on=found.from_on,
            from_figure=plain(found.from_figure),
            required_per_month=found.required_per_month,
            interval=INTERVAL,
            method=TextPublic(ko=_METHOD[0], en=_METHOD[1]),
            library=f"{LIBRARY} {version(LIBRARY)}",
            **_numbers(found.foretold),
        )


class KeptForecastPublic(BaseModel):
    """What was foretold of a goal at the end of an earlier month."""

    goal: str
    as_of: date
    made_at: datetime
    content: Annotated[dict[str, Any], Field(description="median, low, high, chance, method, past, target, due_on")]


def _numbers(foretold: Foretold | None) -> dict[str, Any]:
    names = ("median", "low", "high", "chance")
    if foretold is None:
        return {**dict.fromkeys(names), "model": None, "periods_seen": None, "periods_ahead": None, "past_error": None}
    return {
        **{name: getattr(foretold, name) for name in names},
        "model": foretold.method,
        "periods_seen": foretold.months_seen,
        "periods_ahead": foretold.months_ahead,
        "past_error": None if foretold.past is None else PastErrorPublic.of(foretold.past),
    }
