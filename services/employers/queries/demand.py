"""Demand before supply: pledged and posted seats by field, skill and month, beside the completers expected then."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.employers.domain.demand import Asked, Demand, Offered, outlook, skills_outlook
from services.employers.domain.pledges import month_of
from services.employers.domain.positions import PositionState
from services.employers.domain.seats import SeatState
from services.employers.queries.pledges import expected_completers
from services.employers.tables import Cohort, Pledge, Position, ProgramSkill, Seat
from shared.db import ReadSession

_Key = tuple[str, str]  # field and month
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
    posted = _posted(session, today=today)
    expected, able = _expected(session)
    asked = (Asked(row.company_id, row.field, row.month, row.skills, row.seats) for row in posted)
    skills = skills_outlook(asked, _skills_pledged(session), able)
    found = outlook(_pledged(session), _offers(posted), expected, skills)
    return [row for row in found if first <= row.month <= last and field in (None, row.field)]


def demand_by_skill(session: ReadSession, *, first: str, last: str, field: str | None, today: date) -> list[dict[str, Any]]:
    """The same months by field, month and skill: seats that ask for it, beside the completers who will have it."""
    return [
        {
            "month": row.month, "field": row.field, "skill": each.skill, "posted_seats": each.posted_seats,
            "expected_completers": each.expected_completers, "shortage": each.shortage, "unmet_seats": each.unmet_seats,
            "pledged_seats": each.pledged_seats, "seats": each.seats, "field_pledged_seats": row.pledged_seats,
        }
        for row in demand(session, first=first, last=last, field=field, today=today)
        for each in row.skills
    ]  # fmt: skip


def _pledged(session: ReadSession) -> Iterator[Offered]:
    statement = (
        select(col(Pledge.company_id), col(Pledge.field), col(Pledge.month), func.sum(col(Pledge.seats)))
        .where(col(Pledge.withdrawn_on).is_(None))
        .group_by(col(Pledge.company_id), col(Pledge.field), col(Pledge.month))
    )
    return (Offered(company_id, field, month, int(seats)) for company_id, field, month, seats in session.execute(statement))


def _skills_pledged(session: ReadSession) -> Iterator[Asked]:
    """Pledges that name a skill."""
    columns = (col(Pledge.company_id), col(Pledge.field), col(Pledge.month), col(Pledge.skill), col(Pledge.seats))
    statement = select(*columns).where(col(Pledge.withdrawn_on).is_(None), col(Pledge.skill).is_not(None))
    found = session.execute(statement)
    return (Asked(company_id, field, month, [skill], seats) for company_id, field, month, skill, seats in found)


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


def _expected(session: ReadSession) -> tuple[dict[_Key, int], dict[_Key, Counter[str]]]:
    """The completers expected by field and month, and how many of them will have a skill."""
    cohorts = session.execute(select(Cohort)).scalars().all()
    people = expected_completers(session, cohorts)
    leads_to: dict[UUID | None, list[str]] = defaultdict(list)
    for program_id, skill in session.execute(select(col(ProgramSkill.program_id), col(ProgramSkill.skill))):
        leads_to[program_id].append(skill)
    result: Counter[_Key] = Counter()
    able: dict[_Key, Counter[str]] = defaultdict(Counter)
    for row in cohorts:
        key = (row.field, month_of(row.ends_on))
        result[key] += people[row.id]
        able[key].update(dict.fromkeys(leads_to.get(row.program_id, ()), people[row.id]))
    return dict(result), able
