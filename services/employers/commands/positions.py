"""Positions are reviewed, opened, paused, closed and opened again, and take their seats along."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlmodel import select

from services.employers import queries
from services.employers.commands.postings import locked_position, record_position
from services.employers.commands.seats import locked_seats, match_seats, settle_seat
from services.employers.domain import positions as domain
from services.employers.domain.agreements import NoActiveAgreement, Standing, standing_for
from services.employers.domain.moves import effective_day
from services.employers.domain.positions import CloseReason, PositionState
from services.employers.domain.seats import SeatState
from services.employers.tables import Agreement, Company, Position, Seat
from shared import clock
from shared.auth.actor import Actor, Role
from shared.contracts.employers import (
    PositionClosed,
    PositionEvent,
    PositionOpened,
    PositionPaused,
    PositionReturned,
    PositionSubmitted,
)
from shared.db import WriteSession
from shared.errors import Stale

TRUSTED: Final = "trusted"
_EVENTS: Final[Mapping[PositionState, type[PositionEvent]]] = MappingProxyType({
    PositionState.IN_REVIEW: PositionSubmitted,
    PositionState.DRAFT: PositionReturned,
    PositionState.PAUSED: PositionPaused,
})  # fmt: skip


def move_position(
    session: WriteSession,
    position_id: UUID,
    *,
    to: PositionState,
    effective_on: date | None = None,
    reason: str | None = None,
    closes_on: date | None = None,
    expected: int | None = None,
    by: Actor,
) -> Position:
    """Move a posting on, and its seats with it. `expected` is the version that was shown. `reason` says why it is returned,
    or is the CloseReason of a closing. An opening may give the window a later last day.

    What a trusted company submits opens at once. Raises NotFound, Stale, IllegalMove, Forbidden, Invalid, NoActiveAgreement,
    WindowClosed, SeatsStillOpen.
    """
    position = locked_position(session, position_id, by=by)
    if expected is not None and queries.shown_version(session, position) != expected:
        raise Stale
    before, after = position.state, domain.move(position.state, to, by=by)
    on = effective_day(effective_on, today=clock.today(), not_before=position.since)
    if after is PositionState.OPEN:
        position.closes_on = closes_on or position.closes_on
        _open(session, position, on=on, by=by, reason=reason)
    elif after is PositionState.CLOSED:
        close_position(session, position, domain.close_reason(reason), on=on, by=by)
    else:
        said = domain.return_reason(reason) if before is PositionState.IN_REVIEW else reason
        position.state, position.since = after, on
        record_position(session, position, _EVENTS[after], by=by, reason=said)
        if after is PositionState.IN_REVIEW:
            _open_if_trusted(session, position, on=on, by=by)
    return position


def _open(session: WriteSession, position: Position, *, on: date, by: Actor, reason: str | None) -> None:
    domain.check_still_open(position.closes_on, on=on)
    _check_agreement(session, position, on=on)
    position.state, position.since, position.close_reason = PositionState.OPEN, on, None
    record_position(session, position, PositionOpened, by=by, reason=reason)
    match_seats(session, position, on=on)


def _open_if_trusted(session: WriteSession, position: Position, *, on: date, by: Actor) -> None:
    """Open what a trusted company submits, unless something else is missing: then a program manager sees what."""
    company = session.get_one(Company, position.company_id)
    if not by.has(Role.EMPLOYER) or not queries.trust_in(session, company).trusted:
        return
    with suppress(NoActiveAgreement, domain.WindowClosed):
        _open(session, position, on=on, by=Actor.system("employers"), reason=TRUSTED)


def _check_agreement(session: WriteSession, position: Position, *, on: date) -> None:
    # Shared locks: an agreement cannot be suspended while a position opens under it.
    statement = select(Agreement).where(Agreement.company_id == position.company_id).with_for_update(read=True)
    agreements = session.exec(statement.execution_options(populate_existing=True)).all()
    found = standing_for(agreements, on=on, field=position.field, kind=position.kind)
    if found is not Standing.ACTIVE:
        raise NoActiveAgreement(found)


def close_position(
    session: WriteSession, position: Position, reason: CloseReason, *, on: date, by: Actor, seats: Sequence[Seat] | None = None
) -> None:
    """Close a posting and settle its open seats. The caller holds the locks of the posting and of `seats`, if it has them."""
    domain.move(position.state, PositionState.CLOSED, by=by)
    held = locked_seats(session, position) if seats is None else seats
    unfilled = [seat for seat in held if seat.state is SeatState.OPEN]
    if reason is CloseReason.FILLED and unfilled:
        raise domain.SeatsStillOpen(count=len(unfilled))
    position.state, position.since, position.close_reason = PositionState.CLOSED, on, reason
    record_position(session, position, PositionClosed, by=by, reason=reason)
    for seat in unfilled:
        settle_seat(session, seat, position, on=on)
