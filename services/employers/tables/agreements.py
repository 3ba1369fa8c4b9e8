"""Agreements with what they grant, and pledges: what a company and the program have promised each other."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint
from sqlmodel import Field

from services.employers.domain.agreements import AgreementState, EndingDecision
from services.employers.domain.incentives import IncentiveKind
from services.employers.domain.positions import PositionKind
from services.employers.tables.registry import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Agreement(Table, table=True):
    """What makes a company a partner, from its first day to its last. Its state is true from the day `since`.

    `fields` and `kinds` are what it covers: none means all of them. `renews_id` is the agreement that it goes on from.
    """

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
    fields: list[str] | None = Field(default=None, sa_type=JSON)
    kinds: list[str] | None = Field(default=None, sa_type=JSON)
    renews_id: UUID | None = Field(default=None, index=True)


class Incentive(Table, table=True):
    """What an agreement grants: so many won for a purpose, from one day to another."""

    __table_args__ = (
        CheckConstraint("amount_won > 0", name="ck_incentive_amount"),
        CheckConstraint("ends_on >= starts_on", name="ck_incentive_dates"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    agreement_id: UUID = Field(foreign_key="agreement.id", index=True)
    kind: IncentiveKind = Field(sa_type=ValueEnum(IncentiveKind))
    amount_won: int = Field(sa_type=BigInteger)
    starts_on: date
    ends_on: date
    note: str | None = Field(default=None, max_length=2000)


class Ending(Table, table=True):
    """What somebody decided about an open posting whose company has no agreement in force any more. Only ever added to."""

    __tablename__ = "agreement_ending"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    position_id: UUID = Field(foreign_key="position.id", index=True)
    agreement_id: UUID | None = None
    decision: EndingDecision = Field(sa_type=ValueEnum(EndingDecision))
    reason: str = Field(max_length=2000)
    by: str = Field(max_length=200)


class Pledge(Table, table=True):
    """Seats that a company promises for a field and a month (`YYYY-MM`), of a skill or of any. Pledges of a month add up.

    One that was taken back keeps its row, with the day: what was promised and not kept is not forgotten.
    """

    __table_args__ = (CheckConstraint("seats > 0", name="ck_pledge_seats"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    company_id: UUID = Field(foreign_key="company.id", index=True)
    month: str = Field(max_length=7)
    field: str = Field(max_length=40)
    kind: PositionKind = Field(sa_type=ValueEnum(PositionKind))
    seats: int
    version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    skill: str | None = Field(default=None, max_length=60)
    note: str | None = Field(default=None, max_length=2000)
    withdrawn_on: date | None = None
