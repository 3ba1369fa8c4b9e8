"""Forecasts: what is said, when nothing is said, and whether four of five futures hold what came."""

import random
from datetime import date, timedelta

import pytest

from services.reporting.commands import keep_forecasts
from services.reporting.domain.foretelling import History, Lack, foretell, lacks
from services.reporting.domain.observing import last_day, period_before
from services.reporting.domain.periods import Period
from shared.clock import today
from shared.db import Database
from tests.reporting.following import PLAN, get, offices, post
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site

pytestmark = pytest.mark.xdist_group("forecasts")  # one process loads the library for statistics


def steady(months: int, *, seed: int = 1) -> History:
    """So many months in each of which about a hundred came."""
    draw, figures = random.Random(seed), [0.0]
    for _ in range(months):
        figures.append(figures[-1] + draw.randint(80, 120))
    return History(figures, cumulative=True)


@pytest.mark.parametrize(
    ("history", "ahead", "lack"),
    [
        (steady(30), 6, None),
        (steady(30), 0, Lack.PAST_DUE),
        (steady(11), 6, Lack.TOO_FEW_MONTHS),
        (History([0.0] * 20 + [5.0, 5.0, 9.0], cumulative=True), 6, Lack.TOO_FEW_MONTHS),
        (History([0.0, 4.0, *[5.0] * 15, 9.0], cumulative=True), 6, Lack.TOO_LITTLE_MOVES),
        (History([], cumulative=True), 6, Lack.TOO_FEW_MONTHS),
    ],
)
def test_with_too_little_to_go_by_nothing_is_guessed(history: History, ahead: int, lack: Lack | None) -> None:
    assert lacks(history, ahead=ahead) is lack


@pytest.mark.slow
def test_a_forecast_carries_on_what_came_and_tells_how_sure_it_is() -> None:
    history = steady(34)
    found = foretell(history, target=history.figures[-1] + 1200, higher=True, ahead=12)
    assert found.median - history.figures[-1] == pytest.approx(1200, rel=0.05)
    assert found.low < found.median < found.high
    assert 0.05 < found.chance < 0.95
    assert (found.months_seen, found.months_ahead) == (34, 12)
    assert found.past is not None
    assert found.past.months == 11
    assert found.past.mean_absolute < 100
    assert foretell(history, target=history.figures[-1] + 1200, higher=True, ahead=12) == found, "asked again it says the same"
    falling = History([80 - each / 2 for each in range(30)], cumulative=False, percent=True)
    assert 0 <= foretell(falling, target=90, higher=True, ahead=60).low <= 100


@pytest.mark.slow
def test_a_goals_forecast_is_asked_for_and_kept_month_by_month(
    strict_site: Site, light_database: Database, light_world: Happenings
) -> None:
    cohort, due = light_world.cohort(field="robot"), last_day(period_before(today(), Period.MONTH))
    draw = random.Random(2)
    for month in range(20):
        on = due - timedelta(days=30 * month + 10)
        for _ in range(draw.randint(1, 3)):
            light_world.completer(cohort, on=on)
    light_world.arrive()
    with offices(strict_site) as city:
        post(city.manager, "/frameworks", PLAN, status=201)
        found = get(city.executive, "/goals/pohang-talents/forecast")
        assert (found["state"], found["why"], found["interval"], found["from_on"]) == ("ok", None, 80, str(due))
        assert found["from_figure"] == get(city.executive, "/goals/pohang-talents/progress")["actual"]
        assert found["from_figure"] <= found["low"] <= found["median"] <= found["high"]
        assert (found["chance"], found["model"][:4]) == (1.0, "ETS(")
        assert found["past_error"]["forecasts"] >= 1
        assert 0 <= found["past_error"]["coverage"] <= 1
        early = get(city.executive, "/goals/pohang-talents/forecast", as_of=str(due - timedelta(days=300)))
        assert (early["state"], early["median"]) == ("too_few_months", None)
        assert "예측하지 않습니다" in early["why"]["ko"]
        assert get(city.executive, "/goals/pohang-trees/forecast")["state"] == "no_number"
        assert get(city.executive, "/goals/five-plus-one-water-talents/forecast")["state"] == "no_target"
        assert get(city.executive, "/goals/hustar-talents/forecast")["state"] == "past_due"
        assert city.executive.get("/api/v1/goals/moon/forecast").status_code == 404
        assert keep_forecasts(light_database) == 0, "not at the start"
        kept = keep_forecasts(light_database)
        assert kept >= 1
        assert keep_forecasts(light_database) == 0, "once a month"
        latest = get(city.executive, "/goals/pohang-talents/progress")["latest_forecast"]
        assert (latest["as_of"], latest["chance"]) == (str(due), 1.0)
        (entry,) = get(city.auditor, "/goals/pohang-talents/forecasts")["items"]
        assert (date.fromisoformat(entry["as_of"]), entry["content"]["target"]) == (due, 10)
