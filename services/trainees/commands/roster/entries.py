"""What rosters have said of enrolments: written as a sync leaves it, and kept so that an undo can put it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Select, bindparam, select, update

from services.trainees.domain.persons import PersonData
from services.trainees.domain.resolution import Told
from services.trainees.domain.roster.persons_told import person_list
from services.trainees.domain.stages import Stage
from services.trainees.queries.chunks import CHUNK, in_chunks
from services.trainees.queries.sealing import opened, seal, seal_bytes, unseal
from services.trainees.tables import PersonRecord, RosterEntry, rows_of
from shared.clock import now
from shared.db import WriteSession
from shared.db.bulk import among, bulk_insert, bulk_upsert

_ENTRY: Final = (
    "enrolment_id", "cohort_id", "sync_id", "source_hash", "told_hash", "told", "present", "changed_at", "gone_from",
    "gone_version", "fingerprint", "number_hash",
)  # fmt: skip
TOLD: Final = "roster_told"


@dataclass(frozen=True, slots=True)
class Named:
    """An enrolment that a roster names, and what it says of the person."""

    enrolment_id: UUID
    cohort_id: UUID
    said: Told
    source_hash: bytes | None
    fingerprint: bytes | None


def note_named(session: WriteSession, sync_id: UUID, named: Iterable[Named], *, new: bool = False) -> None:
    """Keep that the roster names these. `new`: enrolments that it began, of which nothing is kept yet."""
    at = now()
    rows = (
        (
            each.enrolment_id, each.cohort_id, sync_id, each.source_hash, each.said.content,
            seal_told(session, each.enrolment_id, each.said.person, each.said.student_no), True, at, None, None,
            each.fingerprint, each.said.number,
        )
        for each in named
    )  # fmt: skip
    if new:
        bulk_insert(session, rows_of(RosterEntry), _ENTRY, rows)
    else:
        bulk_upsert(session, rows_of(RosterEntry), _ENTRY, rows, key=["enrolment_id"])


def seal_told(session: WriteSession, enrolment_id: UUID, person: PersonData, student_no: str | None) -> bytes:
    """What a file said of a person, sealed for the enrolment."""
    return seal_bytes(session, orjson.dumps([student_no, *person_list(person)]), about=enrolment_id, field=TOLD)


def note_gone(session: WriteSession, gone: Mapping[UUID, tuple[Stage | None, int | None]]) -> None:
    """Keep that rosters no longer name these: the stage that this ended, if any, and the version that it made."""
    table = rows_of(RosterEntry)
    at = now()
    marks = [enrolment_id for enrolment_id, (stage, _) in gone.items() if stage is None]
    for start in range(0, len(marks), CHUNK):
        part = among(session, table.c.enrolment_id, marks[start : start + CHUNK])
        session.execute(update(table).where(part).values(present=False, changed_at=at, gone_from=None, gone_version=None))
    ended = [
        {"b_id": enrolment_id, "b_stage": stage, "b_version": version}
        for enrolment_id, (stage, version) in gone.items()
        if stage is not None
    ]
    if ended:
        told = {"gone_from": bindparam("b_stage"), "gone_version": bindparam("b_version"), "present": False, "changed_at": at}
        session.execute(update(table).where(table.c.enrolment_id == bindparam("b_id")).values(told), ended)


def note_present(session: WriteSession, enrolment_ids: Sequence[UUID]) -> None:
    """Keep that rosters name these again."""
    table = rows_of(RosterEntry)
    at = now()
    for start in range(0, len(enrolment_ids), CHUNK):
        part = among(session, table.c.enrolment_id, enrolment_ids[start : start + CHUNK])
        session.execute(update(table).where(part).values(present=True, changed_at=at, gone_from=None, gone_version=None))


def entries_before(session: WriteSession, enrolment_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What was known from rosters of these enrolments until now, in plain JSON."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(table).where(among(session, table.c.enrolment_id, part))

    table = rows_of(RosterEntry)
    return {
        row.enrolment_id: {
            "sync_id": str(row.sync_id),
            "cohort_id": str(row.cohort_id),
            "source": row.source_hash.hex() if row.source_hash else None,
            "told_hash": row.told_hash.hex(),
            "told": unseal(session, row.told, about=row.enrolment_id, field=TOLD),
            "present": row.present,
            "gone_from": row.gone_from,
            "gone_version": row.gone_version,
        }
        for row in in_chunks(session, enrolment_ids, statement)
    }


def put_back(session: WriteSession, entries: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Store entries as `entries_before` gave them."""
    at = now()
    rows = [
        (
            enrolment_id, UUID(each["cohort_id"]), UUID(each["sync_id"]),
            bytes.fromhex(each["source"]) if each["source"] else None, bytes.fromhex(each["told_hash"]),
            seal(session, each["told"], about=enrolment_id, field=TOLD), each["present"], at,
            Stage(each["gone_from"]) if each["gone_from"] else None, each["gone_version"],
            None, None,  # what it said is read again the next time
        )
        for enrolment_id, each in entries.items()
    ]  # fmt: skip
    if rows:
        bulk_upsert(session, rows_of(RosterEntry), _ENTRY, rows, key=["enrolment_id"])


def persons_before(session: WriteSession, person_ids: Sequence[UUID]) -> dict[UUID, list[str | None]]:
    """What is known of these persons now, in plain JSON."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(table).where(among(session, table.c.person_id, part))

    table = rows_of(PersonRecord)
    return {row.person_id: person_list(opened(session, row)) for row in in_chunks(session, person_ids, statement)}
