"""Universities, programs and cohorts, as they are sent and shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.trainees.domain.registry import ProgramKind
from services.trainees.domain.rules import Conditions, Rules
from services.trainees.schemas.fields import VERSION, Code, FieldCode, GoalId, Name, ReasonCode, Region, UniversityCode, left_out
from shared.http import Body


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
    rules: Annotated[Conditions | None, Field(description="who may take part and what is asked; nothing when left out")] = None


class ProgramRulesCreate(Body):
    """The next version of a program's rules. `rules` whole; of the rest what is left out stays as it is."""

    rules: Conditions
    field: FieldCode = Field(default_factory=left_out)
    training_months: int = Field(default_factory=left_out, ge=1, le=60)
    internship_months: int = Field(default_factory=left_out, ge=0, le=24)
    goals: list[GoalId] = Field(default_factory=left_out, max_length=50)
    reason: ReasonCode | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent beside the rules."""
        return self.model_dump(exclude_unset=True, exclude={"rules", "reason"})


class ProgramRulesPublic(BaseModel):
    """One version of a program's rules. Cohorts keep the version that they opened with."""

    program_id: UUID
    version: int
    rules: Rules
    recorded_at: datetime
    actor: str
    reason: str | None


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

    capacity: int = Field(default_factory=left_out, ge=1, le=100_000)
    applicants: int | None = Field(default_factory=left_out, ge=0, le=1_000_000)
    applications_open_on: date = Field(default_factory=left_out)
    applications_close_on: date = Field(default_factory=left_out)
    starts_on: date = Field(default_factory=left_out)
    training_ends_on: date = Field(default_factory=left_out)
    ends_on: date = Field(default_factory=left_out)

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return self.model_dump(exclude_unset=True)


class UniversityPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    created_at: datetime
    code: str
    name_ko: str
    name_en: str
    region: str


class ProgramPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=VERSION)]
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
    rules_version: Annotated[int | None, Field(description="the newest version of its rules; /programs/{id}/rules has all")]


class CohortPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=VERSION)]
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
    rules_version: int | None
    rules: Annotated[Rules | None, Field(description="what the cohort opened with, and keeps")]


class AdmissionPublic(BaseModel):
    """The admission figures of a cohort; the ratio is applicants over capacity."""

    cohort_id: UUID
    capacity: int
    applicants: int
    selected: Annotated[int, Field(description="how many were ever selected")]
    held: Annotated[int, Field(description="how many places are held now")]
    waiting: Annotated[int, Field(description="how many wait for a place now")]
    competition_ratio: Decimal
