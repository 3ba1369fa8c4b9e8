"""Tells what a month of training came to, whenever something was reported about it: figures only, no single day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, update

from services.trainees.commands.facts import Fact, publish
from services.trainees.domain.attendance import Counted, last_day
from services.trainees.queries.attendance import MonthOfTraining, counted_by_month, evaluations, month_of_training
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.rules import rules_of
from services.trainees.tables import Cohort, Enrolment, RosterEntry, rows_of
from shared.clock import today
from shared.contracts.trainees import EnrolmentMonthReported
from shared.db import WriteSession
from shared.db.bulk import among


def tell_months(session: WriteSession, months: Iterable[tuple[UUID, date]], *, reported_on: date | None) -> None:
    """One event for each enrolment and month, in the order of the months. The enrolments are locked by the caller."""
    wanted: dict[UUID, list[date]] = defaultdict(list)
    for enrolment_id, month in sorted(set(months)):
        wanted[enrolment_id].append(month)
    ids = list(wanted)
    counted, passed = counted_by_month(session, ids), evaluations(session, ids)
    rules: dict[UUID, Any] = {}
    facts: list[Fact] = []
    for row in _enrolments(session, ids):
        if row.cohort_id not in rules:
            rules[row.cohort_id] = rules_of(session.get_one(Cohort, row.cohort_id))
        for version, month in enumerate(wanted[row.id], row.version + 1):
            key = (row.id, month)
            came_to = month_of_training(month, counted.get(key, Counted(0)), passed.get(key), rules[row.cohort_id])
            facts.append(Fact(_event(row, came_to, reported_on), row.id, version))
    _count(session, {enrolment_id: len(each) for enrolment_id, each in wanted.items()})
    publish(session, facts)


def _enrolments(session: WriteSession, ids: Sequence[UUID]) -> Sequence[Any]:
    table = rows_of(Enrolment)

    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(table).where(among(session, table.c.id, part)).order_by(table.c.id)

    return list(in_chunks(session, ids, statement))


def _event(row: Any, month: MonthOfTraining, reported_on: date | None) -> EnrolmentMonthReported:
    return EnrolmentMonthReported(
        enrolment_id=row.id,
        person_id=row.person_id,
        cohort_id=row.cohort_id,
        program_id=row.program_id,
        university_id=row.university_id,
        field=row.field,
        effective_on=min(last_day(month.month), today()),
        reported_on=reported_on,
        month=month.month,
        days=month.counted.days,
        absences=month.absences,
        evaluation_passed=month.evaluation_passed,
        complies=month.complies,
    )


def _count(session: WriteSession, told: dict[UUID, int]) -> None:
    """Raise the versions, also where a roster remembers one: attendance says nothing of how an enrolment ended."""
    enrolments, entries = rows_of(Enrolment), rows_of(RosterEntry)
    given = [{"b_id": enrolment_id, "b_count": count} for enrolment_id, count in told.items()]
    if not given:
        return
    version = select(enrolments.c.version).where(enrolments.c.id == bindparam("b_id")).scalar_subquery()
    mine = (entries.c.enrolment_id == bindparam("b_id")) & (entries.c.gone_version == version)
    session.execute(update(entries).where(mine).values(gone_version=entries.c.gone_version + bindparam("b_count")), given)
    raised = {"version": enrolments.c.version + bindparam("b_count")}
    session.execute(update(enrolments).where(enrolments.c.id == bindparam("b_id")).values(raised), given)
