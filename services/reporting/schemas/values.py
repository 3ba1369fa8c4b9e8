"""What callers are shown of indicators and their values."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.reporting.domain.values import State, Unit
from services.reporting.indicators import Indicator
from services.reporting.indicators.definition import RollUp
from services.reporting.queries.freshness import Source
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
            dimensions=shown(value.dimensions),
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


def shown(dimensions: Mapping[str, object]) -> dict[str, str | int]:
    """Members of dimensions as they are written; one that is not known is left out."""
    return {name: value if isinstance(value, int) else str(value) for name, value in dimensions.items() if value is not None}
