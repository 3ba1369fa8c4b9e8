"""What callers are shown of goals, their progress, and the plans they come from."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.reporting.domain.goals import Direction, Kind
from services.reporting.domain.values import Unit
from services.reporting.frameworks import Framework, Goal, Target
from services.reporting.queries.goals import Progress
from services.reporting.schemas.values import Number, TextPublic, ValuePublic


class CitationPublic(BaseModel):
    """Where a number comes from."""

    text: TextPublic
    url: str | None


class TargetPublic(BaseModel):
    """What is to be reached by the end of a day, and why it replaced the target before it."""

    value: Number
    due_on: date
    source: CitationPublic
    reason: TextPublic | None


class BaselinePublic(BaseModel):
    value: Number
    on: date
    source: CitationPublic


class GoalPublic(BaseModel):
    """One number that a plan promises. The first target is the original one, the last the current one."""

    id: str
    framework: str
    name: TextPublic
    indicator: str
    unit: Unit
    direction: Direction
    kind: Kind
    starts_on: date
    baseline: BaselinePublic
    targets: list[TargetPublic]
    counting: Annotated[TextPublic, Field(description="what is counted towards it")]

    @classmethod
    def of(cls, goal: Goal, *, framework: str) -> "GoalPublic":
        return cls.model_validate({**goal.model_dump(), "framework": framework})


class FrameworkPublic(BaseModel):
    """A published plan."""

    id: str
    name: TextPublic
    owner: TextPublic
    starts_on: date
    ends_on: date
    source: CitationPublic
    goals: list[GoalPublic]

    @classmethod
    def of(cls, framework: Framework) -> "FrameworkPublic":
        goals = [GoalPublic.of(goal, framework=framework.id) for goal in framework.goals]
        return cls.model_validate({**framework.model_dump(exclude={"goals"}), "goals": goals})


class ProgressPublic(BaseModel):
    """How far a goal is. `actual` and `progress` are null when the indicator has no number; `value` says why."""

    goal: str
    target: Number
    due_on: date
    original_target: Number
    original_due_on: date
    baseline: BaselinePublic
    unit: Unit
    actual: Number | None
    progress: Annotated[Number | None, Field(description="(actual - baseline) / (target - baseline): 1 is reached")]
    progress_to_original: Annotated[Number | None, Field(description="the same against the original target")]
    expected_today: Annotated[Number, Field(description="where the pace line is on the as-of date")]
    elapsed: Annotated[Number, Field(description="share of the period that has passed")]
    forecast: Annotated[None, Field(description="null: this release makes no forecast")] = None
    forecast_state: Literal["not_enough_data"] = "not_enough_data"
    value: ValuePublic

    @classmethod
    def of(cls, found: Progress) -> "ProgressPublic":
        goal = found.goal
        return cls(
            goal=goal.id,
            target=_plain(goal.target),
            due_on=goal.target.due_on,
            original_target=_plain(goal.original_target),
            original_due_on=goal.original_target.due_on,
            baseline=BaselinePublic.model_validate(goal.baseline.model_dump()),
            unit=goal.unit,
            actual=found.value.value,
            progress=found.progress,
            progress_to_original=found.progress_to_original,
            expected_today=found.expected_today,
            elapsed=found.elapsed,
            value=ValuePublic.of(found.value),
        )


def _plain(target: Target) -> Number:
    return int(target.value) if target.value.is_integer() else target.value
