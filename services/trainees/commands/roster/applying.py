"""Applies what a comparison found: persons, enrolments, steps, what is known from rosters, and each row's fate."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import orjson

from services.trainees.commands.enrolments import Beginning, begin_enrolments
from services.trainees.commands.facts import Fact
from services.trainees.commands.persons import Ready, ready, settle_persons
from services.trainees.commands.roster.entries import Named, entries_before, note_gone, note_named, persons_before
from services.trainees.commands.roster.stages import RosterStep, Taken, take_steps
from services.trainees.domain.ages import age_band
from services.trainees.domain.resolution import Resolution
from services.trainees.domain.roster.fates import Absence, Comparison, Fate
from services.trainees.domain.roster.lifecycle import AbsenceState, Outcome
from services.trainees.domain.roster.rows import Problem
from services.trainees.domain.stages import HOLD_A_PLACE, Stage
from services.trainees.queries.places import held_places
from services.trainees.queries.sealing import hashes, seal
from services.trainees.tables import Cohort, RosterAbsence, RosterOutcome, RosterSync, rows_of
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.crash import crash_point
from shared.db import ReadSession, WriteSession
from shared.db.bulk import bulk_insert, bulk_upsert

_OUTCOME: Final = (
    "sync_id", "line", "outcome", "enrolment_id", "changes", "problems", "before", "after", "was", "number_hash",
)  # fmt: skip
_ABSENCE: Final = (
    "sync_id", "enrolment_id", "state", "policy", "stage", "becomes", "held_at", "settled_at", "settled_by",
)  # fmt: skip
BEFORE: Final = "before"
ABSENT: Final = "absent_from_roster"
RETURNED: Final = "back_on_roster"
NO_PLACE: Final = "no_place"


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, what to publish once it is stored, and the places that it freed by cohort."""

    fates: Sequence[Fate]
    facts: Sequence[Fact]
    freed: Mapping[UUID, int]


def apply_comparison(
    session: WriteSession,
    sync: RosterSync,
    cohorts: Mapping[UUID, Cohort],
    comparison: Comparison,
    *,
    by: Actor,
    persons: Ready | None = None,
) -> Applied:
    """Do what the comparison says. Must not emit: it may be repeated when it meets a duplicate.

    `persons` is what `persons_in` gave for it.
    """
    fates = _with_places_left(session, cohorts, comparison.fates)
    usable = _usable(fates)
    returning = [fate for fate in usable if fate.outcome is Outcome.REACTIVATED]
    # Before anything is written: what an undo puts back.
    before = _before(session, sync, [fate for fate in usable if _is_news(fate)])
    settled = settle_persons(session, sync.university_id, _once(usable), made=persons)
    ids = {id(resolution): person_id for resolution, person_id in settled.placed}
    begun, started = _begin(session, cohorts, usable, ids, by=by)
    crash_point("roster.half_applied")
    back = take_steps(session, [_return(fate) for fate in returning if _was_ended(fate)], by=by)
    news = [fate for fate in usable if _is_news(fate)]
    note_named(session, sync.id, _named([fate for fate in news if fate.line in started], started), new=True)
    note_named(session, sync.id, _named([fate for fate in news if fate.line not in started], started))
    store_fates(session, sync, fates, started, before)
    gone = Taken() if comparison.held else remove(session, comparison.absences, by=by)
    _store_absences(session, sync, comparison, by=by)
    return Applied(fates, [*settled.facts, *begun, *back.facts, *gone.facts], gone.freed)


def persons_in(session: ReadSession, sync: RosterSync, comparison: Comparison) -> Ready:
    """What the comparison makes of persons: can be told, sealed and hashed before anything is stored."""
    return ready(session, sync.university_id, _once(_usable(comparison.fates)))


def _usable(fates: Sequence[Fate]) -> list[Fate]:
    return [fate for fate in fates if fate.resolution is not None and fate.resolution.problem is None]


def _once(fates: Sequence[Fate]) -> list[Resolution]:
    return list({id(fate.resolution): fate.resolution for fate in fates if fate.resolution is not None}.values())


def _with_places_left(session: WriteSession, cohorts: Mapping[UUID, Cohort], fates: Sequence[Fate]) -> list[Fate]:
    """The fates, where nobody gets a place back that somebody else has by now: of those who return, the first rows do."""
    wanting = [fate for fate in fates if _was_ended(fate) and _stage_again(fate) in HOLD_A_PLACE]
    free = {
        cohort_id: cohorts[cohort_id].capacity - held_places(session, cohort_id)
        for cohort_id in {fate.cohort_id for fate in wanting if fate.cohort_id is not None}
    }
    refused: set[int] = set()
    for fate in sorted(wanting, key=lambda each: each.enrolment_id or UUID(int=0)):
        assert fate.cohort_id is not None
        free[fate.cohort_id] -= 1
        if free[fate.cohort_id] < 0:
            refused.add(fate.line)
    return [
        replace(fate, outcome=Outcome.CONFLICTING, problems=[*fate.problems, Problem("", NO_PLACE)])
        if fate.line in refused
        else fate
        for fate in fates
    ]


def _is_news(fate: Fate) -> bool:
    """Whether what rosters are known to have said changes by this row. Who got no place back stays absent, for the next one."""
    if any(problem.code == NO_PLACE for problem in fate.problems):
        return False
    place, said = fate.place, fate.said
    if fate.outcome is not Outcome.UNCHANGED or place is None or said is None:
        return True
    return not (place.known and place.present and place.told_hash == said.content)


def _was_ended(fate: Fate) -> bool:
    return fate.outcome is Outcome.REACTIVATED and fate.place is not None and fate.place.can_return


def _stage_again(fate: Fate) -> Stage | None:
    return fate.place.gone_from if fate.place is not None else None


def _return(fate: Fate) -> RosterStep:
    stage = _stage_again(fate)
    assert stage is not None
    assert fate.enrolment_id is not None
    return RosterStep(fate.enrolment_id, stage, RETURNED)


def _begin(
    session: WriteSession, cohorts: Mapping[UUID, Cohort], fates: Sequence[Fate], persons: Mapping[int, UUID], *, by: Actor
) -> tuple[list[Fact], dict[int, UUID]]:
    """Begin what is new; the facts, and by line the enrolment."""
    facts: list[Fact] = []
    started: dict[int, UUID] = {}
    day = today()
    for cohort_id, cohort in cohorts.items():
        new = [fate for fate in fates if fate.outcome is Outcome.CREATED and fate.cohort_id == cohort_id]
        # Who stands on a roster applied in time: a late roster tells of the deadline at the latest, and tells it today.
        presumed = min(day, cohort.applications_close_on)
        beginnings = [_beginning(fate, persons[id(fate.resolution)], on=fate.applied_on or presumed, told_on=day) for fate in new]
        begun = begin_enrolments(session, cohort, beginnings, by=by)
        started |= {fate.line: fact.aggregate_id for fate, fact in zip(new, begun, strict=True)}
        facts += begun
    return facts, started


def _beginning(fate: Fate, person_id: UUID, *, on: date, told_on: date) -> Beginning:
    assert fate.resolution is not None
    person = fate.resolution.becomes or fate.resolution.told.person
    band = age_band(person.birth_date, on=on)
    return Beginning(person_id, on, reported_on=told_on, age_band=band, gender=fate.gender)


def _named(fates: Sequence[Fate], started: Mapping[int, UUID]) -> Iterator[Named]:
    for fate in fates:
        enrolment_id = started.get(fate.line) or fate.enrolment_id
        assert enrolment_id is not None
        assert fate.said is not None
        assert fate.cohort_id is not None
        yield Named(enrolment_id, fate.cohort_id, fate.said, fate.source_hash, fate.fingerprint)


def _before(session: WriteSession, sync: RosterSync, fates: Sequence[Fate]) -> dict[int, bytes]:
    """By line: what was known of the person and from rosters until now, sealed."""
    old = [fate for fate in fates if fate.outcome is not Outcome.CREATED or (fate.resolution and fate.resolution.changed)]
    entries = entries_before(session, [fate.enrolment_id for fate in old if fate.enrolment_id is not None])
    changing = {_person(fate) for fate in old if fate.resolution is not None and fate.resolution.becomes is not None}
    persons = persons_before(session, sorted(changing))
    result = {}
    for fate in old:
        known = {
            "person": persons.get(_person(fate)) if fate.resolution and fate.resolution.becomes is not None else None,
            "entry": entries.get(fate.enrolment_id) if fate.enrolment_id is not None else None,
        }
        result[fate.line] = seal(session, orjson.dumps(known).decode(), about=sync.id, field=f"{BEFORE}:{fate.line}")
    return result


def _person(fate: Fate) -> UUID:
    assert fate.resolution is not None
    assert fate.resolution.person_id is not None
    return fate.resolution.person_id


def store_fates(
    session: WriteSession,
    sync: RosterSync,
    fates: Sequence[Fate],
    started: Mapping[int, UUID] = MappingProxyType({}),
    before: Mapping[int, bytes] = MappingProxyType({}),
    *,
    again: bool = True,
) -> None:
    """Keep the fates, and count them; `again` where a preview may have kept some of them."""
    rows = (
        (
            sync.id, fate.line, fate.outcome, started.get(fate.line) or fate.enrolment_id, list(fate.changes),
            [asdict(each) for each in fate.problems], before.get(fate.line), _after(session, fate),
            fate.place.stage if fate.outcome is Outcome.REACTIVATED and fate.place is not None else None, _number(fate),
        )
        for fate in fates
    )  # fmt: skip
    if again:
        bulk_upsert(session, rows_of(RosterOutcome), _OUTCOME, rows, key=["sync_id", "line"])
    else:
        bulk_insert(session, rows_of(RosterOutcome), _OUTCOME, rows)
    counts = Counter(fate.outcome for fate in fates)
    for outcome in (Outcome.CREATED, Outcome.CHANGED, Outcome.REACTIVATED, Outcome.CONFLICTING):
        setattr(sync, outcome.value, counts[outcome])


def _after(session: WriteSession, fate: Fate) -> bytes | None:
    """What the person's record is found by afterwards, where the row changed it."""
    if fate.resolution is None or fate.resolution.becomes is None:
        return None
    return hashes(session, fate.resolution.becomes)[1]


def _number(fate: Fate) -> bytes | None:
    return fate.resolution.told.number if fate.resolution is not None and fate.resolution.brings_number else None


def remove(session: WriteSession, absences: Sequence[Absence], *, by: Actor) -> Taken:
    """Take these off the roster: end the enrolments that end by it, and mark the others."""
    ending = [each for each in absences if each.becomes is not each.stage]
    taken = take_steps(session, [RosterStep(each.enrolment_id, each.becomes, ABSENT) for each in ending], by=by)
    gone: dict[UUID, tuple[Stage | None, int | None]] = {each.enrolment_id: (None, None) for each in absences}
    gone |= {each.enrolment_id: (each.stage, taken.versions[each.enrolment_id]) for each in ending}
    note_gone(session, gone)
    return taken


def _store_absences(session: WriteSession, sync: RosterSync, comparison: Comparison, *, by: Actor) -> None:
    at = now()
    state = AbsenceState.HELD if comparison.held else AbsenceState.VANISHED
    settled = (at, None, None) if comparison.held else (None, at, by.subject)
    rows = [absence_row(sync, each, state, settled) for each in comparison.absences]
    store_absences(session, rows)
    sync.held = len(rows) if comparison.held else 0
    sync.vanished = 0 if comparison.held else len(rows)


def store_absences(session: WriteSession, rows: Sequence[tuple[object, ...]]) -> None:
    """Store absences as `absence_row` makes them."""
    if rows:
        bulk_upsert(session, rows_of(RosterAbsence), _ABSENCE, rows, key=["sync_id", "enrolment_id"])


def absence_row(sync: RosterSync, absence: Absence, state: AbsenceState, settled: tuple[Any, Any, Any]) -> tuple[object, ...]:
    return (sync.id, absence.enrolment_id, state, absence.policy, absence.stage, absence.becomes, *settled)
