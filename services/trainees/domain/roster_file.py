"""A roster file as it arrives: taken apart into rows, or refused as a whole. UTF-8 CSV, with or without a BOM."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from shared.errors import N_, FieldError, Invalid
from shared.personal_data import looks_like_resident_number

MOST_COLUMNS: Final = 64
MOST_ROWS: Final = 50_000
LONGEST_CELL: Final = 1000

REQUIRED: Final = ("student_no", "name", "birth_date", "phone")
OPTIONAL: Final = ("email", "applied_on")

_SYNONYMS: Final[Mapping[str, str]] = {
    spelling: column
    for column, spellings in {
        "student_no": ("studentno", "studentnumber", "학번", "학생번호"),
        "name": ("name", "성명", "이름"),
        "birth_date": ("birthdate", "dateofbirth", "생년월일"),
        "phone": ("phone", "phonenumber", "연락처", "전화번호", "휴대폰", "휴대폰번호", "휴대전화", "휴대전화번호", "핸드폰"),
        "email": ("email", "emailaddress", "이메일", "전자우편", "메일"),
        "applied_on": ("appliedon", "지원일", "지원일자", "신청일"),
    }.items()
    for spelling in spellings
}

_MESSAGES: Final = {
    "empty": N_("The file holds nothing."),
    "not_utf8": N_("The file is not UTF-8. In Excel choose 'CSV UTF-8' when saving."),
    "nul": N_("The file holds NUL characters: it is not a text file."),
    "missing_column": N_("The first line has no column {column}."),
    "duplicate_column": N_("The column {column} occurs more than once."),
    "too_many_columns": N_("The file has more than {most} columns."),
    "too_many_rows": N_("The file has more than {most} rows."),
    "cell_too_long": N_("Line {line} has a cell of more than {most} characters."),
    "broken_quoting": N_("Line {line}: quotation marks are broken, or the file was cut off."),
    "truncated": N_("The file was cut off: its last line {line} is incomplete."),
    "resident_number": N_("The first line holds a resident registration number."),
}


class BrokenRoster(Invalid):
    """The file as a whole cannot be used; nothing of it was."""

    code = "broken_roster"
    title = N_("The file cannot be used")
    detail = N_("The file as a whole cannot be used. Nothing was changed.")


def _broken(code: str, **params: object) -> BrokenRoster:
    return BrokenRoster(FieldError("", code, _MESSAGES[code], params))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file. `number` is the line on which it begins, the header's being 1."""

    number: int
    cells: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A file that can be used. `columns` says at which place each column that we know stands."""

    columns: Mapping[str, int]
    width: int
    lines: Sequence[Line]


def read_roster(content: bytes) -> RosterFile:
    """Take a file apart. Raises BrokenRoster."""
    text = _text(content)
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        raise _broken("empty")
    columns = _columns(header.cells)
    lines: list[Line] = []
    for row in rows:
        if len(lines) == MOST_ROWS:
            raise _broken("too_many_rows", most=MOST_ROWS)
        lines.append(row)
    if lines and len(lines[-1].cells) < len(header.cells) and not text.endswith(("\n", "\r")):
        raise _broken("truncated", line=lines[-1].number)
    return RosterFile(columns, len(header.cells), lines)


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _broken("not_utf8") from None
    if "\0" in text:
        raise _broken("nul")
    return text


def _rows(text: str) -> Iterator[Line]:
    """The rows that hold anything, as they come."""
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
        if len(cells) > MOST_COLUMNS:
            raise _broken("too_many_columns", most=MOST_COLUMNS)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise _broken("cell_too_long", line=begins, most=LONGEST_CELL)
        if any(cell and not cell.isspace() for cell in cells):
            yield Line(begins, cells)


def _columns(header: Sequence[str]) -> dict[str, int]:
    if any(looks_like_resident_number(cell) for cell in header):
        raise _broken("resident_number")
    names = [_plain_name(cell) for cell in header]
    known = [_SYNONYMS.get(name) for name in names]
    repeated = sorted({column for column in known if column and known.count(column) > 1})
    if repeated:
        raise BrokenRoster(
            *[FieldError("", "duplicate_column", _MESSAGES["duplicate_column"], {"column": column}) for column in repeated]
        )
    missing = [column for column in REQUIRED if column not in known]
    if missing:
        raise BrokenRoster(
            *[FieldError("", "missing_column", _MESSAGES["missing_column"], {"column": column}) for column in missing]
        )
    strangers = [name for name, column in zip(names, known, strict=True) if name and column is None]
    if len(set(strangers)) < len(strangers):
        place = next(index for index, name in enumerate(names, 1) if name and names.count(name) > 1)
        raise _broken("duplicate_column", column=place)
    return {column: index for index, column in enumerate(known) if column}


def _plain_name(cell: str) -> str:
    folded = unicodedata.normalize("NFKC", cell).casefold()
    return "".join(character for character in folded if character.isalnum())
