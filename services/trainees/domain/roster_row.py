"""One row of a roster: what it says about whom, or what is wrong with it, column by column and without its values."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from services.trainees.domain import values
from services.trainees.domain.persons import PersonData
from services.trainees.domain.roster_file import Line, RosterFile
from services.trainees.domain.values import Unusable
from shared.errors import N_
from shared.personal_data import looks_like_resident_number

MESSAGES: Final = {
    **values.MESSAGES,
    "resident_number": N_("Holds a resident registration number. Such numbers are never accepted, not even masked."),
    "cell_count": N_("The row has another number of cells than the first line."),
    "repeated": N_("Line {line} of the file is about the same person."),
    "number_of_another": N_("The student number belongs to somebody else: name and birth date both differ."),
    "person_of_another_number": N_("Name, birth date and telephone number are those of a person with another student number."),
}

_SAFE: Final = re.compile(r"\d{4}-\d{2}-\d{2}|0?10-?\d{4}-?\d{4}|[^0-9０-９]*")
_ENDS_IN_DAY: Final = re.compile(r"(?:^|\D)\d{5,6}$")
_SIX_OR_LESS: Final = re.compile(r"\d{5,6}")
_SEVEN: Final = re.compile(r"\d{7}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row. `column` is one of ours, or `#7` for another; `line` is set where another line matters."""

    column: str
    code: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row that can be used."""

    line: int
    student_no: str
    person: PersonData
    applied_on: date | None

    def __repr__(self) -> str:
        return f"RosterRow(line={self.line})"


def read_row(file: RosterFile, line: Line, *, today: date) -> RosterRow | list[Problem]:
    """What a row says, or everything that is wrong with it."""
    problems = _forbidden_numbers(file, line)
    if problems:
        return problems
    if len(line.cells) != file.width:
        return [Problem("", "cell_count")]
    reading = _Reading(file, line)
    student_no = reading.of("student_no", values.student_number)
    name = reading.of("name", values.person_name)
    born = reading.of("birth_date", lambda text: values.birth_date(text, today=today))
    phone = reading.of("phone", values.phone_number)
    email = reading.if_any("email", values.email_address)
    applied_on = reading.if_any("applied_on", lambda text: values.past_day(text, today=today))
    if reading.problems:
        return reading.problems
    return RosterRow(line.number, student_no, PersonData(name, born, phone, email), applied_on)


class _Reading:
    def __init__(self, file: RosterFile, line: Line) -> None:
        self._columns = file.columns
        self._cells = line.cells
        self.problems: list[Problem] = []

    def of(self, column: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(self._cells[self._columns[column]])
        except Unusable as error:
            self.problems.append(Problem(column, error.code))
            return None

    def if_any(self, column: str, read: Callable[[str], Any]) -> Any:
        place = self._columns.get(column)
        if place is None or not self._cells[place].strip():
            return None
        return self.of(column, read)


def _forbidden_numbers(file: RosterFile, line: Line) -> list[Problem]:
    """Where resident numbers stand: in one cell, or split over two that follow each other."""
    found = {index for index, cell in enumerate(line.cells) if _is_suspicious(cell)}
    filled = [(index, values.plain(cell)) for index, cell in enumerate(line.cells) if cell and not cell.isspace()]
    for (index, left), (following, right) in pairwise(filled):
        if _ENDS_IN_DAY.search(left) and _are_halves(left, right):
            found |= {index, following}
    return [Problem(_column_name(file, index), "resident_number") for index in sorted(found)]


def _is_suspicious(cell: str) -> bool:
    return len(cell) >= 10 and not _SAFE.fullmatch(cell) and looks_like_resident_number(cell)


def _are_halves(left: str, right: str) -> bool:
    if looks_like_resident_number(f"{left}-{right}"):
        return True
    return bool(_SIX_OR_LESS.fullmatch(left) and _SEVEN.fullmatch(right) and looks_like_resident_number(left + right))


def _column_name(file: RosterFile, index: int) -> str:
    names: Sequence[str] = [name for name, place in file.columns.items() if place == index]
    return names[0] if names else f"#{index + 1}"
