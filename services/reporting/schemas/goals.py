"""What callers are shown of goals, their progress, and the plans they come from."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.reporting.domain.goals import Direction, Kind, MilestoneState, Pace
from services.reporting.frameworks import Measure, Node
from services.reporting.frameworks.parts import Budget, Committee, Stated
from services.reporting.queries.goals import Against, Progress
from services.reporting.queries.measuring import Observed
from services.reporting.queries.plans import FoundGoal, HeldPlan
from services.reporting.schemas.values import Number, TextPublic, ValuePublic
from services.reporting.tables import Forecast


class CitationPublic(BaseModel):
    """Where a number comes from."""

    text: TextPublic
    url: str | None


class MilestonePublic(BaseModel):
    """What is to be reached on the way to a target."""

    value: Number
    due_on: date
    source: CitationPublic
    name: TextPublic | None


class TargetPublic(BaseModel):
    """What is to be reached by the end of a day, and why it replaced the target before it.

    Where the plan states no number, `value` is null and `missing` says why.
    """

    value: Number | None
    due_on: date
    source: CitationPublic | None
    missing: TextPublic | None
    reason: TextPublic | None
    statement: TextPublic | None
    decided_on: date | None
    milestones: list[MilestonePublic]


class BaselinePublic(BaseModel):
    value: Number | None
    on: date
    source: CitationPublic | None
    missing: TextPublic | None


class CountsPublic(BaseModel):
    """Which outcomes count: those of these fields and of these programs."""

    fields: list[str]
    programs: list[str]


class GoalPublic(BaseModel):
    """One number that a plan promises. The first target is the original one, the last the current one.

    It is measured by an `indicator` that is derived, or by a `measure` that is observed.
    """

    id: str
    framework: str
    name: TextPublic
    indicator: str | None
    measure: str | None
    unit: str
    direction: Direction
    kind: Kind
    owner: TextPublic | None
    node: str | None
    starts_on: date
    baseline: BaselinePublic
    targets: list[TargetPublic]
    counts: CountsPublic | None
    counting: Annotated[TextPublic, Field(description="what is counted towards it")]

    @classmethod
    def of(cls, found: FoundGoal) -> "GoalPublic":
        return cls.model_validate({**found.goal.model_dump(), "framework": found.plan.framework.id})


class FrameworkPublic(BaseModel):
    """A published plan with its tree. Its projects are a list of their own."""

    id: str
    version: int
    edited: Annotated[bool, Field(description="whether it was changed here since its file was read")]
    name: TextPublic
    owner: TextPublic
    starts_on: date
    ends_on: date
    source: CitationPublic
    budget: Budget | None
    stated: Annotated[list[Stated], Field(description="how many parts the plan says it has")]
    committees: list[Committee]
    units: dict[str, TextPublic]
    kinds: dict[str, TextPublic]
    measures: list[Measure]
    nodes: list[Node]
    goals: list[GoalPublic]

    @classmethod
    def of(cls, held: HeldPlan) -> "FrameworkPublic":
        goals = [GoalPublic.of(FoundGoal(goal, held)) for goal in held.framework.goals]
        content = held.framework.model_dump(exclude={"goals", "projects"})
        return cls.model_validate({**content, "goals": goals, "version": held.version, "edited": held.edited})


class ObservedPublic(BaseModel):
    """The approved observation that a goal's figure is."""

    id: UUID
    period: str
    observed_on: date
    value: Number
    decided_at: datetime
    evidence_url: str | None
    has_evidence_file: bool
    restates_id: UUID | None

    @classmethod
    def of(cls, found: Observed) -> "ObservedPublic":
        shown = {name: getattr(found, name) for name in cls.model_fields if name != "has_evidence_file"}
        return cls(**{**shown, "value": plain(found.value)}, has_evidence_file=found.evidence_id is not None)


class StepPublic(BaseModel):
    """A point of the pace line."""

    on: date
    value: Number


class MilestonePassedPublic(BaseModel):
    """A milestone and what the goal stood at on its day."""

    name: TextPublic | None
    value: Number
    due_on: date
    state: MilestoneState
    actual: Number | None


class LatestForecast(BaseModel):
    """What was foretold of the goal at the end of a month, as it was kept."""

    as_of: date
    median: float
    low: Annotated[float, Field(description="one of ten futures ends below")]
    high: Annotated[float, Field(description="one of ten futures ends above")]
    chance: Annotated[float, Field(description="share of the futures that reach the target of then")]
    model: str

    @classmethod
    def of(cls, kept: Forecast) -> "LatestForecast":
        said = kept.content
        numbers = {name: said[name] for name in ("median", "low", "high", "chance")}
        return cls(as_of=kept.as_of, model=said["method"], **numbers)


class ProgressPublic(BaseModel):
    """How far a goal is. `actual` and `progress` are null when there is no number; `state` says why."""

    goal: str
    target: Number | None
    due_on: date
    original_target: Number | None
    original_due_on: date
    baseline: BaselinePublic
    unit: str
    direction: Direction
    kind: Kind
    as_of: date
    known_at: datetime
    state: Annotated[str, Field(description="ok, or why there is no number")]
    actual: Number | None
    progress: Annotated[Number | None, Field(description="(actual - baseline) / (target - baseline): 1 is reached")]
    progress_to_original: Annotated[Number | None, Field(description="the same against the original target")]
    expected_today: Annotated[Number | None, Field(description="where the pace line is on the as-of date")]
    expected_today_by_original: Annotated[Number | None, Field(description="the same for the original target")]
    elapsed: Annotated[Number, Field(description="share of the period that has passed")]
    elapsed_of_original: Annotated[Number, Field(description="share of the original period that has passed")]
    pace: Annotated[Pace, Field(description="how it stands beside the pace line")]
    pace_line: list[StepPublic]
    required_per_month: Annotated[Number | None, Field(description="what must still come each month until the due date")]
    milestones: list[MilestonePassedPublic]
    forecast: Annotated[None, Field(deprecated=True, description="always null: see forecast_at and latest_forecast")] = None
    forecast_state: Annotated[
        Literal["not_enough_data"] | None, Field(deprecated=True, description="null once a forecast was kept")
    ]
    forecast_at: Annotated[str | None, Field(description="where the forecast is; null where none can be asked for")]
    latest_forecast: Annotated[LatestForecast | None, Field(description="the newest that was kept; null when none was")]
    value: Annotated[ValuePublic | None, Field(description="the indicator's value with its passport; null when observed")]
    observation: Annotated[ObservedPublic | None, Field(description="the approved observation; null when derived")]

    @classmethod
    def of(cls, found: Progress, kept: Forecast | None = None) -> "ProgressPublic":
        goal, standing = found.goal, found.standing
        return cls(
            goal=goal.id,
            baseline=BaselinePublic.model_validate(goal.baseline.model_dump()),
            unit=goal.unit,
            direction=goal.direction,
            kind=goal.kind,
            as_of=found.scope.as_of,
            known_at=found.scope.known_at,
            state=standing.state,
            actual=plain(standing.figure),
            pace=found.pace,
            pace_line=[StepPublic(on=step.on, value=plain_number(step.value)) for step in found.current.line],
            required_per_month=found.required_per_month,
            milestones=[_milestone(each) for each in found.milestones],
            forecast_state="not_enough_data" if kept is None else None,
            forecast_at=None if goal.target.value is None else f"/api/v1/goals/{goal.id}/forecast",
            latest_forecast=None if kept is None else LatestForecast.of(kept),
            value=None if standing.value is None else ValuePublic.of(standing.value),
            observation=None if standing.observed is None else ObservedPublic.of(standing.observed),
            **_both(found.current, found.original),
        )


def _both(current: Against, original: Against) -> dict[str, Any]:
    return {
        "target": plain(current.target.value),
        "due_on": current.target.due_on,
        "original_target": plain(original.target.value),
        "original_due_on": original.target.due_on,
        "progress": current.progress,
        "progress_to_original": original.progress,
        "expected_today": current.expected,
        "expected_today_by_original": original.expected,
        "elapsed": current.elapsed,
        "elapsed_of_original": original.elapsed,
    }


def _milestone(found: Any) -> MilestonePassedPublic:
    said = found.milestone
    name = None if said.name is None else TextPublic.model_validate(said.name.model_dump())
    return MilestonePassedPublic(
        name=name, value=plain_number(said.value), due_on=said.due_on, state=found.state, actual=plain(found.figure)
    )


def plain(number: float | None) -> Number | None:
    """A whole number as one."""
    return None if number is None else plain_number(number)


def plain_number(number: float) -> Number:
    return int(number) if float(number).is_integer() else number
