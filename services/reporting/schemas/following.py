"""What callers send and are shown of observations, periods, restatements, projects and contributions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.reporting.domain.observing import Health, ObservationState, ProjectState
from services.reporting.frameworks.parts import Text
from services.reporting.queries.contributions import Matrix
from services.reporting.schemas.forms import Link, Month, Period
from services.reporting.schemas.values import TextPublic
from services.reporting.tables import Project
from shared.http.bodies import Body

Value = Annotated[float, Field(ge=-1e15, le=1e15)]
Won = Annotated[int, Field(ge=0, le=10**18)]


class ObservationCreate(Body):
    """A value for a measure and a period. `restates` is the approved value that it is to replace, `reason` why."""

    measure: Annotated[str, Field(max_length=60)]
    period: Period
    value: Value
    note: str | None = None
    evidence_url: Link | None = None
    restates: UUID | None = None
    reason: str | None = None


class ObservationChange(Body):
    """What is different when a value is handed in again."""

    value: Value | None = None
    note: str | None = None
    evidence_url: Link | None = None


class Decision(Body):
    """What is said with an approval. For a restatement it is the public statement."""

    note: str | None = None


class Return(Body):
    """What is wrong with a value."""

    note: Annotated[str, Field(min_length=1)]


class LockReason(Body):
    reason: str | None = None


class UnlockReason(Body):
    reason: Annotated[str, Field(min_length=1)]


class ObservationPublic(BaseModel):
    """A value that was reported, and what was decided about it."""

    id: UUID
    version: int
    plan: str
    measure: str
    period: str
    observed_on: date
    value: float
    state: ObservationState
    note: str | None
    evidence_url: str | None
    evidence_id: UUID | None
    submitted_by: str
    submitted_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_note: str | None
    restates_id: UUID | None
    restatement_reason: str | None
    superseded_at: datetime | None


class PeriodPublic(BaseModel):
    period: str
    version: int
    locked: bool
    by: str
    changed_at: datetime
    reason: str | None


class RestatementPublic(BaseModel):
    """A published number that was replaced. `kind` is observation or target."""

    id: UUID
    recorded_at: datetime
    kind: str
    plan: str
    subject: Annotated[str, Field(description="the measure, or the goal")]
    period: Annotated[str | None, Field(description="the period, or the day on which the new target is due")]
    before: float | None
    after: float | None
    reason: str
    statement: str | None
    by: str
    in_locked_period: bool


class ProjectMilestone(BaseModel):
    name: TextPublic
    due_on: date
    done_on: date | None = None


class ProjectPublic(BaseModel):
    """A project and where it stands. Amounts are in won; what is not known is null."""

    id: UUID
    version: int
    plan: str
    code: str
    name: TextPublic
    node: str | None
    owner: TextPublic | None
    organisation: Annotated[str | None, Field(description="who may report on it, beside who manages programs")]
    state: ProjectState
    flagship: bool
    budget_won: int | None
    spent_won: int | None
    starts_on: date | None
    ends_on: date | None
    milestones: list[ProjectMilestone]
    health: Health | None
    reported_month: Annotated[str | None, Field(description="the last month that was reported on")]

    @classmethod
    def of(cls, row: Project) -> "ProjectPublic":
        shown = {name: getattr(row, name) for name in cls.model_fields if name not in ("name", "owner", "milestones")}
        owner = None if row.owner_ko is None else TextPublic(ko=row.owner_ko, en=row.owner_en or row.owner_ko)
        milestones = [ProjectMilestone.model_validate(each) for each in row.milestones]
        return cls(**shown, name=TextPublic(ko=row.name_ko, en=row.name_en), owner=owner, milestones=milestones)


class MilestoneSaid(Body):
    """A milestone of a project, and the day on which it was reached."""

    name: Text
    due_on: date
    done_on: date | None = None


class ProjectChange(Body):
    """What is different about a project. `milestones` are all of them."""

    milestones: Annotated[list[MilestoneSaid] | None, Field(max_length=60)] = None

    state: ProjectState | None = None
    node: Annotated[str | None, Field(max_length=60)] = None
    organisation: Annotated[str | None, Field(max_length=40)] = None
    budget_won: Won | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    flagship: bool | None = None


class ProjectReportCreate(Body):
    """How a project stood at the end of a month. `milestones_done` are days by the place of the milestone, from 0."""

    month: Month
    state: ProjectState
    health: Health
    spent_won: Won
    milestones_done: dict[str, date | None] | None = None
    note: str | None = None


class ProjectReportPublic(BaseModel):
    project_id: UUID
    month: str
    revision: int
    recorded_at: datetime
    by: str
    state: ProjectState
    health: Health
    spent_won: int
    note: str | None


class TakenInPublic(BaseModel):
    """What a list of projects did."""

    added: int
    changed: int
    unchanged: int


class SummaryPublic(BaseModel):
    """How the projects of a part of a plan stand. `node` is null for the whole of it, `stated` what the plan says there are."""

    node: str | None
    stated: int | None
    projects: int
    states: dict[ProjectState, int]
    health: dict[str, int]
    budget_won: int
    without_budget: int
    spent_won: int
    late_milestones: int
    reports_missing: int


class ContributionPublic(BaseModel):
    """What counts for one goal, and how many outcomes do."""

    goal: str
    plan: str
    indicator: str
    everything: Annotated[bool, Field(description="everything that the indicator counts does")]
    fields: list[str]
    programs: list[str]
    said_by_programs: Annotated[list[str], Field(description="programs that say themselves that they count for it")]
    count: int


class OverlapPublic(BaseModel):
    """How many outcomes count for both goals."""

    goals: tuple[str, str]
    count: int


class TotalPublic(BaseModel):
    """How many different outcomes count for any goal of an indicator; added up, the goals would say more."""

    indicator: str
    unit: str
    unique: int
    added_up: int


class MatrixPublic(BaseModel):
    """Which outcomes count for which goals: once in each, and once in a total."""

    as_of: date
    known_at: datetime
    contributions: list[ContributionPublic]
    overlaps: list[OverlapPublic]
    totals: list[TotalPublic]
    observed: Annotated[list[str], Field(description="goals that are observed: nothing derived counts for them")]

    @classmethod
    def of(cls, found: Matrix) -> "MatrixPublic":
        return cls(
            as_of=found.scope.as_of,
            known_at=found.scope.known_at,
            contributions=[ContributionPublic.model_validate(each, from_attributes=True) for each in found.contributions],
            overlaps=[OverlapPublic.model_validate(each, from_attributes=True) for each in found.overlaps],
            totals=[TotalPublic.model_validate(each, from_attributes=True) for each in found.totals],
            observed=[each.goal.id for each in found.observed],
        )
