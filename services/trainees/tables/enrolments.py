"""Enrolments with every step that they took, and the employments that placements led to."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, false, text
from sqlmodel import Field

from services.trainees.domain.eligibility import Verdict
from services.trainees.domain.stages import EXITS, Stage
from services.trainees.tables.metadata import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id

_LIVE: Final = text("stage NOT IN ({})".format(", ".join(f"'{stage}'" for stage in sorted(EXITS))))


class Enrolment(Table, table=True):
    """A person in a cohort. `left_stage` is what a leave interrupted, `follows` the ended enrolment that this one renews.

    `duplicate_of` is set while it is the second one of the same human in the same cohort: it then holds no place.
    """

    __table_args__ = (
        Index("uq_enrolment_live", "person_id", "cohort_id", unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE),
        Index("ix_enrolment_cohort_stage", "cohort_id", "stage"),
        Index("ix_enrolment_follows", "follows"),
        CheckConstraint("(left_stage IS NOT NULL) = (stage = 'on_leave')", name="ck_enrolment_leave"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    cohort_id: UUID = Field(foreign_key="cohort.id")
    program_id: UUID = Field(foreign_key="program.id")
    university_id: UUID = Field(foreign_key="university.id", index=True)
    field: str = Field(max_length=40)
    stage: Stage = Field(default=Stage.APPLIED, sa_type=ValueEnum(Stage))
    stage_since: date
    left_stage: Stage | None = Field(default=None, sa_type=ValueEnum(Stage))
    follows: UUID | None = Field(default=None, foreign_key="enrolment.id")
    duplicate_of: UUID | None = None


class StageStep(Table, table=True):
    """A step of an enrolment: when it was true, when the source said so, when we stored it, who and why.

    `version` is the enrolment's that the step made. Only ever added to; the note is sealed. A step with
    `corrects` stands in the place of that earlier one or, with `voids`, only takes it back.
    """

    __tablename__ = "stage_step"

    enrolment_id: UUID = Field(primary_key=True, foreign_key="enrolment.id")
    version: int = Field(primary_key=True)
    stage: Stage = Field(sa_type=ValueEnum(Stage))
    effective_on: date
    reported_on: date | None = None
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    reason: str | None = Field(default=None, max_length=40)
    note: bytes | None = Field(default=None, sa_type=LargeBinary)
    corrects: int | None = None
    voids: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class EligibilityDecision(Table, table=True):
    """Whether an applicant may take part, decided by the cohort's rules as of its deadline. The facts are sealed."""

    __tablename__ = "eligibility_decision"

    enrolment_id: UUID = Field(primary_key=True, foreign_key="enrolment.id")
    number: int = Field(primary_key=True)
    verdict: Verdict = Field(sa_type=ValueEnum(Verdict))
    as_of: date
    decided_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    rules_version: int | None = None
    outcomes: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    facts: bytes | None = Field(default=None, sa_type=LargeBinary)


class Employment(Table, table=True):
    """A time in which a person works, or worked, in a seat that a placement led to."""

    placement_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    company_id: UUID
    kind: str = Field(max_length=40)
    started_on: date
    ended_on: date | None = None
