"""What every page can be asked: as of when, as known when, for which period, of what. Read here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from services.reporting.domain.observing import is_period, kind_of, last_day
from services.reporting.domain.periods import Period
from services.reporting.indicators.dimensions import DIMENSIONS
from services.reporting.queries.values import too_early
from shared.clock import SEOUL, now, today
from shared.errors import N_, FieldError, Invalid

MOMENTS: Final = ("as_of", "known_at", "period")
NAMES: Final = (*MOMENTS, *DIMENSIONS)
LONGEST: Final = 60
LABELS: Final[Mapping[str, str]] = {
    "lang": N_("Language"),
    "theme": N_("Theme"),
    "as_of": N_("As of"),
    "known_at": N_("As known at"),
    "period": N_("Period"),
    "field": N_("Field"),
    "program_id": N_("Program"),
    "cohort_id": N_("Cohort"),
    "cohort_ordinal": N_("Cohort number"),
    "university_id": N_("University"),
    "company_id": N_("Company"),
    "company_region": N_("Region of the company"),
    "age_band": N_("Age"),
    "gender": N_("Gender"),
    "by": N_("Broken down by"),
    "every": N_("Over time"),
    "from_as_of": N_("Compared with the end of"),
    "version": N_("Version"),
    "part": N_("Part"),
    "address": N_("Address"),
    "name": N_("What to call it"),
    "days": N_("Good for so many days"),
}
_FUTURE: Final = ("in_the_future", N_("Must not be in the future."))
_NOT_DATE: Final = ("not_date", N_("Must be a date such as 2026-03-01."))
_NOT_MOMENT: Final = ("not_datetime", N_("Must be a date and time such as 2026-03-01T09:00."))
_NOT_PERIOD: Final = ("wrong_form", N_("Must be a year, a quarter or a month, such as 2026, 2026-Q3 or 2026-09."))
_NOT_MEMBER: Final = ("invalid", N_("This value cannot be accepted."))

_MONTHS: Final = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of a page. A period stands for its last day, or for today while it runs; `only` narrows by dimensions."""

    as_of: date | None = None
    known_at: datetime | None = None
    period: str | None = None
    only: Mapping[str, Any] | None = None


def read(given: Mapping[str, str | None]) -> Asked:
    """What an address says. Raises Invalid with everything that is wrong with it."""
    errors: list[FieldError] = []
    found = {name: value for name, value in given.items() if value}
    as_of, known_at = _day(found.get("as_of"), errors), _moment(found.get("known_at"), errors)
    ended = _period_end(found.get("period"), errors)
    errors += too_early(as_of, known_at)
    only = {name: _member(name, found[name], errors) for name in DIMENSIONS if name in found}
    if errors:
        raise Invalid(*errors)
    return Asked(as_of or ended, known_at, found.get("period"), only)


def moments_of(address: str) -> Asked:
    """As of when and as known when an address of ours asks. Raises Invalid."""
    wanted = dict(parse_qsl(urlsplit(address).query))
    return read({name: wanted.get(name) for name in MOMENTS})


def _day(text: str | None, errors: list[FieldError]) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        errors.append(FieldError("as_of", *_NOT_DATE))
        return None
    if day > today():
        errors.append(FieldError("as_of", *_FUTURE))
    return day


def _moment(text: str | None, errors: list[FieldError]) -> datetime | None:
    """A moment without a zone is one of Seoul: that is what a form's field sends."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        errors.append(FieldError("known_at", *_NOT_MOMENT))
        return None
    moment = found if found.tzinfo is not None else found.replace(tzinfo=SEOUL)
    if moment > now():
        errors.append(FieldError("known_at", *_FUTURE))
    return moment


def _period_end(text: str | None, errors: list[FieldError]) -> date | None:
    if text is None:
        return None
    if not is_period(text):
        errors.append(FieldError("period", *_NOT_PERIOD))
        return None
    if first_day(text) > today():
        errors.append(FieldError("period", *_FUTURE))
    return min(last_day(text), today())


def first_day(period: str) -> date:
    """The first day of a year, a quarter or a month."""
    last = last_day(period)
    return date(last.year, last.month - _MONTHS[kind_of(period)] + 1, 1)


def _member(name: str, text: str, errors: list[FieldError]) -> Any:
    try:
        return DIMENSIONS[name].read(text)
    except ValueError:
        errors.append(FieldError(name, *_NOT_MEMBER))
        return None
