"""What programs lead to, over HTTP."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.trainees.api.policies import ADMIT, READ
from services.trainees.commands.outcomes import set_outcomes
from services.trainees.queries.outcomes import outcomes_of
from services.trainees.queries.scope import visible
from services.trainees.tables import Program
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, ServiceRouter
from shared.http.bodies import Body

router = ServiceRouter(prefix="/api/v1")

SkillName = Annotated[str, Field(min_length=1, max_length=80, description="a skill of the taxonomy, by code, name or synonym")]
Level = Annotated[int, Field(ge=1, le=5)]


class ProgramOutcomes(Body):
    """All of them: what is left out is no outcome any more."""

    skills: Annotated[dict[SkillName, Level], Field(max_length=100)]


class ProgramOutcomesPublic(BaseModel):
    """What whoever completes the program is taken to have: levels 1 to 5 by the skill's code."""

    program_id: UUID
    version: int
    skills: dict[str, int]


@router.get("/programs/{program_id}/outcomes", policy=READ, response_model=ProgramOutcomesPublic)
def read_program_outcomes(program_id: UUID, session: ReadSession, actor: Actor) -> ProgramOutcomesPublic:
    """What a program leads to."""
    return _outcomes(session, visible(session, Program, program_id, actor=actor))


@router.put("/programs/{program_id}/outcomes", policy=ADMIT, response_model=ProgramOutcomesPublic)
def set_program_outcomes(
    program_id: UUID, body: ProgramOutcomes, session: WriteSession, actor: Actor, if_match: IfMatch
) -> ProgramOutcomesPublic:
    """Say what a program leads to: matching takes it for the skills of those who complete it. If-Match: the program's ETag."""
    return _outcomes(session, set_outcomes(session, program_id, skills=body.skills, by=actor, expected_version=if_match))


def _outcomes(session: ReadSession, program: Program) -> ProgramOutcomesPublic:
    return ProgramOutcomesPublic(program_id=program.id, version=program.version, skills=outcomes_of(session, program.id))
