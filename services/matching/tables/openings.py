"""What is open, and its seats. Read models, without foreign keys: news comes in any order."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from services.matching.domain.openings import Kind, OpeningState, SeatState
from services.matching.tables.table import Table
from shared.db.types import ValueEnum


class Opening(Table, table=True):
    """A posting that was opened. Its row lock guards its seats and proposals. Read model.

    `seats` is how many were posted: it can be proposed for once as many rows of seats have come. `demands` are
    [skill, level, must] and none in rows from before levels were kept: `skills` are must-haves then. `pay` is KRW a year.
    """

    position_id: UUID = Field(primary_key=True)
    company_id: UUID = Field(index=True)
    title: str = Field(max_length=200)
    field: str = Field(max_length=40)
    kind: Kind = Field(sa_type=ValueEnum(Kind))
    region: str = Field(max_length=10)
    skills: list[str] = Field(default_factory=list, sa_type=JSON)
    demands: list[Any] | None = Field(default=None, sa_type=JSON)
    pay: int | None = Field(default=None, sa_type=BigInteger)
    weekly_hours: int | None = None
    seats: int
    opens_on: date
    closes_on: date | None = None
    state: OpeningState = Field(sa_type=ValueEnum(OpeningState), index=True)


class Seat(Table, table=True):
    """A seat of a posting. `state` is what employers says; `placement_id` holds it here.

    `released_by` let go of it here, and employers has not answered that yet.
    """

    seat_id: UUID = Field(primary_key=True)
    position_id: UUID = Field(index=True)
    origin: str = Field(max_length=40)
    state: SeatState = Field(sa_type=ValueEnum(SeatState))
    placement_id: UUID | None = Field(default=None, unique=True)
    released_by: UUID | None = None
