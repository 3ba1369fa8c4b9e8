"""Universities, programs and cohorts that an actor may see."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from services.trainees.queries.scope import within
from services.trainees.tables import Cohort, Program, University
from shared.auth.actor import Actor


def universities(*, actor: Actor, code: str | None = None) -> Select[Any]:
    statement = within(select(University), University.id, actor=actor)
    return statement if code is None else statement.where(University.code == code)  # type: ignore[arg-type]


def programs(*, actor: Actor, university_id: UUID | None = None) -> Select[Any]:
    statement = within(select(Program), Program.university_id, actor=actor)
    return statement if university_id is None else statement.where(Program.university_id == university_id)  # type: ignore[arg-type]


def cohorts(*, actor: Actor, program_id: UUID | None = None, university_id: UUID | None = None) -> Select[Any]:
    statement = within(select(Cohort), Cohort.university_id, actor=actor)
    if program_id is not None:
        statement = statement.where(Cohort.program_id == program_id)  # type: ignore[arg-type]
    return statement if university_id is None else statement.where(Cohort.university_id == university_id)  # type: ignore[arg-type]
