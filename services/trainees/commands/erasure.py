"""Personal data is destroyed, on request or when its time has come. The person still counts, and is known again if told of."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from services.trainees.domain.identity import Ground, StillTaking
from services.trainees.domain.resolution import Told
from services.trainees.domain.retention import is_over
from services.trainees.domain.stages import LIVE
from services.trainees.queries.erasures import erased_persons, number_trace, traces
from services.trainees.queries.identity import counts_as, same_human
from services.trainees.queries.rules import rules_of
from services.trainees.queries.sealing import opened
from services.trainees.tables import (
    AccessEntry,
    Circumstance,
    Cohort,
    DuplicatePair,
    EligibilityDecision,
    Enrolment,
    ErasedTrace,
    Person,
    PersonCorrection,
    PersonRecord,
    RosterEntry,
    RosterOutcome,
    RosterRow,
    StageStep,
    StudentNumber,
    rows_of,
)
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.contracts.trainees import PersonErased
from shared.db import Database, ReadSession, WriteSession
from shared.errors import N_, NotFound
from shared.events.contract import Event
from shared.events.outbox import emit

_BY: Final = Actor.system("trainees")


def erase_person(session: WriteSession, person_id: UUID, *, ground: Ground, by: Actor) -> Person:
    """Destroy what is known of a person, under all ids that they have. Erasing again does nothing.

    Every enrolment and every count stays. Only keyed hashes are kept, by which records of the same human are refused from
    now on. Raises NotFound, and StillTaking while an enrolment lives.
    """
    ids = same_human(session, person_id)
    statement = select(Person).where(col(Person.id).in_(ids)).order_by(col(Person.id)).with_for_update()
    persons = list(session.scalars(statement.execution_options(populate_existing=True)))
    if not persons:
        raise NotFound(N_("person"))
    live = select(col(Enrolment.id)).where(col(Enrolment.person_id).in_(ids), col(Enrolment.stage).in_(LIVE))
    if session.scalars(live).first() is not None:
        raise StillTaking
    _remember(session, ids)
    _destroy(session, ids)
    for person in persons:
        if person.erased_at is None:
            person.erased_at, person.erased_on = now(), ground
            emit(session, person, PersonErased(person_id=person.id, ground=ground, effective_on=today()))
            entry = AccessEntry(actor=by.subject, action="person.erased", person_id=person.id, purpose=ground)
            session.add(entry)
    return next(person for person in persons if person.id == person_id)


def do_again(session: WriteSession, event: Event, told: bool) -> bool:
    """Destroy once more what was destroyed after the backup that this database was restored from.

    Nothing is told where the log has the event already, under the version that it had then.
    """
    if not isinstance(event, PersonErased):
        return False
    ids = same_human(session, event.person_id)
    persons = session.scalars(select(Person).where(col(Person.id).in_(ids)).with_for_update()).all()
    if persons:
        _remember(session, ids)
        _destroy(session, ids)
    for person in persons:
        if person.erased_at is None:
            person.erased_at, person.erased_on = now(), Ground(event.ground)
            if not told:
                emit(session, person, PersonErased(person_id=person.id, ground=event.ground, effective_on=today()))
            session.add(AccessEntry(actor=_BY.subject, action="person.erased", person_id=person.id, purpose=event.ground))
    return True


def _remember(session: WriteSession, ids: Sequence[UUID]) -> None:
    found: dict[bytes, UUID] = {}
    for record in session.scalars(select(PersonRecord).where(col(PersonRecord.person_id).in_(ids))):
        found |= dict.fromkeys(traces(session, opened(session, record)), record.person_id)
    for number in session.scalars(select(StudentNumber).where(col(StudentNumber.person_id).in_(ids))):
        found[number_trace(session, number.number_hash)] = number.person_id
    if found:
        module = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        rows = [{"trace": trace, "person_id": person_id} for trace, person_id in found.items()]
        session.execute(module.insert(rows_of(ErasedTrace)).on_conflict_do_nothing(), rows)


def let_in_again(session: WriteSession, record: Told) -> None:
    """Forget by what a human was known again who was erased, and now gives their data anew, of their own accord.

    Nothing leads from whom they are from now on to whom they were: every trace goes, not only those that this record shows.
    """
    erased = erased_persons(session, record)
    if erased:
        table = rows_of(ErasedTrace)
        session.execute(delete(table).where(table.c.person_id.in_(erased)))


def _destroy(session: WriteSession, ids: Sequence[UUID]) -> None:
    enrolments = select(col(Enrolment.id)).where(col(Enrolment.person_id).in_(ids))
    step, decision = rows_of(StageStep), rows_of(EligibilityDecision)
    session.execute(update(step).where(step.c.enrolment_id.in_(enrolments)).values(note=None))
    session.execute(update(decision).where(decision.c.enrolment_id.in_(enrolments)).values(facts=None))
    _destroy_what_rosters_said(session, ids, enrolments)
    for model in (PersonRecord, StudentNumber, Circumstance, PersonCorrection):
        table = rows_of(model)
        session.execute(delete(table).where(table.c.person_id.in_(ids)))
    pair = rows_of(DuplicatePair)
    session.execute(delete(pair).where(pair.c.one_id.in_(ids) | pair.c.other_id.in_(ids)))


def _destroy_what_rosters_said(session: WriteSession, ids: Sequence[UUID], enrolments: Any) -> None:
    entry, outcome, row = rows_of(RosterEntry), rows_of(RosterOutcome), rows_of(RosterRow)
    record, number = rows_of(PersonRecord), rows_of(StudentNumber)
    session.execute(delete(entry).where(entry.c.enrolment_id.in_(enrolments)))
    session.execute(update(outcome).where(outcome.c.enrolment_id.in_(enrolments)).values(before=None, number_hash=None))
    identities = select(record.c.identity_hash).where(record.c.person_id.in_(ids))
    numbers = select(number.c.number_hash).where(number.c.person_id.in_(ids))
    session.execute(delete(row).where(row.c.identity_hash.in_(identities) | row.c.number_hash.in_(numbers)))


def erase_what_is_over(database: Database) -> int:
    """Erase everybody whose programs' retention has run out. Safe to run twice and on several machines.

    A person is kept as long as any of their enrolments lives, or is of a program that keeps longer or for ever.
    """
    total = 0
    with database.read() as session:
        over = persons_over(session, on=today())
    for person_id in over:
        total += database.run(partial(_erase_if_over, person_id=person_id), idempotent=True)
    return total


def _erase_if_over(session: WriteSession, *, person_id: UUID) -> int:
    if person_id not in persons_over(session, on=today(), only=person_id):
        return 0
    erase_person(session, person_id, ground=Ground.RETENTION, by=_BY)
    return 1


def persons_over(session: ReadSession, *, on: date, only: UUID | None = None) -> list[UUID]:
    """Who has to be erased on that day: every enrolment has ended, and the time that its program keeps data has passed."""
    cohorts = {cohort.id: rules_of(cohort).retention_months for cohort in session.scalars(select(Cohort))}
    if not any(months is not None for months in cohorts.values()):
        return []
    columns = (counts_as(), col(Enrolment.cohort_id), col(Enrolment.stage), col(Enrolment.stage_since))
    statement = select(*columns).join(Enrolment, col(Enrolment.person_id) == col(Person.id))
    statement = statement.where(col(Person.erased_at).is_(None))
    if only is not None:
        statement = statement.where(col(Person.id).in_(same_human(session, only)))
    over: dict[UUID, bool] = {}
    for human, cohort_id, stage, since in session.execute(statement):
        ended = stage not in LIVE and is_over(since, months=cohorts[cohort_id], on=on)
        over[human] = over.get(human, True) and ended
    return sorted(human for human, all_over in over.items() if all_over)
