"""What callers are shown of figures over time, of what is behind them, and of why they moved."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.domain.values import State, Unit
from services.reporting.indicators.spans import Part
from services.reporting.queries.behind import Behind
from services.reporting.queries.explain import Cause, Explanation, Step
from services.reporting.queries.series import Point, Series
from services.reporting.schemas.values import ExclusionPublic, Number, SourcePublic, ValuePublic, shown

Dimensions = dict[str, str | int | None]


class PointPublic(BaseModel):
    """What one group came to by the last day of one period. When `state` is not `ok` there is no number."""

    dimensions: Annotated[Dimensions, Field(description="the group, and the period where there is one; null: not known")]
    as_of: date
    state: State
    value: Number | None
    numerator: Annotated[int | None, Field(description="null: suppressed")]
    denominator: int | None
    unknown: Annotated[int | None, Field(description="null: not published")]
    low: Number | None
    high: Number | None
    exclusions: list[ExclusionPublic]
    evidence: dict[str, int]

    @classmethod
    def of(cls, point: Point) -> "PointPublic":
        counts, reading = point.counts, point.reading
        return cls(
            dimensions=_with_unknown(point.dimensions),
            as_of=counts.stated_on or point.as_of,
            state=reading.state,
            value=reading.value,
            numerator=None if counts.suppressed else counts.numerator,
            denominator=counts.denominator,
            unknown=None if counts.stated_on else counts.unknown,
            low=None if counts.stated_on else reading.low,
            high=None if counts.stated_on else reading.high,
            exclusions=[ExclusionPublic(reason=reason, count=count) for reason, count in counts.exclusions.items()],
            evidence={str(grade): count for grade, count in sorted(counts.evidence.items())},
        )


class SeriesPublic(BaseModel):
    """The points of one indicator, with what they all rest on."""

    indicator: str
    definition_version: int
    by: list[str]
    known_at: datetime
    unit: Unit
    points: list[PointPublic]
    sources: list[SourcePublic]
    complete: Annotated[bool, Field(description="false: not all that was taken in is in these numbers yet")] = True

    @classmethod
    def of(cls, series: Series) -> "SeriesPublic":
        return cls(
            indicator=series.indicator.id,
            definition_version=series.indicator.version,
            by=list(series.by),
            known_at=series.scope.known_at,
            unit=series.indicator.unit,
            points=[PointPublic.of(point) for point in series.points],
            sources=[SourcePublic.of(source) for source in series.sources],
            complete=series.complete,
        )


class FactPublic(BaseModel):
    """One fact: when it was true, when its source said so, and when it was stored."""

    model_config = ConfigDict(from_attributes=True)

    event_id: UUID
    kind: str
    stage: str | None
    effective_on: date
    reported_on: date | None
    recorded_at: datetime
    evidence_grade: int | None


class BehindPublic(BaseModel):
    """One thing behind a number."""

    model_config = ConfigDict(from_attributes=True)

    item: Annotated[UUID, Field(description="the enrolment, placement, seat or cohort that was looked at")]
    counted: Annotated[UUID | None, Field(description="what it counts as: a person once, however many items")]
    part: Annotated[Part, Field(description="what it counts for")]
    reason: Annotated[str | None, Field(description="the exclusion that it is named under")]
    grade: Annotated[int | None, Field(description="the evidence, where there is any")]
    since: Annotated[date, Field(description="the day from which on it has counted so")]
    dimensions: Dimensions
    facts: list[FactPublic]

    @classmethod
    def of(cls, found: Behind) -> "BehindPublic":
        facts = [FactPublic.model_validate(fact) for fact in found.facts]
        told = {name: getattr(found, name) for name in ("item", "counted", "part", "reason", "grade", "since")}
        return cls(**told, dimensions=_with_unknown(found.dimensions), facts=facts)


class StepPublic(BaseModel):
    """Things that went the same way. `was` is null for what was not there, `now` for what is gone."""

    cause: Annotated[Cause, Field(description="learned: became known later; happened: came to be since")]
    was: Part | None
    was_reason: str | None
    now: Part | None
    now_reason: str | None
    things: int
    numerator: Annotated[int, Field(description="what it did to the numerator")]
    denominator: Annotated[int, Field(description="what it did to the denominator")]
    some: Annotated[list[UUID], Field(description="up to fifty of the things, for those who may see them")]

    @classmethod
    def of(cls, step: Step) -> "StepPublic":
        same = {name: getattr(step, name) for name in ("cause", "was", "was_reason", "things", "numerator", "denominator")}
        return cls(**same, now=step.is_, now_reason=step.is_reason, some=list(step.some))


class ExplanationPublic(BaseModel):
    """From one value to another: the steps add up."""

    before: ValuePublic
    after: ValuePublic
    steps: list[StepPublic]

    @classmethod
    def of(cls, found: Explanation) -> "ExplanationPublic":
        before, after = ValuePublic.of(found.before), ValuePublic.of(found.after)
        return cls(before=before, after=after, steps=[StepPublic.of(step) for step in found.steps])


def _with_unknown(dimensions: Mapping[str, object]) -> Dimensions:
    """Members of dimensions as they are written; one that is not known is null."""
    return {**dict.fromkeys(dimensions), **shown(dimensions)}
