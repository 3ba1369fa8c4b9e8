"""Persons, as they are shown: masked in lists."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.trainees.domain.circumstances import CircumstanceKind, DegreeState
from services.trainees.schemas.fields import Region
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
