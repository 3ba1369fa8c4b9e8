"""How far a goal is, against its current and its original target."""

from dataclasses import dataclass
from datetime import date, datetime

from services.reporting.domain import goals as rules
from services.reporting.frameworks import Framework, Goal, Target, frameworks, goals
from services.reporting.indicators import Scope, current
from services.reporting.queries.values import Value, question, value_of
from shared.db import ReadSession
from shared.errors import N_, NotFound


@dataclass(frozen=True, slots=True)
class Progress:
    """How far `goal` is on a date. `progress` and `progress_to_original` are shares of the way from the baseline; both are
    None, like the value, where the indicator has no number. `expected_today` is what the pace line asks for.
    """

    goal: Goal
    value: Value
    progress: float | None
    progress_to_original: float | None
    elapsed: float
    expected_today: float


def find_goal(goal_id: str) -> Goal:
    """Raises NotFound."""
    found = goals().get(goal_id)
    if found is None:
        raise NotFound(N_("goal"))
    return found


def find_framework(framework_id: str) -> Framework:
    """Raises NotFound."""
    found = frameworks().get(framework_id)
    if found is None:
        raise NotFound(N_("framework"))
    return found


def framework_of(goal_id: str) -> Framework:
    """The plan that a goal belongs to. Raises NotFound."""
    goal = find_goal(goal_id)
    return next(framework for framework in frameworks().values() if goal in framework.goals)


def goal_progress(session: ReadSession, goal_id: str, *, as_of: date | None = None, known_at: datetime | None = None) -> Progress:
    """Raises NotFound, and Invalid for a date or a moment in the future."""
    goal = find_goal(goal_id)
    return progress_of(session, goal, question(session, as_of=as_of, known_at=known_at))


def progress_of(session: ReadSession, goal: Goal, scope: Scope) -> Progress:
    """How far one goal is, for a question that was checked."""
    value = value_of(session, current()[goal.indicator], scope)
    share = rules.elapsed(scope.as_of, starts_on=goal.starts_on, ends_on=goal.target.due_on)
    return Progress(
        goal=goal,
        value=value,
        progress=_share(value.value, goal, goal.target),
        progress_to_original=_share(value.value, goal, goal.original_target),
        elapsed=share,
        expected_today=rules.expected(goal.kind, baseline=goal.baseline.value, target=goal.target.value, share=share),
    )


def _share(actual: float | None, goal: Goal, target: Target) -> float | None:
    return None if actual is None else rules.progress(actual, baseline=goal.baseline.value, target=target.value)
