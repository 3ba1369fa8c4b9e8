"""Persons: brings what sources say about humans into our records, many at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Final
from uuid import UUID

from sqlalchemy import update

from services.trainees.commands.facts import Fact
from services.trainees.domain.persons import PersonData
from services.trainees.domain.resolution import Resolution, Told
from services.trainees.queries.chunks import CHUNK
from services.trainees.queries.sealing import finding_hashes, hashes, seal, sealed
from services.trainees.tables import Person, PersonRecord, StudentNumber, rows_of
from shared.clock import now
from shared.contracts.trainees import PersonRegistered
from shared.db import WriteSession
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


def settle_persons(session: WriteSession, university_id: UUID, resolutions: Sequence[Resolution]) -> Settled:
    """Store what was resolved: register whoever is new, change the records that say something else now.

    Raises a duplicate error (shared.db.errors.is_duplicate) when somebody else registered one of them at the same moment.
    """
    at = now()
    placed = [(each, each.person_id or new_id()) for each in resolutions if each.problem is None]
    _vacate(session, [person_id for each, person_id in placed if each.vacates])
    _change(session, placed, at)
    registered = _register(session, [(each.told, person_id) for each, person_id in placed if each.person_id is None], at)
    _store_numbers(session, university_id, [(each, person_id) for each, person_id in placed if each.brings_number], at)
    return Settled(placed, registered)


def _register(session: WriteSession, fresh: Sequence[tuple[Told, UUID]], at: datetime) -> list[Fact]:
    if not fresh:
        return []
    known = [_Known(person_id, told.person, told.identity, told.content) for told, person_id in fresh]
    bulk_insert(session, rows_of(Person), ("id", "version", "created_at"), ((each.person_id, 1, at) for each in known))
    bulk_insert(session, rows_of(PersonRecord), RECORD, _record_rows(session, known, at))
    return [Fact(partial(registered_content, each.person_id), each.person_id, 1) for each in known]


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


def _record_rows(session: WriteSession, known: Iterable[_Known], at: datetime) -> Iterator[tuple[object, ...]]:
    """Rows in the order of what must be unique, so that two syncs wait for each other instead of locking each other out."""
    for each in sorted(known, key=attrgetter("identity")):
        kept = sealed(session, each.person_id, each.person)
        yield each.person_id, at, each.identity, each.content, *kept, *finding_hashes(session, each.person), False


def _store_numbers(session: WriteSession, university_id: UUID, placed: Placed, at: datetime) -> None:
    if not placed:
        return
    columns = ("university_id", "number_hash", "person_id", "number")
    bulk_insert(session, rows_of(StudentNumber), columns, sorted(_number_rows(session, university_id, placed)))
    known = [person_id for each, person_id in placed if each.person_id is not None]
    records = rows_of(PersonRecord)
    for start in range(0, len(known), CHUNK):
        part = among(session, records.c.person_id, known[start : start + CHUNK])
        session.execute(update(records).where(part).values(changed_at=at))


def _number_rows(session: WriteSession, university_id: UUID, placed: Placed) -> Iterator[tuple[UUID, bytes, UUID, bytes]]:
    for each, person_id in placed:
        told = each.told
        assert told.number is not None
        assert told.student_no is not None
        yield university_id, told.number, person_id, seal(session, told.student_no, about=person_id, field="student_no")
