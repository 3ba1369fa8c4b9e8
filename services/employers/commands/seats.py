"""Every seat's life: posted, reserved, filled, given back, and settled when its posting closes.

The position's lock comes before any of its seats': whoever moves a seat is alone with the posting.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from services.employers.domain import seats as domain
from services.employers.domain.positions import PositionState
from services.employers.domain.seats import Claim, SeatOrigin, SeatState
from services.employers.tables import Position, Seat
from shared.contracts.employers import (
    SeatEvent,
    SeatFilled,
    SeatLapsed,
    SeatPosted,
    SeatReclassified,
    SeatReopened,
    SeatReservationRefused,
    SeatReserved,
    SeatWithdrawn,
)
from shared.db import WriteSession
from shared.db.bulk import among
from shared.errors import N_, NotFound
from shared.events.outbox import emit

_EVENTS: Final[Mapping[SeatState, type[SeatEvent]]] = MappingProxyType({
    SeatState.OPEN: SeatReopened,
    SeatState.RESERVED: SeatReserved,
    SeatState.FILLED: SeatFilled,
    SeatState.LAPSED: SeatLapsed,
    SeatState.WITHDRAWN: SeatWithdrawn,
})  # fmt: skip


def post_seats(session: WriteSession, position: Position, *, first: int = 1, last: int, on: date) -> None:
    """Give a position the seats with these numbers. The caller holds the position's lock."""
    for number in range(first, last + 1):
        seat = Seat(position_id=position.id, number=number, origin=position.origin, posted_on=on, since=on, vacant_since=on)
        session.add(seat)
        _emit(session, SeatPosted, seat, position, on=on)


def locked_seats(session: WriteSession, position: Position) -> Sequence[Seat]:
    """The position's seats, by number, locked. The caller holds the position's lock."""
    statement = select(Seat).where(Seat.position_id == position.id).order_by(col(Seat.number))
    return session.exec(statement.with_for_update().execution_options(populate_existing=True)).all()


def settle_seat(session: WriteSession, seat: Seat, position: Position, *, on: date) -> None:
    """Do with an open seat what its position's closing says. The caller holds both locks."""
    assert position.close_reason is not None
    _move(session, seat, position, domain.WHEN_CLOSED[position.close_reason], on=on)


def lock_postings_of(session: WriteSession, seat_ids: Collection[UUID]) -> None:
    """Lock the postings of these seats, in the order of their ids.

    News about one posting comes through every partition, and each batch has its own order of them. Locked one by one, six
    consumers lock each other out more often than a transaction is repeated.
    """
    if seat_ids:
        seats, postings = Seat.__table__, Position.__table__  # type: ignore[attr-defined]
        mine = select(seats.c.position_id).where(among(session, seats.c.id, list(seat_ids)))
        session.execute(select(postings.c.id).where(postings.c.id.in_(mine)).order_by(postings.c.id).with_for_update()).all()


def match_seats(session: WriteSession, position: Position, *, on: date, seats: Sequence[Seat] | None = None) -> None:
    """Let an open posting have as many seats as it asks for: withdraw, bring back or post. The caller holds its lock,
    and those of `seats`, if it has them.

    What is brought back are the first of those that were withdrawn or lapsed; what is withdrawn are the last that are open.
    Raises SeatsTaken when more are reserved or filled.
    """
    seats = locked_seats(session, position) if seats is None else seats
    taken = sum(seat.state in domain.HELD for seat in seats)
    if taken > position.seats:
        raise domain.SeatsTaken(taken)
    open_seats = [seat for seat in seats if seat.state is SeatState.OPEN]
    idle = [seat for seat in seats if seat.state not in {SeatState.OPEN, *domain.HELD}]
    missing = position.seats - taken - len(open_seats)
    for seat in open_seats[missing:] if missing < 0 else ():
        _move(session, seat, position, SeatState.WITHDRAWN, on=on)
    for seat in idle[: max(0, missing)]:
        _move(session, seat, position, SeatState.OPEN, on=on)
    if missing > len(idle):
        post_seats(session, position, first=len(seats) + 1, last=len(seats) + missing - len(idle), on=on)


def reclassify_seat(
    session: WriteSession, seat: Seat, position: Position, *, origin: SeatOrigin, grew_from_id: UUID | None
) -> None:
    """Say of a seat that it is new, a replacement or a conversion, and what it grew from. The caller holds both locks."""
    seat.origin, seat.grew_from_id = origin, grew_from_id
    _emit(session, SeatReclassified, seat, position, on=seat.since)


def reserve_seat(session: WriteSession, seat_id: UUID, *, placement_id: UUID, on: date) -> None:
    """Keep an open seat for an offer; otherwise SeatReservationRefused is all that happens. Raises NotFound."""
    seat, position = _locked(session, seat_id)
    claim = domain.reservation(seat.state, seat.placement_id, placement_id=placement_id)
    if claim is Claim.GRANTED:
        _move(session, seat, position, SeatState.RESERVED, on=on, placement_id=placement_id)
    elif claim is Claim.REFUSED:
        _emit(session, SeatReservationRefused, seat, position, on=on, placement_id=placement_id)


def fill_seat(session: WriteSession, seat_id: UUID, *, placement_id: UUID, on: date, grew_from: UUID | None = None) -> None:
    """Somebody starts in a seat that was kept for them or is open; otherwise SeatReservationRefused. Raises NotFound.

    A seat that grew from an internship's is a conversion, whatever it was posted as: one job, not two.
    """
    seat, position = _locked(session, seat_id)
    claim = domain.occupation(seat.state, seat.placement_id, placement_id=placement_id)
    if claim is Claim.GRANTED:
        if grew_from is not None and _grows_nowhere_else(session, grew_from):
            seat.origin, seat.grew_from_id = SeatOrigin.CONVERSION, grew_from
        _move(session, seat, position, SeatState.FILLED, on=on, placement_id=placement_id)
    elif claim is Claim.REFUSED:
        _emit(session, SeatReservationRefused, seat, position, on=on, placement_id=placement_id)


def give_seat_back(session: WriteSession, seat_id: UUID, *, placement_id: UUID, on: date) -> None:
    """The offer or the hire fell through: the seat opens again, and goes the way of the others if its posting is closed.

    Nothing happens to a seat that the placement does not hold. Raises NotFound.
    """
    seat, position = _locked(session, seat_id)
    if seat.placement_id != placement_id:
        return
    _move(session, seat, position, SeatState.OPEN, on=on, placement_id=placement_id)
    if position.state is PositionState.CLOSED:
        settle_seat(session, seat, position, on=on)


def vacate_seat(session: WriteSession, seat_id: UUID, *, placement_id: UUID, on: date) -> None:
    """The employment ended: the seat opens again while its posting recruits. Raises NotFound.

    A closed posting looks for nobody: what it filled stays filled, and a successor is a replacement in a new posting.
    """
    seat, position = _locked(session, seat_id)
    if seat.placement_id == placement_id and position.state is not PositionState.CLOSED:
        _move(session, seat, position, SeatState.OPEN, on=on, placement_id=placement_id)


def _locked(session: WriteSession, seat_id: UUID) -> tuple[Seat, Position]:
    of_seat = select(Seat.position_id).where(Seat.id == seat_id).scalar_subquery()
    statement = select(Position).where(Position.id == of_seat)
    position = session.exec(statement.with_for_update().execution_options(populate_existing=True)).first()
    if position is None:
        raise NotFound(N_("seat"))
    wanted = select(Seat).where(Seat.id == seat_id)
    return session.exec(wanted.with_for_update().execution_options(populate_existing=True)).one(), position


def _grows_nowhere_else(session: WriteSession, seat_id: UUID) -> bool:
    return session.exec(select(Seat.id).where(Seat.grew_from_id == seat_id)).first() is None


def _move(
    session: WriteSession, seat: Seat, position: Position, to: SeatState, *, on: date, placement_id: UUID | None = None
) -> None:
    """Lead the seat to its next state, because of `placement_id` where one is named: it holds the seat in a state that is held.

    A seat's days never run backwards: news of an earlier day than its last step count from that step on, since nobody holds
    a seat before it was posted or while somebody else did.
    """
    before = seat.state
    seat.state, seat.since = domain.move(seat.state, to), max(on, seat.since)
    if to is SeatState.OPEN and before is not SeatState.RESERVED:
        seat.vacant_since = seat.since
    seat.placement_id = placement_id if to in domain.HELD else None
    if to is SeatState.OPEN and seat.grew_from_id is not None:
        seat.origin, seat.grew_from_id = position.origin, None
    _emit(session, _EVENTS[to], seat, position, on=seat.since, placement_id=placement_id)


def _emit(
    session: WriteSession, kind: type[SeatEvent], seat: Seat, position: Position, *, on: date, placement_id: UUID | None = None
) -> None:
    placement = {} if placement_id is None else {"placement_id": placement_id}
    event = kind(
        seat_id=seat.id,
        position_id=position.id,
        company_id=position.company_id,
        field=position.field,
        kind=position.kind,
        origin=seat.origin,
        region=position.region,
        effective_on=on,
        grew_from_id=seat.grew_from_id,
        **placement,
    )
    emit(session, seat, event)
