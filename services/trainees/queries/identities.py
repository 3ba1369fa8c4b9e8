"""Who a record is about: looked up by hashes, many at once."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from services.trainees.domain.persons import PersonData
from services.trainees.domain.resolution import ERASED, Found, Resolution, Resolver, Told
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.erasures import erased_among
from services.trainees.queries.sealing import opened
from services.trainees.tables import PersonRecord, StudentNumber, rows_of
from shared.db import ReadSession
from shared.db.bulk import among


def resolve(session: ReadSession, university_id: UUID, records: Sequence[Told], *, lock: bool) -> list[Resolution]:
    """Who each record of a university is about, one resolution per record in their order.

    With `lock`, whoever a record may change is locked until the transaction ends.
    """
    erased = erased_among(session, records)
    if erased:
        others = iter(resolve_known(session, university_id, [each for each in records if each.line not in erased], lock=lock))
        return [Resolution(each, problem=ERASED) if each.line in erased else next(others) for each in records]
    return resolve_known(session, university_id, records, lock=lock)


def resolve_known(session: ReadSession, university_id: UUID, records: Sequence[Told], *, lock: bool) -> list[Resolution]:
    """The same of records none of which is about somebody erased."""
    by_number = _by_number(session, university_id, [told.number for told in records if told.number is not None])
    by_identity = _by_identity(session, [told.identity for told in records])
    different = set(_different(records, by_number, by_identity))
    held = _held(session, sorted(different), lock=lock)
    return Resolver(by_number, by_identity, held).resolve(records)


def _by_number(session: ReadSession, university_id: UUID, hashes: Sequence[bytes]) -> dict[bytes, Found]:
    def statement(part: Sequence[bytes]) -> Select[Any]:
        return (
            select(numbers.c.number_hash, numbers.c.person_id, records.c.content_hash)
            .join(records, records.c.person_id == numbers.c.person_id)
            .where(numbers.c.university_id == university_id, among(session, numbers.c.number_hash, part))
        )

    numbers, records = rows_of(StudentNumber), rows_of(PersonRecord)
    return {hash_: Found(person_id, content) for hash_, person_id, content in in_chunks(session, hashes, statement)}


def _by_identity(session: ReadSession, hashes: Sequence[bytes]) -> dict[bytes, Found]:
    def statement(part: Sequence[bytes]) -> Select[Any]:
        columns = (records.c.identity_hash, records.c.person_id, records.c.content_hash)
        return select(*columns).where(among(session, records.c.identity_hash, part))

    records = rows_of(PersonRecord)
    return {hash_: Found(person_id, content) for hash_, person_id, content in in_chunks(session, hashes, statement)}


def _different(records: Sequence[Told], by_number: dict[bytes, Found], by_identity: dict[bytes, Found]) -> Iterable[UUID]:
    """Those of whom a record says something that we do not hold."""
    for told in records:
        found = (by_number.get(told.number) if told.number is not None else None) or by_identity.get(told.identity)
        if found is not None and found.content != told.content:
            yield found.person_id


def _held(session: ReadSession, person_ids: Sequence[UUID], *, lock: bool) -> dict[UUID, PersonData]:
    def statement(part: Sequence[UUID]) -> Select[Any]:
        chosen = select(records).where(among(session, records.c.person_id, part)).order_by(records.c.person_id)
        return chosen.with_for_update() if lock else chosen

    records = rows_of(PersonRecord)
    return {record.person_id: opened(session, record) for record in in_chunks(session, person_ids, statement)}
