"""What became of people 3, 6 and 12 months after they started: when to ask, and what can be answered."""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.matching.domain.mismatches import Code
from services.matching.domain.placements import PlacementState
from shared.errors import N_, Conflict, FieldError, Invalid

MONTHS: Final = (3, 6, 12)
DAYS_TO_ASK: Final = 14
"""Days between the day that is asked about and the day on which the answer is due."""


class FollowUpState(StrEnum):
    """Where a follow-up stands: to be asked, answered, or of no use since the hire was reversed."""

    OPEN = "open"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What became of the person. Unknown is an answer of its own: somebody asked and could not find out."""

    STILL_THERE = "still_there"
    MOVED_WITHIN_REGION = "moved_within_region"
    MOVED_AWAY = "moved_away"
    OUT_OF_WORK = "out_of_work"
    UNKNOWN = "unknown"


SPELLINGS: Final[Mapping[str, Answer]] = MappingProxyType({
    **{answer.value: answer for answer in Answer},
    "재직": Answer.STILL_THERE,
    "재직중": Answer.STILL_THERE,
    "지역내이직": Answer.MOVED_WITHIN_REGION,
    "지역외이직": Answer.MOVED_AWAY,
    "미취업": Answer.OUT_OF_WORK,
    "퇴사": Answer.OUT_OF_WORK,
    "미상": Answer.UNKNOWN,
    "확인불가": Answer.UNKNOWN,
})  # fmt: skip
"""How files spell an answer, without spaces."""

_LEFT: Final = frozenset({Answer.MOVED_WITHIN_REGION, Answer.MOVED_AWAY, Answer.OUT_OF_WORK})


class FollowUpCancelled(Conflict):
    code = "follow_up_cancelled"
    title = N_("There is nothing to follow up")
    detail = N_("The hire was reversed: there is nothing to follow up.")


def months_after(start: date, months: int) -> date:
    """The same day of the month that many months later, or the month's last where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def started_by(today: date, months: int) -> date:
    """The last first day whose day to be asked about has come."""
    earlier = months_after(today, -months)
    return max(day for day in (earlier + timedelta(days=extra) for extra in range(4)) if months_after(day, months) <= today)


def check_answer(state: FollowUpState, effective_on: date, *, started_on: date, today: date) -> None:
    """Raise FollowUpCancelled, or Invalid for a day ahead or before the employment began."""
    if state is FollowUpState.CANCELLED:
        raise FollowUpCancelled
    if effective_on > today:
        raise Invalid(FieldError("/effective_on", "in_the_future", N_("May not lie in the future.")))
    if effective_on < started_on:
        message = N_("May not lie before {day}.")
        raise Invalid(FieldError("/effective_on", "too_early", message, {"day": started_on.isoformat()}))


def contradiction(answer: Answer, state: PlacementState) -> Code | None:
    """How an answer contradicts what the placement says, if it does."""
    if answer in _LEFT and state is PlacementState.STARTED:
        return Code.ALREADY_LEFT
    if answer is Answer.STILL_THERE and state is PlacementState.ENDED:
        return Code.STILL_EMPLOYED
    return None
