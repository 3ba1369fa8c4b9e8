"""Forecasts are kept once a month, so that it can be seen later how good they were."""

from dataclasses import asdict
from datetime import date
from typing import Final

import structlog
from sqlalchemy import select
from sqlmodel import col

from services.reporting.domain.observing import last_day, period_before
from services.reporting.domain.periods import Period
from services.reporting.queries.forecasts import GoalForecast, forecast_of
from services.reporting.queries.plans import FoundGoal, goals
from services.reporting.queries.values import question
from services.reporting.tables import Forecast
from shared.clock import today
from shared.db import Database, WriteSession

log = structlog.get_logger()
_seen: Final[set[int]] = set()


def keep_forecasts(db: Database) -> int:
    """Keep what is foretold of every goal at the end of the last month, and return how many there were.

    Not at a process's start, which has better to do than to load a library for statistics. Safe to run twice and on several
    machines: a goal has one forecast for a month.
    """
    if id(db) not in _seen:
        _seen.add(id(db))
        return 0
    return sum(keep_forecast(db, goal_id) for goal_id in _waiting(db))


def keep_forecast(db: Database, goal_id: str) -> bool:
    """Keep one goal's forecast as of the end of the last month, if there is one to make."""
    with db.read() as session:
        found: FoundGoal = goals(session)[goal_id]
        made = forecast_of(session, found, question(session, as_of=_month_end()))
    if made.foretold is None:
        return False
    return db.run(lambda session: _keep(session, made), idempotent=True)


def _keep(session: WriteSession, made: GoalForecast) -> bool:
    goal, as_of = made.found.goal, made.scope.as_of
    assert made.foretold is not None
    there = select(Forecast).where(col(Forecast.goal) == goal.id, col(Forecast.as_of) == as_of)
    if session.scalars(there).first() is not None:
        return False
    content = {**asdict(made.foretold), "target": goal.target.value, "due_on": str(goal.target.due_on)}
    session.add(Forecast(goal=goal.id, as_of=as_of, content=content))
    return True


def _waiting(db: Database) -> list[str]:
    with db.read() as session:
        kept = set(session.scalars(select(col(Forecast.goal)).where(col(Forecast.as_of) == _month_end())))
        return [goal_id for goal_id, found in goals(session).items() if goal_id not in kept and _can_be(found)]


def _can_be(found: FoundGoal) -> bool:
    target = found.goal.target
    return target.value is not None and target.due_on > _month_end()


def _month_end() -> date:
    return last_day(period_before(today(), Period.MONTH))
