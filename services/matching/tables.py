"""The rows of the matching database. Read models refer to each other without foreign keys: news comes in any order."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.matching.domain.candidates import Stage
from services.matching.domain.openings import Kind, OpeningState, SeatState
from services.matching.domain.placements import Party, PlacementState
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table
from shared.ids import new_id


class Table(SQLModel, registry=registry()):
    """Every table of this service, in a metadata of its own."""


class University(Table, table=True):
    """Whom a university's token may act for, and where it trains. Read model."""

    university_id: UUID = Field(primary_key=True)
    code: str = Field(max_length=40, index=True)
    region: str = Field(max_length=10)


class Company(Table, table=True):
    """Whom an employer's token may act for. Read model."""

    company_id: UUID = Field(primary_key=True)
    business_number: str = Field(max_length=10, index=True)


class Cohort(Table, table=True):
    """When a cohort's trainees become available. Read model."""

    cohort_id: UUID = Field(primary_key=True)
    training_ends_on: date
    ends_on: date


class Candidate(Table, table=True):
    """An enrolment whose trainee can be recommended. `available_from` is set by its completion. Read model."""

    enrolment_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    cohort_id: UUID
    program_id: UUID
    university_id: UUID = Field(index=True)
    field: str = Field(max_length=40, index=True)
    stage: Stage = Field(sa_type=ValueEnum(Stage))
    available_from: date | None = None


class Opening(Table, table=True):
    """A posting that was opened. Its row lock guards its seats and proposals. Read model.

    `seats` is how many were posted: it can be proposed for once as many rows of seats have come.
    """

    position_id: UUID = Field(primary_key=True)
    company_id: UUID = Field(index=True)
    title: str = Field(max_length=200)
    field: str = Field(max_length=40)
    kind: Kind = Field(sa_type=ValueEnum(Kind))
    region: str = Field(max_length=10)
    skills: list[str] = Field(default_factory=list, sa_type=JSON)
    seats: int
    opens_on: date
    closes_on: date | None = None
    state: OpeningState = Field(sa_type=ValueEnum(OpeningState), index=True)


class Seat(Table, table=True):
    """A seat of a posting. `state` is what employers says; `placement_id` holds it here.

    `released_by` let go of it here, and employers has not answered that yet.
    """

    seat_id: UUID = Field(primary_key=True)
    position_id: UUID = Field(index=True)
    origin: str = Field(max_length=40)
    state: SeatState = Field(sa_type=ValueEnum(SeatState))
    placement_id: UUID | None = Field(default=None, unique=True)
    released_by: UUID | None = None


class Placement(Table, table=True):
    """A person and a position. `stepped_on` is the day of the last step; `ended_on` the last day of the employment."""

    __table_args__ = (
        Index("ix_placement_person", "person_id", "state"),
        CheckConstraint("(started_on IS NOT NULL) = (state IN ('started', 'ended'))", name="ck_placement_started_on"),
        CheckConstraint("(ended_on IS NOT NULL) = (state = 'ended')", name="ck_placement_ended_on"),
        CheckConstraint("(evidence_grade IS NOT NULL) = (started_on IS NOT NULL)", name="ck_placement_evidence"),
        CheckConstraint(
            "state NOT IN ('offered', 'accepted', 'started', 'ended') OR seat_id IS NOT NULL", name="ck_placement_seat"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    state: PlacementState = Field(default=PlacementState.PROPOSED, sa_type=ValueEnum(PlacementState))
    person_id: UUID
    enrolment_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID = Field(index=True)
    field_of_training: str = Field(max_length=40)
    position_id: UUID = Field(index=True)
    company_id: UUID = Field(index=True)
    seat_id: UUID | None = Field(default=None, index=True)
    field: str = Field(max_length=40)
    kind: Kind = Field(sa_type=ValueEnum(Kind))
    origin: str | None = Field(default=None, max_length=40)
    workplace_region: str = Field(max_length=10)
    evidence_grade: int | None = None
    stepped_on: date
    started_on: date | None = None
    ended_on: date | None = None


class PlacementStep(Table, table=True):
    """One event of a placement as it was recorded. Only ever added to: `version` is the event's."""

    __tablename__ = "placement_step"

    placement_id: UUID = Field(primary_key=True, foreign_key="placement.id")
    version: int = Field(primary_key=True)
    what: str = Field(max_length=40)
    effective_on: date
    reported_on: date | None = None
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    reason: str | None = Field(default=None, max_length=40)
    by: Party | None = Field(default=None, sa_type=ValueEnum(Party))
    evidence_grade: int | None = None


class PlacementEvidence(Table, table=True):
    """One piece of evidence of an employment, of whatever grade. Only ever added to."""

    __tablename__ = "placement_evidence"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    placement_id: UUID = Field(foreign_key="placement.id", index=True)
    grade: int
    reference: str | None = Field(default=None, max_length=80)
    effective_on: date
    reported_on: date | None = None
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)


metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)
