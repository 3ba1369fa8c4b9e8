"""What is known of rosters and of rounds of matching: how they went, never whom they were about."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.reporting.tables.table import Table, core
from shared.db.types import UTCDateTime


class Roster(Table, table=True):
    """A roster of a university that is through, as it was told last. `held` removals wait for a person's decision."""

    __table_args__ = (Index("ix_roster_university", "generation", "university_id", "finished_at"),)

    generation: int = Field(primary_key=True)
    roster_sync_id: UUID = Field(primary_key=True)
    version: int
    university_id: UUID
    mode: str
    state: str
    received_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime = Field(sa_type=UTCDateTime)
    rows_read: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    reactivated: int
    vanished: int
    held: int


class RoundStep(Table, table=True):
    """A step of a round of matching, as its event told it: `kind` is the event's name.

    What a run came to is in its step `round.proposed` only; `verified` says whether the proof that is kept with it holds.
    """

    __tablename__ = "round_step"

    generation: int = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    kind: str
    effective_on: date
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    parent_id: UUID | None = None
    seed: int
    optimal: str
    weights: str
    snapshot_hash: str | None = None
    trainees: int | None = None
    positions: int | None = None
    placed: int | None = None
    seats: int | None = None
    unfilled: int | None = None
    average_rank: float | None = None
    verified: bool | None = None


ROSTER: Final = core(Roster)
ROUND_STEP: Final = core(RoundStep)
