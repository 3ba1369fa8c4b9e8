"""Applications and enrolments, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.trainees.domain import values
from services.trainees.domain.circumstances import DegreeState
from services.trainees.domain.eligibility import Verdict
from services.trainees.domain.stages import Stage
from services.trainees.schemas.fields import (
    VERSION,
    EffectiveOn,
    ReasonCode,
    Region,
    ReportedOn,
    StudentNo,
    past_birth_date,
    readable,
)
from shared.errors import N_
from shared.http import Body, wrong
from shared.http.row_results import RowProblem


class ApplicantPerson(Body):
    name: Annotated[str, Field(max_length=200), AfterValidator(readable(values.person_name))]
    birth_date: Annotated[date, AfterValidator(readable(past_birth_date))]
    phone: Annotated[str, Field(max_length=40), AfterValidator(readable(values.phone_number))]
    email: Annotated[str, Field(max_length=254), AfterValidator(readable(values.email_address))] | None = None


class Degree(Body):
    """A degree from a university in a region: obtained on a day, or expected."""

    region: Region
    state: DegreeState
    on: Annotated[date | None, Field(description="the day it was, or is to be, obtained")] = None


class ApplicationCreate(Body):
    cohort_id: UUID
    person: ApplicantPerson
    student_no: StudentNo | None = None
    applied_on: EffectiveOn = None
    reported_on: ReportedOn = None
    residence: Annotated[Region | None, Field(description="where the applicant lives: a legal-district code")] = None
    degree: Degree | None = None
    gender: Annotated[
        Literal["f", "m", "x"] | None,
        Field(description="as the applicant gave it: not kept, told once, for figures that are suppressed below ten persons"),
    ] = None
    again: Annotated[
        bool,
        Field(description="the applicant's data was destroyed here before, and they apply anew: as somebody new to us"),
    ] = False


class EnrolmentTransition(Body):
    to: Stage
    effective_on: EffectiveOn = None
    reported_on: ReportedOn = None
    reason: Annotated[ReasonCode | None, Field(description="needed for rejected, withdrawn and dropped")] = None
    note: Annotated[str | None, Field(min_length=1, max_length=2000)] = None


class CorrectionCreate(Body):
    """What should have been said of a step; what is left out stays as it was said."""

    version: Annotated[int, Field(ge=1, description="which step: the version that it made")]
    taken_back: Annotated[bool, Field(description="the step should not have been at all")] = False
    to: Stage | None = None
    effective_on: Annotated[date | None, Field(description="Seoul day that it is true from")] = None
    reported_on: ReportedOn = None
    reason: ReasonCode | None = None
    note: Annotated[str | None, Field(min_length=1, max_length=2000)] = None


class TransitionRow(Body):
    enrolment_id: UUID
    version: Annotated[int | None, Field(ge=1, description="only if it is at this version: as If-Match does for one")] = None


class CohortTransition(Body):
    """One transition for the enrolments in `rows`, or for all that stand in `standing`. Each row is judged by itself."""

    to: Stage
    rows: Annotated[list[TransitionRow], Field(min_length=1, max_length=5000)] | None = None
    standing: Stage | None = None
    only_complying: Annotated[bool, Field(description="only those with enough attendance and no failed evaluation")] = False
    preview: Annotated[bool, Field(description="say what would happen, and change nothing")] = False
    effective_on: EffectiveOn = None
    reported_on: ReportedOn = None
    reason: ReasonCode | None = None
    note: Annotated[str | None, Field(min_length=1, max_length=2000)] = None

    @model_validator(mode="after")
    def _says_which(self) -> "CohortTransition":
        if (self.rows is None) is (self.standing is None):
            raise wrong("rows_or_standing", N_("Give either `rows` or `standing`: one of them, and not both."))
        return self

    def said(self) -> dict[str, Any]:
        """For the command."""
        rows = {row.enrolment_id: row.version for row in self.rows} if self.rows is not None else None
        return {**self.model_dump(exclude={"rows"}), "rows": rows}


class TransitionResult(BaseModel):
    """What became of one row: 200 went through, otherwise why it did not. `stage` and `version` are those it has now."""

    enrolment_id: UUID
    status: int
    stage: Stage | None
    version: int | None
    problem: RowProblem | None


class CohortTransitionPublic(BaseModel):
    preview: bool
    moved: Annotated[int, Field(description="how many went through, or would")]
    refused: int
    results: list[TransitionResult]


class WaitingPublic(BaseModel):
    """A place in the waiting list: the first one moves up when a place frees."""

    position: int
    enrolment_id: UUID
    person_id: UUID
    since: date


class RuleExplained(BaseModel):
    kind: str
    verdict: Verdict
    text: Annotated[str, Field(description="in the language of Accept-Language")]
    of: list["RuleExplained"]


class FactsPublic(BaseModel):
    """What the decision was made on, as of the deadline."""

    age: int
    residence: str | None
    degrees: list[tuple[str, DegreeState]]


class EligibilityPublic(BaseModel):
    """A decision, each rule's outcome explained. `facts` are shown to those who work with the person."""

    enrolment_id: UUID
    number: int
    verdict: Verdict
    as_of: date
    decided_at: datetime
    actor: str
    rules_version: int | None
    outcomes: list[RuleExplained]
    facts: FactsPublic | None


class EligibilityCounts(BaseModel):
    """How many applicants were decided about just now."""

    decided: int
    eligible: int
    ineligible: int
    unknown: int


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
    duplicate_of: Annotated[UUID | None, Field(description="set while it is one human's second one in the cohort")]


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
    corrects: Annotated[int | None, Field(description="the version of the step in whose place this one stands")]
    taken_back: Annotated[bool, Field(description="it only takes that step back")]
    corrected_by: Annotated[int | None, Field(description="the version of the step that stands in its place")]


class EnrolmentWithHistory(EnrolmentPublic):
    history: list[EnrolmentStep]
