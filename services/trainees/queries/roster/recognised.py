"""Rows that are word for word what the last roster said: found by keyed fingerprints, and whether that still says what is held.

A fingerprint says what a row led to when it was last read: a student number and the content of a person's record. As long as
the number is that person's, the record says just that and the enrolment lives, reading the row again would change nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Select, and_, func, not_, select, union

from services.trainees.domain.stages import EXITS
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.sealing import keyed
from services.trainees.tables import (
    Cohort,
    Enrolment,
    PersonRecord,
    RosterEntry,
    RosterRow,
    RosterSame,
    RosterSync,
    StudentNumber,
    rows_of,
)
from shared.db import ReadSession
from shared.db.bulk import FEW, among, each_of, joined_whole, packed

_LENGTH: Final = 32
_SAME, _ROW, _NUMBER = rows_of(RosterSame), rows_of(RosterRow), rows_of(StudentNumber)
_ENTRY, _ENROLMENT, _RECORD = rows_of(RosterEntry), rows_of(Enrolment), rows_of(PersonRecord)


def fingerprints(session: ReadSession, university_id: UUID, cohorts: Iterable[Cohort]) -> Callable[[bytes], bytes]:
    """What makes a row's digest its fingerprint: another one for each scope, since that decides which cohort a row is about."""
    scope = repr((university_id, sorted((each.id, each.code, each.ordinal) for each in cohorts)))
    hashed = keyed(session)
    beginning = b"roster_row\x1f" + hashed.of(scope)
    key = hashed.of(beginning)
    return lambda digest: blake2b(digest, key=key, digest_size=_LENGTH).digest()


def _holding(university_id: UUID, *columns: Any) -> Select[Any]:
    """The entries whose last row would change nothing if it were read again."""
    return (
        select(*columns)
        .select_from(_ENTRY)
        .join(_ENROLMENT, and_(_ENROLMENT.c.id == _ENTRY.c.enrolment_id, _ENROLMENT.c.stage.not_in(sorted(EXITS))))
        .join(_RECORD, and_(_RECORD.c.person_id == _ENROLMENT.c.person_id, _RECORD.c.content_hash == _ENTRY.c.told_hash))
        .join(
            _NUMBER,
            and_(
                _NUMBER.c.university_id == university_id,
                _NUMBER.c.number_hash == _ENTRY.c.number_hash,
                _NUMBER.c.person_id == _ENROLMENT.c.person_id,
            ),
        )
        .where(_ENTRY.c.present, _ENTRY.c.fingerprint.is_not(None))
    )


def known_fingerprints(session: ReadSession, university_id: UUID, cohort_ids: Sequence[UUID], *, rows: int) -> dict[bytes, bytes]:
    """By fingerprint the enrolment's id in bytes, of every row that need not be read again. `rows`: about how many these are."""
    statement = _holding(university_id, _ENTRY.c.fingerprint, _ENTRY.c.enrolment_id)
    with joined_whole(session, rows=rows):
        found = packed(session, statement.where(_ENTRY.c.cohort_id.in_(cohort_ids)))
    each = _LENGTH + 16
    return {found[at : at + _LENGTH]: found[at + _LENGTH : at + each] for at in range(0, len(found), each)}


def still_held(session: ReadSession, sync: RosterSync) -> bool:
    """Whether every row that was recognised still says what is held."""
    if not sync.recognised:
        return True
    statement = _holding(sync.university_id, func.count()).join(_SAME, _SAME.c.enrolment_id == _ENTRY.c.enrolment_id)
    with joined_whole(session, rows=sync.recognised):
        return bool(session.scalar(statement.where(_SAME.c.sync_id == sync.id)) == sync.recognised)


def clashing(session: ReadSession, sync: RosterSync, *, rows: int) -> set[bytes]:
    """The fingerprints of recognised rows about whose person or number another of the `rows` of the file says something, too.

    They have to be read after all: only then can be told whether the rows contradict or repeat each other.
    """
    said = (_ROW.c.sync_id == sync.id, _ROW.c.verdict.is_(None), not_(_ROW.c.gone))
    if rows <= FEW:
        told = session.execute(select(_ROW.c.number_hash, _ROW.c.identity_hash).where(*said)).all()
        return _clashing_with(session, sync, {row[0] for row in told} - {None}, {row[1] for row in told} - {None})
    same = select(_ENTRY.c.fingerprint).select_from(_SAME).join(_ENTRY, _ENTRY.c.enrolment_id == _SAME.c.enrolment_id)
    same = same.where(_SAME.c.sync_id == sync.id)
    by_number = same.join(_ROW, _ROW.c.number_hash == _ENTRY.c.number_hash).where(*said)
    by_identity = (
        same.join(_ENROLMENT, _ENROLMENT.c.id == _SAME.c.enrolment_id)
        .join(_RECORD, _RECORD.c.person_id == _ENROLMENT.c.person_id)
        .join(_ROW, _ROW.c.identity_hash == _RECORD.c.identity_hash)
        .where(*said)
    )
    with joined_whole(session, rows=rows):
        return set(session.scalars(union(by_number, by_identity)))


def _clashing_with(session: ReadSession, sync: RosterSync, numbers: set[bytes], identities: set[bytes]) -> set[bytes]:
    """The same for a few rows, one index after the other: of a join, old statistics would make a walk through everybody."""
    of_university = _NUMBER.c.university_id == sync.university_id
    having = select(_NUMBER.c.person_id).where(of_university)
    being = select(_RECORD.c.person_id)
    persons = {row[0] for row in _where(session, being, _RECORD.c.identity_hash, identities)}
    holders = {row[0] for row in _where(session, having, _NUMBER.c.number_hash, numbers)}
    enrolled = {
        row[0]: row[1]
        for row in _where(session, select(_ENROLMENT.c.id, _ENROLMENT.c.person_id), _ENROLMENT.c.person_id, persons | holders)
    }
    same = recognised_among(session, sync, sorted(enrolled))
    entries = _where(
        session, select(_ENTRY.c.enrolment_id, _ENTRY.c.number_hash, _ENTRY.c.fingerprint), _ENTRY.c.enrolment_id, same
    )
    return {fingerprint for id_, number, fingerprint in entries if number in numbers or enrolled[id_] in persons}


def _where(session: ReadSession, chosen: Select[Any], key: Column[Any], values: set[Any]) -> Iterator[Any]:
    """The rows of one table whose `key` is one of these."""
    return in_chunks(session, sorted(values), lambda part: chosen.where(among(session, key, part)))


def recognised_among(session: ReadSession, sync: RosterSync, enrolment_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the enrolments that a recognised row is about."""

    same = select(_SAME.c.enrolment_id).where(_SAME.c.sync_id == sync.id)
    return {row[0] for row in _each(session, same, _SAME.c.enrolment_id, enrolment_ids)}


def recognised_lines(session: ReadSession, sync: RosterSync, person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Those of the persons about whom a recognised row speaks, with its line."""
    return {person_id: line for person_id, _, line in _about(session, sync, person_ids)} if sync.recognised else {}


def recognised_elsewhere(session: ReadSession, sync: RosterSync) -> int:
    """How many recognised rows are about persons whom we know from another university as well."""
    other = _ENROLMENT.alias("other")
    statement = (
        select(func.count(func.distinct(_SAME.c.line)))
        .join(_ENROLMENT, _ENROLMENT.c.id == _SAME.c.enrolment_id)
        .join(other, and_(other.c.person_id == _ENROLMENT.c.person_id, other.c.university_id != sync.university_id))
        .where(_SAME.c.sync_id == sync.id)
    )
    with joined_whole(session, rows=sync.recognised):
        return session.scalar(statement) or 0 if sync.recognised else 0


def is_recognised(sync: RosterSync) -> Any:
    """Whether a recognised row is about an enrolment."""
    same = select(_SAME.c.line).where(_SAME.c.sync_id == sync.id, _SAME.c.enrolment_id == _ENROLMENT.c.id)
    return same.correlate(_ENROLMENT).exists()


def recognised_places(session: ReadSession, sync: RosterSync, person_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """Those of the persons whom a recognised row names, each with the cohort."""
    return {(person_id, cohort_id) for person_id, cohort_id, _ in _about(session, sync, person_ids)}


def _about(session: ReadSession, sync: RosterSync, person_ids: Sequence[UUID]) -> Iterator[tuple[UUID, UUID, int]]:
    """Person, cohort and line of the recognised rows about these persons."""
    # Not joined: PostgreSQL, with statistics older than the sync, would go through all its rows for each person.
    found = _each(
        session, select(_ENROLMENT.c.id, _ENROLMENT.c.person_id, _ENROLMENT.c.cohort_id), _ENROLMENT.c.person_id, person_ids
    )
    enrolled = {row[0]: (row[1], row[2]) for row in found}
    lines = select(_SAME.c.enrolment_id, _SAME.c.line).where(_SAME.c.sync_id == sync.id)
    for enrolment_id, line in _each(session, lines, _SAME.c.enrolment_id, sorted(enrolled)):
        yield *enrolled[enrolment_id], line


def _each(session: ReadSession, statement: Select[Any], key: Column[Any], values: Sequence[UUID]) -> Iterator[Any]:
    """The rows of one table whose `key` is one of these: of a few, one probe for each."""
    if len(values) > FEW:
        yield from in_chunks(session, values, lambda part: statement.where(among(session, key, part)))
    elif values:
        yield from session.execute(each_of(session, statement, key, values))
