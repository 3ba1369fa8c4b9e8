"""Universities, programs with every version of their rules, and cohorts with the rules that they opened under."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from services.trainees.domain.registry import ProgramKind
from services.trainees.tables.metadata import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class University(Table, table=True):
    """An organisation that trains and that sends rosters. `region` is a legal-district code or its first digits."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    code: str = Field(max_length=32, unique=True)
    name_ko: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    region: str = Field(max_length=10)


class Program(Table, table=True):
    """A kind of training. `goals` are ids of goal-framework nodes."""

    __table_args__ = (UniqueConstraint("university_id", "code", name="uq_program_code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    university_id: UUID = Field(foreign_key="university.id")
    code: str = Field(max_length=40)
    name_ko: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    kind: ProgramKind = Field(sa_type=ValueEnum(ProgramKind))
    field: str = Field(max_length=40)
    training_months: int
    internship_months: int
    goals: list[str] = Field(default_factory=list, sa_type=JSON)
    rules_version: int | None = None


class ProgramRules(Table, table=True):
    """One version of a program's rules, whole. Only ever added to: who changed them, when and why."""

    __tablename__ = "program_rules"

    program_id: UUID = Field(primary_key=True, foreign_key="program.id")
    version: int = Field(primary_key=True)
    rules: dict[str, Any] = Field(sa_type=JSON)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    reason: str | None = Field(default=None, max_length=40)


class Cohort(Table, table=True):
    """One run of a program. It keeps the rules that its program had when it opened, `internship_months` among them."""

    __table_args__ = (
        UniqueConstraint("program_id", "code", name="uq_cohort_code"),
        UniqueConstraint("program_id", "ordinal", name="uq_cohort_ordinal"),
        CheckConstraint("capacity > 0", name="ck_cohort_capacity"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    program_id: UUID = Field(foreign_key="program.id")
    university_id: UUID = Field(foreign_key="university.id", index=True)
    code: str = Field(max_length=40)
    field: str = Field(max_length=40)
    internship_months: int
    ordinal: int
    capacity: int
    applicants: int | None = None
    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date
    rules_version: int | None = None
    rules: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
