"""One row of a roster: what it says about whom, or what is wrong with it, column by column and without its values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from services.trainees.domain import resident_numbers, values
from services.trainees.domain.persons import PersonData
from services.trainees.domain.resident_numbers import cells_with_resident_numbers
from services.trainees.domain.values import Unusable
from shared import personal_data
from shared import text as texts
from shared.errors import N_
from shared.spreadsheets.sheets import Line

MESSAGES: Final = {
    **values.MESSAGES,
    "resident_number": N_("Holds a resident registration number. Such numbers are never accepted, not even masked."),
    "cell_count": N_("The row has another number of cells than the first line."),
    "repeated": N_("Line {line} of the file says the same already."),
    "contradicting": N_("Line {line} of the file says something else about the same person or number. Neither was used."),
    "number_of_another": N_("The student number belongs to somebody else: name and birth date both differ."),
    "person_of_another_number": N_("Name, birth date and telephone number are those of a person with another student number."),
    "erased_before": N_("What was known of this person was destroyed. It is not taken in again."),
    "status_unreadable": N_("Is not a status that is known here."),
    "cohort_unknown": N_("Is not one of the cohorts that this sync is about."),
    "cohort_missing": N_("The sync is about several cohorts: each row must name its own."),
    "corrected_here": N_("Was corrected here. The correction stays; what the file says was not taken over."),
    "ended_here": N_("The enrolment was ended here. A roster does not take that back."),
    "no_place": N_("The cohort is full by now: the enrolment stays ended."),
    "not_enrolled": N_("Nobody of this number is enrolled in the cohort: there is nothing to take away."),
}  # fmt: skip

GONE: Final = frozenset({"제적", "자퇴", "퇴학", "중도탈락", "미등록", "tobedeleted", "gone"})
THERE: Final = frozenset({"", "재학", "휴학", "등록", "수료", "졸업", "active"})
_HIDDEN: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row. `column` is one of ours, or `#7` for another; `line` is set where another line matters.

    `value` is the cell with its letters and digits masked: enough to see what kind of thing stands there.
    """

    column: str
    code: str
    line: int | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row that can be used. `person` is None where the row only says that somebody is gone.

    `digest` tells it from every row that is not word for word the same.
    """

    line: int
    student_no: str | None
    person: PersonData | None
    applied_on: date | None
    cohort: str | None = None
    source: str | None = None
    gone: bool = False
    gender: str | None = None
    digest: bytes | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return f"RosterRow(line={self.line})"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used; `student_no` where at least that could be read."""

    line: int
    problems: list[Problem]
    student_no: str | None = None

    def __repr__(self) -> str:
        return f"Refused(line={self.line})"


def masked_cell(text: str) -> str:
    """`0**-****-****`: the first character and the shape of what follows, 24 characters of it at most."""
    text = values.plain(text)[:24]
    if sum(map(str.isalnum, text)) <= 1:
        return _HIDDEN.sub("*", text)
    return text[:1] + _HIDDEN.sub("*", text[1:])


@lru_cache(maxsize=1)
def rules_digest() -> str:
    """Another one whenever the code that gives rows their meaning is another: nothing is recognised across that."""
    code = [Path(module.__file__) for module in (values, resident_numbers, personal_data, texts) if module.__file__]
    return sha256(b"".join(path.read_bytes() for path in (*code, Path(__file__)))).hexdigest()


class RowReader:
    """Reads rows whose columns stand at `columns`, of lines with `width` cells."""

    def __init__(self, columns: Mapping[str, int], *, width: int, today: date, number_width: int | None = None) -> None:
        self._columns = columns
        self._width = width
        self._today = today
        self._number_width = number_width
        how = (rules_digest(), sorted(columns.items()), width, number_width)
        self._beginning = sha256(repr(how).encode())

    def digest(self, line: Line) -> bytes:
        """The same for two rows only if all their cells are, and if they are read in the same way."""
        digest = self._beginning.copy()
        digest.update(repr([*line.cells]).encode())
        return digest.digest()

    def read(self, line: Line, *, digest: bytes | None = None) -> RosterRow | Refused:
        """What a row says, or everything that is wrong with it."""
        forbidden = cells_with_resident_numbers(line.cells)
        if forbidden:
            return Refused(line.number, [Problem(self._name_of(index), "resident_number") for index in forbidden])
        if len(line.cells) != self._width:
            return Refused(line.number, [Problem("", "cell_count")])
        reading = _Reading(self._columns, line)
        gone = reading.if_any("status", _is_gone) or False
        row = self._gone(reading) if gone else self._present(reading)
        if reading.problems:
            return Refused(line.number, reading.problems, row.student_no)
        return replace(row, digest=digest)

    def _present(self, reading: "_Reading") -> RosterRow:
        student_no = reading.of("student_no", self._number)
        name = reading.of("name", values.person_name)
        born = reading.of("birth_date", lambda text: values.birth_date(text, today=self._today))
        phone = reading.of("phone", values.phone_number)
        email = reading.if_any("email", values.email_address)
        applied_on = reading.if_any("applied_on", lambda text: values.past_day(text, today=self._today))
        gender = reading.if_any("gender", values.gender)
        person = None if reading.problems else PersonData(name, born, phone, email)
        place = (reading.plain("cohort"), reading.plain("source"))
        return RosterRow(reading.line, student_no, person, applied_on, *place, gender=gender)

    def _gone(self, reading: "_Reading") -> RosterRow:
        source = reading.plain("source")
        student_no = reading.if_any("student_no", self._number) if source else reading.of("student_no", self._number)
        return RosterRow(reading.line, student_no, None, None, reading.plain("cohort"), source, gone=True)

    def _number(self, text: str) -> str:
        number = values.student_number(text)
        if self._number_width is not None and number.isdigit():
            return number.zfill(self._number_width)
        return number

    def _name_of(self, index: int) -> str:
        return next((name for name, place in self._columns.items() if place == index), f"#{index + 1}")


def _is_gone(text: str) -> bool:
    status = values.plain(text).casefold()
    if status in GONE:
        return True
    if status in THERE:
        return False
    raise Unusable("status_unreadable")


class _Reading:
    def __init__(self, columns: Mapping[str, int], line: Line) -> None:
        self._columns = columns
        self._cells = line.cells
        self.line = line.number
        self.problems: list[Problem] = []

    def of(self, column: str, read: Callable[[str], Any]) -> Any:
        cell = self._cells[self._columns[column]]
        try:
            return read(cell)
        except Unusable as error:
            self.problems.append(Problem(column, error.code, value=masked_cell(cell)))
            return None

    def if_any(self, column: str, read: Callable[[str], Any]) -> Any:
        place = self._columns.get(column)
        if place is None or not self._cells[place].strip():
            return None
        return self.of(column, read)

    def plain(self, column: str) -> str | None:
        """A cell as text that is compared, never shown."""
        place = self._columns.get(column)
        return (values.plain(self._cells[place])[:200] or None) if place is not None else None
