"""Rosters that came in, and how each of their rows fared."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from services.trainees.tables.metadata import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


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
