"""Where persons stand in the cohorts of a sync, with what rosters know of their enrolments."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, true

from services.trainees.domain.roster.fates import Place
from services.trainees.domain.stages import EXITS
from services.trainees.queries.chunks import in_chunks
from services.trainees.tables import Enrolment, PersonRecord, RosterEntry, RosterProfile, RosterSync, rows_of
from shared.db import ReadSession
from shared.db.bulk import among, among_found, each_of

_ENTRY, _ENROLMENT = rows_of(RosterEntry), rows_of(Enrolment)
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


def basis_of(session: ReadSession, sync: RosterSync, cohort_ids: Sequence[UUID]) -> str:
    """What changes when anything changes that a preview of these cohorts was made from."""
    enrolments = select(func.count(), func.coalesce(func.sum(_ENROLMENT.c.version), 0)).where(
        _ENROLMENT.c.cohort_id.in_(cohort_ids)
    )
    entries = select(func.count(), func.max(_ENTRY.c.changed_at)).where(_ENTRY.c.cohort_id.in_(cohort_ids))
    records = rows_of(PersonRecord)
    taking_part = select(_ENROLMENT.c.person_id).where(_ENROLMENT.c.cohort_id.in_(cohort_ids))
    persons = select(func.max(records.c.changed_at)).where(among_found(session, records.c.person_id, taking_part))
    profiles = rows_of(RosterProfile)
    profile = select(profiles.c.version).where(profiles.c.university_id == sync.university_id)
    found = [tuple(map(str, row)) for each in (enrolments, entries, persons, profile) for row in session.execute(each)]
    return sha256(repr(found).encode()).hexdigest()
