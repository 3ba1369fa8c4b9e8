"""Work that a request left to the workers: what was asked by whom, how far it is, what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, LargeBinary
from sqlmodel import Field

from services.matching.domain.jobs import JobKind, JobState
from services.matching.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Job(Table, table=True):
    """One piece of work. `done` is how much of it is stored for good: whoever takes it up goes on from there.

    `token` tells a worker's lease from another's. `content` is a file to work on, and goes when that is done.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    kind: JobKind = Field(sa_type=ValueEnum(JobKind))
    state: JobState = Field(default=JobState.WAITING, sa_type=ValueEnum(JobState), index=True)
    progress: int = 0
    done: int = 0
    round_id: UUID | None = Field(default=None, foreign_key="round.id", index=True)
    file_id: UUID | None = Field(default=None, foreign_key="outcome_file.id", index=True)
    actor: dict[str, Any] = Field(sa_type=JSON)
    asked: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    result: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    failure: str | None = Field(default=None, max_length=200)
    attempts: int = 0
    token: int = Field(default=0, sa_type=BigInteger)
    leased_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
