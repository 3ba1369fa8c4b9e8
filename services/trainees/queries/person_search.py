"""Persons found by what a caller knows of them, through keyed hashes; and their records with all enrolments."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlmodel import col

from services.trainees.queries.persons import MaskedPerson, masked, persons
from services.trainees.queries.scope import is_limited, own_university, visible_person, within
from services.trainees.queries.sealing import birth_hash, name_hash, number_hash, phone_hash
from services.trainees.tables import Enrolment, Person, PersonRecord, StudentNumber, University
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid


@dataclass(frozen=True, slots=True)
class TraineeRecord:
    """A person's record: masked, with every enrolment that the caller may see, under whatever id it was begun."""

    person_id: UUID
    counts_as: UUID
    also_known_as: Sequence[UUID]
    erased_at: datetime | None
    person: MaskedPerson | None
    enrolments: Sequence[Enrolment]


def search(
    session: ReadSession,
    *,
    actor: Actor,
    name: str | None = None,
    birth_date: date | None = None,
    phone: str | None = None,
    student_no: str | None = None,
) -> Select[Any]:
    """The records of the persons of whom all that is given is true. Raises Invalid when nothing is given."""
    statement = persons(actor=actor)
    if all(given is None for given in (name, birth_date, phone, student_no)):
        message = N_("Say what is known: name, birth date, telephone or student number.")
        raise Invalid(FieldError("", "nothing_to_search", message))
    if name is not None:
        statement = statement.where(col(PersonRecord.name_hash) == name_hash(session, name))
    if birth_date is not None:
        statement = statement.where(col(PersonRecord.birth_hash) == birth_hash(session, birth_date.isoformat()))
    if phone is not None:
        statement = statement.where(col(PersonRecord.phone_hash) == phone_hash(session, phone))
    if student_no is not None:
        statement = statement.where(_has_number(session, student_no, actor=actor))
    return statement


def _has_number(session: ReadSession, student_no: str, *, actor: Actor) -> Any:
    universities = select(col(University.id))
    if is_limited(actor):
        universities = universities.where(col(University.id) == own_university(actor))
    hashes = [number_hash(session, id_, student_no) for id_ in session.scalars(universities)]
    of_person = col(StudentNumber.person_id) == col(PersonRecord.person_id)
    return exists().where(of_person, col(StudentNumber.number_hash).in_(hashes))


def trainees(*, actor: Actor) -> Select[Any]:
    """The persons with an enrolment that the actor may see, one per human: ids that count as another are left out."""
    enrolled = within(select(col(Enrolment.id)), Enrolment.university_id, actor=actor)
    of_person = enrolled.where(col(Enrolment.person_id) == col(Person.id)).correlate(Person)
    return select(Person).where(of_person.exists(), col(Person.identity_id).is_(None))


def records(session: ReadSession, found: Sequence[Person], *, actor: Actor) -> list[TraineeRecord]:
    """These persons with all that they took part in."""
    ids = [person.id for person in found]
    members: dict[UUID, list[UUID]] = {id_: [id_] for id_ in ids}
    merged = select(col(Person.id), col(Person.identity_id)).where(col(Person.identity_id).in_(ids)).order_by(col(Person.id))
    for id_, root in session.execute(merged):
        if root is not None:
            members[root].append(id_)
    everybody = [id_ for group in members.values() for id_ in group]
    taken: dict[UUID, list[Enrolment]] = defaultdict(list)
    statement = within(select(Enrolment), Enrolment.university_id, actor=actor).where(col(Enrolment.person_id).in_(everybody))
    for enrolment in session.scalars(statement.order_by(col(Enrolment.created_at), col(Enrolment.id))):
        taken[enrolment.person_id].append(enrolment)
    known = {
        record.person_id: masked(session, record)
        for record in session.scalars(select(PersonRecord).where(col(PersonRecord.person_id).in_(ids)))
    }
    return [
        TraineeRecord(
            person.id, person.id, members[person.id][1:], person.erased_at, known.get(person.id),
            [enrolment for id_ in members[person.id] for enrolment in taken[id_]],
        )
        for person in found
    ]  # fmt: skip


def record(session: ReadSession, person_id: UUID, *, actor: Actor) -> TraineeRecord:
    """The record of one person, asked for by any of their ids. Raises NotFound."""
    person = visible_person(session, person_id, actor=actor)
    root = person if person.identity_id is None else session.get_one(Person, person.identity_id)
    [found] = records(session, [root], actor=actor)
    return found
