"""Persons: brings what sources say about humans into our records, many at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import update

from services.trainees.commands.facts import Fact
from services.trainees.domain.persons import PersonData
from services.trainees.domain.resolution import Resolution
from services.trainees.queries.chunks import CHUNK
from services.trainees.queries.sealing import seal, sealed_fields
from services.trainees.tables import Person, PersonRecord, StudentNumber, rows_of
from shared.clock import now
from shared.contracts.trainees import PersonRegistered
from shared.db import WriteSession
from shared.db.bulk import bulk_insert, bulk_upsert
from shared.ids import new_id

_RECORD: Final = ("person_id", "changed_at", "identity_hash", "content_hash", "name", "birth_date", "phone", "email")


Placed = Sequence[tuple[Resolution, UUID]]


@dataclass(frozen=True, slots=True)
class Settled:
    """Every resolution that was decided, with its person, and what to publish once all of it is stored."""

    placed: Placed
    facts: Sequence[Fact]


def settle_persons(session: WriteSession, university_id: UUID, resolutions: Sequence[Resolution]) -> Settled:
    """Store what was resolved: register whoever is new, change the records that say something else now.

    Raises a duplicate error (shared.db.errors.is_duplicate) when somebody else registered one of them at the same moment.
    """
    at = now()
    placed = [(each, each.person_id or new_id()) for each in resolutions if each.problem is None]
    new = {person_id: each.told.person for each, person_id in placed if each.person_id is None}
    changed = {person_id: each.becomes for each, person_id in placed if each.becomes is not None}
    _vacate(session, [person_id for each, person_id in placed if each.vacates])
    if new:
        bulk_insert(session, rows_of(Person), ("id", "version", "created_at"), [(person_id, 1, at) for person_id in new])
        bulk_insert(session, rows_of(PersonRecord), _RECORD, _record_rows(session, new, at))
    if changed:
        bulk_upsert(session, rows_of(PersonRecord), _RECORD, _record_rows(session, changed, at), key=["person_id"])
    _store_numbers(session, university_id, [(each, person_id) for each, person_id in placed if each.brings_number], at)
    return Settled(placed, [Fact(PersonRegistered(person_id=person_id), person_id, 1) for person_id in new])


def _vacate(session: WriteSession, person_ids: Sequence[UUID]) -> None:
    """Take from persons the identity that they are about to lose, so that another row of the same set may have it."""
    records = rows_of(PersonRecord)
    for start in range(0, len(person_ids), CHUNK):
        part = records.c.person_id.in_(person_ids[start : start + CHUNK])
        session.execute(update(records).where(part).values(identity_hash=records.c.content_hash))


def _record_rows(session: WriteSession, people: Mapping[UUID, PersonData], at: datetime) -> list[tuple[object, ...]]:
    """Rows in the order of what must be unique, so that two syncs wait for each other instead of locking each other out."""
    sealed = [(person_id, sealed_fields(session, person_id, person)) for person_id, person in people.items()]
    sealed.sort(key=lambda row: row[1]["identity_hash"] or b"")
    return [(person_id, at, *[fields[name] for name in _RECORD[2:]]) for person_id, fields in sealed]


def _store_numbers(session: WriteSession, university_id: UUID, placed: Placed, at: datetime) -> None:
    if not placed:
        return
    columns = ("university_id", "number_hash", "person_id", "number")
    bulk_insert(session, rows_of(StudentNumber), columns, sorted(_number_rows(session, university_id, placed)))
    known = [person_id for each, person_id in placed if each.person_id is not None]
    records = rows_of(PersonRecord)
    for start in range(0, len(known), CHUNK):
        part = records.c.person_id.in_(known[start : start + CHUNK])
        session.execute(update(records).where(part).values(changed_at=at))


def _number_rows(session: WriteSession, university_id: UUID, placed: Placed) -> Iterator[tuple[UUID, bytes, UUID, bytes]]:
    for each, person_id in placed:
        told = each.told
        assert told.number is not None
        assert told.student_no is not None
        yield university_id, told.number, person_id, seal(session, told.student_no, about=person_id, field="student_no")
