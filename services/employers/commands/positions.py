"""Positions are reviewed, opened, paused, closed and opened again, and take their seats along."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
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
_BEFORE_OPENING: Final = frozenset({PositionState.DRAFT, PositionState.IN_REVIEW})
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

    What a trusted company submits opens at once. Raises NotFound, Stale, IllegalMove, Forbidden, Invalid, PositionIncomplete,
    NoActiveAgreement, WindowClosed, SeatsStillOpen.
    """
    position = locked_position(session, position_id, by=by)
    if expected is not None and queries.shown_version(session, position) != expected:
        raise Stale
    lead_position(session, position, to=to, effective_on=effective_on, reason=reason, closes_on=closes_on, by=by)
    return position


@dataclass(slots=True)
class Around:
    """What steps look at beside their postings, locked: given for many postings at once, looked up where it is not."""

    seats: Mapping[UUID, Sequence[Seat]] = field(default_factory=dict)
    agreements: dict[UUID, Sequence[Agreement]] = field(default_factory=dict)
    trusted: dict[UUID, bool] = field(default_factory=dict)

    def agreements_of(self, session: WriteSession, company_id: UUID) -> Sequence[Agreement]:
        if company_id not in self.agreements:
            # Shared locks: an agreement cannot be suspended while a position opens under it.
            statement = select(Agreement).where(Agreement.company_id == company_id).with_for_update(read=True)
            self.agreements[company_id] = session.exec(statement.execution_options(populate_existing=True)).all()
        return self.agreements[company_id]

    def trusts(self, session: WriteSession, company_id: UUID) -> bool:
        if company_id not in self.trusted:
            self.trusted[company_id] = queries.trust_in(session, session.get_one(Company, company_id)).trusted
        return self.trusted[company_id]


def lead_position(
    session: WriteSession,
    position: Position,
    *,
    to: PositionState,
    effective_on: date | None = None,
    reason: str | None = None,
    closes_on: date | None = None,
    around: Around | None = None,
    by: Actor,
) -> None:
    """The step itself. The caller holds the posting's lock. What is refused leaves the posting as it was."""
    around = around or Around()
    before, after = position.state, domain.move(position.state, to, by=by)
    on = effective_day(effective_on, today=clock.today(), not_before=position.since)
    if before in _BEFORE_OPENING and after is not PositionState.DRAFT:
        domain.check_complete(
            position.kind,
            salary=position.salary_per is not None,
            hours=position.weekly_hours is not None,
            duration=position.duration_months is not None,
        )
    if after is PositionState.OPEN:
        _open(session, position, around, on=on, closes_on=closes_on, by=by, reason=reason)
    elif after is PositionState.CLOSED:
        close_position(session, position, domain.close_reason(reason), on=on, by=by, seats=around.seats.get(position.id))
    else:
        said = domain.return_reason(reason) if before is PositionState.IN_REVIEW else reason
        position.state, position.since = after, on
        record_position(session, position, _EVENTS[after], by=by, reason=said)
        if after is PositionState.IN_REVIEW:
            _open_if_trusted(session, position, around, on=on, by=by)


def _open(
    session: WriteSession,
    position: Position,
    around: Around,
    *,
    on: date,
    by: Actor,
    closes_on: date | None = None,
    reason: str | None,
) -> None:
    last_day = closes_on or position.closes_on
    domain.check_still_open(last_day, on=on)
    found = standing_for(around.agreements_of(session, position.company_id), on=on, field=position.field, kind=position.kind)
    if found is not Standing.ACTIVE:
        raise NoActiveAgreement(found)
    position.state, position.since, position.close_reason, position.closes_on = PositionState.OPEN, on, None, last_day
    record_position(session, position, PositionOpened, by=by, reason=reason)
    match_seats(session, position, on=on, seats=around.seats.get(position.id))


def _open_if_trusted(session: WriteSession, position: Position, around: Around, *, on: date, by: Actor) -> None:
    """Open what a trusted company submits, unless something else is missing: then a program manager sees what."""
    if not by.has(Role.EMPLOYER) or not around.trusts(session, position.company_id):
        return
    with suppress(NoActiveAgreement, domain.WindowClosed):
        _open(session, position, around, on=on, by=Actor.system("employers"), reason=TRUSTED)


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
