"""What matching knows of postings and seats: the words of the employers service, and which seats can be offered."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Protocol, TypeVar
from uuid import UUID

from shared.errors import N_, Conflict


class Kind(StrEnum):
    INTERNSHIP = "internship"
    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"


FULL_TIME: Final = frozenset({Kind.PERMANENT, Kind.FIXED_TERM})
"""Of these a person holds one at a time."""


class OpeningState(StrEnum):
    """Where a posting stands, from its first opening on."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class SeatState(StrEnum):
    OPEN = "open"
    RESERVED = "reserved"
    FILLED = "filled"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class PositionNotOpen(Conflict):
    code = "position_not_open"
    title = N_("The position is not open")
    detail = N_("The position is not open, or its opening has not arrived here yet.")


class NoFreeSeat(Conflict):
    code = "no_free_seat"
    title = N_("No seat is free")
    detail = N_("Every seat of the position is offered, filled, lapsed or withdrawn.")


class Seated(Protocol):
    """A seat: what employers says of it, who holds it here, and who let go of it here without employers knowing yet."""

    @property
    def seat_id(self) -> UUID: ...
    @property
    def state(self) -> SeatState: ...
    @property
    def placement_id(self) -> UUID | None: ...
    @property
    def released_by(self) -> UUID | None: ...


S = TypeVar("S", bound=Seated)


def is_free(seat: Seated) -> bool:
    """Whether the seat can be offered.

    A seat that was let go of waits until employers has heard of it: news of two placements may overtake each other, and
    the second offer would be refused for the sake of the first.
    """
    return seat.state is SeatState.OPEN and seat.placement_id is None and seat.released_by is None


def seat_to_offer(seats: Iterable[S]) -> S:
    """The free seat with the lowest id. Raises NoFreeSeat."""
    free = [seat for seat in seats if is_free(seat)]
    if not free:
        raise NoFreeSeat
    return min(free, key=lambda seat: seat.seat_id)
