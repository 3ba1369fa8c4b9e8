"""The only place that reads the time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def now() -> datetime:
    """The current instant, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """The current calendar day in Seoul: the day that plain dates in this product are about."""
    return now().astimezone(SEOUL).date()


def seoul_day(instant: datetime) -> date:
    """The Seoul calendar day in which an aware instant falls."""
    return instant.astimezone(SEOUL).date()


def end_of(day: date) -> datetime:
    """The last instant of a Seoul calendar day."""
    return datetime.combine(day + timedelta(days=1), time(), SEOUL) - timedelta(microseconds=1)
