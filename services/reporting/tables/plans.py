"""Plans as they were read or edited, and what was observed, reported and locked beside them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from services.reporting.domain.observing import Health, ObservationState, ProjectState
from services.reporting.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Plan(Table, table=True):
    """A published plan: its framework file's content as it stands now.

    `file_hash` is of the file that was last taken in; `edited` whether somebody changed it since, and then a newer file
    of the product does not replace it.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    code: str = Field(max_length=60, unique=True)
    content: dict[str, Any] = Field(sa_type=JSON)
    file_hash: str | None = Field(default=None, max_length=64)
    edited: bool = False


class PlanVersion(Table, table=True):
    """A plan as each change left it, and why. Only ever added to."""

    __tablename__ = "plan_version"

    plan_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    by: str = Field(max_length=200)
    reason: str | None = Field(default=None, max_length=2000)
    content: dict[str, Any] = Field(sa_type=JSON)


class Observation(Table, table=True):
    """A value that somebody reports for a measure and a period.

    `slot` is `open` while it waits for somebody, `approved` while it is the period's value, and null afterwards: there is
    one of each at most. `restates_id` is the approved one that it is to replace.
    """

    __table_args__ = (UniqueConstraint("measure", "period", "slot", name="uq_observation_slot"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    plan: str = Field(max_length=60, index=True)
    measure: str = Field(max_length=60)
    period: str = Field(max_length=7)
    observed_on: date
    value: float
    state: ObservationState = Field(default=ObservationState.SUBMITTED, sa_type=ValueEnum(ObservationState))
    slot: str | None = Field(default="open", max_length=8)
    note: str | None = Field(default=None, max_length=2000)
    evidence_url: str | None = Field(default=None, max_length=2000)
    evidence_id: UUID | None = None
    submitted_by: str = Field(max_length=200)
    submitted_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=200)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decision_note: str | None = Field(default=None, max_length=2000)
    restates_id: UUID | None = None
    restatement_reason: str | None = Field(default=None, max_length=2000)
    superseded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Evidence(Table, table=True):
    """A file that shows where an observed value comes from."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    by: str = Field(max_length=200)
    filename: str = Field(max_length=255)
    content_type: str = Field(max_length=100)
    size: int
    sha256: str = Field(max_length=64)
    content: bytes = Field(sa_type=LargeBinary)


class PeriodLock(Table, table=True):
    """Whether a period is locked. Its version counts how often that changed."""

    __tablename__ = "period_lock"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    period: str = Field(max_length=7, unique=True)
    locked: bool = False
    by: str = Field(max_length=200)
    changed_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    reason: str | None = Field(default=None, max_length=2000)


class Restatement(Table, table=True):
    """A published number that was replaced: an observed value, or a goal's target. Only ever added to."""

    __table_args__ = (Index("ix_restatement_subject", "subject", "recorded_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    kind: str = Field(max_length=20)
    plan: str = Field(max_length=60)
    subject: str = Field(max_length=60)
    period: str | None = Field(default=None, max_length=10)
    before: float | None = None
    after: float | None = None
    reason: str = Field(max_length=2000)
    statement: str | None = Field(default=None, max_length=4000)
    by: str = Field(max_length=200)
    in_locked_period: bool = False


class Project(Table, table=True):
    """A project of a plan and what became of it. `spent_won` and `health` are what its last report says."""

    __table_args__ = (UniqueConstraint("plan", "code", name="uq_project_code"), Index("ix_project_node", "plan", "node"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    plan: str = Field(max_length=60)
    code: str = Field(max_length=60)
    name_ko: str = Field(max_length=2000)
    name_en: str = Field(max_length=2000)
    node: str | None = Field(default=None, max_length=60)
    owner_ko: str | None = Field(default=None, max_length=2000)
    owner_en: str | None = Field(default=None, max_length=2000)
    organisation: str | None = Field(default=None, max_length=40)
    state: ProjectState = Field(default=ProjectState.PLANNED, sa_type=ValueEnum(ProjectState))
    flagship: bool = False
    budget_won: int | None = Field(default=None, sa_type=BigInteger)
    starts_on: date | None = None
    ends_on: date | None = None
    milestones: list[dict[str, Any]] = Field(sa_type=JSON)
    spent_won: int | None = Field(default=None, sa_type=BigInteger)
    health: Health | None = Field(default=None, sa_type=ValueEnum(Health))
    reported_month: str | None = Field(default=None, max_length=7)


class ProjectReport(Table, table=True):
    """What its owner said of a project for a month. One that is said anew is a further revision: nothing is overwritten."""

    __tablename__ = "project_report"

    project_id: UUID = Field(foreign_key="project.id", primary_key=True)
    month: str = Field(max_length=7, primary_key=True)
    revision: int = Field(primary_key=True)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    by: str = Field(max_length=200)
    state: ProjectState = Field(sa_type=ValueEnum(ProjectState))
    health: Health = Field(sa_type=ValueEnum(Health))
    spent_won: int = Field(sa_type=BigInteger)
    note: str | None = Field(default=None, max_length=2000)
