"""CSV as people write it: UTF-8 with or without a BOM, or CP949; strictly one of them, never guessed away."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from shared.spreadsheets.refusals import LONGEST_CELL, MOST_COLUMNS, broken
from shared.spreadsheets.sheets import CSV, Line, Sheet, limited

_LONGEST_LINE: Final = MOST_COLUMNS * (LONGEST_CELL + 3)


def csv_sheet(content: bytes) -> Sheet:
    """Take a CSV apart. Raises BrokenFile, also while its lines are read."""
    text = decoded(content)
    lines = limited(_rows(text))
    header = next(lines, None)
    if header is None:
        raise broken("empty")
    return Sheet(CSV, header.cells, _whole(lines, width=len(header.cells), ended=text.endswith(("\n", "\r"))))


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8 or CP949. Raises BrokenFile."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise broken("nul")
        return text
    raise broken("unknown_encoding")


def _whole(lines: Iterator[Line], *, width: int, ended: bool) -> Iterator[Line]:
    """The same lines; refused when the last one stops in the middle."""
    last: Line | None = None
    for line in lines:
        if last is not None:
            yield last
        last = line
    if last is None:
        return
    if not ended and len(last.cells) < width:
        raise broken("truncated", line=last.number)
    yield last


def _rows(text: str) -> Iterator[Line]:
    reader = csv.reader(_bounded(text), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "field limit" in str(error):
                raise broken("cell_too_long", line=begins, most=LONGEST_CELL) from None
            raise broken("broken_quoting", line=begins) from None
        if cells is None:
            return
        yield Line(begins, cells)


def _bounded(text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if len(line) > _LONGEST_LINE:
            commas = line.count(",")
            if commas >= MOST_COLUMNS:
                raise broken("too_many_columns", most=MOST_COLUMNS)
            raise broken("cell_too_long", line=number, most=LONGEST_CELL)
        yield line
