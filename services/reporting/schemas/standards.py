"""What callers are shown of standards side by side, of the maturity calendar, and of whom to ask."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.indicators import Scope
from services.reporting.indicators.spans import Part
from services.reporting.queries.maturity import FollowUpList, Ripeness
from services.reporting.queries.standards import Bridge, BridgeStep, Measured, SideBySide
from services.reporting.schemas.values import Number, TextPublic, ValuePublic, shown


class StandardPublic(BaseModel):
    """What one standard makes of the facts. `knowledge` is shown beside those that leave the unknown out."""

    code: str
    name: TextPublic
    value: ValuePublic
    knowledge: ValuePublic | None

    @classmethod
    def of(cls, found: Measured) -> "StandardPublic":
        name, beside = found.standard.name, found.beside
        return cls(
            code=found.standard.code,
            name=TextPublic(ko=name.ko, en=name.en),
            value=ValuePublic.of(found.value),
            knowledge=None if beside is None else ValuePublic.of(beside),
        )


class BridgeStepPublic(BaseModel):
    """Enrolments that count otherwise by the next standard, and why."""

    things: int
    was: Part | None
    was_reason: str | None
    now: Part | None
    now_reason: str | None
    numerator: Annotated[int, Field(description="what it does to the numerator")]
    denominator: Annotated[int, Field(description="what it does to the denominator")]
    text: TextPublic
    some: Annotated[list[UUID], Field(description="up to fifty of the enrolments")]

    @classmethod
    def of(cls, step: BridgeStep) -> "BridgeStepPublic":
        crossing = {name: getattr(step.crossing, name) for name in ("things", "was", "was_reason", "now", "now_reason")}
        text = TextPublic(ko=step.text.ko, en=step.text.en)
        return cls(**crossing, numerator=step.numerator, denominator=step.denominator, text=text, some=list(step.some))


class BridgePublic(BaseModel):
    """From one standard to the next: what the steps do to numerator and denominator adds up to the difference."""

    before: Annotated[str, Field(description="a standard's code")]
    after: str
    steps: list[BridgeStepPublic]

    @classmethod
    def of(cls, bridge: Bridge) -> "BridgePublic":
        steps = [BridgeStepPublic.of(step) for step in bridge.steps]
        return cls(before=bridge.before.code, after=bridge.after.code, steps=steps)


class StandardsPublic(BaseModel):
    """The same facts by every standard, side by side."""

    as_of: date
    known_at: datetime
    dimensions: dict[str, str | int]
    standards: list[StandardPublic]
    bridges: list[BridgePublic]

    @classmethod
    def of(cls, found: SideBySide, scope: Scope) -> "StandardsPublic":
        return cls(
            as_of=scope.as_of,
            known_at=scope.known_at,
            dimensions=shown(scope.only),
            standards=[StandardPublic.of(each) for each in found.measured],
            bridges=[BridgePublic.of(each) for each in found.bridges],
        )


class DuePublic(BaseModel):
    """When one indicator of one cohort can be computed."""

    model_config = ConfigDict(from_attributes=True)

    cohort_id: UUID
    code: Annotated[str, Field(description="the cohort's")]
    ordinal: int
    field: str
    indicator: str
    ripeness: Ripeness
    counted: Annotated[int | None, Field(description="how much counts already; null: not for others")]
    waiting: Annotated[int | None, Field(description="how much waits until its window has passed; null: not for others")]
    computable_on: Annotated[date | None, Field(description="when the next of it can be; null: nothing waits, or unplanned")]
    complete_on: Annotated[date | None, Field(description="when all of it can be")]


class UnheardPublic(BaseModel):
    """A completion of somebody whose outcome nobody knows. Ids only: names are where they are entitled to be seen."""

    model_config = ConfigDict(from_attributes=True)

    enrolment_id: UUID
    person_id: UUID
    cohort_id: UUID | None
    since: Annotated[date, Field(description="the day of the completion")]


class FollowUpListPublic(BaseModel):
    """Of how many persons it has to be heard so that the knowledge rate reaches the threshold, and of whom it can be."""

    knowledge: ValuePublic
    threshold: Annotated[Number, Field(description="per cent of the outcomes that are to be known")]
    needed: Annotated[int, Field(description="how many persons more; 0 when the threshold is reached")]
    people: Annotated[list[UnheardPublic], Field(description="who completed last comes first")]

    @classmethod
    def of(cls, found: FollowUpList) -> "FollowUpListPublic":
        people = [UnheardPublic.model_validate(each) for each in found.people]
        return cls(knowledge=ValuePublic.of(found.value), threshold=found.threshold, needed=found.needed, people=people)
