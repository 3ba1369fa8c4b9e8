"""CSV files whose columns have names: which they may be, and how a cell of each is read."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from shared.errors import N_, FieldError
from shared.personal_data import looks_like_resident_number
from shared.spreadsheets.csv_sheet import csv_sheet
from shared.spreadsheets.refusals import MOST_ROWS, BrokenFile, broken

_MESSAGES: Final = {
    "missing_column": N_("The first line has no column {column}."),
    "duplicate_column": N_("The column {column} occurs more than once."),
    "unknown_column": N_("Column {place} is none that this file may have. Names and numbers of persons stay in trainees."),
    "wrong_width": N_("Line {line} has {found} cells, the first line has {expected}."),
    "resident_number": N_("Line {line} holds what may be a resident registration number."),
}
_DATE: Final = re.compile(r"(\d{4})(?:[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})\.?|(\d{2})(\d{2}))")


@dataclass(frozen=True, slots=True)
class Columns:
    """`required` and `optional` columns by name, and under which other spellings each is known.

    Others are refused, or `leaves_out_others`. A file may have `most_rows`.
    """

    required: Sequence[str]
    optional: Sequence[str] = ()
    spellings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    leaves_out_others: bool = False
    most_rows: int = MOST_ROWS

    def known(self) -> Mapping[str, str]:
        """Column by plain spelling."""
        names = (*self.required, *self.optional)
        return {_plain(spelling): name for name in names for spelling in (name, *self.spellings.get(name, ()))}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, and its cells by column, without space around them."""

    number: int
    cells: Mapping[str, str] = field(repr=False)


class BadCell(Exception):
    """A cell that cannot be used. Holds the column and a code, never the value."""

    def __init__(self, column: str, code: str) -> None:
        self.column, self.code = column, code
        super().__init__(f"{column}: {code}")


def read_lines(content: bytes, columns: Columns) -> list[Row]:
    """The rows that hold anything. Raises BrokenFile."""
    sheet = csv_sheet(content)
    _check_for_resident_numbers(1, sheet.header)
    names = _names(sheet.header, columns)
    rows: list[Row] = []
    for line in sheet.lines:
        _check_for_resident_numbers(line.number, line.cells)
        if len(rows) == columns.most_rows:
            raise broken("too_many_rows", most=columns.most_rows)
        if len(line.cells) != len(names):
            raise _broken("wrong_width", line=line.number, found=len(line.cells), expected=len(names))
        cells = {name: cell.strip() for name, cell in zip(names, line.cells, strict=True) if name is not None}
        rows.append(Row(line.number, cells))
    return rows


def uuid_in(row: Row, column: str) -> UUID:
    """The id in a cell. Raises BadCell."""
    cell = _needed(row, column)
    try:
        return UUID(cell)
    except ValueError:
        raise BadCell(column, "not_an_id") from None


def day_in(row: Row, column: str, *, today: date) -> date | None:
    """The day in a cell, None for an empty one: 2026-03-02, 2026.3.2, 2026/03/02 or 20260302. Raises BadCell."""
    cell = row.cells.get(column, "")
    if not cell:
        return None
    match = _DATE.fullmatch(cell)
    try:
        found = date(*[int(part) for part in match.groups() if part]) if match else None
    except ValueError:
        found = None
    if found is None:
        raise BadCell(column, "not_a_date")
    if found > today:
        raise BadCell(column, "in_the_future")
    return found


def _needed(row: Row, column: str) -> str:
    cell = row.cells.get(column, "")
    if not cell:
        raise BadCell(column, "required")
    return cell


def needed_day(row: Row, column: str, *, today: date) -> date:
    """The same for a cell that may not be empty."""
    found = day_in(row, column, today=today)
    if found is None:
        raise BadCell(column, "required")
    return found


def business_number_in(row: Row, column: str) -> str:
    """Ten digits, however they are grouped. Raises BadCell."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", _needed(row, column)))
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise BadCell(column, "not_a_business_number")
    return digits


def _broken(code: str, **params: object) -> BrokenFile:
    return BrokenFile(FieldError("", code, _MESSAGES[code], params))


def _check_for_resident_numbers(line: int, cells: Sequence[str]) -> None:
    if any(looks_like_resident_number(cell) for cell in cells):
        raise _broken("resident_number", line=line)


def _names(cells: Sequence[str], columns: Columns) -> list[str | None]:
    """The column at each place, None for one to leave out."""
    known = columns.known()
    names = [known.get(_plain(cell)) for cell in cells]
    for place, name in enumerate(names, start=1):
        if name is None and not columns.leaves_out_others:
            raise _broken("unknown_column", place=place)
    for column in columns.required:
        if column not in names:
            raise _broken("missing_column", column=column)
    for column in known.values():
        if names.count(column) > 1:
            raise _broken("duplicate_column", column=column)
    return names


def _plain(cell: str) -> str:
    folded = unicodedata.normalize("NFKC", cell).casefold()
    return "".join(character for character in folded if character.isalnum())
