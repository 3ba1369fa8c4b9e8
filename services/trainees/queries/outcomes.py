"""What a program leads to."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.tables import ProgramOutcome
from shared.db import ReadSession


def outcomes_of(session: ReadSession, program_id: UUID) -> dict[str, int]:
    """The level by skill."""
    statement = select(col(ProgramOutcome.skill), col(ProgramOutcome.level)).where(col(ProgramOutcome.program_id) == program_id)
    return {row.skill: row.level for row in session.execute(statement.order_by(col(ProgramOutcome.skill)))}
