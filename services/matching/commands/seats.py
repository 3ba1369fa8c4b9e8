"""Which placement holds which seat: taken under the opening's lock, let go of at the end."""

from uuid import UUID

from sqlalchemy import func, null, select, update
from sqlmodel import col

from services.matching.commands.read_models import without
from services.matching.domain.openings import OpeningState, PositionNotOpen, seat_to_offer
from services.matching.tables import Opening, Placement, Seat
from shared.db import WriteSession


def locked_opening(session: WriteSession, position_id: UUID) -> Opening:
    """The opening, for this transaction alone until it ends. Raises PositionNotOpen for one that never opened."""
    statement = select(Opening).where(col(Opening.position_id) == position_id).with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise PositionNotOpen
    return found


def all_seats_known(session: WriteSession, opening: Opening) -> bool:
    """Whether the news of every seat has come: a proposal that could not be followed by an offer yet helps nobody."""
    known = select(func.count()).select_from(Seat).where(col(Seat.position_id) == opening.position_id)
    return int(session.execute(known).scalar_one()) >= opening.seats


def take_seat(session: WriteSession, placement: Placement) -> None:
    """Give the placement the free seat with the lowest id. Raises PositionNotOpen, NoFreeSeat.

    A paused position takes nobody new, but those put forward before may still be offered a seat.
    """
    opening = locked_opening(session, placement.position_id)
    if opening.state is OpeningState.CLOSED:
        raise PositionNotOpen
    columns = (col(Seat.seat_id), col(Seat.origin), col(Seat.state), col(Seat.placement_id), col(Seat.released_by))
    seats = session.execute(select(*columns).where(col(Seat.position_id) == placement.position_id)).all()
    seat = seat_to_offer(seats)
    session.execute(update(Seat).where(col(Seat.seat_id) == seat.seat_id).values(placement_id=placement.id))
    placement.seat_id, placement.origin = seat.seat_id, seat.origin


def let_go_of_seat(session: WriteSession, placement: Placement) -> None:
    """The placement is over. Its seat, if it holds one, can be offered again once employers has heard of it."""
    held = update(Seat).where(col(Seat.placement_id) == placement.id)
    session.execute(held.values(placement_id=null(), released_by=placement.id))


def take_seat_again(session: WriteSession, placement: Placement) -> bool:
    """Give a placement that runs on the seat that it had, and say whether nobody else holds it by now."""
    its = update(Seat).where(col(Seat.seat_id) == placement.seat_id, col(Seat.placement_id).is_(None))
    taken = session.execute(
        its.values(placement_id=placement.id, released_by=without(col(Seat.released_by), placement.id)).returning(
            col(Seat.seat_id)
        )
    )
    return taken.first() is not None


def give_up_seat(session: WriteSession, placement: Placement) -> None:
    """Employers did not give the placement its seat: it holds none, and there is no end to be heard of."""
    its = update(Seat).where(col(Seat.seat_id) == placement.seat_id)
    session.execute(
        its.values(
            placement_id=without(col(Seat.placement_id), placement.id), released_by=without(col(Seat.released_by), placement.id)
        )
    )
