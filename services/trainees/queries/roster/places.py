"""Where persons stand in the cohorts of a sync, with what rosters know of their enrolments."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select, true

from services.trainees.domain.roster.fates import Place
from services.trainees.domain.stages import EXITS
from services.trainees.queries.chunks import in_chunks
from services.trainees.tables import (
    Enrolment,
    ErasedTrace,
    PersonCorrection,
    PersonRecord,
    RosterEntry,
    RosterProfile,
    RosterSync,
    StudentNumber,
    rows_of,
)
from shared.db import ReadSession
from shared.db.bulk import FEW, among, each_of, joined_whole

_ENTRY, _ENROLMENT = rows_of(RosterEntry), rows_of(Enrolment)
_RECORD, _PROFILE = rows_of(PersonRecord), rows_of(RosterProfile)
_DIGITS: Final = 31  # of the hash; with an instant to the microsecond they fill the column
_PLACE = (
    _ENROLMENT.c.person_id, _ENROLMENT.c.cohort_id, _ENROLMENT.c.id, _ENROLMENT.c.stage, _ENROLMENT.c.version,
    _ENTRY.c.enrolment_id, _ENTRY.c.present, _ENTRY.c.gone_from, _ENTRY.c.gone_version, _ENTRY.c.told_hash,
)  # fmt: skip


def places_of(session: ReadSession, cohort_ids: Sequence[UUID], person_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], Place]:
    """By person and cohort: the live enrolment, or the last one that ended."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        chosen = select(*_PLACE).outerjoin(_ENTRY, _ENTRY.c.enrolment_id == _ENROLMENT.c.id)
        # No clause to look up by: a cohort may have everybody, and would be read for each person anew.
        here = _ENROLMENT.c.cohort_id.in_(cohort_ids).is_(true())
        return each_of(session, chosen.where(here), _ENROLMENT.c.person_id, part)

    latest: dict[tuple[UUID, UUID], Place] = {}
    for row in sorted(in_chunks(session, person_ids, statement), key=lambda each: each[2]):
        key = (row[0], row[1])
        if key not in latest or latest[key].stage in EXITS:
            latest[key] = _place(row)
    return latest


def places_by_source(
    session: ReadSession, cohort_ids: Sequence[UUID], sources: Sequence[bytes]
) -> dict[bytes, tuple[UUID, Place]]:
    """By the source's own key: the cohort, and where its enrolment stands."""

    def statement(part: Sequence[bytes]) -> Select[Any]:
        chosen = select(*_PLACE, _ENTRY.c.source_hash).join(_ENTRY, _ENTRY.c.enrolment_id == _ENROLMENT.c.id)
        return chosen.where(_ENROLMENT.c.cohort_id.in_(cohort_ids), among(session, _ENTRY.c.source_hash, part))

    return {row[-1]: (row[1], _place(row)) for row in in_chunks(session, sources, statement)}


def _place(row: Any) -> Place:
    _, _, id_, stage, version, entry, present, gone_from, gone_version, told_hash, *_ = row
    return Place(id_, stage, version, entry is not None, bool(present), gone_from, gone_version, told_hash)


class Held(NamedTuple):
    """What is held of the cohorts of a sync. `basis` changes when anything changes that a preview was made from.

    `named` is how many enrolments the rosters until now name.
    """

    basis: str
    named: int


def held_of(session: ReadSession, sync: RosterSync, cohort_ids: Sequence[UUID]) -> Held:
    """What a comparison of these cohorts starts from."""
    said = select(func.count(), func.max(_ENTRY.c.changed_at), func.count().filter(_ENTRY.c.present))
    entries, told_at, named = session.execute(said.where(_ENTRY.c.cohort_id.in_(cohort_ids))).one()
    counted = select(func.count(), func.coalesce(func.sum(_ENROLMENT.c.version), 0))
    enrolled = session.execute(counted.where(_ENROLMENT.c.cohort_id.in_(cohort_ids))).one()
    version = session.scalar(select(_PROFILE.c.version).where(_PROFILE.c.university_id == sync.university_id))
    found = sha256(repr([str(each) for each in (entries, told_at, *enrolled, version)]).encode()).hexdigest()
    changed_at = _records_changed_at(session, cohort_ids, until=_changed_at_of(sync.basis), rows=entries)
    return Held(f"{found[:_DIGITS]}:{changed_at.isoformat() if changed_at is not None else ''}", named)


def _changed_at_of(basis: str | None) -> datetime | None:
    """When the last record changed of which a basis was made."""
    _, _, changed_at = (basis or "").partition(":")
    return datetime.fromisoformat(changed_at) if changed_at else None


def _records_changed_at(
    session: ReadSession, cohort_ids: Sequence[UUID], *, until: datetime | None, rows: int
) -> datetime | None:
    """When the record of anybody in the cohorts changed last; `until` is when it had by the time it was asked before."""
    if until is not None and rows > FEW and not _changed_after(session, cohort_ids, until):
        return until
    latest = select(func.max(_RECORD.c.changed_at)).join(_ENROLMENT, _ENROLMENT.c.person_id == _RECORD.c.person_id)
    with joined_whole(session, rows=rows):
        found: datetime | None = session.scalar(latest.where(_ENROLMENT.c.cohort_id.in_(cohort_ids)))
    return found


def _changed_after(session: ReadSession, cohort_ids: Sequence[UUID], until: datetime) -> bool:
    """Whether the record of anybody in the cohorts may have changed after that: nearly always nobody's has, anywhere."""
    changed = select(_RECORD.c.person_id).where(_RECORD.c.changed_at > until).limit(FEW + 1)
    person_ids = session.scalars(changed).all()
    if not person_ids or len(person_ids) > FEW:
        return bool(person_ids)
    theirs = each_of(session, select(_ENROLMENT.c.cohort_id), _ENROLMENT.c.person_id, person_ids)
    return not set(session.scalars(theirs)).isdisjoint(cohort_ids)


def looked_at(session: ReadSession, sync: RosterSync, cohort_ids: Sequence[UUID]) -> tuple[object, ...]:
    """Another one whenever a comparison may come out otherwise: when the cohorts changed, or anybody whom a row may be about."""
    numbers, corrections, traces = rows_of(StudentNumber), rows_of(PersonCorrection), rows_of(ErasedTrace)
    changing = (
        select(func.count(), func.max(_RECORD.c.changed_at)).select_from(_RECORD),
        select(func.count()).select_from(numbers),
        select(func.count(), func.max(corrections.c.corrected_at)).select_from(corrections),
        select(func.count()).select_from(traces),
    )
    return (held_of(session, sync, cohort_ids), *[tuple(session.execute(each).one()) for each in changing])
