"""Recommendations: reads the two sides as they stand and has them ranked."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.matching.domain.market.engine import warm_beside
from services.matching.domain.market.weights import View
from services.matching.domain.openings import OpeningState
from services.matching.domain.recommendations.ranking import Ranking, rank
from services.matching.queries.sides import FREE, candidate_sides, met_before, opening_side, openings
from services.matching.queries.visibility import visible_openings
from services.matching.tables import Opening
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound

__all__ = ["FREE", "for_position", "for_trainee"]
MANY: Final = 5_000
A_POSITION: Final = N_("position")
A_CANDIDATE: Final = N_("candidate")


def prepare(pairs: int) -> None:
    """Have the engine compiled beside this request where there is much to look at; the plain loops answer until then."""
    if pairs > MANY:
        warm_beside()


def for_position(session: ReadSession, position_id: UUID, *, by: Actor, on: date, limit: int) -> Ranking:
    """The candidates for a position, the best first. Raises NotFound for a position that `by` may not see."""
    found = session.execute(openings(only=position_id).where(visible_openings(by))).one_or_none()
    if found is None:
        raise NotFound(A_POSITION)
    met = met_before(session, position_id=position_id)
    candidates = candidate_sides(session, on=on)
    prepare(len(candidates))
    return rank(candidates, [opening_side(found)], on=on, view=View.POSITION, limit=limit, met=met)


def for_trainee(session: ReadSession, trainee_id: UUID, *, on: date, limit: int) -> Ranking:
    """The positions for a person, the best first, among those not closed. Raises NotFound for who is no candidate."""
    enrolments = candidate_sides(session, on=on, person_id=trainee_id)
    if not enrolments:
        raise NotFound(A_CANDIDATE)
    met = met_before(session, person_id=trainee_id)
    found = session.execute(openings().where(col(Opening.state) != OpeningState.CLOSED))
    prepare(len(enrolments) * session.scalars(select(func.count()).select_from(Opening)).one())
    return rank(enrolments, [opening_side(row) for row in found], on=on, view=View.TRAINEE, limit=limit, met=met)
