"""Offers that nobody answered in time lapse by themselves: safe to run twice, and on several machines at once."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import and_, or_, select
from sqlmodel import col

from services.matching.commands.history import Told
from services.matching.commands.steps import take_step
from services.matching.domain.offers import USUAL_DAYS
from services.matching.domain.placements import Party, PlacementState, move
from services.matching.tables import Placement
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import Database, WriteSession

log = structlog.get_logger()
AT_ONCE: Final = 200
NO_ANSWER: Final = "no_answer"


def expire_offers(database: Database) -> int:
    """Let every offer lapse whose last day for an answer has passed, some hundred per transaction, and return how many."""
    expired = 0
    while count := database.run(lambda session: _expire_some(database, session), idempotent=True):
        expired += count
    if expired:
        log.info("offers_expired", count=expired)
    return expired


def _expire_some(database: Database, session: WriteSession) -> int:
    with database.claim(session, "matching.expire_offers") as mine:
        return len(_expired(session)) if mine else 0


def _expired(session: WriteSession) -> list[Placement]:
    """The rows are locked in the order of ids, as a person's are, and looked at once they are: an answer that came first wins."""
    # Offers from before there were last days have the usual two weeks.
    forgotten = and_(col(Placement.answer_by).is_(None), col(Placement.stepped_on) < today() - timedelta(days=USUAL_DAYS))
    late = or_(col(Placement.answer_by) < today(), forgotten)
    overdue = select(Placement).where(col(Placement.state) == PlacementState.OFFERED, late)
    locked = overdue.order_by(col(Placement.id)).limit(AT_ONCE).with_for_update()
    found = list(session.scalars(locked.execution_options(populate_existing=True)))
    told = Told(today(), None, recorded_by=Actor.system("matching").subject, by=Party.SYSTEM, reason=NO_ANSWER)
    for placement in found:
        take_step(session, placement, move(placement.state, PlacementState.EXPIRED), told)
    return found
