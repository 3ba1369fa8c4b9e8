"""How many seats a posting has, and what each of them is: new, a replacement, or grown from an internship."""

from uuid import UUID

from sqlmodel import select

from services.employers import queries
from services.employers.commands.drafting import PositionClosedAlready
from services.employers.commands.postings import locked_position, record_position
from services.employers.commands.seats import match_seats, reclassify_seat
from services.employers.domain.positions import PositionState
from services.employers.domain.seats import SeatOrigin, conversion_error
from services.employers.tables import Position, Seat
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.employers import PositionRevised
from shared.db import WriteSession
from shared.errors import N_, NotFound, Stale
from shared.versions import check_version


def set_seats(session: WriteSession, position_id: UUID, *, seats: int, expected: int | None = None, by: Actor) -> Position:
    """Let a posting ask for another number of seats: more are posted, fewer are withdrawn as long as they are open.

    Raises NotFound, Stale, PositionClosedAlready, and SeatsTaken below the seats that are reserved or filled.
    """
    position = locked_position(session, position_id, by=by)
    if expected is not None and queries.shown_version(session, position) != expected:
        raise Stale
    if position.state is PositionState.CLOSED:
        raise PositionClosedAlready
    if position.seats == seats:
        return position
    position.seats = seats
    record_position(session, position, PositionRevised, by=by)
    if queries.has_seats(session, position.id):
        match_seats(session, position, on=max(clock.today(), position.since))
    return position


def classify_seat(
    session: WriteSession,
    position_id: UUID,
    number: int,
    *,
    origin: SeatOrigin,
    grew_from_id: UUID | None = None,
    expected: int | None = None,
    by: Actor,
) -> Seat:
    """Say what a seat is. A conversion names the internship's seat that it grew from: one job, not two.

    Raises NotFound, Stale, and ConversionRefused for a seat that nothing can have grown from.
    """
    position = locked_position(session, position_id, by=by)
    statement = select(Seat).where(Seat.position_id == position.id, Seat.number == number)
    seat = session.exec(statement.with_for_update().execution_options(populate_existing=True)).first()
    if seat is None:
        raise NotFound(N_("seat"))
    check_version(seat, expected)
    source = grew_from_id if origin is SeatOrigin.CONVERSION else None
    if source is not None:
        _check_source(session, position, seat, source)
    if (seat.origin, seat.grew_from_id) != (origin, source):
        reclassify_seat(session, seat, position, origin=origin, grew_from_id=source)
    return seat


def _check_source(session: WriteSession, position: Position, seat: Seat, source_id: UUID) -> None:
    statement = select(Seat, Position).where(Seat.position_id == Position.id, Seat.id == source_id)
    source, of = session.exec(statement).first() or (seat, None)
    elsewhere = session.exec(select(Seat.id).where(Seat.grew_from_id == source_id, Seat.id != seat.id)).first()
    refused = conversion_error(
        kind=(of or position).kind,
        same_company=of is not None and of.company_id == position.company_id,
        state=source.state,
        grows_elsewhere=elsewhere is not None,
    )
    if refused is not None:
        raise refused
