"""What people corrected here, and rows with those fields put aside before anything is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from services.trainees.domain.persons import PersonData
from services.trainees.domain.resolution import Told
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.sealing import hashes, opened
from services.trainees.tables import PersonCorrection, PersonRecord, StudentNumber, rows_of
from shared.db import ReadSession
from shared.db.bulk import among

Kept = dict[int, tuple[str, ...]]


def keep_corrections(session: ReadSession, university_id: UUID, records: Sequence[Told]) -> tuple[list[Told], Kept]:
    """The records with corrected fields as we hold them, and by line the fields in which the file says otherwise."""
    corrected = _corrected(session, university_id, [told.number for told in records if told.number is not None])
    if not corrected:
        return list(records), {}
    held = _held(session, [person_id for person_id, _ in corrected.values()])
    kept: Kept = {}
    result = []
    for told in records:
        person_id, fields = corrected.get(told.number or b"", (None, frozenset()))
        if person_id is not None and person_id in held:
            told, conflicting = _with_corrections(session, told, held[person_id], fields)
            if conflicting:
                kept[told.line] = conflicting
        result.append(told)
    return result, kept


def _with_corrections(session: ReadSession, told: Told, held: PersonData, fields: frozenset[str]) -> tuple[Told, tuple[str, ...]]:
    said = told.person
    conflicting = tuple(
        name for name in sorted(fields) if getattr(said, name) is not None and getattr(said, name) != getattr(held, name)
    )
    if not conflicting:
        return told, ()
    person = replace(said, **{name: getattr(held, name) for name in conflicting})
    identity, content = hashes(session, person)
    return replace(told, person=person, identity=identity, content=content), conflicting


def _corrected(
    session: ReadSession, university_id: UUID, numbers: Sequence[bytes]
) -> Mapping[bytes, tuple[UUID, frozenset[str]]]:
    table, corrections = rows_of(StudentNumber), rows_of(PersonCorrection)
    chosen = (
        select(table.c.number_hash, table.c.person_id, corrections.c.field)
        .join(corrections, corrections.c.person_id == table.c.person_id)
        .where(table.c.university_id == university_id)
    )
    wanted = set(numbers)
    found: dict[bytes, tuple[UUID, frozenset[str]]] = {}
    for number, person_id, field in session.execute(chosen):
        if number in wanted:
            found[number] = (person_id, found.get(number, (person_id, frozenset()))[1] | {field})
    return found


def _held(session: ReadSession, person_ids: Sequence[UUID]) -> dict[UUID, PersonData]:
    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(records).where(among(session, records.c.person_id, part))

    records = rows_of(PersonRecord)
    return {record.person_id: opened(session, record) for record in in_chunks(session, person_ids, statement)}
