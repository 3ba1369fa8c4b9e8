"""Days that the database reckons with: months and quarters later, reference days, and how many days lie between two."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, case
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from services.reporting.indicators.spans import Column


class next_day(FunctionElement[date]):  # noqa: N801 - it is a function of the database
    """The day after a day."""

    type = Date()
    inherit_cache = True


class months_after(FunctionElement[date]):  # noqa: N801
    """The same day of the month so many months later, or the month's last where it has no such day."""

    type = Date()
    inherit_cache = True


class days_after(FunctionElement[date]):  # noqa: N801
    """So many days later."""

    type = Date()
    inherit_cache = True


class quarter_of(FunctionElement[date]):  # noqa: N801
    """The first day of the quarter that a day is in."""

    type = Date()
    inherit_cache = True


class month_of(FunctionElement[date]):  # noqa: N801
    """The first day of the month that a day is in."""

    type = Date()
    inherit_cache = True


class survey_day(FunctionElement[date]):  # noqa: N801
    """The 31 December on which graduates are surveyed: the one after the academic year (March to February) of a day."""

    type = Date()
    inherit_cache = True


class days_between(FunctionElement[int]):  # noqa: N801
    """How many days the second day is after the first."""

    type = Integer()
    inherit_cache = True


def later(day: Column, other: Column) -> Column:
    return case((other > day, other), else_=day)


def earlier(day: Column, other: Column) -> Column:
    return case((other < day, other), else_=day)


def _parts(element: FunctionElement[Any], compiler: SQLCompiler, options: Any) -> list[str]:
    return [compiler.process(part, **options) for part in element.clauses]


@compiles(next_day)
def _next_day(element: next_day, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + 1)"


@compiles(next_day, "sqlite")
def _next_day_on_sqlite(element: next_day, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+1 day')"


@compiles(months_after)
def _months_after(element: months_after, compiler: SQLCompiler, **options: Any) -> str:
    day, months = _parts(element, compiler, options)
    return f"CAST({day} + make_interval(months => CAST({months} AS integer)) AS date)"


@compiles(months_after, "sqlite")
def _months_after_on_sqlite(element: months_after, compiler: SQLCompiler, **options: Any) -> str:
    # A day that the month does not have runs over into the next one: the earlier of it and the month's last is meant.
    day, months = _parts(element, compiler, options)
    same = f"date({day}, {months} || ' months')"
    last = f"date({day}, 'start of month', ({months} + 1) || ' months', '-1 day')"
    return f"min({same}, {last})"


@compiles(months_after, "duckdb")
def _months_after_by_column(element: months_after, compiler: SQLCompiler, **options: Any) -> str:
    day, months = _parts(element, compiler, options)
    return f"CAST({day} + to_months(CAST({months} AS integer)) AS date)"


@compiles(days_after)
def _days_after(element: days_after, compiler: SQLCompiler, **options: Any) -> str:
    day, days = _parts(element, compiler, options)
    return f"({day} + CAST({days} AS integer))"


@compiles(days_after, "sqlite")
def _days_after_on_sqlite(element: days_after, compiler: SQLCompiler, **options: Any) -> str:
    day, days = _parts(element, compiler, options)
    return f"date({day}, {days} || ' days')"


@compiles(month_of)
def _month_of(element: month_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(date_trunc('month', {compiler.process(element.clauses, **options)}) AS date)"


@compiles(month_of, "sqlite")
def _month_of_on_sqlite(element: month_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, 'start of month')"


@compiles(quarter_of)
def _quarter_of(element: quarter_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(date_trunc('quarter', {compiler.process(element.clauses, **options)}) AS date)"


@compiles(quarter_of, "sqlite")
def _quarter_of_on_sqlite(element: quarter_of, compiler: SQLCompiler, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    # % is the driver's in PostgreSQL only; here it is the remainder.
    return f"date({day}, 'start of month', -((CAST(strftime('%m', {day}) AS integer) - 1) % 3) || ' months')"


@compiles(survey_day)
def _survey_day(element: survey_day, compiler: SQLCompiler, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"CAST(date_trunc('year', {day} - interval '2 months') + interval '2 years' - interval '1 day' AS date)"


@compiles(survey_day, "sqlite")
def _survey_day_on_sqlite(element: survey_day, compiler: SQLCompiler, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"date({day}, 'start of month', '-2 months', 'start of year', '+2 years', '-1 day')"


@compiles(days_between)
def _days_between(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    first, second = _parts(element, compiler, options)
    return f"({second} - {first})"


@compiles(days_between, "sqlite")
def _days_between_on_sqlite(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    first, second = _parts(element, compiler, options)
    return f"CAST(julianday({second}) - julianday({first}) AS integer)"
