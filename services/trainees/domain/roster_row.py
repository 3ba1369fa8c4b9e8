"""One row of a roster: what it says about whom, or what is wrong with it, column by column and without its values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.trainees.domain import values
from services.trainees.domain.persons import PersonData
from services.trainees.domain.resident_numbers import cells_with_resident_numbers
from services.trainees.domain.roster_file import Line, RosterFile
from services.trainees.domain.values import Unusable
from shared.errors import N_

MESSAGES: Final = {
    **values.MESSAGES,
    "resident_number": N_("Holds a resident registration number. Such numbers are never accepted, not even masked."),
    "cell_count": N_("The row has another number of cells than the first line."),
    "repeated": N_("Line {line} of the file is about the same person."),
    "number_of_another": N_("The student number belongs to somebody else: name and birth date both differ."),
    "person_of_another_number": N_("Name, birth date and telephone number are those of a person with another student number."),
}


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
    places = cells_with_resident_numbers(line.cells)
    return [Problem(_column_name(file, index), "resident_number") for index in places]


def _column_name(file: RosterFile, index: int) -> str:
    return next((name for name, place in file.columns.items() if place == index), f"#{index + 1}")
