"""What callers send to trainees and what they are shown."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.trainees.domain import values
from services.trainees.domain.registry import ProgramKind
from services.trainees.domain.stages import Stage
from services.trainees.domain.values import Unusable
from services.trainees.tables import Outcome, SyncState
from shared.clock import today
from shared.http import Body, wrong

V = TypeVar("V")

_REGION = "two, five or ten digits of a legal-district code: 27, 27260, 2726010100"
_FIELD = "code of an industry field: robot, medical, future_mobility"
_VERSION = "the ETag's content"
_CODE = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?$"


def _readable(read: Callable[[V], V]) -> Callable[[V], V]:
    """`read` as a validator of a request model: what it cannot use is refused with its code."""

    @wraps(read)
    def validate(value: V) -> V:
        try:
            return read(value)
        except Unusable as error:
            raise wrong(error.code, values.MESSAGES[error.code]) from None

    return validate


def _left_out() -> Any:
    """The default of a field of a PATCH: never read, since only what was sent is."""
    return None


def _birth_date(born: date) -> date:
    return values.check_birth_date(born, today=today())


Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(pattern=_CODE)]
UniversityCode = Annotated[
    str, Field(pattern=r"^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$", description="what its tokens carry as organisation")
]
Region = Annotated[str, Field(pattern=r"^(?:[0-9]{2}|[0-9]{5}|[0-9]{10})$", description=_REGION)]
FieldCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description=_FIELD)]
ReasonCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="a code, not a text: personal, health, job")]
GoalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$")]
EffectiveOn = Annotated[date | None, Field(description="Seoul day that it is true from; today when left out, never ahead")]
ReportedOn = Annotated[date | None, Field(description="Seoul day on which the source said so")]
StudentNo = Annotated[str, Field(max_length=40), AfterValidator(_readable(values.student_number))]


class UniversityCreate(Body):
    code: UniversityCode
    name_ko: Name
    name_en: Name
    region: Region


class ProgramCreate(Body):
    university_id: UUID
    code: Code
    name_ko: Name
    name_en: Name
    kind: ProgramKind
    field: FieldCode
    training_months: Annotated[int, Field(ge=1, le=60)]
    internship_months: Annotated[int, Field(ge=0, le=24, description="0: the program has no internship")]
    goals: Annotated[list[GoalId], Field(max_length=50, description="goal-framework nodes it counts for", default_factory=list)]


class CohortCreate(Body):
    program_id: UUID
    code: Code
    ordinal: Annotated[int, Field(ge=1, le=1000)]
    capacity: Annotated[int, Field(ge=1, le=100_000)]
    applicants: Annotated[
        int | None, Field(ge=0, le=1_000_000, description="the published figure; without one those we hold are counted")
    ] = None
    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date


class CohortPatch(Body):
    """What is left out stays as it is; `applicants` null takes the published figure back."""

    capacity: int = Field(default_factory=_left_out, ge=1, le=100_000)
    applicants: int | None = Field(default_factory=_left_out, ge=0, le=1_000_000)
    applications_open_on: date = Field(default_factory=_left_out)
    applications_close_on: date = Field(default_factory=_left_out)
    starts_on: date = Field(default_factory=_left_out)
    training_ends_on: date = Field(default_factory=_left_out)
    ends_on: date = Field(default_factory=_left_out)

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return self.model_dump(exclude_unset=True)


class ApplicantPerson(Body):
    name: Annotated[str, Field(max_length=200), AfterValidator(_readable(values.person_name))]
    birth_date: Annotated[date, AfterValidator(_readable(_birth_date))]
    phone: Annotated[str, Field(max_length=40), AfterValidator(_readable(values.phone_number))]
    email: Annotated[str, Field(max_length=254), AfterValidator(_readable(values.email_address))] | None = None


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


class UniversityPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=_VERSION)]
    created_at: datetime
    code: str
    name_ko: str
    name_en: str
    region: str


class ProgramPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=_VERSION)]
    created_at: datetime
    university_id: UUID
    code: str
    name_ko: str
    name_en: str
    kind: ProgramKind
    field: str
    training_months: int
    internship_months: int
    goals: list[str]


class CohortPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=_VERSION)]
    created_at: datetime
    program_id: UUID
    university_id: UUID
    code: str
    field: str
    ordinal: int
    capacity: int
    applicants: int | None
    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date


class AdmissionPublic(BaseModel):
    """The admission figures of a cohort; the ratio is applicants over capacity."""

    cohort_id: UUID
    capacity: int
    applicants: int
    selected: Annotated[int, Field(description="how many were ever selected")]
    held: Annotated[int, Field(description="how many places are held now")]
    competition_ratio: Decimal


class EnrolmentPublic(BaseModel):
    """An enrolment. `person_id` is a random id: who it is stands in /persons."""

    id: UUID
    version: Annotated[int, Field(description=_VERSION)]
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


class PersonMasked(BaseModel):
    id: UUID
    name: str
    birth_year: int
    phone: str
    email: str | None


class StudentNumberPublic(BaseModel):
    university_id: UUID
    student_no: str


class PersonPublic(BaseModel):
    id: UUID
    name: str
    birth_date: date
    phone: Annotated[str, Field(description="E.164")]
    email: str | None
    student_numbers: list[StudentNumberPublic]
    changed_at: datetime


class RosterProblem(BaseModel):
    """What is wrong with a row, without the value. `column` is empty where the row as a whole is meant."""

    column: str
    code: str
    message: str


class RosterRowPublic(BaseModel):
    line: Annotated[int, Field(description="where the row begins in the file; the header is line 1")]
    outcome: Outcome
    enrolment_id: UUID | None
    changes: Annotated[list[str], Field(description="names of the fields that changed")]
    problems: list[RosterProblem]


class RosterCounts(BaseModel):
    created: int
    changed: int
    unchanged: int
    rejected: int


class RosterSyncPublic(BaseModel):
    id: UUID
    university_id: UUID
    cohort_id: UUID
    state: SyncState
    created_at: datetime
    counts: RosterCounts
    rows: list[RosterRowPublic]
