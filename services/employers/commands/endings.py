"""What becomes of a posting that is open although its company's agreement is over: somebody decides."""

from datetime import date
from uuid import UUID

from services.employers.commands.positions import move_position
from services.employers.commands.postings import locked_position
from services.employers.domain.agreements import EndingDecision
from services.employers.domain.positions import CloseReason, NotLive, PositionState
from services.employers.queries.agreements import last_agreement
from services.employers.tables import Ending
from shared.auth.actor import Actor
from shared.db import WriteSession


def decide_ending(
    session: WriteSession,
    position_id: UUID,
    *,
    decision: EndingDecision,
    reason: str,
    effective_on: date | None = None,
    by: Actor,
) -> Ending:
    """Close a posting whose agreement is over, as withdrawn, or let it run on; both with a reason on record.

    Raises NotFound, NotLive for one that is neither open nor paused, and Invalid for the day.
    """
    position = locked_position(session, position_id, by=by)
    if position.state not in {PositionState.OPEN, PositionState.PAUSED}:
        raise NotLive(state=position.state)
    if decision is EndingDecision.CLOSE:
        why = CloseReason.WITHDRAWN
        move_position(session, position_id, to=PositionState.CLOSED, effective_on=effective_on, reason=why, by=by)
    ending = Ending(
        position_id=position.id,
        agreement_id=last_agreement(session, position.company_id),
        decision=decision,
        reason=reason,
        by=by.subject,
    )
    session.add(ending)
    return ending
