"""Positions as everybody may see them: one, all that are open now, and what has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, select

from services.employers.domain.feed import FeedBeganAnew
from services.employers.domain.positions import PositionState
from services.employers.domain.public_text import without_contacts
from services.employers.domain.seats import SeatState
from services.employers.queries.position_search import Wish, open_positions
from services.employers.queries.skills import taxonomy
from services.employers.tables import Company, Position, Seat
from services.employers.tables.search import JobChange, JobHead
from shared import clock
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.skills import Skill

JOB = N_("job")
MOST_IN_SITEMAP = 50_000  # sitemaps.org


@dataclass(frozen=True, slots=True)
class Asked:
    """A skill that is asked for, and how well it has to be mastered."""

    skill: Skill
    level: int


@dataclass(frozen=True, slots=True)
class Job:
    """What is public of a position. `open_seats` are still to be had."""

    position: Position
    company: Company
    open_seats: int
    posted_on: date
    changed_at: datetime
    must_have: Sequence[Asked] = ()
    nice_to_have: Sequence[Asked] = ()
    licences: Sequence[Skill] = ()

    @property
    def title(self) -> str:
        return without_contacts(self.position.title)

    @property
    def description(self) -> str | None:
        return None if self.position.description is None else without_contacts(self.position.description)

    def is_over(self, today: date) -> bool:
        """Whether nobody can apply any more, whether or not the position was closed already."""
        closes_on = self.position.closes_on
        return self.position.state is PositionState.CLOSED or (closes_on is not None and closes_on < today)

    @property
    def is_paused(self) -> bool:
        return self.position.state is not PositionState.OPEN


@dataclass(frozen=True, slots=True)
class Change:
    """A job that is there, or (`job` none) one that is gone: of that its place in the listings stays known."""

    number: int
    id: UUID
    field: str
    region: str
    changed_at: datetime
    job: Job | None


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes in their order. `head` is the number of the last change there was when it was read."""

    items: Sequence[Change] = field(default_factory=tuple)
    head: int = 0
    more: bool = False


def job(session: ReadSession, job_id: UUID) -> Job:
    """A position that is public or was. Raises NotFound for one that never was."""
    found = _jobs(session, [job_id])
    if job_id not in found:
        raise NotFound(JOB)
    return found[job_id]


def jobs_found(session: ReadSession, wish: Wish, *, first: int, most: int) -> tuple[list[Job], int]:
    """Jobs that are open, as the search orders them, from place `first` on; and how many there are.

    One whose last day has passed is left out at once, and counted until housekeeping closes it.
    """
    ids, many = open_positions(session, wish, first=first, most=most)
    found, today = _jobs(session, ids), clock.today()
    return [found[id_] for id_ in ids if id_ in found and not found[id_].is_over(today)], many


def job_changes(session: ReadSession, *, after: int, limit: int, only_listed: bool) -> Changes:
    """What changed after the change numbered so: of each job the last. `only_listed` leaves out those that are gone.

    Raises FeedBeganAnew for a number that was never given: whoever has it would wait until it comes, and miss what comes before.
    """
    head = session.exec(select(JobHead.number)).first() or 0
    if after > head:
        raise FeedBeganAnew
    statement = select(JobChange).where(JobChange.number > after).order_by(col(JobChange.number)).limit(limit + 1)
    if only_listed:
        statement = statement.where(col(JobChange.listed))
    rows = session.exec(statement).all()
    page = rows[:limit]
    today = clock.today()
    jobs = _jobs(session, [row.position_id for row in page if row.listed])
    current = {id_: each for id_, each in jobs.items() if not each.is_over(today)}
    items = [
        Change(row.number, row.position_id, row.field, row.region, row.changed_at, current.get(row.position_id)) for row in page
    ]
    return Changes(items, head, len(rows) > limit)


def listed_jobs(session: ReadSession, *, part: int) -> Sequence[tuple[UUID, datetime]]:
    """Ids and times of change of what can be applied for now, so many as fit into one sitemap."""
    open_still = col(Position.closes_on).is_(None) | (col(Position.closes_on) >= clock.today())
    statement = (
        select(JobChange.position_id, JobChange.changed_at)
        .join(Position, col(Position.id) == col(JobChange.position_id))
        .where(col(JobChange.listed), open_still)
        .order_by(col(JobChange.position_id))
    )
    page = statement.limit(MOST_IN_SITEMAP).offset((part - 1) * MOST_IN_SITEMAP)
    return [(id_, changed_at) for id_, changed_at in session.exec(page)]


def count_listed(session: ReadSession) -> int:
    """How many jobs are listed."""
    return session.exec(select(func.count()).select_from(JobChange).where(col(JobChange.listed))).one()


def _jobs(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, Job]:
    statement = (
        select(Position, Company, JobChange)
        .join(Company, col(Company.id) == col(Position.company_id))
        .join(JobChange, col(JobChange.position_id) == col(Position.id))
        .where(col(Position.id).in_(ids))
    )
    known, seats = taxonomy(session), _seats(session, ids)
    found = {}
    for position, company, change in session.exec(statement):
        must, nice = (
            [Asked(skill, each["level"]) for each in asked or () if (skill := known.get(each["skill"])) is not None]
            for asked in (position.must_have, position.nice_to_have)
        )
        licences = [skill for code in position.licences or () if (skill := known.get(code)) is not None]
        count, posted_on = seats.get(position.id, (0, position.since))
        found[position.id] = Job(position, company, count, posted_on, change.changed_at, must, nice, licences)
    return found


def _seats(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, tuple[int, date]]:
    """How many seats of a position are open, and the day on which the first of all was posted."""
    is_open = func.sum(case((col(Seat.state) == SeatState.OPEN, 1), else_=0))
    statement = select(col(Seat.position_id), is_open, func.min(col(Seat.posted_on))).where(col(Seat.position_id).in_(ids))
    return {id_: (int(count), first) for id_, count, first in session.execute(statement.group_by(col(Seat.position_id)))}
