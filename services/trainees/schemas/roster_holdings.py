"""Profiles, corrections, the mirror and the scorecard, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.trainees.domain import values
from services.trainees.domain.roster.lifecycle import AbsencePolicy
from services.trainees.domain.stages import Stage
from services.trainees.queries.roster.mirrors import Mirrored, SaidBy
from services.trainees.schemas.fields import left_out, past_birth_date, readable
from services.trainees.schemas.roster_syncs import RosterProblem
from shared.http import Body

ColumnName = Annotated[str, Field(min_length=1, max_length=100)]
FieldName = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", description="student_no, name, birth_date, phone, email, ...")]


class RosterProfilePatch(Body):
    """What is left out stays as it is."""

    names: dict[ColumnName, FieldName] = Field(default_factory=left_out, max_length=64, description="own column names to ours")
    number_width: int | None = Field(default_factory=left_out, ge=2, le=32, description="zeros lost in Excel are filled up to it")
    absence: AbsencePolicy = Field(default_factory=left_out)
    guard_rows: int = Field(default_factory=left_out, ge=0, le=100_000)
    guard_percent: int = Field(default_factory=left_out, ge=0, le=100)
    due_every_days: int = Field(default_factory=left_out, ge=1, le=366)
    due_hour: int = Field(default_factory=left_out, ge=0, le=23, description="Seoul time")

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return self.model_dump(exclude_unset=True)


class RosterProfilePublic(BaseModel):
    university_id: UUID
    version: Annotated[int, Field(description="the ETag's content; 0 while nothing was set")]
    names: dict[str, str]
    number_width: int | None
    absence: Annotated[AbsencePolicy, Field(description="what it means that a full roster no longer names somebody")]
    guard_rows: Annotated[int, Field(description="removals are held when more than these rows would vanish ...")]
    guard_percent: Annotated[int, Field(description="... and more than this share of the scope")]
    due_every_days: int
    due_hour: int


class SampleRow(BaseModel):
    line: int
    student_no: Annotated[str | None, Field(description="masked")]
    name: Annotated[str | None, Field(description="masked")]
    birth_date: Annotated[str | None, Field(description="masked")]
    phone: Annotated[str | None, Field(description="masked")]
    problems: list[RosterProblem]


class SamplePublic(BaseModel):
    """How a sample file would be read. Nothing of it is stored."""

    format: str
    columns: Annotated[list[str], Field(description="those of ours that were found")]
    rows: int
    unreadable: int
    sample: Annotated[list[SampleRow], Field(description="the first twenty rows")]


class PersonCorrections(Body):
    """What is left out stays as it is."""

    name: Annotated[str, Field(max_length=200), AfterValidator(readable(values.person_name))] = Field(default_factory=left_out)
    birth_date: Annotated[date, AfterValidator(readable(past_birth_date))] = Field(default_factory=left_out)
    phone: Annotated[str, Field(max_length=40), AfterValidator(readable(values.phone_number))] = Field(default_factory=left_out)
    email: Annotated[str, Field(max_length=254), AfterValidator(readable(values.email_address))] = Field(default_factory=left_out)

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return self.model_dump(exclude_unset=True)


class CorrectedPublic(BaseModel):
    person_id: UUID
    corrected: Annotated[list[str], Field(description="fields that no file overwrites")]


class DifferencePublic(BaseModel):
    field: str
    sent: str | None
    held: str | None
    said_by: SaidBy
    actor: str | None
    since: datetime | None


class MirrorRowPublic(BaseModel):
    enrolment_id: UUID
    cohort_id: UUID
    cohort_code: str
    name: str
    stage: Stage
    state: Mirrored
    sent_by: Annotated[UUID | None, Field(description="the sync that last said something new of it")]
    differences: list[DifferencePublic]


class ScorecardPublic(BaseModel):
    university_id: UUID
    since: Annotated[date, Field(description="from when rosters were due")]
    until: date
    syncs: int
    refused: int
    undone: int
    on_time: int
    late: int
    missing: int
    rows: int
    rejected: int
    error_rate: Annotated[float | None, Field(description="rejected rows over rows")]
    corrections: int
    named: Annotated[int, Field(description="enrolments that the rosters name")]
    correction_rate: Annotated[float | None, Field(description="corrections over named")]
    conflicting: int
