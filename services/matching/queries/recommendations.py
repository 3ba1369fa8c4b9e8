"""Recommendations: one question asked of the market that is kept in memory, its best answers read as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from services.matching.domain.market.columns import Market
from services.matching.domain.market.engine import warm_beside
from services.matching.domain.market.pool import Pool
from services.matching.domain.market.sides import CandidateSide, OpeningSide
from services.matching.domain.market.weights import View
from services.matching.domain.numbers import np
from services.matching.domain.recommendations.choosing import Choice, choose
from services.matching.domain.recommendations.pairs import Pair
from services.matching.domain.recommendations.ranking import Ranking, with_reasons
from services.matching.queries.pool import pool_now
from services.matching.queries.sides import FREE, candidate_sides, met_before, opening_side, openings
from services.matching.queries.visibility import visible_openings
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import Database, ReadSession
from shared.errors import N_, NotFound

__all__ = ["FREE", "for_position", "for_trainee", "load_market"]
MANY: Final = 5_000
A_POSITION: Final = N_("position")
A_CANDIDATE: Final = N_("candidate")


def load_market(database: Database) -> None:
    """Read the market before anybody asks, and have the engine compiled where there is much in it."""
    with database.read() as session:
        pool = pool_now(session, on=today())
    prepare(pool.market.trainees + pool.market.positions)


def prepare(pairs: int) -> None:
    """Have the engine compiled beside this request where there is much to look at; the plain loops answer until then."""
    if pairs > MANY:
        warm_beside()


def for_position(session: ReadSession, position_id: UUID, *, by: Actor, on: date, limit: int) -> Ranking:
    """The candidates for a position, the best first. Raises NotFound for a position that `by` may not see."""
    found = session.execute(openings(only=[position_id], session=session).where(visible_openings(by))).one_or_none()
    if found is None:
        raise NotFound(A_POSITION)
    opening, pool = opening_side(found), pool_now(session, on=on)
    if pool.place_of(position_id) is None:  # a closed one is asked about as if it stood among the others
        pool = pool.with_positions((), [opening])
    place = pool.place_of(position_id) or 0
    market = pool.having_met_persons(place, [person for person, _ in met_before(session, position_id=position_id)])
    choice = _asked(pool, market, range(len(pool.trainees)), [place], view=View.POSITION, limit=limit)
    best = [UUID(int=pool.trainees[row][0]) for row, _, _ in choice.best]
    candidates = candidate_sides(session, on=on, persons=best) if best else []
    return _told(choice, pool, candidates, [opening], on=on, view=View.POSITION)


def for_trainee(session: ReadSession, trainee_id: UUID, *, on: date, limit: int) -> Ranking:
    """The positions for a person, the best first, among those not closed. Raises NotFound for who is no candidate."""
    enrolments = candidate_sides(session, on=on, persons=[trainee_id])
    if not enrolments:
        raise NotFound(A_CANDIDATE)
    pool = pool_now(session, on=on)
    rows = pool.rows_of(trainee_id)
    market = pool.having_met_positions(rows, [position_id for _, position_id in met_before(session, person_id=trainee_id)])
    choice = _asked(pool, market, rows, range(len(pool.positions)), view=View.TRAINEE, limit=limit)
    best = [UUID(int=pool.positions[column]) for _, column, _ in choice.best]
    found = [opening_side(row) for row in session.execute(openings(only=best, session=session))] if best else []
    return _told(choice, pool, enrolments, found, on=on, view=View.TRAINEE)


def _asked(pool: Pool, market: Market, rows: Sequence[int], columns: Sequence[int], *, view: View, limit: int) -> Choice:
    if not rows or not columns:
        return Choice((), 0, 0, {}, ())
    prepare(len(rows) * len(columns))
    return choose(
        market,
        np.array(rows, dtype=np.int32),
        np.array(columns, dtype=np.int32),
        persons=pool.persons() if view is View.POSITION else np.zeros(0, np.int32),
        skills=pool.words.skills,
        view=view,
        limit=limit,
    )


def _told(
    choice: Choice, pool: Pool, candidates: Sequence[CandidateSide], found: Sequence[OpeningSide], *, on: date, view: View
) -> Ranking:
    """The choice with its reasons. What was there a moment ago and is no more is left out."""
    enrolments = {each.enrolment_id: each for each in candidates}
    positions = {each.position_id: each for each in found}

    def pair_of(row: int, column: int) -> Pair | None:
        candidate = enrolments.get(UUID(int=pool.trainees[row][1]))
        opening = positions.get(UUID(int=pool.positions[column]))
        return Pair(candidate, opening, on, considered=False) if candidate and opening else None

    return with_reasons(choice, pair_of, view=view)
