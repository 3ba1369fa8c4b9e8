"""The statements of a comparison: rows that say what is held, rows that do not, and enrolments that no row names."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, not_, select, true, union
from sqlalchemy.sql.selectable import LateralFromClause

from services.trainees.domain.stages import EXITS
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.roster.recognised import (
    is_recognised,
    recognised_among,
    recognised_elsewhere,
    recognised_lines,
    recognised_places,
)
from services.trainees.tables import (
    Enrolment,
    PersonRecord,
    RosterEntry,
    RosterRow,
    RosterSync,
    StudentNumber,
    rows_of,
)
from shared.db import ReadSession
from shared.db.bulk import FEW, among, joined_whole, probe_of

_ROW, _NUMBER, _RECORD = rows_of(RosterRow), rows_of(StudentNumber), rows_of(PersonRecord)
_ENTRY, _ENROLMENT = rows_of(RosterEntry), rows_of(Enrolment)
_STANDING = (
    _ENROLMENT.c.id, _ENROLMENT.c.person_id, _ENROLMENT.c.cohort_id, _ENROLMENT.c.stage, _ENROLMENT.c.left_stage,
    _ENROLMENT.c.version,
)  # fmt: skip

_WAITING = [column for column in _ROW.c if column is not _ROW.c.sync_id]
_FOUND = (_ENROLMENT.c.id.label("enrolment_id"), _NUMBER.c.person_id)
_OF_ROW = and_(
    _NUMBER.c.number_hash == _ROW.c.number_hash,
    _RECORD.c.content_hash == _ROW.c.content_hash,
    # No clause to join by: all of a roster may be about one cohort.
    (_ENROLMENT.c.cohort_id == _ROW.c.cohort_id).is_(true()),
)


def saying_what_is_held(session: ReadSession, sync: RosterSync) -> Select[Any]:
    """Line and enrolment of each row that changes nothing: number, person, everything told and the enrolment are known."""
    said = (_ROW.c.sync_id == sync.id, _ROW.c.verdict.is_(None), not_(_ROW.c.gone))
    if (probe := _probe(session, sync)) is not None:
        return select(_ROW.c.line, probe.c.enrolment_id, probe.c.person_id).select_from(_ROW.join(probe, true())).where(*said)
    return _held(sync, _ROW.c.line, *_FOUND).join(_ROW, _OF_ROW).where(*said)


def _probe(session: ReadSession, sync: RosterSync) -> LateralFromClause | None:
    """What is held just as a row says it, asked for one row after the other; None where all are better joined at once."""
    return probe_of(session, _held(sync, *_FOUND).where(_OF_ROW)) if _read(sync) <= FEW else None


def _held(sync: RosterSync, *columns: Any) -> Select[Any]:
    """The university's numbers with the person's record and living enrolments that a roster names."""
    return (
        select(*columns)
        .select_from(_NUMBER)
        .join(_RECORD, _RECORD.c.person_id == _NUMBER.c.person_id)
        .join(_ENROLMENT, and_(_ENROLMENT.c.person_id == _NUMBER.c.person_id, _ENROLMENT.c.stage.not_in(sorted(EXITS))))
        .join(_ENTRY, and_(_ENTRY.c.enrolment_id == _ENROLMENT.c.id, _ENTRY.c.present))
        .where(_NUMBER.c.university_id == sync.university_id)
    )


def _read(sync: RosterSync) -> int:
    """How many rows were read, not only recognised."""
    return sync.rows_read - sync.recognised


def unchanged_count(session: ReadSession, sync: RosterSync) -> int:
    with joined_whole(session, rows=_read(sync)):
        return session.scalar(select(func.count()).select_from(saying_what_is_held(session, sync).subquery())) or 0


def refused_count(session: ReadSession, sync: RosterSync) -> int:
    """How many rows could not be used, before anything was compared."""
    statement = select(func.count()).select_from(_ROW).where(_ROW.c.sync_id == sync.id, _ROW.c.verdict.is_not(None))
    return session.scalar(statement) or 0


def unchanged_lines(session: ReadSession, sync: RosterSync, person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Those of the persons about whom another row says what is held, with its line."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(said.c.person_id, said.c.line).where(among(session, said.c.person_id, part))

    said = saying_what_is_held(session, sync).subquery()
    with joined_whole(session, rows=_read(sync)):
        found = dict(tuple(row) for row in in_chunks(session, person_ids, statement))
    return found | recognised_lines(session, sync, person_ids)


def saying_more(session: ReadSession, sync: RosterSync) -> Sequence[Any]:
    """The rows that a comparison must look at one by one, in the order of the file."""
    if (probe := _probe(session, sync)) is not None:
        # Joined as a whole, what is held would be looked up for all rows anew for each row.
        others, found = _ROW.outerjoin(probe, not_(_ROW.c.gone)), probe.c.enrolment_id
    else:
        same = saying_what_is_held(session, sync).subquery()
        others, found = _ROW.outerjoin(same, same.c.line == _ROW.c.line), same.c.line
    said = (_ROW.c.sync_id == sync.id, _ROW.c.verdict.is_(None), found.is_(None))
    with joined_whole(session, rows=_read(sync)):
        return session.execute(select(*_WAITING).select_from(others).where(*said).order_by(_ROW.c.line)).all()


def unnamed(session: ReadSession, sync: RosterSync, cohort_ids: Sequence[UUID]) -> Sequence[Any]:
    """The enrolments that a roster named once and that no row of this one names, not even one that cannot be used.

    A row about the person in another cohort that could be told does not count as naming this enrolment.
    """
    other = _ENROLMENT.alias("other")
    of_cohort = (_ROW.c.cohort_id.is_(None)) | (_ROW.c.cohort_id == other.c.cohort_id)
    said = (_ROW.c.sync_id == sync.id, of_cohort, not_(_ROW.c.gone))
    by_number = (
        select(other.c.id)
        .select_from(_ROW)
        .join(_NUMBER, and_(_NUMBER.c.university_id == sync.university_id, _NUMBER.c.number_hash == _ROW.c.number_hash))
        .join(other, other.c.person_id == _NUMBER.c.person_id)
        .where(*said)
    )
    by_identity = (
        select(other.c.id)
        .select_from(_ROW)
        .join(_RECORD, _RECORD.c.identity_hash == _ROW.c.identity_hash)
        .join(other, other.c.person_id == _RECORD.c.person_id)
        .where(*said)
    )
    # One set that is made once: asked for each enrolment anew, SQLite would read the whole roster each time.
    named = union(by_number, by_identity).subquery("named")
    statement = (
        select(*_STANDING)
        .join(_ENTRY, _ENTRY.c.enrolment_id == _ENROLMENT.c.id)
        .outerjoin(named, named.c.id == _ENROLMENT.c.id)
        .where(_ENTRY.c.present, _ENTRY.c.cohort_id.in_(cohort_ids), named.c.id.is_(None))
        .order_by(_ENROLMENT.c.id)
    )
    if sync.recognised:
        statement = statement.where(not_(is_recognised(sync)))
    with joined_whole(session, rows=sync.rows_read):
        found = session.execute(statement).all()
    if not sync.recognised:
        return found
    # An earlier enrolment of the same person in the cohort is named with the one that the row is about.
    places = recognised_places(session, sync, [row.person_id for row in found])
    return [row for row in found if (row.person_id, row.cohort_id) not in places]


def named_by_all(session: ReadSession, sync: RosterSync, enrolment_ids: Iterable[UUID]) -> int | None:
    """How many enrolments the rows name: those recognised, those of which is said what is held, and `enrolment_ids`.

    None where so many rows were read that counting costs as much as looking for those who are not named.
    """
    if not sync.recognised or _read(sync) > FEW:
        return None
    named = {*enrolment_ids, *(row.enrolment_id for row in session.execute(saying_what_is_held(session, sync)))}
    return sync.recognised + len(named - recognised_among(session, sync, sorted(named)))


def any_named(session: ReadSession, cohort_ids: Sequence[UUID]) -> bool:
    """Whether the rosters until now name any enrolment of these cohorts."""
    named = select(_ENTRY.c.enrolment_id).where(_ENTRY.c.present, _ENTRY.c.cohort_id.in_(cohort_ids))
    return session.execute(named.limit(1)).first() is not None


def known_numbers(session: ReadSession, sync: RosterSync) -> int:
    """How many rows have a student number that this university gave to somebody we know."""
    statement = (
        select(func.count())
        .select_from(_ROW)
        .join(_NUMBER, and_(_NUMBER.c.university_id == sync.university_id, _NUMBER.c.number_hash == _ROW.c.number_hash))
        .where(_ROW.c.sync_id == sync.id)
    )
    with joined_whole(session, rows=_read(sync)):
        return sync.recognised + (session.scalar(statement) or 0)


def known_elsewhere(session: ReadSession, sync: RosterSync) -> int:
    """How many rows are about persons whom we know from another university."""
    enrolled = exists(
        select(_ENROLMENT.c.id).where(
            _ENROLMENT.c.person_id == _RECORD.c.person_id, _ENROLMENT.c.university_id != sync.university_id
        )
    )
    statement = (
        select(func.count())
        .select_from(_ROW)
        .join(_RECORD, _RECORD.c.identity_hash == _ROW.c.identity_hash)
        .where(_ROW.c.sync_id == sync.id, enrolled)
    )
    with joined_whole(session, rows=_read(sync)):
        return recognised_elsewhere(session, sync) + (session.scalar(statement) or 0)


def persons_of_numbers(session: ReadSession, university_id: UUID, numbers: Sequence[bytes]) -> dict[bytes, UUID]:
    """Whose student numbers these are."""

    def statement(part: Sequence[bytes]) -> Select[Any]:
        of_university = _NUMBER.c.university_id == university_id
        return select(_NUMBER.c.number_hash, _NUMBER.c.person_id).where(
            of_university, among(session, _NUMBER.c.number_hash, part)
        )

    return dict(tuple(row) for row in in_chunks(session, numbers, statement))


def standing(session: ReadSession, enrolment_ids: Sequence[UUID]) -> list[Any]:
    """Where these enrolments stand."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(*_STANDING).where(among(session, _ENROLMENT.c.id, part)).order_by(_ENROLMENT.c.id)

    return list(in_chunks(session, enrolment_ids, statement))
