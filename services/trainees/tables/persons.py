"""Persons: what is known of them stands sealed, is found by keyed hashes, and whoever sees it whole leaves a trace."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, UniqueConstraint, false, text
from sqlmodel import Field

from services.trainees.domain.circumstances import CircumstanceKind
from services.trainees.tables.metadata import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id

_UNEXAMINED: Final = text("NOT examined")


class Person(Table, table=True):
    """One human, as the random id that everybody else knows. What we know of them stands in their record.

    Ids that turned out to be one human keep their rows: `merged_into` is what one was merged into, `identity_id` the
    person whom it counts as by now; null where it counts as itself. `erased_on` is the ground of an erasure.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    merged_into: UUID | None = None
    identity_id: UUID | None = Field(default=None, index=True)
    erased_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    erased_on: str | None = Field(default=None, max_length=40)


class PersonRecord(Table, table=True):
    """What we know of a person, each field sealed. `changed_at` is also moved by a new student number.

    `identity_hash` finds the certain match, `content_hash` says at once whether a roster row brings anything new. The
    three others find persons by one thing known of them; `examined` is whether possible duplicates were looked for since
    the record changed.
    """

    __table_args__ = (Index("ix_person_record_unexamined", "person_id", postgresql_where=_UNEXAMINED, sqlite_where=_UNEXAMINED),)

    __tablename__ = "person_record"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    changed_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    identity_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    content_hash: bytes = Field(sa_type=LargeBinary)
    name: bytes = Field(sa_type=LargeBinary)
    birth_date: bytes = Field(sa_type=LargeBinary)
    phone: bytes = Field(sa_type=LargeBinary)
    email: bytes | None = Field(default=None, sa_type=LargeBinary)
    name_hash: bytes | None = Field(default=None, sa_type=LargeBinary, index=True)
    birth_hash: bytes | None = Field(default=None, sa_type=LargeBinary, index=True)
    phone_hash: bytes | None = Field(default=None, sa_type=LargeBinary, index=True)
    examined: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class StudentNumber(Table, table=True):
    """A number by which a university knows a person; a person may have several."""

    __tablename__ = "student_number"

    university_id: UUID = Field(primary_key=True, foreign_key="university.id")
    number_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    number: bytes = Field(sa_type=LargeBinary)


class Circumstance(Table, table=True):
    """What was true of a person since a day: where they live, what degree they have. The value is sealed; only added to."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    kind: CircumstanceKind = Field(sa_type=ValueEnum(CircumstanceKind))
    effective_on: date
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    value: bytes = Field(sa_type=LargeBinary)


class PairState(StrEnum):
    """What became of two persons who may be one human."""

    OPEN = "open"
    NOT_A_DUPLICATE = "not_a_duplicate"
    MERGED = "merged"


class DuplicatePair(Table, table=True):
    """Two persons who may be one human: how likely (0 to 100) and by what signs, as codes. `one_id` is the smaller id."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id", name="uq_duplicate_pair"),
        CheckConstraint("one_id < other_id", name="ck_duplicate_pair_order"),
        Index("ix_duplicate_pair_queue", "state", "score"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    one_id: UUID = Field(foreign_key="person.id")
    other_id: UUID = Field(foreign_key="person.id", index=True)
    state: PairState = Field(default=PairState.OPEN, sa_type=ValueEnum(PairState))
    score: int
    evidence: list[str] = Field(default_factory=list, sa_type=JSON)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=200)


class ErasedTrace(Table, table=True):
    """By what a record of an erased person is known again, and refused: a keyed hash, of which nothing can be read."""

    __tablename__ = "erased_trace"

    trace: bytes = Field(primary_key=True, sa_type=LargeBinary)
    person_id: UUID = Field(foreign_key="person.id", index=True)


class KeptKey(Table, table=True):
    """A key that outlives every secret, sealed with the present one: what it hashed cannot be hashed anew."""

    __tablename__ = "kept_key"

    name: str = Field(primary_key=True, max_length=40)
    key: bytes = Field(sa_type=LargeBinary)


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
