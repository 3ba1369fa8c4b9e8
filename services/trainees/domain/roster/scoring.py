"""A university's scorecard: whether its rosters came, came in time, and how much in them was wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.clock import SEOUL


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of the periods in which a roster was due: how many had one in time, late, or none."""

    on_time: int
    late: int
    missing: int


def punctuality(received: Sequence[datetime], *, since: date, until: date, every_days: int, due_hour: int) -> Punctuality:
    """What became of each period of `every_days` Seoul days from `since` to before `until`; due on its first day at the hour."""
    first: dict[int, datetime] = {}
    for moment in sorted(received):
        local = moment.astimezone(SEOUL)
        period = (local.date() - since).days // every_days
        first.setdefault(period, local)
    periods = max(0, (until - since).days // every_days)
    on_time = late = 0
    for period in range(periods):
        if period not in first:
            continue
        day = since + timedelta(days=period * every_days)
        due = datetime(day.year, day.month, day.day, due_hour, tzinfo=SEOUL)
        on_time += first[period] <= due
        late += first[period] > due
    return Punctuality(on_time, late, periods - on_time - late)


def share(part: int, whole: int) -> float | None:
    """`part` of `whole`, to four places; None of nothing."""
    return round(part / whole, 4) if whole else None
