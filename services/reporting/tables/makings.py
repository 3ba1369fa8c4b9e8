"""Reports that are made while whoever asked for them waits elsewhere."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary
from sqlmodel import Field

from services.reporting.domain.making import MakingState
from services.reporting.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Making(Table, table=True):
    """One file that somebody asked for. `content` is there from `made` until `expires_at`; `due_at` is when it may be taken."""

    __tablename__ = "report_making"
    __table_args__ = (Index("ix_report_making_due", "state", "due_at"), Index("ix_report_making_expires", "expires_at"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    by: str = Field(max_length=200)
    plan: str = Field(max_length=60)
    format: str = Field(max_length=4)
    language: str = Field(max_length=2)
    period: str | None = Field(default=None, max_length=7)
    as_of: date
    known_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    filters: dict[str, Any] = Field(sa_type=JSON)
    state: MakingState = Field(default=MakingState.WAITING, sa_type=ValueEnum(MakingState))
    progress: int = 0
    due_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    attempts: int = 0
    problem: str | None = Field(default=None, max_length=60)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    checksum: str | None = Field(default=None, max_length=80)
    filename: str | None = Field(default=None, max_length=200)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
