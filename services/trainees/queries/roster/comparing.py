"""Compares a roster that waits with everything we hold: what it would do, row by row and absence by absence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson

from services.trainees.domain.resolution import REPEATED, Resolution, Told
from services.trainees.domain.roster.fates import Absence, Comparison, Fate, Place, is_wrong_roster, must_be_held, removal
from services.trainees.domain.roster.lifecycle import AbsencePolicy, Outcome, StalePreview, SyncMode
from services.trainees.domain.roster.persons_told import person_from
from services.trainees.domain.roster.refusals import broken
from services.trainees.domain.roster.rows import Problem
from services.trainees.domain.stages import EXITS
from services.trainees.queries.identities import resolve
from services.trainees.queries.roster import matching_rows as rows
from services.trainees.queries.roster.corrections import Kept, keep_corrections
from services.trainees.queries.roster.places import held_of, places_by_source, places_of
from services.trainees.queries.roster.recognised import still_held
from services.trainees.queries.rules import rules_of
from services.trainees.queries.sealing import unseal_bytes
from services.trainees.tables import Cohort, RosterProfile, RosterSync
from shared.db import ReadSession

Cohorts = Mapping[UUID, Cohort]


def compare(
    session: ReadSession, sync: RosterSync, cohorts: Cohorts, profile: RosterProfile, *, lock: bool = False
) -> Comparison:
    """What the rows of `sync` would do by now. With `lock`, the persons it may change are locked.

    Raises BrokenRoster, and StalePreview where rows that were recognised do not say any more what is held.
    """
    cohort_ids = list(cohorts)
    basis, before = held_of(session, sync, cohort_ids)
    # Nothing changed since the file was read, or since the preview: what was found out then, need not be found out again.
    unchanged_since = sync.basis == basis
    settled = lock and unchanged_since
    if not unchanged_since and not still_held(session, sync):
        raise StalePreview
    if not settled:
        _refuse_another_roster(session, sync, before)
    waiting = rows.saying_more(session, sync)
    fates = [*_about_persons(session, sync, [row for row in waiting if not row.gone], cohort_ids, lock=lock)]
    fates += _about_gone(session, sync, [row for row in waiting if row.gone], cohort_ids)
    absences = [*_gone(session, fates, cohorts, profile)]
    if not settled or sync.vanished or sync.held:
        absences += _absent(session, sync, fates, cohorts, profile, before=before)
    held = must_be_held(
        vanishing=len(absences),
        named_before=before,
        rows=sync.rows_read,
        unidentified=sync.unidentified if sync.mode is SyncMode.FULL else 0,
        guard_rows=profile.guard_rows,
        guard_percent=profile.guard_percent,
    )
    unchanged = sync.recognised + rows.unchanged_count(session, sync)
    return Comparison(fates, absences, unchanged, held, basis)


def _refuse_another_roster(session: ReadSession, sync: RosterSync, before: int) -> None:
    if sync.mode is not SyncMode.FULL or sync.rows_read < 10 or sync.recognised * 10 >= sync.rows_read:
        return
    here = rows.known_numbers(session, sync)
    elsewhere = rows.known_elsewhere(session, sync) if here * 10 < sync.rows_read else 0
    if is_wrong_roster(rows=sync.rows_read, known_here=here, known_elsewhere=elsewhere, named_before=before):
        raise broken("wrong_roster")


def _about_persons(
    session: ReadSession, sync: RosterSync, waiting: Sequence[Any], cohort_ids: Sequence[UUID], *, lock: bool
) -> Iterator[Fate]:
    if not waiting:
        return
    about = str(sync.id)
    read = [_told(session, row, about=about) for row in waiting]
    said = [told for told, _ in read]
    records, kept = keep_corrections(session, sync.university_id, said)
    resolutions = _resolved(session, sync.university_id, records, lock=lock)
    changing = {each.person_id for each in resolutions.values() if each.person_id is not None and each.changed}
    settled = rows.unchanged_lines(session, sync, sorted(changing))
    known = {each.person_id for each in resolutions.values() if each.person_id is not None}
    places = places_of(session, cohort_ids, sorted(known))
    for row, (told, gender) in zip(waiting, read, strict=True):
        resolution = resolutions[row.line]
        other = settled.get(resolution.person_id) if resolution.person_id is not None and resolution.changed else None
        if other is not None:
            resolution = Resolution(resolution.told, problem=REPEATED, line=other)
        yield _fate(row, (told, gender), resolution, places, kept)


def _told(session: ReadSession, row: Any, *, about: str) -> tuple[Told, str | None]:
    """Who a row says that somebody is, and their gender: which is told once, of an enrolment that begins, and kept nowhere."""
    number, name, born, phone, email, *gender = orjson.loads(unseal_bytes(session, row.content, about=about, field=str(row.line)))
    person = person_from((name, born, phone, email))
    told = Told(row.line, person, number, row.identity_hash, row.content_hash, row.number_hash)
    return told, next(iter(gender), None)


def _resolved(session: ReadSession, university_id: UUID, records: Sequence[Told], *, lock: bool) -> dict[int, Resolution]:
    """By line. Rows of several cohorts about one person are resolved once."""
    first: dict[tuple[bytes | None, bytes], Told] = {}
    for told in records:
        first.setdefault((told.number, told.content), told)
    resolved = {each.told.line: each for each in resolve(session, university_id, list(first.values()), lock=lock)}
    return {told.line: resolved[first[told.number, told.content].line] for told in records}


def _fate(
    row: Any, read: tuple[Told, str | None], resolution: Resolution, places: Mapping[tuple[UUID, UUID], Place], kept: Kept
) -> Fate:
    said, gender = read
    if resolution.problem is not None:
        code = "contradicting" if resolution.problem == REPEATED else resolution.problem
        column = "" if resolution.problem == REPEATED else "student_no"
        return Fate(row.line, Outcome.REJECTED, row.cohort_id, problems=[Problem(column, code, resolution.line)])
    place = places.get((resolution.person_id, row.cohort_id)) if resolution.person_id is not None else None
    problems = [Problem(name, "corrected_here") for name in kept.get(row.line, ())]
    fate = Fate(
        row.line,
        Outcome.CREATED,
        row.cohort_id,
        place,
        resolution.changed,
        problems,
        resolution,
        said,
        row.applied_on,
        row.source_hash,
        row.fingerprint,
        gender,
    )
    if place is None:
        return fate
    if place.can_return or (place.known and not place.present and place.stage not in EXITS):
        return replace(fate, outcome=Outcome.REACTIVATED)
    if place.known and not place.present:
        problems.append(Problem("", "ended_here"))
    if problems:
        return replace(fate, outcome=Outcome.CONFLICTING)
    return replace(fate, outcome=Outcome.CHANGED if resolution.changed else Outcome.UNCHANGED)


def _about_gone(session: ReadSession, sync: RosterSync, waiting: Sequence[Any], cohort_ids: Sequence[UUID]) -> Iterator[Fate]:
    if not waiting:
        return
    persons = rows.persons_of_numbers(session, sync.university_id, [row.number_hash for row in waiting if row.number_hash])
    places = places_of(session, cohort_ids, sorted(set(persons.values())))
    sources = places_by_source(session, cohort_ids, [row.source_hash for row in waiting if row.source_hash])
    for row in waiting:
        cohort_id, place = sources.get(row.source_hash, (row.cohort_id, None))
        if place is None and row.number_hash in persons:
            place = places.get((persons[row.number_hash], row.cohort_id))
        if place is None or not place.known:
            yield Fate(row.line, Outcome.REJECTED, cohort_id, problems=[Problem("", "not_enrolled")])
        else:
            yield Fate(row.line, Outcome.VANISHED if place.present else Outcome.UNCHANGED, cohort_id, place)


def _gone(session: ReadSession, fates: Sequence[Fate], cohorts: Cohorts, profile: RosterProfile) -> Iterator[Absence]:
    """What rows say outright to be gone; where the university's absences are but marked, so is this."""
    ids = [fate.place.enrolment_id for fate in fates if fate.outcome is Outcome.VANISHED and fate.place is not None]
    yield from _absences(rows.standing(session, ids), cohorts, profile.absence)


def _absent(
    session: ReadSession, sync: RosterSync, fates: Sequence[Fate], cohorts: Cohorts, profile: RosterProfile, *, before: int
) -> Iterator[Absence]:
    if sync.mode is not SyncMode.FULL:
        return
    still = {fate.place.enrolment_id for fate in fates if fate.place is not None and fate.place.known and fate.place.present}
    if rows.named_by_all(session, sync, still) == before:
        return
    named = {fate.place.enrolment_id for fate in fates if fate.place is not None}
    found = [row for row in rows.unnamed(session, sync, list(cohorts)) if row.id not in named]
    yield from _absences(found, cohorts, profile.absence)


def _absences(found: Sequence[Any], cohorts: Cohorts, policy: AbsencePolicy) -> Iterator[Absence]:
    for row in found:
        cohort = cohorts[row.cohort_id]
        becomes = removal(row.stage, policy, left=row.left_stage, rules=rules_of(cohort))
        yield Absence(row.id, row.cohort_id, row.stage, row.version, policy, becomes)
