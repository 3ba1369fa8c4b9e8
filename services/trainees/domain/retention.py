"""How long personal data is kept after an enrolment has ended."""

import calendar
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_over(ended_on: date, *, months: int | None, on: date) -> bool:
    """Whether the time has passed by a day. A program without a time keeps for ever."""
    return months is not None and months_after(ended_on, months) <= on
