"""Numbers, dates and not-a-numbers as a reader of Korean or English expects them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from services.reporting.domain.values import State, Unit, as_percent
from shared.clock import SEOUL
from shared.errors import N_
from shared.i18n import Language, translate

LOCALES: Final = {"ko": Locale("ko", "KR"), "en": Locale("en")}
NOT_A_NUMBER: Final = {
    State.NOT_STARTED: N_("Not started"),
    State.RUNNING: N_("In progress"),
    State.NO_DENOMINATOR: N_("Nobody to count"),
    State.IMMATURE: N_("Too early to say"),
    State.NOT_SURVEYED: N_("Not surveyed"),
    State.SUPPRESSED: N_("Too few to show"),
    State.SOURCE_STALE: N_("Source out of date"),
}
UNITS: Final = {
    Unit.PERSONS: N_("{number} persons"),
    Unit.PARTICIPATIONS: N_("{number} participations"),
    Unit.SEATS: N_("{number} jobs"),
    Unit.PERCENT: N_("{number}%"),
    Unit.RATIO: N_("{number} to 1"),
    Unit.DAYS: N_("{number} days"),
}
_ONE: Final = {
    Unit.PERSONS: N_("{number} person"),
    Unit.PARTICIPATIONS: N_("{number} participation"),
    Unit.SEATS: N_("{number} job"),
    Unit.DAYS: N_("{number} day"),
}
_NEARLY: Final = 0.999
SOURCES: Final = {
    "trainees.cohort": N_("Cohorts"),
    "trainees.enrolment": N_("Enrolments"),
    "matching.follow_up": N_("Follow-ups"),
    "matching.placement": N_("Placements"),
    "employers.seat": N_("Seats"),
    "employers.company": N_("Companies"),
    "employers.position": N_("Positions"),
    "trainees.program": N_("Programs"),
    "trainees.university": N_("Universities"),
}


@dataclass(frozen=True, slots=True)
class Format:
    """How one reader reads."""

    language: Language

    def text(self, message: str, **params: object) -> str:
        return translate(message, self.language, params)

    def number(self, value: float, *, decimals: int = 0) -> str:
        """`1,234` or `76.9`, with exactly `decimals` places."""
        places = "." + "0" * decimals if decimals else ""
        return str(format_decimal(value, format=f"#,##0{places}", locale=LOCALES[self.language]))

    def share(self, value: float) -> str:
        """A share of 1 as a percentage with one place, rounded as rates are: halves up."""
        return self.text(UNITS[Unit.PERCENT], number=self.number(as_percent(value), decimals=1))

    def reached(self, value: float) -> str:
        """The share of a target that is reached. Short of it by one person is not all of it, however it is rounded."""
        return self.share(value if value >= 1 else min(value, _NEARLY))

    def value(self, value: float | None, state: State, unit: Unit) -> str:
        """A value with its unit, or in words why there is none."""
        if value is None:
            return self.text(NOT_A_NUMBER[state])
        decimals = {Unit.PERCENT: 1, Unit.RATIO: 2}.get(unit, 0)
        return self._in_units(value, unit, decimals=decimals)

    def bare(self) -> "Format":
        """The same for numbers whose unit is said elsewhere."""
        return _Bare(self.language)

    def target(self, value: float, unit: Unit) -> str:
        """A planned number with its unit, with no more places than it was planned with."""
        decimals = 0 if value == int(value) else 1
        return self._in_units(value, unit, decimals=decimals)

    def _in_units(self, value: float, unit: Unit, *, decimals: int) -> str:
        named = _ONE if value == 1 and unit in _ONE else UNITS
        return self.text(named[unit], number=self.number(value, decimals=decimals))

    def counted(self, one: str, many: str, count: int, **params: object) -> str:
        """A text about a number of things: `one` where it is one, with `{count}` in it or not."""
        return self.text(one if count == 1 else many, count=self.number(count), **params)

    def day(self, day: date) -> str:
        return str(format_date(day, format="long", locale=LOCALES[self.language]))

    def period(self, first: date, last: date) -> str:
        """From one day to another, short."""
        return f"{self.short(first)} – {self.short(last)}"

    def short(self, day: date) -> str:
        """A day in figures, for tables."""
        return str(
            format_date(day, format="yyyy. M. d." if self.language == "ko" else "d MMM yyyy", locale=LOCALES[self.language])
        )

    def local(self, instant: datetime) -> str:
        """Date and time in Seoul, as a form's field wants them."""
        return instant.astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")

    def moment(self, instant: datetime) -> str:
        """Date and time in Seoul, to the second."""
        pattern = "yyyy. M. d. HH:mm:ss" if self.language == "ko" else "d MMM yyyy, HH:mm:ss"
        return str(format_datetime(instant, format=pattern, tzinfo=SEOUL, locale=LOCALES[self.language]))


class _Bare(Format):
    """Says counts without their unit."""

    def value(self, value: float | None, state: State, unit: Unit) -> str:
        return super().value(value, state, unit) if value is None else self.number(value)
