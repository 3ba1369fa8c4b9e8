"""What a row says, between processes and as it waits sealed: lists and texts, and back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.trainees.domain.persons import PersonData
from services.trainees.domain.roster.rows import Problem, Refused, RosterRow

_REFUSED = 3


def message_of(row: RosterRow | Refused) -> list[Any]:
    """A row as JSON can hold it."""
    if isinstance(row, Refused):
        return [row.line, row.student_no, [[each.column, each.code, each.line, each.value] for each in row.problems]]
    told = person_list(row.person) if row.person is not None else None
    applied_on = row.applied_on.isoformat() if row.applied_on is not None else None
    digest = row.digest.hex() if row.digest is not None else None
    return [row.line, row.student_no, told, applied_on, row.cohort, row.source, row.gone, digest, row.gender]


def row_of(message: Sequence[Any]) -> RosterRow | Refused:
    """What `message_of` was given."""
    if len(message) == _REFUSED:
        line, student_no, problems = message
        return Refused(line, [Problem(*each) for each in problems], student_no)
    line, student_no, told, applied_on, cohort, source, gone, digest, gender = message
    person = person_from(told) if told is not None else None
    day = date.fromisoformat(applied_on) if applied_on is not None else None
    known = bytes.fromhex(digest) if digest is not None else None
    return RosterRow(line, student_no, person, day, cohort, source, gone, gender, known)


def person_list(person: PersonData) -> list[str | None]:
    """A person's data as a list of texts."""
    return [person.name, person.birth_date.isoformat(), person.phone, person.email]


def person_from(told: Sequence[Any]) -> PersonData:
    """What `person_list` was given."""
    name, born, phone, email = told
    return PersonData(name, date.fromisoformat(born), phone, email)
