"""Rounds with their input, their course and their outcome."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, LargeBinary
from sqlmodel import Field

from services.matching.domain.rounds.life_cycle import RoundState
from services.matching.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Round(Table, table=True):
    """One run of the engine on a frozen input. `parent_id`: it takes what that round left. What follows is told once it ran."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by: str = Field(max_length=200)
    state: RoundState = Field(default=RoundState.DRAFT, sa_type=ValueEnum(RoundState), index=True)
    parent_id: UUID | None = Field(default=None, foreign_key="round.id", index=True)
    settings: dict[str, Any] = Field(sa_type=JSON)
    on_day: date | None = None
    snapshot_hash: str | None = Field(default=None, max_length=64)
    trainees: int | None = None
    positions: int | None = None
    figures: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    verification: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    ignored: list[Any] | None = Field(default=None, sa_type=JSON)
    published_by: str | None = Field(default=None, max_length=200)


class RoundRun(Table, table=True):
    """How far a run is, and which worker has it until when. Not the round's content: it leaves no event."""

    __tablename__ = "round_run"

    round_id: UUID = Field(primary_key=True, foreign_key="round.id")
    progress: int = 0
    token: int = Field(default=0, sa_type=BigInteger)
    leased_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    failure: str | None = Field(default=None, max_length=200)


class RoundSnapshot(Table, table=True):
    """The frozen input, compressed: domain.rounds.snapshot reads it."""

    __tablename__ = "round_snapshot"

    round_id: UUID = Field(primary_key=True, foreign_key="round.id")
    content: bytes = Field(sa_type=LargeBinary)


class RoundRanking(Table, table=True):
    """Whom or what somebody wants in a round, the most wanted first. `side` is trainee or position."""

    __tablename__ = "round_ranking"

    round_id: UUID = Field(primary_key=True, foreign_key="round.id")
    side: str = Field(primary_key=True, max_length=10)
    owner_id: UUID = Field(primary_key=True)
    ranked: list[str] = Field(sa_type=JSON)
    recorded_by: str = Field(max_length=200)


class RoundAssignment(Table, table=True):
    """What came out for one trainee. `placement_id`: a person proposed it; `refused`: that could not be done."""

    __tablename__ = "round_assignment"
    __table_args__ = (
        Index("ix_round_assignment_university", "round_id", "university_id"),
        Index("ix_round_assignment_company", "round_id", "company_id"),
    )

    round_id: UUID = Field(primary_key=True, foreign_key="round.id")
    person_id: UUID = Field(primary_key=True)
    enrolment_id: UUID
    university_id: UUID | None = None
    position_id: UUID | None = None
    company_id: UUID | None = None
    rank: int | None = None
    listed: int
    score: float | None = None
    position_score: float | None = None
    group: str = Field(max_length=40)
    reason: str | None = Field(default=None, max_length=40)
    tried: list[Any] = Field(default_factory=list, sa_type=JSON)
    placement_id: UUID | None = None
    refused: str | None = Field(default=None, max_length=40)


class RoundVacancy(Table, table=True):
    """What came out for one position with seats."""

    __tablename__ = "round_vacancy"

    round_id: UUID = Field(primary_key=True, foreign_key="round.id")
    position_id: UUID = Field(primary_key=True)
    company_id: UUID = Field(index=True)
    seats: int
    filled: int
    listed: int
    reason: str | None = Field(default=None, max_length=40)
