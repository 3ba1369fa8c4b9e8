"""Persons, as they are shown: masked in lists."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field


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
