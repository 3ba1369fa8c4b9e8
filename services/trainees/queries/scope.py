"""Who sees what: a university its own, everybody else whom a route lets in everything."""

from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlmodel import col

from services.trainees.tables import Cohort, Enrolment, Person, Program, RosterSync, University
from shared.auth.actor import Actor, Role
from shared.db import ReadSession
from shared.errors import N_, NotFound

_SEE_ALL: Final = (Role.PROGRAM_MANAGER, Role.ADMIN, Role.EXECUTIVE, Role.AUDITOR)
_SEE_NOTES: Final = (Role.PROGRAM_MANAGER, Role.ADMIN, Role.UNIVERSITY)

T = TypeVar("T", University, Program, Cohort, Enrolment, RosterSync)
_WHAT: Final[dict[type, str]] = {
    University: N_("university"),
    Program: N_("program"),
    Cohort: N_("cohort"),
    Enrolment: N_("enrolment"),
    RosterSync: N_("roster sync"),
}


def is_limited(actor: Actor) -> bool:
    """Whether the actor sees one university only."""
    return not actor.has(*_SEE_ALL)


def sees_notes(actor: Actor) -> bool:
    """Whether the actor may read what was noted about a step."""
    return actor.has(*_SEE_NOTES)


def own_university(actor: Actor) -> Any:
    """The id of the actor's university, as a subquery; nothing for an actor without one."""
    return select(col(University.id)).where(col(University.code) == (actor.organisation or "")).scalar_subquery()


def within(statement: Select[Any], university_id: Any, *, actor: Actor) -> Select[Any]:
    """`statement` narrowed to the actor's university, whose id `university_id` holds."""
    return statement.where(university_id == own_university(actor)) if is_limited(actor) else statement


def visible_person(session: ReadSession, person_id: UUID, *, actor: Actor) -> Person:
    """The person with this id, if the actor may know of them: a university those with an enrolment there. Raises NotFound."""
    statement = select(Person).where(col(Person.id) == person_id)
    if is_limited(actor):
        here = (col(Enrolment.person_id) == person_id, col(Enrolment.university_id) == own_university(actor))
        statement = statement.where(exists().where(*here))
    person = session.scalars(statement).one_or_none()
    if person is None:
        raise NotFound(N_("person"))
    return person


def visible(session: ReadSession, model: type[T], id_: UUID, *, actor: Actor) -> T:
    """The thing with this id, if the actor may know of it. Raises NotFound."""
    university_id = getattr(model, "university_id", University.id)
    statement = within(select(model).where(col(model.id) == id_), university_id, actor=actor)
    found: T | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(_WHAT[model])
    return found
