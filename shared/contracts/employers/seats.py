"""Every seat's life."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.employers.service import EmployersEvent


class SeatEvent(EmployersEvent):
    """One seat of a posting. `origin` is new, replacement or conversion.

    `grew_from_id` is the internship's seat that a conversion continues, where that is known.
    """

    seat_id: UUID
    position_id: UUID
    company_id: UUID
    field: str
    kind: str
    origin: str
    region: str
    effective_on: date
    grew_from_id: UUID | None = None


class SeatPosted(SeatEvent):
    """A seat is open for the first time.

    v1  first version
    """

    name: ClassVar[str] = "seat.posted"


class SeatOfPlacement(SeatEvent):
    """Something that a placement did to a seat."""

    placement_id: UUID


class SeatReserved(SeatOfPlacement):
    """An offer is out for the seat.

    v1  first version
    """

    name: ClassVar[str] = "seat.reserved"


class SeatReservationRefused(SeatOfPlacement):
    """An offer came for a seat that was no longer open: the placement cannot go on.

    v1  first version
    """

    name: ClassVar[str] = "seat.reservation_refused"


class SeatFilled(SeatOfPlacement):
    """Somebody works in the seat.

    v1  first version
    """

    name: ClassVar[str] = "seat.filled"


class SeatReopened(SeatEvent):
    """The seat is open again: the offer or the hire of `placement_id` fell through or ended, or its posting opens again.

    v1  first version
    """

    name: ClassVar[str] = "seat.reopened"
    placement_id: UUID | None = None


class SeatLapsed(SeatEvent):
    """The posting's window passed with the seat open. Lapsed is not filled.

    v1  first version
    """

    name: ClassVar[str] = "seat.lapsed"


class SeatWithdrawn(SeatEvent):
    """The company took the seat back.

    v1  first version
    """

    name: ClassVar[str] = "seat.withdrawn"


class SeatReclassified(SeatEvent):
    """The seat's origin is another one from now on, or it is known what it grew from; its state is as before.

    v1  first version
    """

    name: ClassVar[str] = "seat.reclassified"
