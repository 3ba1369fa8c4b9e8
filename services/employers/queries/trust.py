"""What reviews of a company's postings came to: whether the next one opens without a review."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.employers.domain.positions import PositionState
from services.employers.domain.trust import DAYS, Trust, judge
from services.employers.queries.companies import company
from services.employers.tables import Company, Position, Step
from shared import clock
from shared.auth.actor import Actor
from shared.db import ReadSession

BY_RULE: Final = "service:employers"


def trust(session: ReadSession, company_id: UUID, *, by: Actor) -> Trust:
    """Whether a company is trusted, and why. Raises NotFound."""
    return trust_in(session, company(session, company_id, by=by))


def trust_in(session: ReadSession, row: Company) -> Trust:
    """Counts what people decided in the last year: a posting that the rule let through says nothing about the next."""
    since = clock.now() - timedelta(days=DAYS)
    before = func.lag(col(Step.state)).over(partition_by=col(Step.aggregate_id), order_by=col(Step.version)).label("before")
    steps = (
        select(Step.state, Step.by, Step.recorded_at, before)
        .join(Position, col(Position.id) == col(Step.aggregate_id))
        .where(Position.company_id == row.id)
        .subquery()
    )
    decided = (
        select(steps.c.state, func.count())
        .where(steps.c.before == PositionState.IN_REVIEW, steps.c.recorded_at >= since, steps.c.by != BY_RULE)
        .group_by(steps.c.state)
    )
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(decided)}
    return judge(row.review, approved=counts.get(PositionState.OPEN, 0), returned=counts.get(PositionState.DRAFT, 0))
