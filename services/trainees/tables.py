"""The rows of the trainees database. Personal data stands in two tables only, sealed, and is found by keyed hashes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.trainees.domain.registry import ProgramKind
from services.trainees.domain.stages import EXITS, Stage
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table
from shared.ids import new_id

_LIVE: Final = text("stage NOT IN ({})".format(", ".join(f"'{stage}'" for stage in sorted(EXITS))))


class SyncState(StrEnum):
    """What became of a roster: only looked at, or brought in."""

    PREVIEWED = "previewed"
    APPLIED = "applied"


class Outcome(StrEnum):
    """What became of a row of a roster."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


class Table(SQLModel, registry=registry()):
    """Every table of this service, in a metadata of its own."""


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


class Cohort(Table, table=True):
    """One run of a program. It keeps the field and the internship that its program had when it opened."""

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


class Person(Table, table=True):
    """One human, as the random id that everybody else knows. What we know of them stands in their record."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class PersonRecord(Table, table=True):
    """What we know of a person, each field sealed. `changed_at` is also moved by a new student number.

    `identity_hash` finds the certain match, `content_hash` says at once whether a roster row brings anything new.
    """

    __tablename__ = "person_record"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    changed_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    identity_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    content_hash: bytes = Field(sa_type=LargeBinary)
    name: bytes = Field(sa_type=LargeBinary)
    birth_date: bytes = Field(sa_type=LargeBinary)
    phone: bytes = Field(sa_type=LargeBinary)
    email: bytes | None = Field(default=None, sa_type=LargeBinary)


class StudentNumber(Table, table=True):
    """A number by which a university knows a person; a person may have several."""

    __tablename__ = "student_number"

    university_id: UUID = Field(primary_key=True, foreign_key="university.id")
    number_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    number: bytes = Field(sa_type=LargeBinary)


class Enrolment(Table, table=True):
    """A person in a cohort. `left_stage` is what a leave interrupted, `follows` the ended enrolment that this one renews."""

    __table_args__ = (
        Index("uq_enrolment_live", "person_id", "cohort_id", unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE),
        Index("ix_enrolment_cohort_stage", "cohort_id", "stage"),
        CheckConstraint("(left_stage IS NOT NULL) = (stage = 'on_leave')", name="ck_enrolment_leave"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    cohort_id: UUID = Field(foreign_key="cohort.id")
    program_id: UUID = Field(foreign_key="program.id")
    university_id: UUID = Field(foreign_key="university.id", index=True)
    field: str = Field(max_length=40)
    stage: Stage = Field(default=Stage.APPLIED, sa_type=ValueEnum(Stage))
    stage_since: date
    left_stage: Stage | None = Field(default=None, sa_type=ValueEnum(Stage))
    follows: UUID | None = Field(default=None, foreign_key="enrolment.id")


class StageStep(Table, table=True):
    """A step of an enrolment: when it was true, when the source said so, when we stored it, who and why.

    `version` is the enrolment's that the step made. Only ever added to; the note is sealed.
    """

    __tablename__ = "stage_step"

    enrolment_id: UUID = Field(primary_key=True, foreign_key="enrolment.id")
    version: int = Field(primary_key=True)
    stage: Stage = Field(sa_type=ValueEnum(Stage))
    effective_on: date
    reported_on: date | None = None
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    reason: str | None = Field(default=None, max_length=40)
    note: bytes | None = Field(default=None, sa_type=LargeBinary)


class Employment(Table, table=True):
    """A time in which a person works, or worked, in a seat that a placement led to."""

    placement_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    company_id: UUID
    kind: str = Field(max_length=40)
    started_on: date
    ended_on: date | None = None


class RosterSync(Table, table=True):
    """A roster that came in: how many rows fared how. Holds nothing of what the rows said."""

    __tablename__ = "roster_sync"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    university_id: UUID = Field(foreign_key="university.id", index=True)
    cohort_id: UUID = Field(foreign_key="cohort.id")
    state: SyncState = Field(sa_type=ValueEnum(SyncState))
    actor: str = Field(max_length=200)
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0


class RosterOutcome(Table, table=True):
    """How one row of a roster fared: the fields it changed by name, its problems by column, code and line; no values."""

    __tablename__ = "roster_outcome"

    sync_id: UUID = Field(primary_key=True, foreign_key="roster_sync.id")
    line: int = Field(primary_key=True)
    outcome: Outcome = Field(sa_type=ValueEnum(Outcome))
    enrolment_id: UUID | None = Field(default=None, foreign_key="enrolment.id")
    changes: list[str] = Field(default_factory=list, sa_type=JSON)
    problems: list[dict[str, str | int | None]] = Field(default_factory=list, sa_type=JSON)


class AccessEntry(Table, table=True):
    """Somebody saw a person's data whole: who, when, from where, whose, and what for if they said so."""

    __tablename__ = "access_log"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)
    actor: str = Field(max_length=200)
    organisation: str | None = Field(default=None, max_length=40)
    origin: str | None = Field(default=None, max_length=64)
    action: str = Field(max_length=40)
    person_id: UUID = Field(index=True)
    purpose: str | None = Field(default=None, max_length=200)


metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)


def rows_of(model: type[Table]) -> SqlTable:
    """The table behind a model, for statements over many rows."""
    return metadata.tables[str(model.__tablename__)]
