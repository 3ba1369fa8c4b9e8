"""Attendance month by month: how often, whether it complies, what it pays, and whom to warn about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlmodel import col

from services.trainees.domain.attendance import (
    Counted,
    Period,
    Presence,
    absences,
    attended_percent,
    attends_enough,
    longest_absence,
    periods,
)
from services.trainees.domain.corrections import path_of
from services.trainees.domain.rules import Rules
from services.trainees.domain.stages import Stage
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.rules import rules_of
from services.trainees.tables import Attendance, Cohort, Enrolment, Evaluation, StageStep, rows_of
from shared.db import ReadSession
from shared.db.bulk import among

Month = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class MonthOfTraining:
    """A month of one enrolment. `complies` needs enough attendance and, where it was evaluated, a pass."""

    month: date
    counted: Counted
    absences: int
    attended_percent: Decimal | None
    evaluation_passed: bool | None
    complies: bool


@dataclass(frozen=True, slots=True)
class DayOfTraining:
    """One reported day."""

    day: date
    presence: Presence


@dataclass(frozen=True, slots=True)
class Warned:
    """Somebody to look after: absent on training days in a row, or below the required share in the last month reported."""

    enrolment_id: UUID
    person_id: UUID
    code: str
    since: date | None
    absences: int
    attended_percent: Decimal | None


def counted_by_month(session: ReadSession, enrolment_ids: Sequence[UUID], *, month: date | None = None) -> dict[Month, Counted]:
    """How often each enrolment was attended in each month, or in one."""
    table = rows_of(Attendance)
    sums = [func.sum(table.c[name]) for name in ("days", "absent", "late", "early", "excused")]

    def statement(part: Sequence[UUID]) -> Select[Any]:
        chosen = select(table.c.enrolment_id, table.c.month, *sums).where(
            among(session, table.c.enrolment_id, part), table.c.superseded_at.is_(None)
        )
        chosen = chosen if month is None else chosen.where(table.c.month == month)
        return chosen.group_by(table.c.enrolment_id, table.c.month)

    return {(row[0], row[1]): Counted(*map(int, row[2:])) for row in in_chunks(session, enrolment_ids, statement)}


def evaluations(session: ReadSession, enrolment_ids: Sequence[UUID], *, month: date | None = None) -> dict[Month, bool]:
    """Whether each enrolment passed the evaluation of each month that was evaluated."""
    table = rows_of(Evaluation)

    def statement(part: Sequence[UUID]) -> Select[Any]:
        chosen = select(table.c.enrolment_id, table.c.month, table.c.passed).where(
            among(session, table.c.enrolment_id, part), table.c.superseded_at.is_(None)
        )
        return chosen if month is None else chosen.where(table.c.month == month)

    return {(row[0], row[1]): row[2] for row in in_chunks(session, enrolment_ids, statement)}


def paths(session: ReadSession, enrolment_ids: Sequence[UUID]) -> dict[UUID, list[Period]]:
    """The stages of each enrolment with their ends, as they hold by now."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(StageStep).where(among(session, rows_of(StageStep).c.enrolment_id, part))

    steps: dict[UUID, list[StageStep]] = defaultdict(list)
    for (step,) in in_chunks(session, enrolment_ids, statement):
        steps[step.enrolment_id].append(step)
    return {id_: periods([(each.stage, each.effective_on) for each in path_of(found)]) for id_, found in steps.items()}


def months_of(session: ReadSession, enrolment_id: UUID, *, rules: Rules) -> list[MonthOfTraining]:
    """Every month of an enrolment of which something was reported."""
    counted = counted_by_month(session, [enrolment_id])
    passed = evaluations(session, [enrolment_id])
    months = sorted({month for _, month in {**counted, **passed}})
    return [
        month_of_training(month, counted.get((enrolment_id, month), Counted(0)), passed.get((enrolment_id, month)), rules)
        for month in months
    ]


def month_of_training(month: date, counted: Counted, passed: bool | None, rules: Rules) -> MonthOfTraining:
    """What a month came to under these rules."""
    rule = rules.attendance
    complies = attends_enough(counted, rule=rule) and passed is not False
    return MonthOfTraining(month, counted, absences(counted, rule=rule), attended_percent(counted, rule=rule), passed, complies)


def days_of(session: ReadSession, enrolment_id: UUID, *, month: date) -> list[DayOfTraining]:
    """The days of a month that is kept by day."""
    statement = select(Attendance).where(
        col(Attendance.enrolment_id) == enrolment_id,
        col(Attendance.month) == month,
        col(Attendance.superseded_at).is_(None),
        ~col(Attendance.whole_month),
    )
    return [DayOfTraining(row.day, _presence(row)) for row in session.scalars(statement.order_by(col(Attendance.day)))]


def _presence(row: Attendance) -> Presence:
    return next((each for each in Presence if getattr(row, each.value, 0)), Presence.PRESENT)


def who_complies(session: ReadSession, cohort: Cohort, enrolment_ids: Sequence[UUID]) -> set[UUID]:
    """Who attended enough over the whole training and failed no month's evaluation."""
    totals: dict[UUID, Counted] = defaultdict(lambda: Counted(0))
    for (enrolment_id, _), counted in counted_by_month(session, enrolment_ids).items():
        totals[enrolment_id] += counted
    failed = {enrolment_id for (enrolment_id, _), passed in evaluations(session, enrolment_ids).items() if not passed}
    rule = rules_of(cohort).attendance
    return {id_ for id_, counted in totals.items() if attends_enough(counted, rule=rule)} - failed


def warnings(session: ReadSession, cohort: Cohort) -> list[Warned]:
    """Whom to look after among those in training, the longest absences first."""
    rule = rules_of(cohort).attendance
    in_training = select(Enrolment).where(
        col(Enrolment.cohort_id) == cohort.id,
        col(Enrolment.stage).in_((Stage.TRAINING, Stage.INTERNING)),
        col(Enrolment.duplicate_of).is_(None),
    )
    persons = {each.id: each.person_id for each in session.scalars(in_training)}
    found = [*_absent_in_a_row(session, persons, least=rule.warn_after_absences), *_below(session, persons, cohort)]
    return sorted(found, key=lambda each: (-each.absences, each.enrolment_id))


def _absent_in_a_row(session: ReadSession, persons: Mapping[UUID, UUID], *, least: int) -> Iterable[Warned]:
    table = rows_of(Attendance)

    def statement(part: Sequence[UUID]) -> Select[Any]:
        by_day = (table.c.superseded_at.is_(None), ~table.c.whole_month)
        return select(table.c.enrolment_id, table.c.day, table.c.absent).where(
            among(session, table.c.enrolment_id, part), *by_day
        )

    days: dict[UUID, list[tuple[date, bool]]] = defaultdict(list)
    for enrolment_id, day, absent in in_chunks(session, list(persons), statement):
        days[enrolment_id].append((day, absent > 0))
    for enrolment_id, found in days.items():
        run, since = longest_absence(found)
        if run >= least:
            yield Warned(enrolment_id, persons[enrolment_id], "consecutive_absences", since, run, None)


def _below(session: ReadSession, persons: Mapping[UUID, UUID], cohort: Cohort) -> Iterable[Warned]:
    rule = rules_of(cohort).attendance
    latest: dict[UUID, tuple[date, Counted]] = {}
    for (enrolment_id, month), counted in counted_by_month(session, list(persons)).items():
        if counted.days and (enrolment_id not in latest or latest[enrolment_id][0] < month):
            latest[enrolment_id] = (month, counted)
    for enrolment_id, (month, counted) in latest.items():
        if not attends_enough(counted, rule=rule):
            percent = attended_percent(counted, rule=rule)
            missed = absences(counted, rule=rule)
            yield Warned(enrolment_id, persons[enrolment_id], "below_threshold", month, missed, percent)
