"""Counts what a definition classified: on a day, narrowed and broken down."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

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
    if indicator.roll_up is not RollUp.RECOUNT:
        return _added_up_on(indicator, scope, rows, days, unique=False)
    # Most things have one row of which anything is counted: these add up. The others are looked at on every day.
    needed = ("counted", "part", "reason", "grade", "amount", "from_on", "until_on", *scope.by)
    rows = select(*[rows.c[name] for name in needed]).cte()
    several = _with_several_rows(indicator, rows)
    same = several.c.counted == rows.c.counted
    alone = select(rows).outerjoin(several, same).where(several.c.counted.is_(None)).cte()
    among = select(rows).join(several, same).cte()
    both = union_all(_added_up_on(indicator, scope, alone, days, unique=True), _recounted_on(indicator, scope, among, days)).cte()
    sums = [cast(func.sum(both.c[name]), Integer).label(name) for name in measures(indicator, rows)]
    groups = [both.c[name] for name in scope.by]
    return select(*sums, *groups, both.c.moment).group_by(*groups, both.c.moment)


def _with_several_rows(indicator: Indicator, rows: CTE) -> CTE:
    """The things of which more than one row counts for a measure: on some day they might be counted twice."""
    conditions = [each.condition for each in measures(indicator, rows).values() if each.how is How.AMOUNT]
    twice = or_(*[func.count().filter(condition) > 1 for condition in conditions])
    counting = rows.c.counted.is_not(None) & or_(*conditions)
    return select(rows.c.counted).where(counting).group_by(rows.c.counted).having(twice).cte()


def _recounted_on(indicator: Indicator, scope: Scope, rows: CTE, days: Mapping[str, Any]) -> Statement:
    moments, stood = on_days(rows, days)
    statement = _counts(indicator, scope, rows).join(moments, stood)
    return statement.add_columns(moments.c.moment).group_by(moments.c.moment)


def _added_up_on(indicator: Indicator, scope: Scope, rows: CTE, days: Mapping[str, Any], *, unique: bool) -> Statement:
    """Where counts add up, rows of the same stretch of days are added first: each day then looks at stretches, not at things.

    `unique`: each row is another thing, and counts as one.
    """
    found = measures(indicator, rows)
    each = [rows.c[name] for name in (*scope.by, "from_on", "until_on")]
    sums = [_count(measure, rows, unique=False, once=unique).label(name) for name, measure in found.items()]
    stretches = select(*sums, *each).group_by(*each).cte()
    moments, stood = on_days(stretches, days)
    groups = [stretches.c[name] for name in scope.by]
    columns = [func.sum(stretches.c[name]).label(name) for name in found]
    together = stretches.join(moments, stood)
    return select(*columns, *groups, moments.c.moment).select_from(together).group_by(*groups, moments.c.moment)


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


class How(Enum):
    """How the rows that meet a measure's condition are counted."""

    ROWS = auto()
    AMOUNT = auto()  # what they amount to; where things are unique, how many of them there are
    FURTHER = auto()  # how many rows are not the first of their thing


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that an indicator has on every day."""

    how: How
    condition: ColumnElement[bool]


def measures(indicator: Indicator, rows: FromClause) -> Mapping[str, Measure]:
    """Everything that is counted for an indicator, by the name of its column."""
    part = rows.c.part

    def of(*parts: Part) -> Measure:
        return Measure(How.AMOUNT, part.in_(parts))

    found = {
        "begun": Measure(How.ROWS, part != Part.OUTSIDE),
        "numerator": of(Part.NUMERATOR),
        "undecided": of(*UNDECIDED),
        "unknown": of(*UNKNOWNS),
    }
    if indicator.unit in {Unit.PERCENT, Unit.RATIO, Unit.DAYS}:
        # In a ratio the two sides are different things: so many applicants to a place.
        below = [Part.OTHER] if indicator.unit is Unit.RATIO else KNOWN_PARTS if indicator.of_known else DENOMINATOR
        found["denominator"] = of(*below)
    for code in indicator.exclusions:
        found[f"{_EXCLUDED}{code}"] = Measure(How.AMOUNT, rows.c.reason == code)
    if indicator.repeated:
        found[f"{_EXCLUDED}{indicator.repeated}"] = Measure(How.FURTHER, part == Part.NUMERATOR)
    for grade in indicator.grades:
        found[f"{_GRADE}{grade}"] = Measure(How.AMOUNT, (part == Part.NUMERATOR) & (rows.c.grade == grade))
    return found


def _counts(indicator: Indicator, scope: Scope, rows: CTE) -> Statement:
    unique = indicator.roll_up is RollUp.RECOUNT
    columns = [_count(measure, rows, unique=unique).label(name) for name, measure in measures(indicator, rows).items()]
    groups = [rows.c[name] for name in scope.by]
    return select(*columns, *groups).select_from(rows).group_by(*groups)


def _count(measure: Measure, rows: CTE, *, unique: bool, once: bool = False) -> ColumnElement[int]:
    """`unique` things are counted once however many rows they have; `once`: they have but one."""
    number = func.count().filter(measure.condition)
    if measure.how is How.ROWS:
        return number
    if once:
        amount: ColumnElement[int] = func.count(rows.c.counted).filter(measure.condition)
    elif unique:
        amount = func.count(case((measure.condition, rows.c.counted)).distinct())
    else:
        amount = func.coalesce(func.sum(rows.c.amount).filter(measure.condition), 0)
    return amount if measure.how is How.AMOUNT else number - amount


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
