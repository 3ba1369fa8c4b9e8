"""Many postings closed at once: by somebody, each answered by itself, or because their last day has passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import col

from services.employers import queries
from services.employers.commands.moves_at_once import locked_positions, locked_seats_of
from services.employers.commands.positions import close_position
from services.employers.domain.moves import effective_day
from services.employers.domain.positions import CloseReason, PositionState
from services.employers.queries.positions import POSITION
from services.employers.tables import Position, Seat
from shared import clock
from shared.auth.actor import Actor
from shared.db import Database, WriteSession
from shared.errors import NotFound, Refused

AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Closing:
    """What became of one posting: closed, or the refusal that says why not."""

    position_id: UUID
    refusal: Refused | None = None


def close_positions(
    session: WriteSession,
    position_ids: Sequence[UUID],
    *,
    reason: CloseReason,
    effective_on: date | None = None,
    by: Actor,
) -> list[Closing]:
    """Close these postings, each for itself: one that cannot be closed keeps none of the others open."""
    wanted = list(dict.fromkeys(position_ids))
    found = {row.id: row for row in locked_positions(session, col(Position.id).in_(wanted), queries.positions_of(by))}
    seats = locked_seats_of(session, found)
    return [_close(session, found.get(each), each, seats, reason=reason, effective_on=effective_on, by=by) for each in wanted]


def lapse_positions(database: Database) -> int:
    """Close every posting whose last day has passed, and return how many. Safe to run twice, and on several machines.

    Its open seats lapse on the day after. What somebody else is just changing is left for the next time.
    """
    lapsed = 0
    while done := database.run(_lapse_some, idempotent=True):
        lapsed += done
    return lapsed


def _lapse_some(session: WriteSession) -> int:
    live = (PositionState.OPEN, PositionState.PAUSED)
    due = locked_positions(
        session, col(Position.state).in_(live), col(Position.closes_on) < clock.today(), limit=AT_ONCE, skip_locked=True
    )
    seats = locked_seats_of(session, [row.id for row in due])
    for position in due:
        assert position.closes_on is not None
        on = max(position.closes_on + timedelta(days=1), position.since)
        by = Actor.system("employers")
        close_position(session, position, CloseReason.LAPSED, on=on, by=by, seats=seats[position.id])
    return len(due)


def _close(
    session: WriteSession,
    position: Position | None,
    position_id: UUID,
    seats: Mapping[UUID, Sequence[Seat]],
    *,
    reason: CloseReason,
    effective_on: date | None,
    by: Actor,
) -> Closing:
    try:
        if position is None:
            raise NotFound(POSITION)
        on = effective_day(effective_on, today=clock.today(), not_before=position.since)
        close_position(session, position, reason, on=on, by=by, seats=seats[position.id])
    except Refused as refusal:
        return Closing(position_id, refusal)
    return Closing(position_id)
