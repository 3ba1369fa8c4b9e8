"""Persons: masked in lists, whole one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlmodel import col

from services.trainees.domain.identity import Erased
from services.trainees.domain.masks import masked_email, masked_name, masked_phone
from services.trainees.queries.scope import is_limited, own_university, visible_person
from services.trainees.queries.sealing import opened, unseal
from services.trainees.tables import Enrolment, PersonRecord, StudentNumber
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound


@dataclass(frozen=True, slots=True)
class MaskedPerson:
    """A person in a list: enough to recognise somebody one knows."""

    id: UUID
    name: str
    birth_year: int
    phone: str
    email: str | None


@dataclass(frozen=True, slots=True, repr=False)
class NumberAt:
    """A student number and the university that gave it."""

    university_id: UUID
    student_no: str


@dataclass(frozen=True, slots=True, repr=False)
class WholePerson:
    """A person with everything that we know. Whoever asks for one leaves a trace in the access log."""

    id: UUID
    name: str
    birth_date: date
    phone: str
    email: str | None
    student_numbers: Sequence[NumberAt]
    changed_at: datetime


def persons(*, actor: Actor, cohort_id: UUID | None = None, university_id: UUID | None = None) -> Select[Any]:
    """The records of the persons whom the actor may see: with an enrolment in the cohort, at the university."""
    statement = select(PersonRecord)
    conditions: list[Any] = []
    if cohort_id is not None:
        conditions.append(col(Enrolment.cohort_id) == cohort_id)
    if university_id is not None:
        conditions.append(col(Enrolment.university_id) == university_id)
    if is_limited(actor):
        conditions.append(col(Enrolment.university_id) == own_university(actor))
    if not conditions:
        return statement
    return statement.where(exists().where(col(Enrolment.person_id) == col(PersonRecord.person_id), *conditions))


def masked(session: ReadSession, record: PersonRecord) -> MaskedPerson:
    """What a list shows of a person."""
    person = opened(session, record)
    return MaskedPerson(
        id=record.person_id,
        name=masked_name(person.name),
        birth_year=person.birth_date.year,
        phone=masked_phone(person.phone),
        email=masked_email(person.email) if person.email is not None else None,
    )


def whole(session: ReadSession, person_id: UUID, *, actor: Actor) -> WholePerson:
    """Everything about one person; a university sees its own student numbers only. Raises NotFound."""
    statement = persons(actor=actor).where(col(PersonRecord.person_id) == person_id)
    record = session.scalars(statement).one_or_none()
    if record is None:
        if visible_person(session, person_id, actor=actor).erased_at is not None:
            raise Erased
        raise NotFound(N_("person"))
    person = opened(session, record)
    return WholePerson(
        id=person_id,
        name=person.name,
        birth_date=person.birth_date,
        phone=person.phone,
        email=person.email,
        student_numbers=_numbers(session, person_id, actor=actor),
        changed_at=record.changed_at,
    )


def _numbers(session: ReadSession, person_id: UUID, *, actor: Actor) -> list[NumberAt]:
    statement = select(StudentNumber).where(col(StudentNumber.person_id) == person_id)
    if is_limited(actor):
        statement = statement.where(col(StudentNumber.university_id) == own_university(actor))
    rows = session.scalars(statement)
    found = [(row.university_id, unseal(session, row.number, about=person_id, field="student_no")) for row in rows]
    return [NumberAt(*each) for each in sorted(found)]
