"""Attendance as it was reported, by day or by month, and what months were evaluated; what was said before is kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from services.trainees.tables.metadata import Table
from shared.clock import now
from shared.db.types import UTCDateTime
from shared.ids import new_id

_IN_FORCE = text("superseded_at IS NULL")


class Attendance(Table, table=True):
    """How often somebody was there: on one day, or in a whole month. `day` is the month's first where `whole_month`.

    Of `days` training days the person was `absent`, `late`, left `early` or was `excused`; on all others present. A later
    report about the same day or month supersedes the earlier one, which stays.
    """

    __table_args__ = (
        Index(
            "uq_attendance_in_force", "enrolment_id", "day", "whole_month", unique=True,
            postgresql_where=_IN_FORCE, sqlite_where=_IN_FORCE,
        ),
        CheckConstraint("absent + late + early + excused <= days", name="ck_attendance_counts"),
    )  # fmt: skip

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enrolment_id: UUID = Field(foreign_key="enrolment.id")
    day: date
    month: date
    whole_month: bool
    days: int
    absent: int
    late: int
    early: int
    excused: int
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    reported_on: date | None = None
    actor: str = Field(max_length=200)
    superseded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Evaluation(Table, table=True):
    """Whether somebody passed the evaluation of a month. A later report supersedes the earlier one, which stays."""

    __table_args__ = (
        Index(
            "uq_evaluation_in_force", "enrolment_id", "month", unique=True,
            postgresql_where=_IN_FORCE, sqlite_where=_IN_FORCE,
        ),
    )  # fmt: skip

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enrolment_id: UUID = Field(foreign_key="enrolment.id")
    month: date
    passed: bool
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    reported_on: date | None = None
    actor: str = Field(max_length=200)
    superseded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
