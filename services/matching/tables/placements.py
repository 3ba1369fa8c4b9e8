"""Placements with their steps and evidence."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from services.matching.domain.openings import Kind
from services.matching.domain.placements import Party, PlacementState
from services.matching.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id

_STANDS: Final = text("state NOT IN ('declined', 'withdrawn', 'expired', 'reversed')")


class Placement(Table, table=True):
    """A person and a position. `stepped_on` is the day of the last step; `ended_on` the last day of the employment.

    `said_person_id` is the person whose enrolment it is, `person_id` whom they count as since persons were merged.
    `answer_by` is the last day for the answer to an offer; `answer_days` how long one waits, where its round said so.
    `converted_from` is the internship that this one continues.
    """

    __table_args__ = (
        Index("ix_placement_person", "person_id", "state"),
        Index("uq_placement_conversion", "converted_from", unique=True, postgresql_where=_STANDS, sqlite_where=_STANDS),
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
    said_person_id: UUID | None = Field(default=None, index=True)
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
    answer_by: date | None = Field(default=None, index=True)
    answer_days: int | None = None
    converted_from: UUID | None = None
    converted_from_seat_id: UUID | None = None
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
