"""By what a record of an erased person is known again: a keyed hash, from which nothing can be read."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from services.trainees.domain.persons import PersonData, letters
from services.trainees.domain.resolution import Told
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.sealing import trace_hash
from services.trainees.tables import ErasedTrace, rows_of
from shared.db import ReadSession
from shared.db.bulk import among


def traces(session: ReadSession, person: PersonData) -> list[bytes]:
    """What a record of this human would have in common: name and birth date with telephone, and with e-mail."""
    about = f"{letters(person.name)}\x1f{person.birth_date.isoformat()}\x1f"
    return [trace_hash(session, about + each) for each in (person.phone, person.email) if each is not None]


def number_trace(session: ReadSession, number: bytes) -> bytes:
    """The same of a student number, from the hash that finds it."""
    return trace_hash(session, b"number\x1f" + number)


def erased_among(session: ReadSession, records: Iterable[Told]) -> set[int]:
    """The lines of the records that are about somebody erased."""
    table = rows_of(ErasedTrace)
    if session.execute(select(table.c.trace).limit(1)).first() is None:
        return set()
    lines: dict[bytes, list[int]] = {}
    for told in records:
        numbers = [number_trace(session, told.number)] if told.number is not None else []
        for trace in (*traces(session, told.person), *numbers):
            lines.setdefault(trace, []).append(told.line)

    def statement(part: Sequence[bytes]) -> Select[Any]:
        return select(table.c.trace).where(among(session, table.c.trace, part))

    return {line for (trace,) in in_chunks(session, list(lines), statement) for line in lines[trace]}


def erased_persons(session: ReadSession, record: Told) -> list[UUID]:
    """The persons whose data was destroyed and whom this record is about."""
    numbers = [number_trace(session, record.number)] if record.number is not None else []
    table = rows_of(ErasedTrace)
    statement = select(table.c.person_id).where(table.c.trace.in_([*traces(session, record.person), *numbers]))
    return sorted(set(session.scalars(statement)))
