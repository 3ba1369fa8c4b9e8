"""The life of one seat, and what the news of a placement means for it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.employers.domain.moves import legal_move
from services.employers.domain.positions import CloseReason
from shared.errors import N_


class SeatState(StrEnum):
    OPEN = "open"
    RESERVED = "reserved"
    FILLED = "filled"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class SeatOrigin(StrEnum):
    """Only new seats create jobs. `conversion`: an internship that becomes permanent is one job, not two."""

    NEW = "new"
    REPLACEMENT = "replacement"
    CONVERSION = "conversion"


# A held seat is first given back and then lapses or is withdrawn: whoever follows the events never sees a filled seat lapse.
MOVES: Final[Mapping[SeatState, frozenset[SeatState]]] = MappingProxyType({
    SeatState.OPEN: frozenset({SeatState.RESERVED, SeatState.FILLED, SeatState.LAPSED, SeatState.WITHDRAWN}),
    SeatState.RESERVED: frozenset({SeatState.OPEN, SeatState.FILLED}),
    SeatState.FILLED: frozenset({SeatState.OPEN}),
    SeatState.LAPSED: frozenset({SeatState.OPEN}),
    SeatState.WITHDRAWN: frozenset({SeatState.OPEN}),
})  # fmt: skip
HELD: Final = frozenset({SeatState.RESERVED, SeatState.FILLED})

# What becomes of an open seat whose posting is closed. A seat that falls free after all were filled has nobody looking
# for a successor any more: it lapses.
WHEN_CLOSED: Final[Mapping[CloseReason, SeatState]] = MappingProxyType({
    CloseReason.FILLED: SeatState.LAPSED,
    CloseReason.LAPSED: SeatState.LAPSED,
    CloseReason.WITHDRAWN: SeatState.WITHDRAWN,
})  # fmt: skip


class Claim(StrEnum):
    """What a placement's claim to a seat comes to: it gets the seat, it has had it all along, or it cannot have it."""

    GRANTED = "granted"
    HELD = "held"
    REFUSED = "refused"


def move(current: SeatState, target: SeatState) -> SeatState:
    """Return `target`, or raise IllegalMove. The only way a seat's state may change."""
    return legal_move(N_("A seat"), current, target, MOVES)


def reservation(state: SeatState, holder: UUID | None, *, placement_id: UUID) -> Claim:
    """Whether an offer gets the seat: only an open one can be offered."""
    if holder == placement_id:
        return Claim.HELD
    return Claim.GRANTED if state is SeatState.OPEN else Claim.REFUSED


def occupation(state: SeatState, holder: UUID | None, *, placement_id: UUID) -> Claim:
    """Whether a start fills the seat: one reserved for that placement, or an open one that nobody holds."""
    if holder == placement_id:
        return Claim.HELD if state is SeatState.FILLED else Claim.GRANTED
    return Claim.GRANTED if state is SeatState.OPEN else Claim.REFUSED
