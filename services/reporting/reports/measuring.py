"""How wide the columns of a printed table are, reckoned from what stands in them."""

from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

from services.reporting.charts import Table

STEP: Final = 2
"""Widths are even numbers of percent: style sheets name them, as a page may hold no style of its own."""
_ACROSS: Final = 112.0
"""So many narrow characters stand side by side on a page, in the type of tables."""
_PADDING: Final = 3.0
_LONGEST: Final = 120.0
_NARROWEST: Final = 6.0


def widths(table: Table) -> list[int]:
    """Percent per column, together 100. No number is broken; long texts share what is left."""
    least = [_PADDING + max(_NARROWEST, *_unbroken(table, column)) for column in range(len(table.heads))]
    wanted = [max(low, _PADDING + min(_LONGEST, _longest(table, column))) for column, low in enumerate(least)]
    spare = _ACROSS - sum(least)
    more = [want - low for want, low in zip(wanted, least, strict=True)]
    share = min(1.0, max(0.0, spare) / (sum(more) or 1.0))
    given = [low + share * extra for low, extra in zip(least, more, strict=True)]
    return _in_steps([100 * each / sum(given) for each in given])


def across(text: str) -> float:
    """How wide a text is in narrow characters: Korean ones are nearly two."""
    return sum(1.8 if east_asian_width(char) in "WF" else 1.0 for char in text)


def _in_steps(percent: list[float]) -> list[int]:
    """Rounded down to steps; what is left goes to the columns that lost most."""
    found = [max(2 * STEP, int(each) // STEP * STEP) for each in percent]
    by_loss = sorted(range(len(found)), key=lambda column: found[column] - percent[column])
    left = (100 - sum(found)) // STEP
    for column in (by_loss * (1 + abs(left) // len(found)))[: max(0, left)]:
        found[column] += STEP
    return found


def _unbroken(table: Table, column: int) -> Iterator[float]:
    """What cannot be broken: numbers, and words up to a length."""
    for row in table.rows:
        cell = row[column]
        yield across(cell.text) if cell.is_number else _word(cell.text)
    yield _word(table.heads[column])


def _word(text: str) -> float:
    return min(14.0, max((across(word) for word in text.split()), default=0.0))


def _longest(table: Table, column: int) -> float:
    return max((across(text) for text in (table.heads[column], *(row[column].text for row in table.rows))), default=0.0)
