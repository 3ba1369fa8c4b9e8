"""Rosters that came in, what is waiting to be compared, and how each of their rows fared."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, text
from sqlmodel import Field

from services.trainees.domain.roster.lifecycle import AbsencePolicy, AbsenceState, Outcome, SyncMode, SyncState
from services.trainees.domain.stages import Stage
from services.trainees.tables.metadata import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id

__all__ = [
    "Outcome", "RosterAbsence", "RosterOutcome", "RosterRow", "RosterSame", "RosterScope", "RosterSync", "RosterUpload",
    "SyncState",
]  # fmt: skip


class RosterSync(Table, table=True):
    """A roster that came in: how many rows fared how. Holds nothing of what the rows said.

    `revision` counts its changes, `version` what was told of it. `basis` and `digest` say what a preview looked at and what
    it found; `lease_until` is until when a worker has it to itself, `worker` which one. `problems` are the reasons why it was
    rejected. Of the rows, `recognised` were told by their fingerprints alone. Since `forgotten_at`, those that changed nothing
    are only counted.
    """

    __tablename__ = "roster_sync"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    revision: int = 1
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    university_id: UUID = Field(foreign_key="university.id", index=True)
    cohort_id: UUID = Field(foreign_key="cohort.id")
    mode: SyncMode = Field(default=SyncMode.ROWS, sa_type=ValueEnum(SyncMode))
    dry_run: bool = False
    format: str | None = Field(default=None, max_length=20)
    state: SyncState = Field(sa_type=ValueEnum(SyncState))
    actor: str = Field(max_length=200)
    committed_by: str | None = Field(default=None, max_length=200)
    progress: int = 0
    rows_read: int = 0
    unidentified: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    reactivated: int = 0
    conflicting: int = 0
    vanished: int = 0
    held: int = 0
    kept: int = 0
    basis: str | None = Field(default=None, max_length=64)
    digest: str | None = Field(default=None, max_length=64)
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    worker: str | None = Field(default=None, max_length=40)
    attempts: int = 0
    recognised: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    forgotten_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RosterScope(Table, table=True):
    """A cohort that a sync is about."""

    __tablename__ = "roster_scope"

    sync_id: UUID = Field(primary_key=True, foreign_key="roster_sync.id")
    cohort_id: UUID = Field(primary_key=True, foreign_key="cohort.id", index=True)


class RosterUpload(Table, table=True):
    """A file as it was sent, sealed, from its receipt until it was read."""

    __tablename__ = "roster_upload"

    sync_id: UUID = Field(primary_key=True, foreign_key="roster_sync.id")
    content: bytes = Field(sa_type=LargeBinary)


class RosterRow(Table, table=True):
    """A row that was read and waits to be compared. `verdict` is set where it cannot be used; `content` is sealed.

    After the sync is through, only the hashes stay, and they only as long as removals are held.
    """

    __tablename__ = "roster_row"
    __table_args__ = (
        Index("ix_roster_row_number", "sync_id", "number_hash"),
        Index("ix_roster_row_identity", "sync_id", "identity_hash"),
    )

    sync_id: UUID = Field(primary_key=True, foreign_key="roster_sync.id")
    line: int = Field(primary_key=True)
    cohort_id: UUID | None = None
    number_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    identity_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    content_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    source_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    applied_on: date | None = None
    gone: bool = False
    fingerprint: bytes | None = Field(default=None, sa_type=LargeBinary)
    verdict: str | None = Field(default=None, max_length=40)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)


class RosterSame(Table, table=True):
    """A row that says word for word what the last roster said of the enrolment: its fate is that nothing changes.

    No foreign keys: of a nightly roster nearly every row stands here, and each key would cost at every one of them.
    """

    __tablename__ = "roster_same"
    __table_args__ = (Index("ix_roster_same_enrolment", "sync_id", "enrolment_id"),)

    sync_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True)
    enrolment_id: UUID


class RosterOutcome(Table, table=True):
    """How one row of a roster fared: the fields it changed by name, its problems by column, code and line; no values.

    What an undo needs: `before` is what was known until then, sealed; `after` the hash of what the row led to; `was` the
    stage that a reactivation left; `number_hash` the student number that the row brought.
    """

    __tablename__ = "roster_outcome"

    sync_id: UUID = Field(primary_key=True, foreign_key="roster_sync.id")
    line: int = Field(primary_key=True)
    outcome: Outcome = Field(sa_type=ValueEnum(Outcome))
    enrolment_id: UUID | None = Field(default=None, foreign_key="enrolment.id")
    changes: list[str] = Field(default_factory=list, sa_type=JSON)
    problems: list[dict[str, str | int | None]] = Field(default_factory=list, sa_type=JSON)
    before: bytes | None = Field(default=None, sa_type=LargeBinary)
    after: bytes | None = Field(default=None, sa_type=LargeBinary)
    was: Stage | None = Field(default=None, sa_type=ValueEnum(Stage))
    number_hash: bytes | None = Field(default=None, sa_type=LargeBinary)


class RosterAbsence(Table, table=True):
    """An enrolment that a roster no longer names: what that leads to, and who decided.

    `stage` is where it stood, `becomes` where the removal leads; the same where nothing but a mark is left.
    """

    __tablename__ = "roster_absence"

    sync_id: UUID = Field(primary_key=True, foreign_key="roster_sync.id")
    enrolment_id: UUID = Field(primary_key=True, foreign_key="enrolment.id")
    state: AbsenceState = Field(sa_type=ValueEnum(AbsenceState))
    policy: AbsencePolicy = Field(sa_type=ValueEnum(AbsencePolicy))
    stage: Stage = Field(sa_type=ValueEnum(Stage))
    becomes: Stage = Field(sa_type=ValueEnum(Stage))
    held_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_by: str | None = Field(default=None, max_length=200)
