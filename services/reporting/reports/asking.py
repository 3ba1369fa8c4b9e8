"""What a report is asked for: a framework, a period, a day and a moment, and what it is narrowed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from services.reporting.domain.observing import is_period, last_day
from services.reporting.indicators.dimensions import DIMENSIONS, personal
from services.reporting.queries.plans import find_plan
from shared.clock import now, today
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid, NotFound

FORMATS: Final = ("html", "pdf", "xlsx", "hwpx", "csv", "json")
_NO_PERIOD: Final = N_("A period is a year, a quarter or a month: 2026, 2026-Q3 or 2026-09.")
_NOT_BEGUN: Final = N_("This period has not begun yet.")
_OUTSIDE: Final = N_("The as-of date must lie within the period or after it.")
_FUTURE: Final = N_("Must not be in the future.")
_PERSONAL: Final = N_("Reports are not narrowed by attributes of persons.")


class ReportFormat(StrEnum):
    """How a report is written."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    HWPX = "hwpx"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Wish:
    """A report that was asked for and can be made. Without a period it is about everything up to the day."""

    framework: str
    period: str | None
    as_of: date
    known_at: datetime
    only: Mapping[str, Any]
    latest: bool = False

    @property
    def filters(self) -> dict[str, str]:
        return {name: "unknown" if member is None else str(member) for name, member in sorted(self.only.items())}


def format_of(name: str) -> ReportFormat:
    """Raises NotFound for a format that there is not."""
    if name not in FORMATS:
        raise NotFound(N_("report format"))
    return ReportFormat(name)


def wish(
    session: ReadSession,
    framework: str,
    *,
    period: str | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
    only: Mapping[str, Any] | None = None,
) -> Wish:
    """Check what was asked for. Raises NotFound for a framework, Invalid for a period, day or moment that cannot be.

    The day is the period's last, or today where that is still ahead. `latest`: as known now, not at a moment.
    """
    find_plan(session, framework)
    errors = [FieldError(name, "personal_attribute", _PERSONAL) for name in personal(only or {})]
    errors += [FieldError("period", "not_a_period", _NO_PERIOD)] if period is not None and not is_period(period) else []
    if errors:
        raise Invalid(*errors)
    this_day, instant = today(), now()
    day = min(last_day(period), this_day) if period is not None and as_of is None else as_of or this_day
    if day > this_day:
        errors.append(FieldError("as_of", "in_the_future", _FUTURE))
    if known_at is not None and known_at > instant:
        errors.append(FieldError("known_at", "in_the_future", _FUTURE))
    if period is not None and first_day(period) > this_day:
        errors.append(FieldError("period", "not_begun", _NOT_BEGUN))
    elif period is not None and day < first_day(period):
        errors.append(FieldError("as_of", "before_the_period", _OUTSIDE))
    if errors:
        raise Invalid(*errors)
    return Wish(framework, period, day, known_at or instant, dict(only or {}), latest=known_at is None)


def first_day(period: str) -> date:
    """The first day of a period."""
    end = last_day(period)
    if "Q" in period:
        return date(end.year, end.month - 2, 1)
    return date(end.year, end.month if "-" in period else 1, 1)


def members(filters: Mapping[str, str]) -> dict[str, Any]:
    """Filters as they were written, read again. Raises ValueError."""
    return {name: DIMENSIONS[name].read(text) for name, text in filters.items()}
