"""Recommendations: reads the two sides as they stand and has them ranked."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, case, func, select
from sqlmodel import col

from services.matching.domain.candidates import Stage
from services.matching.domain.openings import FULL_TIME, OpeningState, SeatState
from services.matching.domain.placements import HOLDS_SEAT, LIVE, PlacementState
from services.matching.domain.recommendations.pairs import CandidateSide, OpeningSide, Pair
from services.matching.domain.recommendations.ranking import Ranking, rank
from services.matching.queries.candidates import available_from
from services.matching.queries.visibility import visible_openings
from services.matching.tables import Candidate, Cohort, Opening, Placement, Seat, University
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound

A_POSITION: Final = N_("position")
A_CANDIDATE: Final = N_("candidate")
FREE: Final = and_(col(Seat.state) == SeatState.OPEN, col(Seat.placement_id).is_(None), col(Seat.released_by).is_(None))
"""What domain.openings.is_free says, for the database."""

_RUNNING_OR_DECLINED: Final = LIVE | {PlacementState.DECLINED}
# Somebody whose training is not over can become an intern when it is.
_internship_from: Final[SQLColumnExpression[Any]] = case(
    (col(Candidate.stage) == Stage.TRAINING, col(Cohort.training_ends_on)), else_=available_from
)

_ENROLMENT: Final[Sequence[Any]] = (
    col(Candidate.enrolment_id),
    col(Candidate.person_id),
    col(Candidate.field),
    col(Candidate.stage),
    available_from.label("available_from"),
    _internship_from.label("internship_from"),
    col(University.region),
)


def for_position(session: ReadSession, position_id: UUID, *, by: Actor, on: date, limit: int) -> Ranking:
    """The candidates for a position, the best first. Raises NotFound for a position that `by` may not see."""
    found = session.execute(_openings(only=position_id).where(visible_openings(by))).one_or_none()
    if found is None:
        raise NotFound(A_POSITION)
    opening = _opening(found)
    met = _met(session, col(Placement.person_id), col(Placement.position_id) == position_id)
    candidates = _candidates(session, _enrolments())
    choices = ([Pair(each, opening, on, each.person_id in met) for each in person] for person in _by_person(candidates))
    return rank(choices, limit=limit)


def for_trainee(session: ReadSession, trainee_id: UUID, *, on: date, limit: int) -> Ranking:
    """The positions for a person, the best first, among those not closed. Raises NotFound for who is no candidate."""
    enrolments = _candidates(session, _enrolments().where(col(Candidate.person_id) == trainee_id))
    if not enrolments:
        raise NotFound(A_CANDIDATE)
    met = _met(session, col(Placement.position_id), col(Placement.person_id) == trainee_id)
    openings = session.execute(_openings().where(col(Opening.state) != OpeningState.CLOSED))
    choices = (_pairs(enrolments, _opening(row), on, met) for row in openings)
    return rank(choices, limit=limit)


def _pairs(enrolments: Iterable[CandidateSide], opening: OpeningSide, on: date, met: frozenset[UUID]) -> Sequence[Pair]:
    return [Pair(enrolment, opening, on, opening.position_id in met) for enrolment in enrolments]


def _by_person(candidates: Iterable[CandidateSide]) -> Iterable[Sequence[CandidateSide]]:
    return (list(enrolments) for _, enrolments in groupby(candidates, key=lambda candidate: candidate.person_id))


def _enrolments() -> Select[Any]:
    return (
        select(*_ENROLMENT)
        .join_from(Candidate, Cohort, col(Cohort.cohort_id) == col(Candidate.cohort_id), isouter=True)
        .join(University, col(University.university_id) == col(Candidate.university_id), isouter=True)
        .order_by(col(Candidate.person_id), col(Candidate.enrolment_id))
    )


def _candidates(session: ReadSession, statement: Select[Any]) -> list[CandidateSide]:
    held = select(col(Placement.person_id)).where(col(Placement.state).in_(HOLDS_SEAT), col(Placement.kind).in_(FULL_TIME))
    holders = frozenset(session.scalars(held))
    return [
        CandidateSide(
            enrolment_id=row.enrolment_id,
            person_id=row.person_id,
            field=row.field,
            stage=row.stage,
            available_from=row.available_from,
            internship_from=row.internship_from,
            region=row.region,
            held=row.person_id in holders,
        )
        for row in session.execute(statement)
    ]


def _openings(*, only: UUID | None = None) -> Select[Any]:
    # Seats are counted in one pass: looked up by opening, SQLite would go through all seats that nobody holds each time.
    counted = select(col(Seat.position_id), func.count(case((FREE, 1))).label("free_seats")).group_by(col(Seat.position_id))
    if only is not None:
        counted = counted.where(col(Seat.position_id) == only)
    seats = counted.subquery()
    columns: list[Any] = [*Opening.__table__.columns, func.coalesce(seats.c.free_seats, 0).label("free_seats")]  # type: ignore[attr-defined]
    statement = select(*columns).join_from(Opening, seats, seats.c.position_id == col(Opening.position_id), isouter=True)
    return statement if only is None else statement.where(col(Opening.position_id) == only)


def _opening(row: Row[Any]) -> OpeningSide:
    return OpeningSide(
        position_id=row.position_id,
        company_id=row.company_id,
        title=row.title,
        field=row.field,
        kind=row.kind,
        region=row.region,
        skills=tuple(row.skills),
        state=row.state,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        free_seats=row.free_seats,
    )


def _met(session: ReadSession, other: SQLColumnExpression[Any], one: ColumnElement[bool]) -> frozenset[UUID]:
    """Whom a person or a position has met before, with the meeting still running or declined."""
    return frozenset(session.scalars(select(other).where(one, col(Placement.state).in_(_RUNNING_OR_DECLINED))))
