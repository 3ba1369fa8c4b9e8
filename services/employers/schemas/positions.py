"""Positions and their seats, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.positions import CloseReason, PositionKind, PositionState
from services.employers.domain.seats import SeatOrigin, SeatState
from services.employers.schemas.offers import (
    ClosesOn,
    HoursAsked,
    HoursPublic,
    Months,
    SalaryAsked,
    SalaryPublic,
    SkillLevel,
    SkillWanted,
)
from services.employers.schemas.values import VERSION, EffectiveOn, FieldCode, LifeCycleStep, Name, Region, Since, Skill, Text
from shared.http import Body
from shared.http.row_results import RowProblem


class PositionCreate(Body):
    company_id: UUID
    title: Name
    description: Text | None = None
    field: FieldCode
    kind: PositionKind
    seats: Annotated[int, Field(ge=1, le=500)]
    origin: SeatOrigin = SeatOrigin.NEW
    region: Region
    skills: Annotated[list[Skill], Field(max_length=50, description="must-haves without a level", default_factory=list)]
    opens_on: date
    closes_on: ClosesOn = None
    must_have: Annotated[list[SkillWanted], Field(max_length=30, default_factory=list)]
    nice_to_have: Annotated[list[SkillWanted], Field(max_length=30, default_factory=list)]
    licences: Annotated[list[Skill], Field(max_length=20, description="required without exception", default_factory=list)]
    salary: SalaryAsked | None = None
    working_hours: HoursAsked | None = None
    duration_months: Months | None = None
    contact_id: Annotated[UUID | None, Field(description="one of the company's contacts; never shown in public")] = None
    history: Annotated[bool, Field(description="a program manager's: the posting is over already and is written down late")] = (
        False
    )


class PositionRevision(Body):
    """What is left out stays as it is. From the first opening on field, kind, region and origin are fixed."""

    title: Name | None = None
    description: Text | None = None
    field: FieldCode | None = None
    kind: PositionKind | None = None
    region: Region | None = None
    origin: SeatOrigin | None = None
    opens_on: date | None = None
    closes_on: ClosesOn = None
    must_have: Annotated[list[SkillWanted] | None, Field(max_length=30)] = None
    nice_to_have: Annotated[list[SkillWanted] | None, Field(max_length=30)] = None
    licences: Annotated[list[Skill] | None, Field(max_length=20)] = None
    salary: SalaryAsked | None = None
    working_hours: HoursAsked | None = None
    duration_months: Months | None = None
    contact_id: UUID | None = None


class PositionTransition(Body):
    to: PositionState
    effective_on: EffectiveOn = None
    reason: Annotated[Text | None, Field(description="closing: filled, lapsed or withdrawn; returning: what has to change")] = (
        None
    )
    closes_on: Annotated[date | None, Field(description="opening: a later last day")] = None


class PositionAsked(Body):
    position_id: UUID
    version: Annotated[int | None, Field(description="the version that was shown; left out: whatever it is now")] = None
    effective_on: Annotated[date | None, Field(description="where it is another day than that of the others")] = None


class PositionsTransition(Body):
    """One step for many postings. Each is judged by itself."""

    to: PositionState
    rows: Annotated[list[PositionAsked], Field(min_length=1, max_length=500)]
    effective_on: EffectiveOn = None
    reason: Annotated[Text | None, Field(description="as for a single posting")] = None


class PositionMoved(BaseModel):
    """What became of one posting: 200 went through, otherwise why it did not. `state` and `version` are those it has now."""

    position_id: UUID
    status: int
    state: PositionState | None
    version: int | None
    problem: RowProblem | None


class PositionsMoved(BaseModel):
    moved: int
    refused: int
    results: list[PositionMoved]


class PositionCopy(Body):
    """Everything else is as in the posting that is copied; `seats` too when left out."""

    opens_on: date
    closes_on: ClosesOn = None
    seats: Annotated[int | None, Field(ge=1, le=500)] = None


class SeatsAsked(Body):
    seats: Annotated[int, Field(ge=1, le=500)]


class ClosingCreate(Body):
    position_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    reason: CloseReason
    effective_on: EffectiveOn = None


class ClosingPublic(BaseModel):
    """What became of one posting: closed, or the code and text of the refusal."""

    position_id: UUID
    closed: bool
    code: str | None
    detail: str | None


class SeatClassification(Body):
    origin: SeatOrigin
    grew_from_id: Annotated[UUID | None, Field(description="the internship's seat that a conversion continues")] = None


class TimeToFill(BaseModel):
    """Days that seats of a field and kind were vacant before they were filled."""

    field: str
    kind: PositionKind
    seats: Annotated[int, Field(description="seats that are filled")]
    quarter: int
    median: int
    three_quarters: int


class SeatCounts(BaseModel):
    """The seats by state. They add up to the seats posted: none before the first opening."""

    open: int
    reserved: int
    filled: int
    lapsed: int
    withdrawn: int


class PositionPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=VERSION + ": grows with the position's and its seats' events")]
    created_at: datetime
    company_id: UUID
    state: PositionState
    since: Since
    close_reason: CloseReason | None
    title: str
    description: str | None
    field: str
    kind: PositionKind
    origin: SeatOrigin
    region: str
    seats: Annotated[int, Field(description="seats asked for")]
    seat_counts: SeatCounts
    skills: list[str]
    opens_on: date
    closes_on: Annotated[date | None, Field(description="the last day; none: until filled")]
    must_have: list[SkillLevel]
    nice_to_have: list[SkillLevel]
    licences: list[str]
    salary: SalaryPublic | None
    working_hours: HoursPublic | None
    duration_months: int | None
    contact_id: UUID | None


class PositionDetail(PositionPublic):
    history: Annotated[list[LifeCycleStep], Field(description="empty for those whose business it is not")]


class SeatPublic(BaseModel):
    id: UUID
    version: int
    position_id: UUID
    number: int
    state: SeatState
    since: Since
    origin: SeatOrigin
    placement_id: Annotated[UUID | None, Field(description="the placement that reserved the seat or fills it")]
    posted_on: date
    vacant_since: Annotated[date | None, Field(description="since when somebody is, or was, looked for")]
    days_to_fill: Annotated[int | None, Field(description="null unless the seat is filled")]
    grew_from_id: Annotated[UUID | None, Field(description="the internship's seat that it continues")]
