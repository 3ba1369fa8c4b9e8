"""Months, quarters and years: what a series has one point for."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final

ACADEMIC_YEAR_STARTS: Final = 3  # in Korea, on 1 March
MOST_POINTS: Final = 120


class Period(StrEnum):
    """How long one point of a series is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ACADEMIC_YEAR = "academic_year"


def last_days(period: Period, *, starts_on: date, ends_on: date) -> dict[str, date]:
    """By name, the last day of every period that touches these days; of the last one no later than `ends_on`.

    2026-03 is a month, 2026-Q1 a quarter, 2026 a year; the academic year 2026 ends in February 2027.
    """
    return {_name(period, day): day for day in _ends(period, starts_on, ends_on)}


def _ends(period: Period, starts_on: date, ends_on: date) -> Iterator[date]:
    year, month = starts_on.year, starts_on.month
    while date(year, month, 1) <= ends_on:
        last = date(year, month, monthrange(year, month)[1])
        if _closes(period, month) or last >= ends_on:
            yield min(last, ends_on)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _closes(period: Period, month: int) -> bool:
    """Whether a period ends with this month of the year."""
    match period:
        case Period.MONTH:
            return True
        case Period.QUARTER:
            return month % 3 == 0
        case Period.YEAR:
            return month == 12
        case Period.ACADEMIC_YEAR:
            return month == ACADEMIC_YEAR_STARTS - 1


def _name(period: Period, day: date) -> str:
    match period:
        case Period.MONTH:
            return f"{day:%Y-%m}"
        case Period.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case Period.YEAR:
            return str(day.year)
        case Period.ACADEMIC_YEAR:
            return str(day.year if day.month >= ACADEMIC_YEAR_STARTS else day.year - 1)
