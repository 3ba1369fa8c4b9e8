"""Puts back what a sync changed of persons and of what rosters are known to have said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, delete, select, update

from services.trainees.commands.persons import RECORD
from services.trainees.commands.roster.applying import BEFORE
from services.trainees.commands.roster.entries import put_back
from services.trainees.domain.persons import PersonData
from services.trainees.domain.roster.lifecycle import Outcome
from services.trainees.domain.roster.persons_told import person_from
from services.trainees.domain.stages import Stage
from services.trainees.queries.chunks import CHUNK, in_chunks
from services.trainees.queries.sealing import finding_hashes, hashes, sealed, unseal
from services.trainees.tables import Enrolment, PersonRecord, RosterEntry, RosterSync, StudentNumber, rows_of
from shared.clock import now
from shared.db import WriteSession
from shared.db.bulk import among, bulk_upsert


@dataclass(frozen=True, slots=True)
class Now:
    """Where an enrolment stands now."""

    person_id: UUID
    stage: Stage
    version: int


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was known of a person, and the content that the sync led to: only that is taken back."""

    person: PersonData
    after: bytes


def standing_of(session: WriteSession, enrolment_ids: Iterable[UUID]) -> dict[UUID, Now]:
    """Where these enrolments stand, locked."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        columns = (table.c.id, table.c.person_id, table.c.stage, table.c.version)
        return select(*columns).where(among(session, table.c.id, part)).order_by(table.c.id).with_for_update()

    table = rows_of(Enrolment)
    return {row.id: Now(row.person_id, row.stage, row.version) for row in in_chunks(session, sorted(enrolment_ids), statement)}


def before_of(session: WriteSession, outcome: Any) -> Mapping[str, Any]:
    """What was known before a row: `person` and `entry`, each None where there was nothing to put back."""
    if outcome.before is None:
        return {}
    known: dict[str, Any] = orjson.loads(unseal(session, outcome.before, about=outcome.sync_id, field=f"{BEFORE}:{outcome.line}"))
    return known


def take_back_persons(session: WriteSession, sync: RosterSync, outcomes: Sequence[Any], standing: Mapping[UUID, Now]) -> int:
    """Put back persons, numbers and what rosters said; how many persons somebody changed since, who stay as they are."""
    persons: dict[UUID, _Earlier] = {}
    entries: dict[UUID, Mapping[str, Any]] = {}
    strangers: list[UUID] = []
    for row in outcomes:
        before = before_of(session, row)
        if before.get("person") is not None and row.after is not None:
            persons[standing[row.enrolment_id].person_id] = _Earlier(person_from(before["person"]), row.after)
        if before.get("entry") is not None:
            entries[row.enrolment_id] = before["entry"]
        elif row.outcome is not Outcome.CREATED:
            strangers.append(row.enrolment_id)
    put_back(session, entries)
    known = rows_of(RosterEntry)
    for start in range(0, len(strangers), CHUNK):
        session.execute(delete(known).where(among(session, known.c.enrolment_id, strangers[start : start + CHUNK])))
    _forget_numbers(session, sync, outcomes)
    return len(persons) - _restore(session, persons)


def _forget_numbers(session: WriteSession, sync: RosterSync, outcomes: Sequence[Any]) -> None:
    """Student numbers that the sync brought for persons who were known without them."""
    brought = [row.number_hash for row in outcomes if row.number_hash is not None and row.before is not None]
    table = rows_of(StudentNumber)
    for start in range(0, len(brought), CHUNK):
        part = among(session, table.c.number_hash, brought[start : start + CHUNK])
        session.execute(delete(table).where(table.c.university_id == sync.university_id, part))


def _restore(session: WriteSession, persons: Mapping[UUID, _Earlier]) -> int:
    """Put back the records that are as the sync left them, and how many those are."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        chosen = select(records.c.person_id, records.c.content_hash).where(among(session, records.c.person_id, part))
        return chosen.order_by(records.c.person_id).with_for_update()

    records = rows_of(PersonRecord)
    found = {row.person_id: row.content_hash for row in in_chunks(session, sorted(persons), statement)}
    untouched = {person_id: each.person for person_id, each in persons.items() if found.get(person_id) == each.after}
    rows = _rows(session, untouched)
    # First out of the way, then back: two persons may have exchanged what identifies them.
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), CHUNK):
        part = among(session, records.c.person_id, ids[start : start + CHUNK])
        session.execute(update(records).where(part).values(identity_hash=records.c.content_hash))
    if rows:
        bulk_upsert(session, records, RECORD, rows, key=["person_id"])
    return len(rows)


def _rows(session: WriteSession, persons: Mapping[UUID, PersonData]) -> list[tuple[Any, ...]]:
    """Rows of records, without those whose former identity is somebody else's by now."""
    at = now()
    hashed = {person_id: hashes(session, person) for person_id, person in persons.items()}

    def statement(part: Sequence[bytes]) -> Select[Any]:
        return select(records.c.identity_hash, records.c.person_id).where(among(session, records.c.identity_hash, part))

    records = rows_of(PersonRecord)
    owners = dict(tuple(row) for row in in_chunks(session, [identity for identity, _ in hashed.values()], statement))
    return [
        (person_id, at, *hashed[person_id], *sealed(session, person_id, person), *finding_hashes(session, person), False)
        for person_id, person in sorted(persons.items())
        if owners.get(hashed[person_id][0], person_id) in persons
    ]
