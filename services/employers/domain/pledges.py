"""What a promise of seats comes to: whether it was kept, and how much of a cohort it covers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from shared.errors import N_, Conflict

GRACE_MONTHS: Final = 2  # a promise for March is kept by whoever starts by the end of May
WINDOW_MONTHS: Final = 3  # a cohort looks for seats in the month in which it ends and in the two after


class PledgeIsWithdrawn(Conflict):
    code = "pledge_withdrawn"
    title = N_("The pledge was taken back")
    detail = N_("A pledge that was taken back is not changed any more.")


@dataclass(frozen=True, slots=True)
class Promise:
    """Seats promised by a company for a field, a kind and a month (`YYYY-MM`)."""

    company_id: UUID
    field: str
    kind: str
    month: str
    seats: int


@dataclass(frozen=True, slots=True)
class Fill:
    """A seat of a company that somebody has worked in since a day."""

    company_id: UUID
    field: str
    kind: str
    filled_on: date


@dataclass(slots=True)
class Record:
    """How a company kept its word: seats due, and how many of them were filled in time."""

    due: int = 0
    kept: int = 0

    @property
    def rate(self) -> float | None:
        """None when nothing was due yet."""
        return round(self.kept / self.due, 4) if self.due else None


def records(promises: Iterable[Promise], fills: Iterable[Fill], *, as_of: date) -> Mapping[UUID, Record]:
    """How each company kept the promises whose time has passed by `as_of`.

    A promise is due from the end of its month and two more. It is kept by seats of its field and kind that were filled from
    the first day of its month on, until it was due; a seat keeps one promise, the earliest that it can.
    """
    free: dict[tuple[UUID, str, str], list[date]] = defaultdict(list)
    for fill in sorted(fills, key=lambda each: each.filled_on):
        free[fill.company_id, fill.field, fill.kind].append(fill.filled_on)
    result: dict[UUID, Record] = {}
    for promise in sorted(promises, key=lambda each: each.month):
        first, last = first_day(promise.month), last_day(shifted(promise.month, GRACE_MONTHS))
        if last >= as_of:
            continue
        days = free[promise.company_id, promise.field, promise.kind]
        taken = [day for day in days if first <= day <= last][: promise.seats]
        for day in taken:
            days.remove(day)
        record = result.setdefault(promise.company_id, Record())
        record.due, record.kept = record.due + promise.seats, record.kept + len(taken)
    return result


def shifted(month: str, months: int) -> str:
    """The month so many later: 2026-11 and 2 make 2027-01."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def month_of(day: date) -> str:
    """`YYYY-MM`."""
    return day.isoformat()[:7]


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    return first_day(shifted(month, 1)) - timedelta(days=1)


def window(ends_on: date) -> list[str]:
    """The months in which a cohort that ends on a day looks for seats."""
    return [shifted(month_of(ends_on), months) for months in range(WINDOW_MONTHS)]
