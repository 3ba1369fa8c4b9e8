"""Short questions to reporting, for tests."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from services.reporting.indicators import current
from services.reporting.queries.values import Value, find_indicator, question, value_of, values_by
from shared.db import Database


def ask(
    database: Database,
    indicator: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    version: int | None = None,
    minimum_grade: int | None = None,
    **only: Any,
) -> Value:
    """The value of an indicator, narrowed to `only`."""
    with database.read() as session:
        scope = question(session, as_of=as_of, known_at=known_at, only=only, staff=True, minimum_grade=minimum_grade)
        return value_of(session, find_indicator(indicator, version=version), scope)


def ask_by(database: Database, indicator: str, dimension: str, *, as_of: date | None = None) -> dict[Any, Value]:
    """The values of an indicator, by the members of a dimension."""
    with database.read() as session:
        scope = replace(question(session, as_of=as_of, staff=True), by=(dimension,))
        return {value.dimensions[dimension]: value for value in values_by(session, current()[indicator], scope)}


def share(value: Value) -> tuple[int, int | None]:
    """Numerator and denominator."""
    return value.counts.numerator, value.counts.denominator
