"""Postings and their seats. Seats are counted from their rows; no count is stored."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field

from services.employers.domain.offers import Per
from services.employers.domain.positions import CloseReason, PositionKind, PositionState
from services.employers.domain.seats import SeatOrigin, SeatState
from services.employers.tables.registry import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


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
    # What came later is none in rows from before: lists are then to be read as empty.
    must_have: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    nice_to_have: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    licences: list[str] | None = Field(default=None, sa_type=JSON)
    salary_lowest: int | None = None
    salary_highest: int | None = None
    salary_per: Per | None = Field(default=None, sa_type=ValueEnum(Per))
    weekly_hours: int | None = None
    work_starts_at: time | None = None
    work_ends_at: time | None = None
    in_shifts: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    duration_months: int | None = None
    contact_id: UUID | None = None


class Seat(Table, table=True):
    """One seat of a posting, in its state from the day `since`. `placement_id` is the placement that reserved or fills it.

    `vacant_since` is the day from which somebody has been looked for: none for seats from before that was kept, which is
    then `posted_on`. `grew_from_id` is the internship's seat that this one, a conversion, continues.
    """

    __table_args__ = (
        UniqueConstraint("position_id", "number", name="uq_seat_number"),
        Index("uq_seat_grew_from", "grew_from_id", unique=True),
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
    vacant_since: date | None = None
    grew_from_id: UUID | None = None

    @property
    def days_to_fill(self) -> int | None:
        """How long somebody was looked for, of a seat that is filled."""
        return (self.since - (self.vacant_since or self.posted_on)).days if self.state is SeatState.FILLED else None
