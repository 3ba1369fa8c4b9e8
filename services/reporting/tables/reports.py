"""Reports that were closed, that are delivered by schedule, and that were given out."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from services.reporting.domain.alerting import DeliveryState
from services.reporting.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Closing(Table, table=True):
    """A plan's report of a period as it was closed: `content` never changes. `noted` is what was last found otherwise."""

    __table_args__ = (UniqueConstraint("plan", "period", name="uq_closing"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    plan: str = Field(max_length=60)
    period: str = Field(max_length=7)
    as_of: date
    known_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    by: str = Field(max_length=200)
    note: str | None = Field(default=None, max_length=2000)
    checksum: str = Field(max_length=80)
    content: dict[str, Any] = Field(sa_type=JSON)
    noted: dict[str, Any] = Field(sa_type=JSON)


class ReportSchedule(Table, table=True):
    """A report that is made again and again. `every`, `day` and `hour` say when, in Seoul; `about` which period it is about."""

    __tablename__ = "report_schedule"
    __table_args__ = (Index("ix_report_schedule_due", "active", "next_run_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    name: str = Field(max_length=200)
    plan: str = Field(max_length=60)
    about: str = Field(max_length=20)
    format: str = Field(max_length=4)
    language: str = Field(max_length=2)
    every: str = Field(max_length=10)
    day: int
    hour: int
    recipients: list[str] = Field(sa_type=JSON)
    active: bool = True
    next_run_at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=200)


class ReportDelivery(Table, table=True):
    """One report to one recipient. Its id is the message's id, on every attempt the same."""

    __tablename__ = "report_delivery"
    __table_args__ = (
        UniqueConstraint("schedule_id", "recipient_id", "run_at", name="uq_report_delivery"),
        Index("ix_report_delivery_due", "state", "due_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    schedule_id: UUID = Field(foreign_key="report_schedule.id")
    recipient_id: UUID = Field(foreign_key="alert_recipient.id")
    run_at: datetime = Field(sa_type=UTCDateTime)
    period: str | None = Field(default=None, max_length=7)
    as_of: date
    known_at: datetime = Field(sa_type=UTCDateTime)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=ValueEnum(DeliveryState))
    due_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    attempts: int = 0
    problem: str | None = Field(default=None, max_length=60)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    checksum: str | None = Field(default=None, max_length=80)


class ReportIssue(Table, table=True):
    """A file that was given out, by its SHA-256: to whom first, and what it holds. Only ever added to."""

    __tablename__ = "report_issue"

    sha256: str = Field(primary_key=True, max_length=64)
    issued_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    by: str = Field(max_length=200)
    plan: str = Field(max_length=60)
    format: str = Field(max_length=4)
    checksum: str = Field(max_length=80)
    asked: dict[str, Any] = Field(sa_type=JSON)
