"""Attendance and evaluations, as somebody reports them: each fact for itself, later ones in the place of earlier ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select, update

from services.trainees.commands.attendance_news import tell_months
from services.trainees.domain.attendance import (
    ONE_DAY,
    Counted,
    KeptOtherwise,
    NotInTraining,
    Period,
    Presence,
    last_day,
    month_of,
    was_trained,
)
from services.trainees.queries.attendance import paths
from services.trainees.queries.chunks import CHUNK, in_chunks
from services.trainees.tables import Attendance, Enrolment, Evaluation, rows_of
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.db import WriteSession
from shared.db.bulk import among, bulk_insert
from shared.errors import N_, FieldError, Invalid, NotFound, Refused
from shared.ids import new_id

_ATTENDANCE: Final = (
    "id", "enrolment_id", "day", "month", "whole_month", "days", "absent", "late", "early", "excused", "recorded_at",
    "reported_on", "actor",
)  # fmt: skip
_EVALUATION: Final = ("id", "enrolment_id", "month", "passed", "recorded_at", "reported_on", "actor")


@dataclass(frozen=True, slots=True)
class DayReport:
    """How somebody was there on one day."""

    enrolment_id: UUID
    day: date
    presence: Presence


@dataclass(frozen=True, slots=True)
class MonthReport:
    """How often somebody was there in a month."""

    enrolment_id: UUID
    month: date
    counted: Counted


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Whether somebody passed a month's evaluation."""

    enrolment_id: UUID
    month: date
    passed: bool


Report = DayReport | MonthReport | EvaluationReport


def report_attendance(
    session: WriteSession,
    cohort_ids: Iterable[UUID],
    reports: Sequence[Report],
    *,
    by: Actor,
    reported_on: date | None = None,
    keep: bool = True,
) -> list[Refused | None]:
    """Keep what can be kept, and say of each report why it cannot. Of two about the same day or month the last counts.

    Only enrolments of these cohorts can be reported about. With `keep` False nothing is stored and the same is said.
    """
    ids = sorted({each.enrolment_id for each in reports})
    known = _locked(session, ids, set(cohort_ids))
    check = _Check(paths(session, list(known)), _kept(session, list(known)))
    refusals: list[Refused | None] = []
    good: list[Report] = []
    for each in reports:
        refusal = check.refusal(each)
        refusals.append(refusal)
        if refusal is None:
            good.append(each)
    if keep:
        _keep(session, good, by=by, reported_on=reported_on)
    return refusals


def _locked(session: WriteSession, ids: Sequence[UUID], cohorts: set[UUID]) -> dict[UUID, UUID]:
    table = rows_of(Enrolment)

    def statement(part: Sequence[UUID]) -> Select[Any]:
        columns = (table.c.id, table.c.cohort_id)
        return select(*columns).where(among(session, table.c.id, part)).order_by(table.c.id).with_for_update()

    return {row.id: row.cohort_id for row in in_chunks(session, ids, statement) if row.cohort_id in cohorts}


def _kept(session: WriteSession, ids: Sequence[UUID]) -> dict[tuple[UUID, date], bool]:
    """Of every month that is kept, whether as a whole."""
    table = rows_of(Attendance)

    def statement(part: Sequence[UUID]) -> Select[Any]:
        columns = (table.c.enrolment_id, table.c.month, table.c.whole_month)
        in_force = (among(session, table.c.enrolment_id, part), table.c.superseded_at.is_(None))
        return select(*columns).where(*in_force).distinct()

    return {(row.enrolment_id, row.month): row.whole_month for row in in_chunks(session, ids, statement)}


class _Check:
    """Judges one report after the other; a month is kept as the first report about it is, by day or as a whole."""

    def __init__(self, stages: Mapping[UUID, Sequence[Period]], kept: dict[tuple[UUID, date], bool]) -> None:
        self._stages = stages
        self._kept = kept

    def refusal(self, report: Report) -> Refused | None:
        try:
            self._check(report)
        except Refused as refusal:
            return refusal
        return None

    def _check(self, report: Report) -> None:
        if report.enrolment_id not in self._stages:
            raise NotFound(N_("enrolment"))
        first = report.day if isinstance(report, DayReport) else report.month
        if first > today():
            raise Invalid(FieldError("/day", "in_the_future", N_("Must not be in the future.")))
        last = first if isinstance(report, DayReport) else last_day(first)
        if not was_trained(self._stages[report.enrolment_id], first, last):
            raise NotInTraining
        if not isinstance(report, EvaluationReport):
            whole = isinstance(report, MonthReport)
            if self._kept.setdefault((report.enrolment_id, month_of(first)), whole) is not whole:
                raise KeptOtherwise(how=N_("by day") if whole else N_("as a whole"))


def _keep(session: WriteSession, reports: Sequence[Report], *, by: Actor, reported_on: date | None) -> None:
    at = now()
    attended: dict[tuple[UUID, date, bool], Counted] = {}
    evaluated: dict[tuple[UUID, date], bool] = {}
    for each in reports:
        if isinstance(each, DayReport):
            attended[each.enrolment_id, each.day, False] = ONE_DAY[each.presence]
        elif isinstance(each, MonthReport):
            attended[each.enrolment_id, each.month, True] = each.counted
        else:
            evaluated[each.enrolment_id, each.month] = each.passed
    said = (at, reported_on, by.subject)
    _supersede_attendance(session, list(attended), at)
    rows = [
        (new_id(), id_, day, month_of(day), whole, it.days, it.absent, it.late, it.early, it.excused, *said)
        for (id_, day, whole), it in attended.items()
    ]
    bulk_insert(session, rows_of(Attendance), _ATTENDANCE, rows)
    _supersede_evaluations(session, list(evaluated), at)
    marks = [(new_id(), id_, month, passed, *said) for (id_, month), passed in evaluated.items()]
    bulk_insert(session, rows_of(Evaluation), _EVALUATION, marks)
    months = [*((id_, month_of(day)) for id_, day, _ in attended), *evaluated]
    tell_months(session, months, reported_on=reported_on)


def _supersede_attendance(session: WriteSession, keys: Sequence[tuple[UUID, date, bool]], at: datetime) -> None:
    for (day, whole), ids in _grouped((id_, (day, whole)) for id_, day, whole in keys).items():
        table = rows_of(Attendance)
        same = (table.c.day == day, table.c.whole_month.is_(whole), table.c.superseded_at.is_(None))
        for start in range(0, len(ids), CHUNK):
            part = among(session, table.c.enrolment_id, ids[start : start + CHUNK])
            session.execute(update(table).where(part, *same).values(superseded_at=at))


def _supersede_evaluations(session: WriteSession, keys: Sequence[tuple[UUID, date]], at: datetime) -> None:
    for month, ids in _grouped(keys).items():
        table = rows_of(Evaluation)
        same = (table.c.month == month, table.c.superseded_at.is_(None))
        for start in range(0, len(ids), CHUNK):
            part = among(session, table.c.enrolment_id, ids[start : start + CHUNK])
            session.execute(update(table).where(part, *same).values(superseded_at=at))


def _grouped(keys: Iterable[tuple[UUID, Any]]) -> dict[Any, list[UUID]]:
    """Ids by day: there are few days and many persons, so one statement takes all persons of a day."""
    groups: dict[Any, list[UUID]] = defaultdict(list)
    for id_, rest in keys:
        groups[rest].append(id_)
    return groups
