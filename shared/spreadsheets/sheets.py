"""A file as a table, whatever file it came in: a header and lines of cells, read one after the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from shared.spreadsheets.refusals import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, broken

CSV: Final = "csv"
XLSX: Final = "xlsx"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file. `number` is the line on which it begins, the header's being 1."""

    number: int
    cells: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the lines below it. Reading on may raise BrokenFile. `format` says what the file came as, `delta` what it
    says itself of holding only what changed.
    """

    format: str
    header: Sequence[str]
    lines: Iterator[Line]
    delta: bool | None = None


def limited(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines that hold anything. Raises BrokenFile beyond the limits of rows, columns and cells."""
    count = 0
    for line in lines:
        if len(line.cells) > MOST_COLUMNS:
            raise broken("too_many_columns", most=MOST_COLUMNS)
        # Of each line in one go, not cell by cell: this is what most of the time goes to that reading a file takes.
        if max(map(len, line.cells), default=0) > LONGEST_CELL:
            raise broken("cell_too_long", line=line.number, most=LONGEST_CELL)
        text = "".join(line.cells)
        if not text or text.isspace():
            continue
        count += 1
        if count > MOST_ROWS + 1:  # the header is one of them
            raise broken("too_many_rows", most=MOST_ROWS)
        yield line
