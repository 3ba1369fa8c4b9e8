"""Applications and enrolments, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.trainees.domain import values
from services.trainees.domain.stages import Stage
from services.trainees.schemas.fields import VERSION, EffectiveOn, ReasonCode, ReportedOn, StudentNo, past_birth_date, readable
from shared.http import Body


class ApplicantPerson(Body):
    name: Annotated[str, Field(max_length=200), AfterValidator(readable(values.person_name))]
    birth_date: Annotated[date, AfterValidator(readable(past_birth_date))]
    phone: Annotated[str, Field(max_length=40), AfterValidator(readable(values.phone_number))]
    email: Annotated[str, Field(max_length=254), AfterValidator(readable(values.email_address))] | None = None


class ApplicationCreate(Body):
    cohort_id: UUID
    person: ApplicantPerson
    student_no: StudentNo | None = None
    applied_on: EffectiveOn = None
    reported_on: ReportedOn = None


class EnrolmentTransition(Body):
    to: Stage
    effective_on: EffectiveOn = None
    reported_on: ReportedOn = None
    reason: Annotated[ReasonCode | None, Field(description="needed for rejected, withdrawn and dropped")] = None
    note: Annotated[str | None, Field(min_length=1, max_length=2000)] = None


class EnrolmentPublic(BaseModel):
    """An enrolment. `person_id` is a random id: who it is stands in /persons."""

    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    created_at: datetime
    person_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    field: str
    stage: Stage
    stage_since: date
    left_stage: Annotated[Stage | None, Field(description="the stage that a leave interrupted")]
    follows: Annotated[UUID | None, Field(description="the ended enrolment that this one renews")]


class EnrolmentStep(BaseModel):
    """A step of an enrolment: when it was true, when the source said so, when it was stored."""

    version: int
    stage: Stage
    effective_on: date
    reported_on: date | None
    recorded_at: datetime
    actor: str
    reason: str | None
    note: str | None


class EnrolmentWithHistory(EnrolmentPublic):
    history: list[EnrolmentStep]
