"""Promises of seats: what was promised, how it was kept, and how much of a cohort it covers."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, select
from sqlmodel import col

from services.employers.domain.demand import Prospect
from services.employers.domain.pledges import Fill, Promise, Record, records, window
from services.employers.domain.seats import SeatState
from services.employers.queries.companies import company
from services.employers.queries.visibility import companies_of
from services.employers.tables import Cohort, Company, Enrolment, Pledge, Position, Seat
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_
from shared.http.paging import Page, Rows

PLEDGE: Final = N_("pledge")


def pledges(session: ReadSession, company_id: UUID, page: Page, *, by: Actor) -> Rows[Pledge]:
    """A company's pledges, by month. Raises NotFound."""
    owner = company(session, company_id, by=by)
    statement = select(Pledge).where(col(Pledge.company_id) == owner.id)
    return page.fetch(session, statement, key=[Pledge.month, Pledge.id])


def kept_rates(session: ReadSession, page: Page, *, as_of: date, by: Actor) -> Rows[dict[str, Any]]:
    """How each company that the actor may see kept its promises that were due by `as_of`: those that made any, by their id."""
    promised = select(col(Pledge.company_id)).distinct()
    statement = select(Company).where(companies_of(by), col(Company.id).in_(promised))
    found = page.fetch(session, statement, key=[Company.id], sorts={"name_ko": Company.name_ko})
    kept = kept_by(session, [row.id for row in found.items], as_of=as_of)
    return Rows([_rate(row, kept.get(row.id, Record()), as_of) for row in found.items], found.next, found.total)


def kept_by(session: ReadSession, company_ids: Collection[UUID], *, as_of: date) -> dict[UUID, Record]:
    """How these companies kept their promises that were due by `as_of`; those without any are left out."""
    # A promise that was taken back after its time had come is one that was not kept.
    made = select(Pledge).where(col(Pledge.company_id).in_(company_ids))
    promises = [
        Promise(row.company_id, row.field, row.kind, row.month, row.seats)
        for row in session.execute(made).scalars()
        if row.withdrawn_on is None or row.withdrawn_on.isoformat()[:7] > row.month
    ]
    filled = (
        select(col(Position.company_id), col(Position.field), col(Position.kind), col(Seat.since))
        .join(Seat, col(Seat.position_id) == col(Position.id))
        .where(col(Position.company_id).in_(company_ids), col(Seat.state) == SeatState.FILLED)
    )
    return dict(records(promises, (Fill(*row) for row in session.execute(filled)), as_of=as_of))


def coverage(session: ReadSession, page: Page, *, cohort_id: UUID | None, field: str | None) -> Rows[dict[str, Any]]:
    """For each cohort, by its last day: the completers expected, and the seats pledged in its field for the months after it.

    Cohorts of one field whose months overlap are counted on by the same pledges: `sharing` says how many completers of all
    of them there are. `coverage` is None where nobody is expected.
    """
    statement = select(Cohort)
    if cohort_id is not None:
        statement = statement.where(col(Cohort.id) == cohort_id)
    if field is not None:
        statement = statement.where(col(Cohort.field) == field)
    found = page.fetch(session, statement, key=[Cohort.ends_on, Cohort.id], sorts={"code": Cohort.code})
    fields = {row.field for row in found.items}
    all_of_fields = session.execute(select(Cohort).where(col(Cohort.field).in_(fields))).scalars().all()
    expected = expected_completers(session, all_of_fields)
    pledged = pledged_seats(session, fields=fields)
    rows = [_covered(row, expected, pledged, all_of_fields) for row in found.items]
    return Rows(rows, found.next, found.total)


def expected_completers(session: ReadSession, cohorts: Iterable[Cohort]) -> dict[UUID, int]:
    """Whom to expect of each cohort: who takes part or has completed, or its capacity before anybody was admitted."""
    rows = {row.id: row for row in cohorts}
    coming = func.sum(case((col(Enrolment.prospect).in_([Prospect.EXPECTED, Prospect.COMPLETED]), 1), else_=0))
    admitted = func.sum(case((col(Enrolment.prospect) != Prospect.APPLIED, 1), else_=0))
    statement = select(col(Enrolment.cohort_id), coming, admitted).where(col(Enrolment.cohort_id).in_(rows))
    counted = {
        cohort_id: (int(some), int(all_))
        for cohort_id, some, all_ in session.execute(statement.group_by(col(Enrolment.cohort_id)))
    }
    return {id_: counted[id_][0] if counted.get(id_, (0, 0))[1] else row.capacity for id_, row in rows.items()}


def pledged_seats(session: ReadSession, *, fields: Collection[str] | None = None) -> dict[tuple[str, str], int]:
    """The seats that stand promised, by field and month."""
    columns = (col(Pledge.field), col(Pledge.month))
    statement = select(*columns, func.sum(col(Pledge.seats))).where(col(Pledge.withdrawn_on).is_(None))
    if fields is not None:
        statement = statement.where(col(Pledge.field).in_(fields))
    found = session.execute(statement.group_by(*columns))
    return {(field, month): int(seats) for field, month, seats in found}


def _covered(
    row: Cohort, expected: dict[UUID, int], pledged: dict[tuple[str, str], int], cohorts: Iterable[Cohort]
) -> dict[str, Any]:
    months = window(row.ends_on)
    seats = sum(pledged.get((row.field, month), 0) for month in months)
    beside = [each for each in cohorts if each.field == row.field and set(window(each.ends_on)) & set(months)]
    people = expected[row.id]
    return {
        "cohort_id": row.id,
        "code": row.code,
        "field": row.field,
        "ends_on": row.ends_on,
        "months": months,
        "expected_completers": people,
        "pledged_seats": seats,
        "coverage": round(seats / people, 4) if people else None,
        "sharing": sum(expected[each.id] for each in beside),
    }


def _rate(row: Company, record: Record, as_of: date) -> dict[str, Any]:
    return {
        "company_id": row.id,
        "name_ko": row.name_ko,
        "name_en": row.name_en,
        "as_of": as_of,
        "due": record.due,
        "kept": record.kept,
        "rate": record.rate,
    }
