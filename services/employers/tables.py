"""The rows of the employers database. Seats are counted from their rows; no count is stored."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.employers.domain.agreements import AgreementState
from services.employers.domain.companies import CompanySize
from services.employers.domain.positions import CloseReason, PositionKind, PositionState
from services.employers.domain.seats import SeatOrigin, SeatState
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table
from shared.ids import new_id


class Table(SQLModel, registry=registry()):
    """Every table of this service, in a metadata of its own."""


class Company(Table, table=True):
    """A partner company. `business_number` is ten digits; `region` two, five or ten digits of a legal-district code."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    business_number: str = Field(max_length=10, unique=True)
    name_ko: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    region: str = Field(max_length=10)
    size: CompanySize | None = Field(default=None, sa_type=ValueEnum(CompanySize))
    ksic: str | None = Field(default=None, max_length=6)


class Agreement(Table, table=True):
    """What makes a company a partner, from its first day to its last. Its state is true from the day `since`."""

    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ck_agreement_dates"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    company_id: UUID = Field(foreign_key="company.id", index=True)
    state: AgreementState = Field(default=AgreementState.DRAFT, sa_type=ValueEnum(AgreementState))
    since: date
    starts_on: date
    ends_on: date
    note: str | None = Field(default=None, max_length=2000)


class Pledge(Table, table=True):
    """Seats that a company promises for a field and a month (`YYYY-MM`). Pledges of the same month add up."""

    __table_args__ = (CheckConstraint("seats > 0", name="ck_pledge_seats"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    company_id: UUID = Field(foreign_key="company.id", index=True)
    month: str = Field(max_length=7)
    field: str = Field(max_length=40)
    kind: PositionKind = Field(sa_type=ValueEnum(PositionKind))
    seats: int


class Position(Table, table=True):
    """A posting, in its state from the day `since`. `seats` were asked for; they exist as rows from the first opening on."""

    __table_args__ = (CheckConstraint("seats > 0", name="ck_position_seats"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    company_id: UUID = Field(foreign_key="company.id", index=True)
    state: PositionState = Field(default=PositionState.DRAFT, sa_type=ValueEnum(PositionState), index=True)
    since: date
    close_reason: CloseReason | None = Field(default=None, sa_type=ValueEnum(CloseReason))
    title: str = Field(max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    field: str = Field(max_length=40)
    kind: PositionKind = Field(sa_type=ValueEnum(PositionKind))
    origin: SeatOrigin = Field(default=SeatOrigin.NEW, sa_type=ValueEnum(SeatOrigin))
    region: str = Field(max_length=10)
    seats: int
    skills: list[str] = Field(default_factory=list, sa_type=JSON)
    opens_on: date
    closes_on: date | None = None


class Seat(Table, table=True):
    """One seat of a posting, in its state from the day `since`. `placement_id` is the placement that reserved or fills it."""

    __table_args__ = (
        UniqueConstraint("position_id", "number", name="uq_seat_number"),
        CheckConstraint("(placement_id IS NOT NULL) = (state IN ('reserved', 'filled'))", name="ck_seat_holder"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    position_id: UUID = Field(foreign_key="position.id")
    number: int
    state: SeatState = Field(default=SeatState.OPEN, sa_type=ValueEnum(SeatState))
    since: date
    origin: SeatOrigin = Field(sa_type=ValueEnum(SeatOrigin))
    placement_id: UUID | None = Field(default=None, index=True)
    posted_on: date


class Step(Table, table=True):
    """A step in the life of an agreement or a position: the state it led to, and who took it why. Only ever added to."""

    aggregate_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    state: str = Field(max_length=40)
    effective_on: date
    reason: str | None = Field(default=None, max_length=2000)
    by: str = Field(max_length=200)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)
