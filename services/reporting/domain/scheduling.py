"""When a report is due, in Seoul, and which period it is then about."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from services.reporting.domain.observing import last_day, period_before
from services.reporting.domain.periods import Period
from shared.clock import SEOUL
from shared.errors import N_, FieldError, Invalid

LAST_DAY: Final = 28
DAYS_OF_A_WEEK: Final = 7
NO_WEEKDAY: Final = N_("A day of the week is 1 (Monday) to 7 (Sunday).")


class Every(StrEnum):
    """How often a report is made."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class About(StrEnum):
    """What a scheduled report is about: the last month, quarter or year that has ended, or everything up to the day."""

    PREVIOUS_MONTH = "previous_month"
    PREVIOUS_QUARTER = "previous_quarter"
    PREVIOUS_YEAR = "previous_year"
    TO_DATE = "to_date"


_KINDS: Final = {
    About.PREVIOUS_MONTH: Period.MONTH,
    About.PREVIOUS_QUARTER: Period.QUARTER,
    About.PREVIOUS_YEAR: Period.YEAR,
}


def check_day(every: Every, day: int) -> None:
    """Raise Invalid for a day that no week has: its turn would never come."""
    if every is Every.WEEK and day > DAYS_OF_A_WEEK:
        raise Invalid(FieldError("/day", "day_of_week", NO_WEEKDAY))


def next_run(after: datetime, *, every: Every, day: int, hour: int) -> datetime:
    """The first moment after another. `day` is of the week (1 Monday to 7) or of the month (1 to 28), `hour` in Seoul."""
    local = after.astimezone(SEOUL)
    found = datetime.combine(local.date(), time(hour), SEOUL)
    while found <= local or not _falls_on(found.date(), every, day):
        found = datetime.combine(found.date() + timedelta(days=1), time(hour), SEOUL)
    return found


def _falls_on(on: date, every: Every, day: int) -> bool:
    if every is Every.WEEK:
        return on.isoweekday() == day
    return every is Every.DAY or on.day == day


def period_for(about: About, on: date) -> tuple[str | None, date]:
    """The period that a report of a day is about, and its as-of date."""
    kind = _KINDS.get(about)
    if kind is None:
        return None, on
    period = period_before(on, kind)
    return period, last_day(period)
