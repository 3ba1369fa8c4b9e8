"""One posting under lock, and the record of what happened to it: what every command about postings begins and ends with."""

from uuid import UUID

from sqlmodel import select

from services.employers import queries
from services.employers.commands.publishing import position_told
from services.employers.commands.steps import record_step
from services.employers.queries.positions import POSITION
from services.employers.tables import Position
from shared.auth.actor import Actor
from shared.contracts.employers import PositionEvent
from shared.db import WriteSession
from shared.errors import NotFound
from shared.events.outbox import emit


def locked_position(session: WriteSession, position_id: UUID, *, by: Actor) -> Position:
    """A posting that the actor may see, locked until the transaction ends. Raises NotFound."""
    statement = select(Position).where(Position.id == position_id, queries.positions_of(by))
    found = session.exec(statement.with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(POSITION)
    return found


def record_position(
    session: WriteSession, position: Position, kind: type[PositionEvent], *, by: Actor, reason: str | None = None
) -> None:
    """Emit what happened to a posting, whole, and add it to its history."""
    closing = {} if position.close_reason is None else {"reason": position.close_reason}
    event = kind(
        position_id=position.id,
        company_id=position.company_id,
        title=position.title,
        field=position.field,
        kind=position.kind,
        region=position.region,
        seats=position.seats,
        skills=position.skills,
        opens_on=position.opens_on,
        closes_on=position.closes_on,
        effective_on=position.since,
        origin=position.origin,
        duration_months=position.duration_months,
        **queries.offer_of(position),
        **closing,
    )
    emit(session, position, event)
    position_told(session, position.id)
    record_step(session, position, by=by, reason=reason)
