"""How far a goal is: against its current and its original target, beside the time that has passed and its pace line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.reporting.domain import goals as rules
from services.reporting.domain.goals import MilestoneState, Pace, Step
from services.reporting.frameworks import Goal, Target
from services.reporting.frameworks.targets import Milestone
from services.reporting.indicators import Scope
from services.reporting.queries.measuring import Standing, standing_of, standing_on, standings
from services.reporting.queries.plans import FoundGoal, find_goal, goals
from services.reporting.queries.values import question
from shared.db import ReadSession


@dataclass(frozen=True, slots=True)
class MilestonePassed:
    """A milestone of the current target, and what the goal stood at on its day."""

    milestone: Milestone
    state: MilestoneState
    figure: float | None


@dataclass(frozen=True, slots=True)
class Against:
    """A figure against one target. All are None where the figure or the target has no number."""

    target: Target
    progress: float | None
    elapsed: float
    expected: float | None
    line: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a goal is on a date. Shares are of the way from the baseline; they may be negative or above 1."""

    found: FoundGoal
    scope: Scope
    standing: Standing
    current: Against
    original: Against
    pace: Pace
    required_per_month: float | None
    milestones: Sequence[MilestonePassed]

    @property
    def goal(self) -> Goal:
        return self.found.goal

    @property
    def progress(self) -> float | None:
        return self.current.progress

    @property
    def expected_today(self) -> float | None:
        return self.current.expected

    @property
    def elapsed(self) -> float:
        return self.current.elapsed


def goal_progress(session: ReadSession, goal_id: str, *, as_of: date | None = None, known_at: datetime | None = None) -> Progress:
    """Raises NotFound, and Invalid for a date or a moment in the future."""
    scope = question(session, as_of=as_of, known_at=known_at)
    return progress_of(session, find_goal(session, goal_id, known_at=known_at), scope)


def all_progress(
    session: ReadSession, plan: str | None, *, as_of: date | None = None, known_at: datetime | None = None
) -> list[Progress]:
    """How far every goal of a plan, or of all plans, is. Raises Invalid for a date or a moment in the future."""
    scope = question(session, as_of=as_of, known_at=known_at)
    found = [each for each in goals(session, known_at=known_at).values() if plan in (None, each.plan.framework.id)]
    standing = standings(session, [each.goal for each in found], scope)
    return [_progress(session, each, scope, standing[each.goal.id]) for each in found]


def progress_of(session: ReadSession, found: FoundGoal, scope: Scope) -> Progress:
    """How far one goal is, for a question that was checked."""
    return _progress(session, found, scope, standing_of(session, found.goal, scope))


def _progress(session: ReadSession, found: FoundGoal, scope: Scope, standing: Standing) -> Progress:
    goal = found.goal
    current, original = (against(goal, each, standing.figure, scope.as_of) for each in (goal.target, goal.original_target))
    return Progress(
        found=found,
        scope=scope,
        standing=standing,
        current=current,
        original=original,
        pace=_pace(goal, current, standing.figure, scope.as_of),
        required_per_month=_required(goal, standing.figure, scope.as_of),
        milestones=_milestones(session, goal, scope),
    )


def against(goal: Goal, target: Target, figure: float | None, on: date) -> Against:
    """Where a goal is on a day beside one of its targets."""
    line, start = pace_line(goal, target), goal.baseline.value
    made = None
    if figure is not None and start is not None and target.value is not None:
        made = rules.progress(figure, baseline=start, target=target.value)
    return Against(
        target=target,
        progress=made,
        elapsed=rules.elapsed(on, starts_on=goal.starts_on, ends_on=target.due_on),
        expected=rules.expected_on(on, line, kind=goal.kind, starts_on=goal.starts_on) if line else None,
        line=line,
    )


def pace_line(goal: Goal, target: Target) -> list[Step]:
    """From the baseline over the milestones to the target; nothing where a number is missing."""
    if goal.baseline.value is None or target.value is None:
        return []
    steps = [Step(each.due_on, each.value) for each in target.milestones]
    return [Step(goal.starts_on, goal.baseline.value), *steps, Step(target.due_on, target.value)]


def _pace(goal: Goal, current: Against, figure: float | None, on: date) -> Pace:
    if not current.line:
        return Pace.NO_NUMBER
    return rules.pace_of(figure, on=on, line=current.line, kind=goal.kind, direction=goal.direction, starts_on=goal.starts_on)


def _required(goal: Goal, figure: float | None, on: date) -> float | None:
    if figure is None or goal.target.value is None or goal.kind is not rules.Kind.CUMULATIVE:
        return None
    return rules.required_per_month(figure, target=goal.target.value, direction=goal.direction, on=on, due_on=goal.target.due_on)


def _milestones(session: ReadSession, goal: Goal, scope: Scope) -> list[MilestonePassed]:
    passed = [each.due_on for each in goal.target.milestones if each.due_on <= scope.as_of]
    figures = standing_on(session, goal, scope, passed)
    return [_milestone(each, goal, figures, scope.as_of) for each in goal.target.milestones]


def _milestone(milestone: Milestone, goal: Goal, figures: Mapping[date, float | None], on: date) -> MilestonePassed:
    if milestone.due_on > on:
        return MilestonePassed(milestone, MilestoneState.AHEAD, None)
    figure = figures[milestone.due_on]
    if figure is None:
        return MilestonePassed(milestone, MilestoneState.NO_NUMBER, None)
    met = rules.reaches(figure, milestone.value, goal.direction)
    return MilestonePassed(milestone, MilestoneState.MET if met else MilestoneState.MISSED, figure)
