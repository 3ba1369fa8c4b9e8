"""The life of one seat, and what the news of a placement means for it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.employers.domain.moves import legal_move
from services.employers.domain.positions import CloseReason, PositionKind
from shared.errors import N_, Conflict, FieldError, Invalid


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


class SeatsTaken(Conflict):
    """No posting can have fewer seats than somebody holds."""

    code = "seats_taken"
    title = N_("More seats are taken")
    detail = N_("{taken} seat(s) are reserved or filled: the position cannot have fewer.")

    def __init__(self, taken: int) -> None:
        message = N_("Must be at least {taken}, the seats that are reserved or filled.")
        super().__init__(FieldError("/seats", "seats_taken", message, {"taken": taken}), taken=taken)


class ConversionRefused(Invalid):
    """What a seat cannot grow from."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(FieldError("/grew_from_id", code, message))


def conversion_error(
    *, kind: PositionKind, same_company: bool, state: SeatState, grows_elsewhere: bool
) -> ConversionRefused | None:
    """Why a seat of that kind and state cannot have grown into another one, if it cannot."""
    if not same_company:
        return ConversionRefused("unknown_seat", N_("The company has no such seat."))
    if kind is not PositionKind.INTERNSHIP:
        return ConversionRefused("not_an_internship", N_("Must be the seat of an internship."))
    if state is not SeatState.FILLED:
        return ConversionRefused("never_filled", N_("Nobody works in that seat."))
    if grows_elsewhere:
        return ConversionRefused("converted_already", N_("Another seat grew from that one already."))
    return None
