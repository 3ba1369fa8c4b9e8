"""Demand before supply: pledged and posted seats by field, skill and month, beside the completers expected then."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.employers.domain.demand import Demand, Offered, outlook
from services.employers.domain.pledges import month_of
from services.employers.domain.positions import PositionState
from services.employers.domain.seats import SeatState
from services.employers.queries.pledges import expected_completers
from services.employers.tables import Cohort, Pledge, Position, Seat
from shared.db import ReadSession

_COUNTED = (SeatState.OPEN, SeatState.RESERVED, SeatState.FILLED)


@dataclass(frozen=True, slots=True)
class _Posted:
    company_id: UUID
    field: str
    month: str
    skills: list[str]
    seats: int


def demand(session: ReadSession, *, first: str, last: str, field: str | None, today: date) -> list[Demand]:
    """The months from `first` to `last`, by month and field."""
    found = outlook(_pledged(session), _offers(_posted(session, today=today)), _expected(session))
    return [row for row in found if first <= row.month <= last and field in (None, row.field)]


def demand_by_skill(session: ReadSession, *, first: str, last: str, field: str | None, today: date) -> list[dict[str, Any]]:
    """The posted seats of these months by field, month and must-have skill: where the expected completers lack practice."""
    seats: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in _posted(session, today=today):
        if first <= row.month <= last and field in (None, row.field):
            for skill in row.skills:
                seats[row.month, row.field][skill] += row.seats
    return [
        {"month": month, "field": of, "skill": skill, "posted_seats": count}
        for (month, of), skills in sorted(seats.items())
        for skill, count in sorted(skills.items(), key=lambda each: (-each[1], each[0]))
    ]


def _pledged(session: ReadSession) -> Iterator[Offered]:
    statement = (
        select(col(Pledge.company_id), col(Pledge.field), col(Pledge.month), func.sum(col(Pledge.seats)))
        .where(col(Pledge.withdrawn_on).is_(None))
        .group_by(col(Pledge.company_id), col(Pledge.field), col(Pledge.month))
    )
    return (Offered(company_id, field, month, int(seats)) for company_id, field, month, seats in session.execute(statement))


def _offers(posted: Iterable[_Posted]) -> Iterator[Offered]:
    return (Offered(row.company_id, row.field, row.month, row.seats) for row in posted)


def _posted(session: ReadSession, *, today: date) -> list[_Posted]:
    """Seats by the month in which they are to be filled: that of the deadline; until filled, this one.

    A closed posting counts with what it filled, in the month in which that was.
    """
    live = (PositionState.OPEN, PositionState.PAUSED)
    recruiting = (
        select(col(Position.company_id), col(Position.field), col(Position.closes_on), col(Position.skills), func.count())
        .join(Seat, col(Seat.position_id) == col(Position.id))
        .where(col(Position.state).in_(live), col(Seat.state).in_(_COUNTED))
        .group_by(col(Position.id))
    )
    filled = (
        select(col(Position.company_id), col(Position.field), col(Seat.since), col(Position.skills), func.count())
        .join(Seat, col(Seat.position_id) == col(Position.id))
        .where(col(Position.state).not_in(live), col(Seat.state) == SeatState.FILLED)
        .group_by(col(Position.id), col(Seat.since))
    )
    return [
        _Posted(company_id, field, month_of(day or today), list(skills), count)
        for statement in (recruiting, filled)
        for company_id, field, day, skills, count in session.execute(statement)
    ]


def _expected(session: ReadSession) -> dict[tuple[str, str], int]:
    cohorts = session.execute(select(Cohort)).scalars().all()
    people = expected_completers(session, cohorts)
    result: Counter[tuple[str, str]] = Counter()
    for row in cohorts:
        result[row.field, month_of(row.ends_on)] += people[row.id]
    return dict(result)
