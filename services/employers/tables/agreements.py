"""Agreements and pledges: what a company has promised."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.employers.domain.agreements import AgreementState
from services.employers.domain.positions import PositionKind
from services.employers.tables.registry import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


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
