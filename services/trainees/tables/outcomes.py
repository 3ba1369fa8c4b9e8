"""What programs lead to."""

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.trainees.tables.metadata import Table


class ProgramOutcome(Table, table=True):
    """A skill, by its code, that whoever completes the program is taken to have, at a level from 1 to 5."""

    __tablename__ = "program_outcome"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="ck_program_outcome_level"),)

    program_id: UUID = Field(primary_key=True, foreign_key="program.id")
    skill: str = Field(primary_key=True, max_length=80)
    level: int
