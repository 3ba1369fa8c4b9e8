"""Persons: what is known of them stands sealed, is found by keyed hashes, and whoever sees it whole leaves a trace."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field

from services.trainees.tables.metadata import Table
from shared.clock import now
from shared.db.types import UTCDateTime
from shared.ids import new_id


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
