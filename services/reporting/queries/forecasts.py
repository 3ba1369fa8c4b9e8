"""Where a goal will be when it is due, as far as what came so far allows to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlmodel import col

from services.reporting.domain.foretelling import Foretold, History, Lack, foretell, lacks
from services.reporting.domain.goals import Direction, Kind, required_per_month
from services.reporting.domain.periods import Period, last_days
from services.reporting.frameworks import Goal
from services.reporting.indicators import Scope
from services.reporting.queries.measuring import standing_on
from services.reporting.queries.plans import FoundGoal, find_goal
from services.reporting.queries.values import question
from services.reporting.tables import Forecast
from shared.db import ReadSession
from shared.http import Page, Rows

LIBRARY: Final = "statsmodels"
MOST_STEPS: Final = 120
_MONTHS: Final = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class GoalForecast:
    """A forecast, or the reason why there is none. `from_on` is the last period's end that it starts from."""

    found: FoundGoal
    scope: Scope
    every: Period
    from_on: date | None
    from_figure: float | None
    required_per_month: float | None
    lack: Lack | None
    foretold: Foretold | None


@dataclass(frozen=True, slots=True)
class Past:
    """What a goal stood at at the ends of its periods, and how many of them are still to come. `lack`: why none is foretold."""

    every: Period
    days: Sequence[date]
    standing: Mapping[date, float | None]
    history: History
    ahead: int
    lack: Lack | None


def goal_forecast(
    session: ReadSession, goal_id: str, *, as_of: date | None = None, known_at: datetime | None = None
) -> GoalForecast:
    """The forecast of a goal. Raises NotFound, and Invalid for a date or a moment in the future."""
    scope = question(session, as_of=as_of, known_at=known_at)
    return forecast_of(session, find_goal(session, goal_id, known_at=known_at), scope)


def forecast_of(session: ReadSession, found: FoundGoal, scope: Scope) -> GoalForecast:
    """The same for a question that was checked."""
    past = history_of(session, found, scope)
    goal, history, ahead = found.goal, past.history, past.ahead
    foretold = None
    if past.lack is None and goal.target.value is not None:
        foretold = foretell(history, target=goal.target.value, higher=goal.direction is Direction.HIGHER, ahead=ahead)
    last = history.figures[-1] if history.figures else None
    needed, target = None, goal.target.value
    if last is not None and target is not None and goal.kind is Kind.CUMULATIVE:
        needed = required_per_month(last, target=target, direction=goal.direction, on=past.days[-1], due_on=goal.target.due_on)
    from_on = past.days[-1] if history.figures else None
    return GoalForecast(found, scope, past.every, from_on, last, needed, past.lack, foretold)


def history_of(session: ReadSession, found: FoundGoal, scope: Scope) -> Past:
    """What a forecast would start from, and why there is none if there is none. Draws nothing: quick."""
    goal = found.goal
    every = Period.MONTH if found.measure is None else found.measure.every
    days = ends_of(goal, scope.as_of, every)
    standing = standing_on(session, goal, scope, days)
    history = History(
        _figures(goal, [standing[day] for day in days]), cumulative=goal.kind is Kind.CUMULATIVE, percent=goal.unit == "percent"
    )
    ahead = round(((goal.target.due_on - days[-1]).days / 30.4375) / _MONTHS[every]) if days else 0
    return Past(every, days, standing, history, ahead, _lack(goal, history, ahead=ahead))


def ends_of(goal: Goal, as_of: date, every: Period) -> list[date]:
    """The last days of the periods that have ended since the goal began, the newest 120 of them."""
    if as_of < goal.starts_on:
        return []
    found = [day for day in last_days(every, starts_on=goal.starts_on, ends_on=as_of).values() if _ends(day, every)]
    return found[-MOST_STEPS:]


def kept_forecasts(session: ReadSession, goal_id: str, page: Page) -> Rows[Forecast]:
    """A page of what was foretold of a goal in earlier months. Raises NotFound."""
    find_goal(session, goal_id)
    return page.fetch(session, select(Forecast).where(col(Forecast.goal) == goal_id), key=[col(Forecast.as_of)])


def latest_forecasts(session: ReadSession, goal_ids: Sequence[str], *, as_of: date) -> Mapping[str, Forecast]:
    """By goal, the newest forecast that was kept up to a day."""
    row = Forecast
    newest = (
        select(col(row.goal), func.max(col(row.as_of)).label("as_of"))
        .where(col(row.goal).in_(goal_ids), col(row.as_of) <= as_of)
        .group_by(col(row.goal))
        .subquery()
    )
    statement = select(row).join(newest, (col(row.goal) == newest.c.goal) & (col(row.as_of) == newest.c.as_of))
    return {found.goal: found for found in session.scalars(statement)}


def newest_forecast(session: ReadSession) -> datetime | None:
    """When the last forecast was kept."""
    found: datetime | None = session.execute(select(func.max(col(Forecast.made_at)))).scalar_one()
    return found


def _ends(day: date, every: Period) -> bool:
    """Whether a day is the last of a period, not the day on which an unfinished one was looked at."""
    following = day + timedelta(days=1)
    return following.day == 1 and (following.month - 1) % _MONTHS[every] == 0


def _figures(goal: Goal, figures: Sequence[float | None]) -> list[float]:
    """What is known without gaps up to the last period: what adds up starts from its baseline."""
    if goal.kind is Kind.CUMULATIVE:
        return _carried(figures, goal.baseline.value or 0.0) if any(each is not None for each in figures) else []
    known: list[float] = []
    for figure in reversed(figures):
        if figure is None:
            break
        known.append(figure)
    return known[::-1]


def _carried(figures: Sequence[float | None], start: float) -> list[float]:
    """A gap in what adds up stands where it stood before."""
    carried, last = [], start
    for figure in figures:
        last = last if figure is None else figure
        carried.append(last)
    return carried


def _lack(goal: Goal, history: History, *, ahead: int) -> Lack | None:
    if goal.target.value is None:
        return Lack.NO_TARGET
    if goal.unit == "rank":
        return Lack.NOT_FORETOLD
    if not history.figures:
        return Lack.NO_NUMBER
    return lacks(history, ahead=ahead)
