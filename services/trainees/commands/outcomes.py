"""What a program's training leads to: skills with levels, which matching takes its completers to have."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import col

from services.trainees.queries.outcomes import outcomes_of
from services.trainees.queries.scope import visible
from services.trainees.tables import Program, ProgramOutcome, rows_of
from shared.auth.actor import Actor
from shared.contracts.trainees import ProgramOutcomesSet
from shared.db import WriteSession
from shared.db.bulk import bulk_insert
from shared.events.outbox import emit
from shared.skills import by_code
from shared.versions import check_version


def set_outcomes(
    session: WriteSession, program_id: UUID, *, skills: Mapping[str, int], by: Actor, expected_version: int | None = None
) -> Program:
    """Replace what a program leads to, whole; the same again makes no event. Skills may be named by code or in words.

    Raises NotFound, Stale, and Invalid for a skill that the taxonomy does not know or that is named twice.
    """
    visible(session, Program, program_id, actor=by)
    locked = select(Program).where(col(Program.id) == program_id).with_for_update(key_share=True)
    program = session.scalars(locked.execution_options(populate_existing=True)).one()
    check_version(program, expected_version)
    wanted = by_code(skills)
    if wanted == outcomes_of(session, program_id):
        return program
    session.execute(delete(ProgramOutcome).where(col(ProgramOutcome.program_id) == program_id))
    rows = [(program_id, skill, level) for skill, level in sorted(wanted.items())]
    bulk_insert(session, rows_of(ProgramOutcome), ("program_id", "skill", "level"), rows)
    event = ProgramOutcomesSet(program_id=program_id, university_id=program.university_id, skills=dict(wanted))
    emit(session, program, event)
    return program
