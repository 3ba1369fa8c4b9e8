"""The rows of the reporting database. Everything with a generation is projected from events and can be rebuilt."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlalchemy import Table as CoreTable
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.db.types import UTCDateTime
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table


class Table(SQLModel, registry=registry()):
    """Every table of this service, in a metadata of its own."""


class Fact(Table, table=True):
    """What one event said about an enrolment, a placement, a seat or a position. Never changed, never deleted.

    `effective_on` is when it was true, `reported_on` when the source said so, `recorded_at` when its service stored it.
    `field` is the training's for an enrolment and the job's otherwise; `stage` is where the aggregate stands after it.
    An event that tells a history anew makes one row for each `step`; what it stands in the place of is then known to have
    held until `superseded_at` only, and whoever asks what was known before still finds it.
    """

    # The key keeps the facts of one aggregate together, which is how every figure reads them.
    __table_args__ = ({"sqlite_with_rowid": False},)

    generation: int = Field(primary_key=True)
    aggregate: str = Field(primary_key=True)
    aggregate_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    step: int = Field(default=0, primary_key=True)
    event_id: UUID
    kind: str
    stage: str | None = None
    effective_on: date
    reported_on: date | None = None
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    superseded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    person_id: UUID | None = None
    enrolment_id: UUID | None = None
    cohort_id: UUID | None = None
    program_id: UUID | None = None
    university_id: UUID | None = None
    field: str | None = None
    field_of_training: str | None = None
    placement_id: UUID | None = None
    seat_id: UUID | None = None
    position_id: UUID | None = None
    company_id: UUID | None = None
    region: str | None = None
    origin: str | None = None
    position_kind: str | None = None
    evidence_grade: int | None = None
    reason: str | None = None


class Identity(Table, table=True):
    """Whom a person's facts count for, and which enrolment a further one of the same human in the same cohort doubles.

    `kind` is person or enrolment. The last row of an id, by version, says what it counts as; one without a row counts as
    itself. Facts never change for it.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    generation: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    counts_as: UUID


class CohortVersion(Table, table=True):
    """A cohort as each of its events left it: its figures can be asked for as they were known at any moment."""

    __tablename__ = "cohort_version"

    generation: int = Field(primary_key=True)
    cohort_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    program_id: UUID
    university_id: UUID
    code: str
    field: str
    ordinal: int
    capacity: int
    applicants: int | None = None
    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date


class Program(Table, table=True):
    """A program as it is known now. `goals` are the ids of the goals it says it counts for."""

    generation: int = Field(primary_key=True)
    program_id: UUID = Field(primary_key=True)
    version: int
    university_id: UUID
    code: str
    name_ko: str
    name_en: str
    kind: str
    field: str
    goals: list[str] = Field(sa_type=JSON)


class University(Table, table=True):
    """A university as it is known now. `code` is what its users' tokens name."""

    __table_args__ = (Index("ix_university_code", "generation", "code"),)

    generation: int = Field(primary_key=True)
    university_id: UUID = Field(primary_key=True)
    version: int
    code: str
    name_ko: str
    name_en: str
    region: str


class Company(Table, table=True):
    """A company as it is known now. `business_number` is what its users' tokens name."""

    __table_args__ = (Index("ix_company_business_number", "generation", "business_number"),)

    generation: int = Field(primary_key=True)
    company_id: UUID = Field(primary_key=True)
    version: int
    business_number: str
    name_ko: str
    name_en: str
    region: str


class SourceRead(Table, table=True):
    """How much of one partition of a source was taken in: how many events, and when the latest of them was recorded.

    By partition, because each has one consumer: two of them never wait for each other's row.
    """

    __tablename__ = "source_read"

    generation: int = Field(primary_key=True)
    source: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    events: int
    last_recorded_at: datetime = Field(sa_type=UTCDateTime)


class PageSession(Table, table=True):
    """A signed-in browser. `digest` is the hash of what its cookie holds: whoever reads this table can sign in as nobody."""

    __tablename__ = "page_session"

    digest: str = Field(primary_key=True, max_length=64)
    subject: str = Field(max_length=200)
    roles: list[str] = Field(sa_type=JSON)
    organisation: str | None = Field(default=None, max_length=40)
    client_id: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(sa_type=UTCDateTime, index=True)


metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)


def core(model: type[Table]) -> CoreTable:
    """The table under a model, for statements."""
    found: Any = model
    table: CoreTable = found.__table__
    return table


FACT: Final = core(Fact)
IDENTITY: Final = core(Identity)
COHORT_VERSION: Final = core(CohortVersion)
PROGRAM: Final = core(Program)
UNIVERSITY: Final = core(University)
COMPANY: Final = core(Company)
SOURCE_READ: Final = core(SourceRead)
PAGE_SESSION: Final = core(PageSession)
PROJECTED: Final = (FACT, IDENTITY, COHORT_VERSION, PROGRAM, UNIVERSITY, COMPANY, SOURCE_READ)
