"""The training allowance of a cohort's month, person by person, with the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from services.trainees.domain.attendance import (
    TRAINED,
    Allowance,
    Counted,
    Period,
    Reason,
    Reported,
    absences,
    allowance,
    attended_percent,
    last_day,
    was_trained,
)
from services.trainees.domain.rules import Rules
from services.trainees.queries.attendance import counted_by_month, evaluations, paths
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.identity import counts_as
from services.trainees.queries.rules import rules_of
from services.trainees.tables import Cohort, Enrolment, Person, rows_of
from shared.db import ReadSession
from shared.db.bulk import among


@dataclass(frozen=True, slots=True)
class AllowanceOfMonth:
    """What one enrolment's month pays, and why."""

    enrolment_id: UUID
    person_id: UUID
    month: date
    won: int
    reasons: Sequence[Reason]
    days: int
    absences: int
    attended_percent: Decimal | None
    evaluation_passed: bool | None


def allowances(session: ReadSession, cohort: Cohort, *, month: date) -> list[AllowanceOfMonth]:
    """Every participant of the cohort in that month, in the order in which they applied. One human is paid once."""
    found = _of_enrolments(session, _participants(session, cohort), cohorts={cohort.id: cohort}, months=[month])
    paid_elsewhere = _paid_elsewhere(session, cohort, [each for each in found if each.won], month=month)
    return [
        replace(each, won=0, reasons=(Reason.PAID_ELSEWHERE,)) if each.enrolment_id in paid_elsewhere else each for each in found
    ]


def allowances_of(session: ReadSession, enrolment: Enrolment) -> list[AllowanceOfMonth]:
    """Every month of one enrolment of which something was reported, or in which it was one of training."""
    cohort = session.get_one(Cohort, enrolment.cohort_id)
    reported = {**counted_by_month(session, [enrolment.id]), **evaluations(session, [enrolment.id])}
    months = sorted({month for _, month in reported})
    found: list[AllowanceOfMonth] = []
    for month in months:
        found.extend(each for each in allowances(session, cohort, month=month) if each.enrolment_id == enrolment.id)
    return found


def _participants(session: ReadSession, cohort: Cohort) -> list[Enrolment]:
    statement = select(Enrolment).where(col(Enrolment.cohort_id) == cohort.id, col(Enrolment.duplicate_of).is_(None))
    return list(session.scalars(statement.order_by(col(Enrolment.created_at), col(Enrolment.id))))


def _of_enrolments(
    session: ReadSession, enrolments: Sequence[Enrolment], *, cohorts: dict[UUID, Cohort], months: Sequence[date]
) -> list[AllowanceOfMonth]:
    ids = [each.id for each in enrolments]
    stages = paths(session, ids)
    rules = {id_: rules_of(cohort) for id_, cohort in cohorts.items()}
    made = []
    for month in months:
        counted = counted_by_month(session, ids, month=month)
        passed = evaluations(session, ids, month=month)
        for each in enrolments:
            path = stages.get(each.id, [])
            known = Reported(month, counted.get((each.id, month)), passed.get((each.id, month)), path)
            if _took_part(path, month):
                made.append(_allowance(each, known, rules[each.cohort_id]))
    return made


def _took_part(path: Sequence[Period], month: date) -> bool:
    on_leave_or_trained = was_trained(path, month, last_day(month))
    return on_leave_or_trained or any(
        period.stage not in TRAINED and period.meets(month, last_day(month)) and _is_between(path, period) for period in path
    )


def _is_between(path: Sequence[Period], period: Period) -> bool:
    """Whether a stage interrupts training, as a leave does: it came before and it comes after, or may."""
    return period.stage.value == "on_leave" and any(each.stage in TRAINED and each.since <= period.since for each in path)


def _allowance(enrolment: Enrolment, known: Reported, rules: Rules) -> AllowanceOfMonth:
    paid: Allowance = allowance(known, attendance=rules.attendance, pays=rules.allowance)
    counted = known.counted or Counted(0)
    return AllowanceOfMonth(
        enrolment.id, enrolment.person_id, known.month, paid.won, paid.reasons, counted.days,
        absences(counted, rule=rules.attendance), attended_percent(counted, rule=rules.attendance), known.passed,
    )  # fmt: skip


def _paid_elsewhere(session: ReadSession, cohort: Cohort, paid: Sequence[AllowanceOfMonth], *, month: date) -> set[UUID]:
    """Which of the paid enrolments give way to an older one of the same human that is paid for the same month."""
    if not paid:
        return set()
    human = _humans(session, [each.person_id for each in paid])
    others = _others(session, cohort, list({human[each.person_id] for each in paid}))
    if not others:
        return set()
    cohorts = {row.id: row for row in session.scalars(select(Cohort).where(col(Cohort.id).in_({e.cohort_id for e, _ in others})))}
    sums = _of_enrolments(session, [each for each, _ in others], cohorts=cohorts, months=[month])
    elsewhere = {each.enrolment_id for each in sums if each.won}
    older: dict[UUID, tuple[Any, UUID]] = {}
    for each, who in others:
        if each.id in elsewhere:
            older[who] = min(older.get(who, (each.created_at, each.id)), (each.created_at, each.id))
    own = {each.id: (each.created_at, each.id) for each in _participants(session, cohort)}
    return {
        each.enrolment_id
        for each in paid
        if human[each.person_id] in older and older[human[each.person_id]] < own[each.enrolment_id]
    }


def _humans(session: ReadSession, person_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    def statement(part: Sequence[UUID]) -> Select[Any]:
        chosen: Any = select(col(Person.id), counts_as())
        narrowed: Select[Any] = chosen.where(among(session, rows_of(Person).c.id, part))
        return narrowed

    return {row[0]: row[1] for row in in_chunks(session, person_ids, statement)}


def _others(session: ReadSession, cohort: Cohort, humans: Sequence[UUID]) -> list[tuple[Enrolment, UUID]]:
    """Enrolments of these humans in other cohorts."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        person = rows_of(Person)
        chosen: Any = select(Enrolment, counts_as()).join(Person, col(Person.id) == col(Enrolment.person_id))
        known = among(session, person.c.id, part) | among(session, person.c.identity_id, part)
        elsewhere: Select[Any] = chosen.where(known, col(Enrolment.cohort_id) != cohort.id, col(Enrolment.duplicate_of).is_(None))
        return elsewhere

    return [(row[0], row[1]) for row in in_chunks(session, humans, statement)]
