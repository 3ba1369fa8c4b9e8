"""What callers are shown of indicators, values, goals and frameworks."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.reporting.domain.goals import Direction, Kind
from services.reporting.domain.values import State, Unit
from services.reporting.frameworks import Framework, Goal, Target
from services.reporting.indicators import Indicator
from services.reporting.indicators.definition import RollUp
from services.reporting.queries.freshness import Source
from services.reporting.queries.goals import Progress
from services.reporting.queries.values import Value

Number = int | float


class TextPublic(BaseModel):
    """The same in Korean and in English."""

    ko: str
    en: str


class IndicatorPublic(BaseModel):
    """The definition of an indicator, in the version that values are computed with."""

    id: str
    version: int
    name: TextPublic
    formula: TextPublic
    numerator: TextPublic
    denominator: TextPublic | None
    unit: Unit
    counted: Annotated[TextPublic, Field(description="the thing that is counted")]
    roll_up: Annotated[RollUp, Field(description="how parts make a whole: add, pool (sum over sum) or recount")]
    dimensions: Annotated[list[str], Field(description="what it may be narrowed to")]
    exclusions: Annotated[dict[str, TextPublic], Field(description="what is left out, by the reason's code")]
    sources: Annotated[list[str], Field(description="the aggregates whose events it rests on")]

    @classmethod
    def of(cls, indicator: Indicator) -> "IndicatorPublic":
        shown = {name: getattr(indicator, name) for name in cls.model_fields if name != "exclusions"}
        excluded = {code: TextPublic(ko=text.ko, en=text.en) for code, text in indicator.exclusions.items()}
        return cls.model_validate({**shown, "exclusions": excluded}, from_attributes=True)


class ExclusionPublic(BaseModel):
    reason: str
    count: int


class SourcePublic(BaseModel):
    """How far a source was read."""

    name: str
    watermark: Annotated[datetime | None, Field(description="when the latest event taken in was recorded; null: none yet")]
    events: Annotated[int, Field(description="how many events were taken in")]
    offsets: Annotated[dict[str, int], Field(description="the next offset to read, by partition")]

    @classmethod
    def of(cls, source: Source) -> "SourcePublic":
        offsets = {str(partition): offset for partition, offset in sorted((source.offsets or {}).items())}
        return cls(name=source.name, watermark=source.watermark, events=source.events, offsets=offsets)


class ValuePublic(BaseModel):
    """A value with its passport. When `state` is not `ok` there is no number: `value`, `low` and `high` are null."""

    indicator: str
    definition_version: int
    as_of: Annotated[date, Field(description="the Seoul day that it is about")]
    known_at: Annotated[datetime, Field(description="facts recorded later are not counted")]
    dimensions: Annotated[dict[str, str | int], Field(description="what it is narrowed to")]
    state: State
    value: Number | None
    unit: Unit
    numerator: int
    denominator: int | None
    unknown: Annotated[int, Field(description="how much of the denominator has an outcome that nobody knows (yet)")]
    low: Annotated[Number | None, Field(description="the value if all that is unknown were no success")]
    high: Annotated[Number | None, Field(description="the value if all that is unknown were a success")]
    exclusions: list[ExclusionPublic]
    evidence: Annotated[dict[str, int], Field(description="how much of the numerator rests on which grade of evidence")]
    sources: list[SourcePublic]
    matures_on: Annotated[date | None, Field(description="when an immature value can be computed")]

    @classmethod
    def of(cls, value: Value) -> "ValuePublic":
        counts, reading = value.counts, value.reading
        return cls(
            indicator=value.indicator,
            definition_version=value.definition_version,
            as_of=value.as_of,
            known_at=value.known_at,
            dimensions=_shown(value.dimensions),
            state=reading.state,
            value=reading.value,
            unit=value.unit,
            numerator=counts.numerator,
            denominator=counts.denominator,
            unknown=counts.unknown,
            low=reading.low,
            high=reading.high,
            exclusions=[ExclusionPublic(reason=reason, count=count) for reason, count in counts.exclusions.items()],
            evidence={str(grade): count for grade, count in sorted(counts.evidence.items())},
            sources=[SourcePublic.of(source) for source in value.sources],
            matures_on=None,
        )


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


def _shown(dimensions: Mapping[str, object]) -> dict[str, str | int]:
    return {name: value if isinstance(value, int) else str(value) for name, value in dimensions.items()}
