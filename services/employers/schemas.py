"""What callers send to employers and what they are shown."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.agreements import AgreementState
from services.employers.domain.companies import CompanySize
from services.employers.domain.positions import CloseReason, PositionKind, PositionState
from services.employers.domain.seats import SeatOrigin, SeatState
from shared.http import Body

_REGION = "two, five or ten digits of a legal-district code: 27, 27260, 2726010100"
_FIELD = "code of an industry field: robot, medical, future_mobility"
_VERSION = "the ETag's content"

Name = Annotated[str, Field(min_length=1, max_length=200)]
Region = Annotated[str, Field(pattern=r"^(?:[0-9]{2}|[0-9]{5}|[0-9]{10})$", description=_REGION)]
FieldCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description=_FIELD)]
Skill = Annotated[str, Field(min_length=1, max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
EffectiveOn = Annotated[
    date | None, Field(description="Seoul day that it is true from: today when left out, not ahead, not before the last step")
]
Since = Annotated[date, Field(description="Seoul day that the state is true from")]


class CompanyCreate(Body):
    business_number: Annotated[str, Field(max_length=40, description="ten digits, with or without hyphens")]
    name_ko: Name
    name_en: Name
    region: Region
    size: CompanySize | None = None
    ksic: Annotated[str | None, Field(pattern=r"^[A-U][0-9]{2,5}$", description="KSIC 11 section letter and digits")] = None


class AgreementCreate(Body):
    starts_on: date
    ends_on: Annotated[date, Field(description="the last day")]
    note: Text | None = None


class AgreementTransition(Body):
    to: AgreementState
    effective_on: EffectiveOn = None
    reason: Text | None = None


class PledgeCreate(Body):
    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(?:0[1-9]|1[0-2])$", description="YYYY-MM")]
    field: FieldCode
    kind: PositionKind
    seats: Annotated[int, Field(ge=1, le=10_000)]


class PositionCreate(Body):
    company_id: UUID
    title: Name
    description: Text | None = None
    field: FieldCode
    kind: PositionKind
    seats: Annotated[int, Field(ge=1, le=500)]
    origin: SeatOrigin = SeatOrigin.NEW
    region: Region
    skills: Annotated[list[Skill], Field(max_length=50, description="must-haves", default_factory=list)]
    opens_on: date
    closes_on: Annotated[date | None, Field(description="the last day; none: until filled")] = None


class PositionTransition(Body):
    to: PositionState
    effective_on: EffectiveOn = None
    reason: Annotated[Text | None, Field(description="closing: filled, lapsed or withdrawn; returning: what has to change")] = (
        None
    )


class LifeCycleStep(BaseModel):
    """A step in a life: the state it led to, since when, and why."""

    state: str
    effective_on: date
    reason: str | None
    recorded_at: datetime


class CompanyPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=_VERSION)]
    created_at: datetime
    business_number: str
    name_ko: str
    name_en: str
    region: str
    size: CompanySize | None
    ksic: str | None


class AgreementPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=_VERSION)]
    created_at: datetime
    company_id: UUID
    state: AgreementState
    since: Since
    starts_on: date
    ends_on: date
    note: str | None


class AgreementDetail(AgreementPublic):
    history: list[LifeCycleStep]


class PledgePublic(BaseModel):
    id: UUID
    created_at: datetime
    company_id: UUID
    month: str
    field: str
    kind: PositionKind
    seats: int


class SeatCounts(BaseModel):
    """The seats by state. They add up to the seats posted: none before the first opening."""

    open: int
    reserved: int
    filled: int
    lapsed: int
    withdrawn: int


class PositionPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=_VERSION + ": grows with the position's and its seats' events")]
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
    closes_on: date | None


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
