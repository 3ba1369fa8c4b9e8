"""What we keep about a university's rosters beyond a single sync: who came by them, how they are read, what people corrected."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field

from services.trainees.domain.roster.lifecycle import AbsencePolicy
from services.trainees.domain.stages import Stage
from services.trainees.tables.metadata import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum


class RosterEntry(Table, table=True):
    """An enrolment that a roster named. `present`: the last one to speak of it named it still.

    `told` is what it said of the person, sealed, `told_hash` its hash. Where a removal ended the enrolment, `gone_from` is
    the stage it ended and `gone_version` the version that this made: what nobody touched since may be taken back. By
    `fingerprint` the same row is recognised in the next roster without being read; `number_hash` is the number in it. Only
    the enrolment is a foreign key, since each one costs at every row; the person is the enrolment's, whoever that is now.
    """

    __tablename__ = "roster_entry"

    enrolment_id: UUID = Field(primary_key=True, foreign_key="enrolment.id")
    cohort_id: UUID = Field(index=True)
    sync_id: UUID
    source_hash: bytes | None = Field(default=None, sa_type=LargeBinary, index=True)
    told_hash: bytes = Field(sa_type=LargeBinary)
    told: bytes = Field(sa_type=LargeBinary)
    present: bool = True
    changed_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    gone_from: Stage | None = Field(default=None, sa_type=ValueEnum(Stage))
    gone_version: int | None = None
    fingerprint: bytes | None = Field(default=None, sa_type=LargeBinary)
    number_hash: bytes | None = Field(default=None, sa_type=LargeBinary)


class RosterProfile(Table, table=True):
    """How a university's rosters are read and what they mean. `names` leads from its own column names to ours."""

    __tablename__ = "roster_profile"

    university_id: UUID = Field(primary_key=True, foreign_key="university.id")
    version: int = 1
    changed_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    names: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    number_width: int | None = None
    absence: AbsencePolicy = Field(default=AbsencePolicy.FLAG, sa_type=ValueEnum(AbsencePolicy))
    guard_rows: int = 10
    guard_percent: int = 10
    due_every_days: int = 1
    due_hour: int = 6


class PersonCorrection(Table, table=True):
    """A field that a person corrected here: no file overwrites it. `was` is what stood there before, sealed."""

    __tablename__ = "person_correction"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    field: str = Field(primary_key=True, max_length=40)
    corrected_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    was: bytes | None = Field(default=None, sa_type=LargeBinary)
