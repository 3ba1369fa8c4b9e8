"""What is known of those who will look for seats, and what was last said about demand before supply."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from services.employers.domain.demand import Prospect
from services.employers.tables.registry import Table
from shared.db.types import ValueEnum
from shared.ids import new_id


class Cohort(Table, table=True):
    """A cohort as trainees told of it: whom to expect, in which field, and when. `program_id` is none in rows from before."""

    id: UUID = Field(primary_key=True)
    university_id: UUID
    code: str = Field(max_length=80)
    field: str = Field(max_length=40)
    capacity: int
    starts_on: date
    training_ends_on: date
    ends_on: date = Field(index=True)
    program_id: UUID | None = None


class ProgramSkill(Table, table=True):
    """A skill, 1 to 5, that whoever completes a program is taken to have, as the university says."""

    __tablename__ = "program_skill"

    program_id: UUID = Field(primary_key=True)
    skill: str = Field(max_length=80, primary_key=True)
    level: int


class Enrolment(Table, table=True):
    """Somebody's part in a cohort, as a random id, and whether they are still expected to complete it."""

    id: UUID = Field(primary_key=True)
    cohort_id: UUID = Field(index=True)
    prospect: Prospect = Field(sa_type=ValueEnum(Prospect))


class Outlook(Table, table=True):
    """What was last said of a field in a month (`YYYY-MM`): said again only when it is no longer so."""

    __tablename__ = "demand_outlook"
    __table_args__ = (UniqueConstraint("field", "month", name="uq_demand_outlook"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    field: str = Field(max_length=40)
    month: str = Field(max_length=7)
    pledged: int
    posted: int
    expected: int
    skills: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
