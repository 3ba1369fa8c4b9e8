"""What the employers service publishes: companies, agreements, positions and every seat's life."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events.contract import Event


class EmployersEvent(Event):
    """Anything that happened in employers."""

    service: ClassVar[str] = "employers"


class CompanyRegistered(EmployersEvent):
    """A company is known. `region` is a legal-district code or its first two or five digits.

    v1  first version
    """

    name: ClassVar[str] = "company.registered"
    company_id: UUID
    business_number: str
    name_ko: str
    name_en: str
    region: str


class AgreementEvent(EmployersEvent):
    """A partner agreement of a company, whole. `ends_on` is its last day."""

    agreement_id: UUID
    company_id: UUID
    starts_on: date
    ends_on: date
    effective_on: date


class AgreementDrafted(AgreementEvent):
    """An agreement was written down.

    v1  first version
    """

    name: ClassVar[str] = "agreement.drafted"


class AgreementActivated(AgreementEvent):
    """An agreement is in force: its company may open positions.

    v1  first version
    """

    name: ClassVar[str] = "agreement.activated"


class AgreementSuspended(AgreementEvent):
    """An agreement rests.

    v1  first version
    """

    name: ClassVar[str] = "agreement.suspended"


class AgreementEnded(AgreementEvent):
    """An agreement is over.

    v1  first version
    """

    name: ClassVar[str] = "agreement.ended"


class PositionEvent(EmployersEvent):
    """A posting, whole. `kind` is internship, permanent or fixed_term; `skills` are the must-have ones."""

    position_id: UUID
    company_id: UUID
    title: str
    field: str
    kind: str
    region: str
    seats: int
    skills: list[str]
    opens_on: date
    closes_on: date | None
    effective_on: date


class PositionDrafted(PositionEvent):
    """A posting was written down.

    v1  first version
    """

    name: ClassVar[str] = "position.drafted"


class PositionSubmitted(PositionEvent):
    """A posting waits for its review.

    v1  first version
    """

    name: ClassVar[str] = "position.submitted"


class PositionReturned(PositionEvent):
    """A posting went back to its company, with a reason kept there.

    v1  first version
    """

    name: ClassVar[str] = "position.returned"


class PositionOpened(PositionEvent):
    """A posting takes candidates, for the first time or again.

    v1  first version
    """

    name: ClassVar[str] = "position.opened"


class PositionPaused(PositionEvent):
    """A posting takes no candidates for now.

    v1  first version
    """

    name: ClassVar[str] = "position.paused"


class PositionClosed(PositionEvent):
    """A posting is closed: `reason` is filled, lapsed or withdrawn.

    v1  first version
    """

    name: ClassVar[str] = "position.closed"
    reason: str


class SeatEvent(EmployersEvent):
    """One seat of a posting. `origin` is new, replacement or conversion."""

    seat_id: UUID
    position_id: UUID
    company_id: UUID
    field: str
    kind: str
    origin: str
    region: str
    effective_on: date


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
