"""Which ids are one human: those that were merged count as the one that survived."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.trainees.domain.stages import EXITS
from services.trainees.tables import Enrolment, Person
from shared.db import ReadSession


def counts_as() -> ColumnElement[UUID]:
    """The id that a row of `person` counts as."""
    return func.coalesce(col(Person.identity_id), col(Person.id))


def ids_of_human(person_id: UUID) -> Select[Any]:
    """Every id that is the same human as this one, itself included."""
    asked = aliased(Person)
    own = select(func.coalesce(asked.identity_id, asked.id)).where(col(asked.id) == person_id).scalar_subquery()
    ids: Any = select(col(Person.id)).where((col(Person.id) == own) | (col(Person.identity_id) == own))
    chosen: Select[Any] = ids
    return chosen


def same_human(session: ReadSession, person_id: UUID) -> list[UUID]:
    """The same, looked up."""
    return list(session.scalars(ids_of_human(person_id)))


def living_twins(session: ReadSession, enrolment: Enrolment) -> Sequence[UUID]:
    """Other living enrolments of the same human in the same cohort."""
    twin = aliased(Enrolment)
    statement = select(col(twin.id)).where(
        col(twin.cohort_id) == enrolment.cohort_id,
        col(twin.id) != enrolment.id,
        col(twin.person_id).in_(same_human(session, enrolment.person_id)),
        col(twin.stage).not_in(EXITS),
    )
    return session.scalars(statement).all()
