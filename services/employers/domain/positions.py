"""The life of a posting: who may move it where, and what a move needs."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.employers.domain.moves import legal_move
from shared.auth.actor import Actor, Role
from shared.errors import N_, Conflict, FieldError, Forbidden, Invalid


class PositionKind(StrEnum):
    INTERNSHIP = "internship"
    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"


class PositionState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """`lapsed`: the window passed with seats unfilled. Lapsed is not filled."""

    FILLED = "filled"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


MOVES: Final[Mapping[PositionState, frozenset[PositionState]]] = MappingProxyType({
    PositionState.DRAFT: frozenset({PositionState.IN_REVIEW}),
    PositionState.IN_REVIEW: frozenset({PositionState.OPEN, PositionState.DRAFT}),
    PositionState.OPEN: frozenset({PositionState.PAUSED, PositionState.CLOSED}),
    PositionState.PAUSED: frozenset({PositionState.OPEN, PositionState.CLOSED}),
    PositionState.CLOSED: frozenset({PositionState.OPEN}),
})  # fmt: skip

# What a company cannot decide about its own posting: the outcome of the review, and to take up again what was closed.
_FOR_REVIEWERS: Final = frozenset({
    (PositionState.IN_REVIEW, PositionState.OPEN),
    (PositionState.IN_REVIEW, PositionState.DRAFT),
    (PositionState.CLOSED, PositionState.OPEN),
})  # fmt: skip


def move(current: PositionState, target: PositionState, *, by: Actor) -> PositionState:
    """Return `target`, or raise IllegalMove, or Forbidden for a move that is the program manager's."""
    legal_move(N_("A position"), current, target, MOVES)
    if (current, target) in _FOR_REVIEWERS and not by.has(Role.PROGRAM_MANAGER, Role.ADMIN):
        raise Forbidden
    return target


def close_reason(given: str | None) -> CloseReason:
    """The reason of a closing. Raises Invalid for none and for any other."""
    try:
        return CloseReason(given or "")
    except ValueError:
        choices = ", ".join(CloseReason)
        raise Invalid(FieldError("/reason", "not_a_choice", N_("Must be one of: {expected}."), {"expected": choices})) from None


def return_reason(given: str | None) -> str:
    """Why a posting goes back to its company. Raises Invalid when nothing was said."""
    if not given:
        raise Invalid(FieldError("/reason", "required", N_("Say what the company has to change.")))
    return given


def check_window(opens_on: date, closes_on: date | None) -> None:
    """Raise Invalid unless the last day, if there is one, is the first day or later."""
    if closes_on is not None and closes_on < opens_on:
        raise Invalid(FieldError("/closes_on", "before_start", N_("May not lie before the first day.")))


class SeatsStillOpen(Conflict):
    code = "seats_still_open"
    title = N_("Seats are still open")
    detail = N_("The position cannot be closed as filled: {count} seat(s) are open. Close it as lapsed or withdrawn.")


class NotLive(Conflict):
    code = "position_not_live"
    title = N_("The position is neither open nor paused")
    detail = N_("This is only for a position that is open or paused; this one is {state}.")


class WindowClosed(Conflict):
    """A posting cannot open after its last day."""

    code = "window_closed"
    title = N_("The application window is closed")
    detail = N_("The last day was {day}. Give a later one to open the position again.")

    def __init__(self, closes_on: date) -> None:
        message = N_("The window closed on {day}.")
        day = closes_on.isoformat()
        super().__init__(FieldError("/closes_on", "window_closed", message, {"day": day}), day=day)


class PositionIncomplete(Conflict):
    """A posting goes into review, and opens, only when it says all that whoever looks for a job has to know."""

    code = "position_incomplete"
    title = N_("The position does not say everything yet")
    detail = N_("Pay, working hours and, for internships and fixed terms, the duration have to be told first.")


def check_complete(kind: PositionKind, *, salary: bool, hours: bool, duration: bool) -> None:
    """Raise PositionIncomplete with a pointer to everything that is missing."""
    limited = kind in {PositionKind.INTERNSHIP, PositionKind.FIXED_TERM}
    needed = {"/salary": salary, "/working_hours": hours, "/duration_months": duration or not limited}
    missing = [FieldError(pointer, "required_to_open", _NEEDED[pointer]) for pointer, told in needed.items() if not told]
    if missing:
        raise PositionIncomplete(*missing)


_NEEDED: Final = {
    "/salary": N_("Say what the position pays before it goes into review."),
    "/working_hours": N_("Say how many hours a week are worked before the position goes into review."),
    "/duration_months": N_("Say how many months an internship or a fixed term lasts before it goes into review."),
}


def check_still_open(closes_on: date | None, *, on: date) -> None:
    """Raise WindowClosed when the last day lies before the day on which a posting is to open."""
    if closes_on is not None and closes_on < on:
        raise WindowClosed(closes_on)
