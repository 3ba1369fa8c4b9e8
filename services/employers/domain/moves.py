"""What every life cycle here shares: a table of legal moves, and days that neither lie ahead nor run backwards."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from shared.errors import N_, FieldError, IllegalMove, Invalid

S = TypeVar("S", bound=StrEnum)


def legal_move(what: str, current: S, target: S, moves: Mapping[S, frozenset[S]]) -> S:
    """Return `target`, or raise IllegalMove with what is legal from `current`."""
    if target not in moves[current]:
        raise IllegalMove(what, current, target, legal=frozenset(str(state) for state in moves[current]))
    return target


def effective_day(given: date | None, *, today: date, not_before: date) -> date:
    """The Seoul day that something is true from: `given`, or `today`.

    Raises Invalid for a day ahead, and for one before `not_before`: the days of one life never run backwards, so that what
    is true on a day can be told from its last step.
    """
    day = given or today
    if day > today:
        raise Invalid(FieldError("/effective_on", "in_the_future", N_("May not lie in the future.")))
    if day < not_before:
        message = N_("May not lie before {day}, the day of what comes before it.")
        raise Invalid(FieldError("/effective_on", "too_early", message, {"day": not_before.isoformat()}))
    return day
