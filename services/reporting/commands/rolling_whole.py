"""Makes all sums of one indicator from the facts, some thousand rows at a time: as much memory at any size."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from sqlalchemy import Integer, delete, exists, func, insert, literal, or_, select

from services.reporting.indicators import Indicator, Scope
from services.reporting.indicators.dates import month_of
from services.reporting.indicators.home import home_regions
from services.reporting.indicators.rolling import LAST_DAY, changes_by_day, columns_of, further, spelled, written
from services.reporting.indicators.timeline import Portion
from services.reporting.tables import IDENTITY, ROLLED, ROLLUP
from services.reporting.tables.rollups import MEASURES, SUMS
from shared.clock import now
from shared.db import ReadSession, WriteSession
from shared.db.bulk import bulk_insert

Change = tuple[str, date, str]
Key = tuple[str, str, str, date, str]
KEY: Final = ("indicator", "dimension", "grain", "day", "member")
_AT_ONCE: Final = 5000


def roll_whole(
    session: ReadSession, indicator: Indicator, generation: int, *, write: Callable[[Callable[[WriteSession], None]], None]
) -> None:
    """Count by day in `session`, and `write` the sums as they come; nobody reads them before the last step says that they are.

    What has arrived and is not rolled up yet is left out. What an attempt that died has left behind is deleted first.
    """
    scope = Scope(generation, LAST_DAY, now(), merged=is_merged(session, generation), portion=Portion(literal(0, Integer)))
    write(lambda writing: _forget(writing, generation, indicator))
    found = session.execute(changes_by_day(indicator, scope), execution_options={"yield_per": _AT_ONCE})
    rows = (
        row_of(generation, (indicator.id, dimension, "d", day, member), row)
        for (dimension, day, member), row in measured(indicator, found)
        if any(row)
    )
    while some := list(islice(rows, _AT_ONCE)):
        write(lambda writing, some=some: _insert(writing, some))  # type: ignore[misc]
    write(lambda writing: _finish(writing, generation, indicator))


def measured(indicator: Indicator, rows: Iterable[Any]) -> Iterator[tuple[Change, list[int]]]:
    """Rows of `changes_by_day`, with members as they are stored, and of things that repeat only those beyond the first."""
    numerator, rest = columns_of(indicator).index("numerator"), further(indicator)
    for dimension, member, day, *row in rows:
        numbers = [int(each or 0) for each in row]
        for place in rest:
            numbers[place] -= numbers[numerator]
        yield (dimension, day, written(dimension, member)), numbers


def row_of(generation: int, key: Key, row: Sequence[int]) -> list[Any]:
    """A row of the table of sums."""
    return [generation, *key, *row, *[0] * (MEASURES - len(row))]


def is_merged(session: ReadSession, generation: int) -> bool:
    """Whether any identity ever changed."""
    return bool(session.execute(select(exists().where(IDENTITY.c.generation == generation))).scalar_one())


def _forget(session: WriteSession, generation: int, indicator: Indicator) -> None:
    for table in (ROLLED, ROLLUP):
        session.execute(delete(table).where(table.c.generation == generation, table.c.indicator == indicator.id))


def _insert(session: WriteSession, rows: Sequence[Sequence[Any]]) -> None:
    bulk_insert(session, ROLLUP, ["generation", *KEY, *SUMS], rows)


def _finish(session: WriteSession, generation: int, indicator: Indicator) -> None:
    """Once more by month, and the word that all is there."""
    table = ROLLUP.c
    month = month_of(table.day)
    sums = [func.sum(table[name]) for name in SUMS]
    monthly = (
        select(table.generation, table.indicator, table.dimension, literal("m"), month, table.member, *sums)
        .where(table.generation == generation, table.indicator == indicator.id, table.grain == "d")
        .group_by(table.generation, table.indicator, table.dimension, month, table.member)
        .having(or_(*[each != 0 for each in sums]))
    )
    session.execute(insert(ROLLUP).from_select(["generation", *KEY, *SUMS], monthly))
    said = {"version": indicator.version, "dimensions": list(indicator.dimensions), "measures": columns_of(indicator)}
    if indicator.of_home:
        said["home"] = spelled(home_regions())
    session.execute(insert(ROLLED).values(generation=generation, indicator=indicator.id, **said))
