"""Counts what a definition classified: on a day, narrowed and broken down."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import CTE, Column, ColumnElement, Date, FromClause, Select, String, case, cast, func, literal, select, union_all

from services.reporting.domain.values import Counts, Unit
from services.reporting.indicators.definition import Indicator, RollUp
from services.reporting.indicators.dimensions import with_dimensions
from services.reporting.indicators.spans import DENOMINATOR, KNOWN_PARTS, UNDECIDED, UNKNOWNS, Part
from services.reporting.indicators.timeline import Scope, Statement

_EXCLUDED: Final = "excluded_"
_GRADE: Final = "grade_"
MOMENT: Final = "moment"


def counted(indicator: Indicator, scope: Scope) -> Statement:
    """One row of counts, or one per group of `scope.by`, on the day `scope.as_of`."""
    rows = narrowed(indicator, scope)
    return _counts(indicator, scope, rows).where(stands(rows, literal(scope.as_of, Date)))


def counted_on(indicator: Indicator, scope: Scope, days: Mapping[str, Any]) -> Statement:
    """The same on each of several days, named: the column `moment` says which."""
    rows = narrowed(indicator, scope)
    moments, stood = on_days(rows, days)
    statement = _counts(indicator, scope, rows).join(moments, stood)
    return statement.add_columns(moments.c.moment).group_by(moments.c.moment)


def on_days(rows: CTE, days: Mapping[str, Any]) -> tuple[CTE, ColumnElement[bool]]:
    """Named days as a table, and the condition on which a row stands on one."""
    each = [select(cast(literal(name), String).label(MOMENT), literal(day, Date).label("day")) for name, day in days.items()]
    moments = union_all(*each).cte()
    return moments, stands(rows, moments.c.day)


def standing(indicator: Indicator, scope: Scope) -> Select[Any]:
    """The classified rows themselves that stand on the day `scope.as_of`, with the dimensions of `scope.by`."""
    rows = narrowed(indicator, scope)
    return select(rows).where(stands(rows, literal(scope.as_of, Date)))


def stands(rows: FromClause, day: ColumnElement[Any] | Column[Any]) -> ColumnElement[bool]:
    """Whether a row's stretch holds the day."""
    return (rows.c.from_on <= day) & (rows.c.until_on > day)


def narrowed(indicator: Indicator, scope: Scope) -> CTE:
    """The definition's rows, narrowed to `scope.only`, with the dimensions that are asked for."""
    rows = with_dimensions(scope, indicator.spans(scope).cte(), {*scope.only, *scope.by})
    if not scope.only:
        return rows
    return select(rows).where(*[rows.c[name] == value for name, value in scope.only.items()]).cte()


def _counts(indicator: Indicator, scope: Scope, rows: CTE) -> Statement:
    total = _Total(indicator, rows)
    divided = indicator.unit in {Unit.PERCENT, Unit.RATIO, Unit.DAYS}
    # In a ratio the two sides are different things: so many applicants to a place.
    below = [Part.OTHER] if indicator.unit is Unit.RATIO else KNOWN_PARTS if indicator.of_known else DENOMINATOR
    columns: dict[str, ColumnElement[Any]] = {
        "begun": func.count().filter(rows.c.part != Part.OUTSIDE),
        "numerator": total.of(Part.NUMERATOR),
        "undecided": total.of(*UNDECIDED),
        "unknown": total.of(*UNKNOWNS),
    }
    if divided:
        columns["denominator"] = total.of(*below)
    for code in indicator.exclusions:
        columns[f"{_EXCLUDED}{code}"] = total.named(code)
    if indicator.repeated:
        columns[f"{_EXCLUDED}{indicator.repeated}"] = total.repeated()
    for grade in indicator.grades:
        columns[f"{_GRADE}{grade}"] = total.on_evidence(grade)
    groups = [rows.c[name] for name in scope.by]
    labelled = [column.label(name) for name, column in columns.items()]
    return select(*labelled, *groups).select_from(rows).group_by(*groups)


class _Total:
    """How much of the rows meets a condition: things counted again where they are unique, amounts otherwise."""

    def __init__(self, indicator: Indicator, rows: CTE) -> None:
        self._rows = rows
        self._unique = indicator.roll_up is RollUp.RECOUNT

    def of(self, *parts: Part) -> ColumnElement[int]:
        return self._where(self._rows.c.part.in_(parts))

    def named(self, reason: str) -> ColumnElement[int]:
        return self._where(self._rows.c.reason == reason)

    def on_evidence(self, grade: int) -> ColumnElement[int]:
        return self._where((self._rows.c.part == Part.NUMERATOR) & (self._rows.c.grade == grade))

    def repeated(self) -> ColumnElement[int]:
        """How many rows of the numerator are not the first of their thing."""
        return func.count().filter(self._rows.c.part == Part.NUMERATOR) - self.of(Part.NUMERATOR)

    def _where(self, condition: ColumnElement[bool]) -> ColumnElement[int]:
        if self._unique:
            return func.count(case((condition, self._rows.c.counted)).distinct())
        return func.coalesce(func.sum(self._rows.c.amount).filter(condition), 0)


def counts_of(row: Mapping[str, Any]) -> Counts:
    """The counts in one row of a counting statement."""
    return Counts(
        begun=int(row["begun"]),
        numerator=int(row["numerator"]),
        denominator=None if row.get("denominator") is None else int(row["denominator"]),
        undecided=int(row["undecided"]),
        unknown=int(row["unknown"]),
        exclusions={name.removeprefix(_EXCLUDED): int(row[name]) for name in row if name.startswith(_EXCLUDED)},
        evidence={int(name.removeprefix(_GRADE)): int(row[name]) for name in row if name.startswith(_GRADE)},
    )
