"""CSV files about what became of people: read strictly, in UTF-8 or CP949, and never with anything personal in them."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from shared.errors import N_, FieldError, Invalid
from shared.personal_data import looks_like_resident_number

MOST_ROWS: Final = 20_000
LONGEST_CELL: Final = 100

_MESSAGES: Final = {
    "empty": N_("The file holds nothing."),
    "encoding": N_("The file is neither UTF-8 nor CP949."),
    "nul": N_("The file holds NUL characters: it is not a text file."),
    "missing_column": N_("The first line has no column {column}."),
    "duplicate_column": N_("The column {column} occurs more than once."),
    "unknown_column": N_("Column {place} is none that this file may have. Names and numbers of persons stay in trainees."),
    "too_many_rows": N_("The file has more than {most} rows."),
    "cell_too_long": N_("Line {line} has a cell of more than {most} characters."),
    "broken_quoting": N_("Line {line}: quotation marks are broken, or the file was cut off."),
    "wrong_width": N_("Line {line} has {found} cells, the first line has {expected}."),
    "resident_number": N_("Line {line} holds what may be a resident registration number."),
}
_DATE: Final = re.compile(r"(\d{4})(?:[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})\.?|(\d{2})(\d{2}))")


class BrokenFile(Invalid):
    """The file as a whole cannot be used; nothing of it was."""

    code = "broken_file"
    title = N_("The file cannot be used")
    detail = N_("The file as a whole cannot be used. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Columns:
    """`required` and `optional` columns by name, and under which other spellings each is known."""

    required: Sequence[str]
    optional: Sequence[str] = ()
    spellings: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def known(self) -> Mapping[str, str]:
        """Column by plain spelling."""
        names = (*self.required, *self.optional)
        return {_plain(spelling): name for name in names for spelling in (name, *self.spellings.get(name, ()))}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its line in the file, and its cells by column, without space around them."""

    number: int
    cells: Mapping[str, str]


class BadCell(Exception):
    """A cell that cannot be used. Holds the column and a code, never the value."""

    def __init__(self, column: str, code: str) -> None:
        self.column, self.code = column, code
        super().__init__(f"{column}: {code}")


def read_lines(content: bytes, columns: Columns) -> list[Line]:
    """The rows that hold anything. Raises BrokenFile."""
    rows = _rows(_text(content))
    header = next(rows, None)
    if header is None:
        raise _broken("empty")
    names = _header(header[1], columns)
    lines: list[Line] = []
    for number, cells in rows:
        if len(lines) == MOST_ROWS:
            raise _broken("too_many_rows", most=MOST_ROWS)
        if len(cells) != len(names):
            raise _broken("wrong_width", line=number, found=len(cells), expected=len(names))
        lines.append(Line(number, dict(zip(names, cells, strict=True))))
    return lines


def uuid_in(line: Line, column: str) -> UUID:
    """The id in a cell. Raises BadCell."""
    cell = _needed(line, column)
    try:
        return UUID(cell)
    except ValueError:
        raise BadCell(column, "not_an_id") from None


def day_in(line: Line, column: str, *, today: date) -> date | None:
    """The day in a cell, None for an empty one: 2026-03-02, 2026.3.2, 2026/03/02 or 20260302. Raises BadCell."""
    cell = line.cells.get(column, "")
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


def _needed(line: Line, column: str) -> str:
    cell = line.cells.get(column, "")
    if not cell:
        raise BadCell(column, "required")
    return cell


def needed_day(line: Line, column: str, *, today: date) -> date:
    """The same for a cell that may not be empty."""
    found = day_in(line, column, today=today)
    if found is None:
        raise BadCell(column, "required")
    return found


def business_number_in(line: Line, column: str) -> str:
    """Ten digits, however they are grouped. Raises BadCell."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", _needed(line, column)))
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise BadCell(column, "not_a_business_number")
    return digits


def _broken(code: str, **params: object) -> BrokenFile:
    return BrokenFile(FieldError("", code, _MESSAGES[code], params))


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise _broken("nul")
        return unicodedata.normalize("NFC", text)
    raise _broken("encoding")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "field limit" in str(error):
                raise _broken("cell_too_long", line=begins, most=LONGEST_CELL) from None
            raise _broken("broken_quoting", line=begins) from None
        if cells is None:
            return
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise _broken("cell_too_long", line=begins, most=LONGEST_CELL)
        if any(looks_like_resident_number(cell) for cell in cells):
            raise _broken("resident_number", line=begins)
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield begins, stripped


def _header(cells: Sequence[str], columns: Columns) -> list[str]:
    known = columns.known()
    names = [known.get(_plain(cell)) for cell in cells]
    for place, name in enumerate(names, start=1):
        if name is None:
            raise _broken("unknown_column", place=place)
    for column in columns.required:
        if column not in names:
            raise _broken("missing_column", column=column)
    for column in known.values():
        if names.count(column) > 1:
            raise _broken("duplicate_column", column=column)
    return [name for name in names if name is not None]


def _plain(cell: str) -> str:
    folded = unicodedata.normalize("NFKC", cell).casefold()
    return "".join(character for character in folded if character.isalnum())
