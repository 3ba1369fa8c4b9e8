"""Counts from the sums that are kept: the same numbers as counting would give, at any size."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from services.reporting.domain.values import Counts
from services.reporting.indicators import Indicator, Scope, counts_of
from services.reporting.indicators.dimensions import DIMENSIONS
from services.reporting.indicators.rolling import NOBODY, WHOLE, columns_of, is_rolled
from services.reporting.queries.once import once
from services.reporting.tables import ARRIVAL, ROLLED, ROLLUP, SOURCE_READ
from services.reporting.tables.rollups import SUMS
from shared.db import ReadSession

FEW: Final = 200_000  # up to so many events counting is quick enough to be preferred to sums that are behind

Member = tuple[Any, ...]
Found = Mapping[tuple[str, Member], Counts]


def rolled(session: ReadSession, indicator: Indicator, scope: Scope, days: Mapping[str, date]) -> Found | None:
    """By the names of `days` and the groups of `scope.by`; None where the answer has to be counted.

    That is so for what was known earlier, for more than one dimension at once, as long as an indicator is not rolled up,
    and while the sums are behind in an installation that is small enough.
    """
    asked = {*scope.by, *scope.only}
    if not scope.newest or len(asked) > 1 or len(scope.by) > 1:
        return None
    kept = select(ROLLED).where(ROLLED.c.generation == scope.generation, ROLLED.c.indicator == indicator.id)
    about = ("rolled", scope.generation, indicator.id)
    if not is_rolled(indicator, once(session, about, lambda: session.execute(kept).one_or_none())):
        return None
    if events_taken_in(session, scope.generation) <= FEW and is_behind(session, scope.generation):
        return None
    dimension = next(iter(asked), WHOLE)
    names = columns_of(indicator)
    sums = _added_up(_rows(session, indicator, scope, dimension, list(days.values())), days)
    found: dict[tuple[str, Member], Counts] = {}
    for (name, text), row in sums.items():
        group = (_member(dimension, text),) if scope.by else ()
        if any(row):
            found[name, group] = counts_of(dict(zip(names, row, strict=False)))
    if not scope.by:
        nothing = counts_of(dict.fromkeys(names, 0))
        return {(name, ()): found.get((name, ()), nothing) for name in days}
    return found


def is_complete(session: ReadSession, scope: Scope) -> bool:
    """Whether an answer holds everything taken in: false while the sums of a large installation are behind."""
    if not scope.newest or not is_behind(session, scope.generation):
        return True
    return events_taken_in(session, scope.generation) <= FEW


def is_behind(session: ReadSession, generation: int) -> bool:
    """Whether something was taken in that the sums do not hold yet."""
    waiting = select(exists().where(ARRIVAL.c.generation == generation))
    return once(session, ("behind", generation), lambda: bool(session.execute(waiting).scalar_one()))


def events_taken_in(session: ReadSession, generation: int) -> int:
    """How many there were."""
    total = select(func.coalesce(func.sum(SOURCE_READ.c.events), 0)).where(SOURCE_READ.c.generation == generation)
    return once(session, ("taken in", generation), lambda: int(session.execute(total).scalar_one()))


def _member(dimension: str, text: str) -> Any:
    return None if text == NOBODY else DIMENSIONS[dimension].member(text)


def _rows(session: ReadSession, indicator: Indicator, scope: Scope, dimension: str, days: Sequence[date]) -> Iterator[Any]:
    """The months up to the last of the days, and the days of the months that one of them stands in the middle of."""
    table = ROLLUP.c
    statement = select(table.grain, table.day, table.member, *[table[name] for name in SUMS[: len(columns_of(indicator))]])
    statement = statement.where(
        table.generation == scope.generation, table.indicator == indicator.id, table.dimension == dimension
    )
    if scope.only:
        text = next(iter(scope.only.values()))
        statement = statement.where(table.member == (NOBODY if text is None else str(text)))
    within: list[ColumnElement[bool]] = [and_(table.grain == "m", table.day <= max(days))]
    within += [
        and_(table.grain == "d", table.day >= day.replace(day=1), table.day <= day) for day in days if not _ends_month(day)
    ]
    yield from session.execute(statement.where(or_(*within)).order_by(table.day))


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _added_up(rows: Iterator[Any], days: Mapping[str, date]) -> Mapping[tuple[str, str], Sequence[int]]:
    months: dict[str, list[tuple[date, Sequence[int]]]] = defaultdict(list)
    single: dict[str, list[tuple[date, Sequence[int]]]] = defaultdict(list)
    for grain, day, member, *row in rows:
        (months if grain == "m" else single)[member].append((day, row))
    found: dict[tuple[str, str], Sequence[int]] = {}
    for member in {*months, *single}:
        for name, day in days.items():
            first = day.replace(day=1)
            whole = _ends_month(day)
            parts = [row for month, row in months[member] if month < first or (whole and month == first)]
            parts += [] if whole else [row for each, row in single[member] if first <= each <= day]
            found[name, member] = [sum(column) for column in zip(*parts, strict=True)]
    return found
