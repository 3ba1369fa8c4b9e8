"""Persons: brings what sources say about humans into our records, many at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Final, Self
from uuid import UUID

from sqlalchemy import update

from services.trainees.commands.facts import Fact
from services.trainees.domain.persons import PersonData
from services.trainees.domain.resolution import Resolution
from services.trainees.queries.chunks import CHUNK
from services.trainees.queries.sealing import finding_hashes, hashes, seal, sealed
from services.trainees.tables import Person, PersonRecord, StudentNumber, rows_of
from shared.clock import now
from shared.contracts.trainees import PersonRegistered
from shared.db import ReadSession, WriteSession
from shared.db.bulk import among, bulk_insert, bulk_upsert
from shared.events.contract import Content
from shared.ids import new_id

RECORD: Final = (
    "person_id", "changed_at", "identity_hash", "content_hash", "name", "birth_date", "phone", "email", "name_hash",
    "birth_hash", "phone_hash", "examined",
)  # fmt: skip

Placed = Sequence[tuple[Resolution, UUID]]


@dataclass(frozen=True, slots=True)
class Settled:
    """Every resolution that was decided, with its person, and what to publish once all of it is stored."""

    placed: Placed
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class _Known:
    """What we know of a person from now on, and the hashes that find it."""

    person_id: UUID
    person: PersonData
    identity: bytes
    content: bytes


@dataclass(slots=True)
class Ready:
    """What will be stored of persons, with the ids of those who are new; sealed and hashed when it is asked for, or at once."""

    at: datetime
    placed: Placed
    records: Iterable[Sequence[object]]
    numbers: Iterable[Sequence[object]]

    def made(self) -> Self:
        """The same, sealed and hashed by now: what stores it holds up nobody for that."""
        self.records, self.numbers = _handed_over([*self.records]), _handed_over([*self.numbers])
        return self

    @property
    def fresh(self) -> list[UUID]:
        """Who is new."""
        return [person_id for each, person_id in self.placed if each.person_id is None]


def _handed_over(rows: list[Sequence[object]]) -> Iterator[Sequence[object]]:
    """One after the other; what was handed over takes no memory here any more."""
    rows.reverse()
    while rows:
        yield rows.pop()


def ready(session: ReadSession, university_id: UUID, resolutions: Sequence[Resolution]) -> Ready:
    """What `settle_persons` will store. Needs the session's keys, not its transaction."""
    at = now()
    placed = [(each, each.person_id or new_id()) for each in resolutions if each.problem is None]
    new = [(each.told, person_id) for each, person_id in placed if each.person_id is None]
    known = [_Known(person_id, told.person, told.identity, told.content) for told, person_id in new]
    brought = [(each, person_id) for each, person_id in placed if each.brings_number]
    return Ready(at, placed, _record_rows(session, known, at), _number_rows(session, university_id, brought))


def settle_persons(
    session: WriteSession, university_id: UUID, resolutions: Sequence[Resolution], *, made: Ready | None = None
) -> Settled:
    """Store what was resolved: register whoever is new, change the records that say something else now.

    `made` is what `ready` gave for the same resolutions. Raises a duplicate error (shared.db.errors.is_duplicate) when
    somebody else registered one of them at the same moment.
    """
    persons = made or ready(session, university_id, resolutions)
    _vacate(session, [person_id for each, person_id in persons.placed if each.vacates])
    _change(session, persons.placed, persons.at)
    registered = _register(session, persons)
    _store_numbers(session, persons)
    return Settled(persons.placed, registered)


def _register(session: WriteSession, persons: Ready) -> list[Fact]:
    fresh = persons.fresh
    if fresh:
        bulk_insert(session, rows_of(Person), ("id", "version", "created_at"), ((id_, 1, persons.at) for id_ in fresh))
        bulk_insert(session, rows_of(PersonRecord), RECORD, persons.records)
    return [Fact(partial(registered_content, id_), id_, 1) for id_ in fresh]


def registered_content(person_id: UUID) -> Content:
    """What tells of a person who is known from now on: a PersonRegistered."""
    return Content(PersonRegistered, {"person_id": person_id})


def _change(session: WriteSession, placed: Placed, at: datetime) -> None:
    becoming = [(person_id, each.becomes) for each, person_id in placed if each.becomes is not None]
    if becoming:
        known = [_Known(person_id, person, *hashes(session, person)) for person_id, person in becoming]
        bulk_upsert(session, rows_of(PersonRecord), RECORD, _record_rows(session, known, at), key=["person_id"])


def _vacate(session: WriteSession, person_ids: Sequence[UUID]) -> None:
    """Take from persons the identity that they are about to lose, so that another row of the same set may have it."""
    records = rows_of(PersonRecord)
    for start in range(0, len(person_ids), CHUNK):
        part = among(session, records.c.person_id, person_ids[start : start + CHUNK])
        session.execute(update(records).where(part).values(identity_hash=records.c.content_hash))


def _record_rows(session: ReadSession, known: Iterable[_Known], at: datetime) -> Iterator[tuple[object, ...]]:
    """Rows in the order of what must be unique, so that two syncs wait for each other instead of locking each other out."""
    for each in sorted(known, key=attrgetter("identity")):
        kept = sealed(session, each.person_id, each.person)
        yield each.person_id, at, each.identity, each.content, *kept, *finding_hashes(session, each.person), False


def _store_numbers(session: WriteSession, persons: Ready) -> None:
    if not any(each.brings_number for each, _ in persons.placed):
        return
    columns = ("university_id", "number_hash", "person_id", "number")
    bulk_insert(session, rows_of(StudentNumber), columns, persons.numbers)
    known = [person_id for each, person_id in persons.placed if each.brings_number and each.person_id is not None]
    records = rows_of(PersonRecord)
    for start in range(0, len(known), CHUNK):
        part = among(session, records.c.person_id, known[start : start + CHUNK])
        session.execute(update(records).where(part).values(changed_at=persons.at))


def _number_rows(session: ReadSession, university_id: UUID, placed: Placed) -> Iterator[tuple[UUID, bytes, UUID, bytes]]:
    """In the order of what must be unique, too."""
    for each, person_id in sorted(placed, key=lambda one: one[0].told.number or b""):
        told = each.told
        assert told.number is not None
        assert told.student_no is not None
        yield university_id, told.number, person_id, seal(session, told.student_no, about=person_id, field="student_no")
