"""Persons who may be one human: found by what they have in common, and the queue of those that a person decides about."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlmodel import col

from services.trainees.domain.likeness import WORDS, Likeness, Sign, compare
from services.trainees.domain.persons import PersonData
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.identity import counts_as
from services.trainees.queries.persons import MaskedPerson, masked
from services.trainees.queries.sealing import opened
from services.trainees.tables import DuplicatePair, PairState, Person, PersonRecord, rows_of
from shared.db import ReadSession
from shared.db.bulk import among
from shared.i18n import Language, translate


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign for or against it, in words."""

    code: Sign
    text: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A pair in the queue, with both persons masked; null where one of them has been erased."""

    id: UUID
    version: int
    state: PairState
    score: int
    evidence: Sequence[Evidence]
    persons: Sequence[MaskedPerson | None]
    person_ids: Sequence[UUID]
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None


Found = dict[tuple[UUID, UUID], Likeness]


def candidates(session: ReadSession, examined: Sequence[Any]) -> Found:
    """Every uncertain pair of one of these records with any record that has the birth date or the telephone in common."""
    others = {row.person_id: row for row in _sharing(session, examined)}
    known: dict[UUID, PersonData] = {}
    by_hash: dict[bytes, list[UUID]] = defaultdict(list)
    for row in others.values():
        for hash_ in (row.birth_hash, row.phone_hash):
            by_hash[hash_].append(row.person_id)
    found: Found = {}
    for row in examined:
        for other in {*by_hash[row.birth_hash], *by_hash[row.phone_hash]} - {row.person_id}:
            pair = (min(row.person_id, other), max(row.person_id, other))
            if pair in found or others[other].counts_as == others[row.person_id].counts_as:
                continue
            for id_ in pair:
                if id_ not in known:
                    known[id_] = opened(session, others[id_])
            found[pair] = compare(known[pair[0]], known[pair[1]])
    return {pair: likeness for pair, likeness in found.items() if likeness.is_uncertain}


def _sharing(session: ReadSession, examined: Sequence[Any]) -> Iterator[Any]:
    records = rows_of(PersonRecord)
    births = sorted({row.birth_hash for row in examined})
    phones = sorted({row.phone_hash for row in examined})

    def sharing(column: Any) -> Any:
        return lambda part: (
            select(records, counts_as().label("counts_as"))
            .join(Person, col(Person.id) == records.c.person_id)
            .where(among(session, column, part))
        )

    yield from in_chunks(session, births, sharing(records.c.birth_hash))
    yield from in_chunks(session, phones, sharing(records.c.phone_hash))


def queue(*, state: PairState | None, person_id: UUID | None) -> Select[Any]:
    """The pairs, for a page of them."""
    statement = select(DuplicatePair)
    if state is not None:
        statement = statement.where(col(DuplicatePair.state) == state)
    if person_id is not None:
        either = or_(col(DuplicatePair.one_id) == person_id, col(DuplicatePair.other_id) == person_id)
        statement = statement.where(either)
    return statement


def shown(session: ReadSession, pairs: Sequence[DuplicatePair], *, language: Language) -> list[Duplicate]:
    """Pairs with both persons masked and the evidence in words."""
    ids = sorted({id_ for pair in pairs for id_ in (pair.one_id, pair.other_id)})
    records = rows_of(PersonRecord)
    rows = in_chunks(session, ids, lambda part: select(records).where(among(session, records.c.person_id, part)))
    persons = {row.person_id: masked(session, row) for row in rows}
    return [_shown(pair, persons, language) for pair in pairs]


def _shown(pair: DuplicatePair, persons: dict[UUID, MaskedPerson], language: Language) -> Duplicate:
    ids = (pair.one_id, pair.other_id)
    evidence = [Evidence(Sign(code), translate(WORDS[Sign(code)], language)) for code in pair.evidence]
    return Duplicate(
        pair.id, pair.version, pair.state, pair.score, evidence, [persons.get(id_) for id_ in ids], ids, pair.created_at,
        pair.decided_at, pair.decided_by,
    )  # fmt: skip
