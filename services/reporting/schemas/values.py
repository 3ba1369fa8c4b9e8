"""What callers are shown of indicators and their values."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.domain.values import KNOWN_ENOUGH, State, Unit
from services.reporting.indicators import Indicator, Text, versions_of
from services.reporting.indicators.definition import RollUp
from services.reporting.indicators.home import home_regions
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
    standard: Annotated[TextPublic, Field(description="who defines it so")]
    window: Annotated[TextPublic, Field(description="the time that is looked at")]
    maturity: Annotated[TextPublic, Field(description="when it can be computed")]
    decimals: Annotated[int, Field(description="places that a value is rounded to, halves up")]
    minimum_grade: Annotated[int, Field(description="the weakest grade of evidence that counts, 1 to 4")]
    of_known: Annotated[bool, Field(description="whether what is unknown is left out of the denominator")]
    observed: Annotated[bool, Field(description="whether people enter it, and nothing derives it")]
    details: Annotated[list[str], Field(description="what the numerator of a value is broken down by")]
    notes: Annotated[dict[str, TextPublic], Field(description="why something that counts does not count as a success, by code")]
    home_regions: Annotated[
        list[str], Field(description="where the installation is at home, as region codes begin; empty where that does not matter")
    ] = []
    versions: Annotated[list[int], Field(description="the versions that values can be asked for in")]

    @classmethod
    def of(cls, indicator: Indicator) -> "IndicatorPublic":
        made = {"exclusions", "notes", "versions", "home_regions"}
        shown = {name: getattr(indicator, name) for name in cls.model_fields if name not in made}
        texts = {name: _by_code(getattr(indicator, name)) for name in ("exclusions", "notes")}
        home = list(home_regions()) if indicator.of_home else []
        return cls.model_validate(
            {**shown, **texts, "versions": versions_of(indicator.id), "home_regions": home}, from_attributes=True
        )


def _by_code(texts: Mapping[str, Text]) -> dict[str, TextPublic]:
    return {code: TextPublic(ko=text.ko, en=text.en) for code, text in texts.items()}


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


class QuartilesPublic(BaseModel):
    """After how many days a quarter, half and three quarters had come to their end; null: not that many yet."""

    model_config = ConfigDict(from_attributes=True)

    lower: int | None
    median: int | None
    upper: int | None


class DetailPublic(BaseModel):
    """Part of a numerator."""

    by: str
    member: Annotated[str | None, Field(description="null: not known")]
    count: int


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
    complete: Annotated[bool, Field(description="false: not all that was taken in is in these numbers yet")] = True
    minimum_grade: Annotated[int, Field(description="the weakest evidence of an employment that was counted")]
    matures_on: Annotated[date | None, Field(description="when an immature value can be computed")]
    known_share: Annotated[
        Number | None, Field(description="how much of a rate's denominator has a known outcome, in per cent; null for others")
    ]
    known_enough: Annotated[bool | None, Field(description="whether that is 65 per cent at least; null for what is no rate")]
    quartiles: Annotated[QuartilesPublic | None, Field(description="for what is given in days")]
    details: Annotated[list[DetailPublic], Field(description="what the numerator is made of, the most frequent first")]

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
            complete=value.complete,
            minimum_grade=value.minimum_grade,
            matures_on=value.matures_on,
            known_share=value.known_share,
            known_enough=None if value.known_share is None else value.known_share >= KNOWN_ENOUGH,
            quartiles=None if value.quartiles is None else QuartilesPublic.model_validate(value.quartiles),
            details=[
                DetailPublic(by=by, member=member, count=count)
                for by, members in value.details.items()
                for member, count in members.items()
            ],
        )


def shown(dimensions: Mapping[str, object]) -> dict[str, str | int]:
    """Members of dimensions as they are written; one that is not known is left out."""
    return {name: value if isinstance(value, int) else str(value) for name, value in dimensions.items() if value is not None}
