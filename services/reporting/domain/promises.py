"""Whether promises of seats were kept: by seats of the same field and kind that were filled in time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

GRACE_MONTHS: Final = 2


@dataclass(frozen=True, slots=True)
class Promise:
    """Seats that were promised for a field, a kind of position and the month that begins on `month`."""

    field: str
    kind: str
    month: date
    seats: int

    @property
    def due_on(self) -> date:
        """The last day on which a seat may be filled that keeps it: two months after its own."""
        return _after(self.month, GRACE_MONTHS + 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fill:
    """A seat in which somebody has worked since a day."""

    field: str
    kind: str
    since: date


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the seats whose time has passed, how many were filled in time."""

    due: int = 0
    kept: int = 0

    @property
    def share(self) -> float | None:
        """Of 1; None where nothing was due."""
        return self.kept / self.due if self.due else None


def kept(promises: Iterable[Promise], fills: Iterable[Fill], *, as_of: date) -> Kept:
    """How the promises were kept whose time had passed by `as_of`. A seat keeps one promise, the earliest that it can."""
    free: dict[tuple[str, str], list[date]] = defaultdict(list)
    for fill in sorted(fills, key=lambda each: each.since):
        free[fill.field, fill.kind].append(fill.since)
    due = in_time = 0
    for promise in sorted(promises, key=lambda each: each.month):
        if promise.due_on >= as_of:
            continue
        days = free[promise.field, promise.kind]
        taken = [day for day in days if promise.month <= day <= promise.due_on][: promise.seats]
        for day in taken:
            days.remove(day)
        due, in_time = due + promise.seats, in_time + len(taken)
    return Kept(due, in_time)


def _after(month: date, months: int) -> date:
    count = month.year * 12 + month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
