"""Persons, as they are shown: masked in lists."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.trainees.domain import values
from services.trainees.domain.circumstances import CircumstanceKind, DegreeState
from services.trainees.domain.identity import Decision
from services.trainees.domain.likeness import Sign
from services.trainees.schemas.enrolments import EnrolmentPublic
from services.trainees.schemas.fields import VERSION, Region, StudentNo, past_birth_date, readable
from services.trainees.tables import PairState
from shared.errors import N_
from shared.http import Body, wrong


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


class CircumstanceCreate(Body):
    """Residence in a region, or a degree from a university in it, since a day; a degree is obtained or expected then."""

    kind: CircumstanceKind
    region: Region
    effective_on: date
    state: DegreeState | None = None

    @model_validator(mode="after")
    def _degrees_have_a_state(self) -> "CircumstanceCreate":
        if (self.kind is CircumstanceKind.DEGREE) is (self.state is None):
            raise wrong("state_of_a_degree", N_("A degree has a state, a residence has none."))
        return self


class CircumstancePublic(BaseModel):
    kind: CircumstanceKind
    region: str
    effective_on: date
    state: DegreeState | None


class PersonSearch(Body):
    """What is known of whom one looks for. It stands in the body, so that no log and no history of addresses holds it."""

    name: Annotated[str, Field(max_length=200), AfterValidator(readable(values.person_name))] | None = None
    birth_date: Annotated[date, AfterValidator(readable(past_birth_date))] | None = None
    phone: Annotated[str, Field(max_length=40), AfterValidator(readable(values.phone_number))] | None = None
    student_no: StudentNo | None = None


class PersonsFound(BaseModel):
    items: list[PersonMasked]
    more: Annotated[bool, Field(description="there are more than are shown: say more about whom you look for")]


class PersonsMerge(Body):
    survivor_id: Annotated[UUID, Field(description="who stays")]
    merged_id: Annotated[UUID, Field(description="who counts as the survivor from now on")]


class PersonsUnmerge(Body):
    person_id: Annotated[UUID, Field(description="who was merged into another and counts as themself from now on")]


class PersonErasure(Body):
    ground: Literal["request"] = "request"


class PersonIdentity(BaseModel):
    """A person's id and what it counts as: itself, or whom it was merged into."""

    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    merged_into: UUID | None
    identity_id: Annotated[UUID | None, Field(description="whom it counts as; null where it counts as itself")]
    erased_at: datetime | None


class EvidencePublic(BaseModel):
    code: Sign
    text: Annotated[str, Field(description="in the language of Accept-Language")]


class DuplicatePublic(BaseModel):
    """Two persons who may be one human, masked, with the signs for and against it."""

    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    state: PairState
    score: Annotated[int, Field(description="0 to 100")]
    evidence: list[EvidencePublic]
    person_ids: list[UUID]
    persons: list[PersonMasked | None]
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class DuplicateDecision(Body):
    decision: Decision
    survivor_id: Annotated[UUID | None, Field(description="who stays; the person known longer when left out")] = None


class DuplicatesFound(BaseModel):
    new: Annotated[int, Field(description="pairs that were not in the queue before")]
    examined: Annotated[int, Field(description="records looked at; 500 means that there may be more")]


class AccessEntryPublic(BaseModel):
    """Somebody saw, took out or destroyed a person's data."""

    id: UUID
    recorded_at: datetime
    actor: str
    organisation: str | None
    origin: str | None
    action: str
    person_id: UUID
    purpose: str | None


class TraineePublic(BaseModel):
    """A person's record with everything they took part in. `also_known_as` are ids that were merged into this one."""

    person_id: UUID
    counts_as: UUID
    also_known_as: list[UUID]
    erased_at: datetime | None
    person: PersonMasked | None
    enrolments: list[EnrolmentPublic]
