"""A roster sync: brings a cohort's enrolments in step with a university's file, row by row, all rows at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.commands.enrolments import Beginning, begin_enrolments
from services.trainees.commands.facts import Fact, publish
from services.trainees.commands.persons import settle_persons
from services.trainees.commands.together import together
from services.trainees.domain.resolution import REPEATED, Resolution, Told
from services.trainees.domain.roster_file import read_roster
from services.trainees.domain.roster_row import Problem, RosterRow, read_row
from services.trainees.queries.enrolments import latest_in_cohort
from services.trainees.queries.identities import resolve
from services.trainees.queries.scope import visible
from services.trainees.queries.sealing import told
from services.trainees.tables import Cohort, Outcome, RosterOutcome, RosterSync, SyncState, University, rows_of
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import WriteSession
from shared.db.bulk import bulk_insert
from shared.errors import N_, NotFound

_OUTCOME: Final = ("sync_id", "line", "outcome", "enrolment_id", "changes", "problems")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one row."""

    line: int
    outcome: Outcome
    enrolment_id: UUID | None = None
    changes: Sequence[str] = ()
    problems: Sequence[Problem] = ()


def sync_roster(
    session: WriteSession, university_id: UUID, cohort_id: UUID, content: bytes, *, by: Actor, dry_run: bool = False
) -> RosterSync:
    """Bring a roster in, or with `dry_run` only say what that would do; either way a sync is kept with every row's fate.

    A row begins an enrolment, changes the person's data, changes nothing, or is rejected; it moves no stage and ends
    nothing. Raises NotFound, and BrokenRoster for a file that cannot be used at all.
    """
    visible(session, University, university_id, actor=by)
    cohort = visible(session, Cohort, cohort_id, actor=by)
    if cohort.university_id != university_id:
        raise NotFound(N_("cohort"))
    rows, rejected = _read(content)
    records = [told(session, university_id, row.person, student_no=row.student_no, line=row.line) for row in rows]
    if dry_run:
        fates = _look(session, cohort, records)
    else:
        _one_at_a_time(session, cohort_id)
        # Who stands on a roster applied in time: a late roster tells of the deadline at the latest, and tells it today.
        presumed = min(today(), cohort.applications_close_on)
        applied_on = {row.line: row.applied_on or presumed for row in rows}
        fates, facts = together(session, lambda: _bring_in(session, cohort, records, applied_on, by=by))
        publish(session, facts)
    state = SyncState.PREVIEWED if dry_run else SyncState.APPLIED
    return _keep(session, cohort, sorted([*fates, *rejected], key=lambda fate: fate.line), state=state, by=by)


def _read(content: bytes) -> tuple[list[RosterRow], list[Fate]]:
    file = read_roster(content)
    day = today()
    rows: list[RosterRow] = []
    rejected: list[Fate] = []
    for line in file.lines:
        read = read_row(file, line, today=day)
        if isinstance(read, RosterRow):
            rows.append(read)
        else:
            rejected.append(Fate(line.number, Outcome.REJECTED, problems=read))
    return rows, rejected


def _one_at_a_time(session: WriteSession, cohort_id: UUID) -> None:
    """Let other syncs of the cohort wait until this one is stored."""
    session.execute(select(col(Cohort.id)).where(col(Cohort.id) == cohort_id).with_for_update(key_share=True))


def _look(session: WriteSession, cohort: Cohort, records: Sequence[Told]) -> list[Fate]:
    resolutions = resolve(session, cohort.university_id, records, lock=False)
    known = [each.person_id for each in resolutions if each.person_id is not None]
    enrolled = {person_id: it.enrolment_id for person_id, it in latest_in_cohort(session, cohort.id, known).items()}
    return list(_fates(resolutions, {each.told.line: each.person_id for each in resolutions}, enrolled, {}))


def _bring_in(
    session: WriteSession, cohort: Cohort, records: Sequence[Told], applied_on: Mapping[int, date], *, by: Actor
) -> tuple[list[Fate], list[Fact]]:
    resolutions = resolve(session, cohort.university_id, records, lock=True)
    settled = settle_persons(session, cohort.university_id, resolutions)
    persons = {each.told.line: person_id for each, person_id in settled.placed}
    latest = latest_in_cohort(session, cohort.id, list(persons.values()))
    enrolled = {person_id: it.enrolment_id for person_id, it in latest.items()}
    beginnings = [
        Beginning(person_id, applied_on[line], reported_on=today())
        for line, person_id in persons.items()
        if person_id not in enrolled
    ]
    begun = begin_enrolments(session, cohort, beginnings, by=by)
    started = {each.person_id: fact.aggregate_id for each, fact in zip(beginnings, begun, strict=True)}
    return list(_fates(resolutions, persons, enrolled, started)), [*settled.facts, *begun]


def _fates(
    resolutions: Sequence[Resolution],
    persons: Mapping[int, UUID | None],
    enrolled: Mapping[UUID, UUID],
    started: Mapping[UUID, UUID],
) -> Iterator[Fate]:
    """The fate of every row that could be read: `persons` by line, `enrolled` before this sync, `started` by it."""
    for each in resolutions:
        line = each.told.line
        if each.problem is not None:
            column = "" if each.problem == REPEATED else "student_no"
            yield Fate(line, Outcome.REJECTED, problems=[Problem(column, each.problem, each.line)])
            continue
        person_id = persons[line]
        earlier = enrolled.get(person_id) if person_id is not None else None
        if earlier is None:
            yield Fate(line, Outcome.CREATED, started.get(person_id) if person_id is not None else None, each.changed)
        else:
            yield Fate(line, Outcome.CHANGED if each.changed else Outcome.UNCHANGED, earlier, each.changed)


def _keep(session: WriteSession, cohort: Cohort, fates: Sequence[Fate], *, state: SyncState, by: Actor) -> RosterSync:
    counts = Counter(fate.outcome for fate in fates)
    sync = RosterSync(
        university_id=cohort.university_id,
        cohort_id=cohort.id,
        state=state,
        actor=by.subject,
        created=counts[Outcome.CREATED],
        changed=counts[Outcome.CHANGED],
        unchanged=counts[Outcome.UNCHANGED],
        rejected=counts[Outcome.REJECTED],
    )
    session.add(sync)
    session.flush()
    rows = (
        (sync.id, fate.line, fate.outcome, fate.enrolment_id, list(fate.changes), [asdict(each) for each in fate.problems])
        for fate in fates
    )
    bulk_insert(session, rows_of(RosterOutcome), _OUTCOME, rows)
    return sync
