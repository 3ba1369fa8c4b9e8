"""Looks at a sample file as a university's profile would have it read, in a process of its own, and keeps nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.trainees.commands.roster.reading_apart import Begun, Started, read_apart
from services.trainees.domain.masks import masked_name, masked_phone
from services.trainees.domain.roster.columns import Mapped, plain_name
from services.trainees.domain.roster.rows import Problem, Refused, RosterRow, masked_cell
from services.trainees.queries.roster.scopes import mapped_by, profile_of
from services.trainees.queries.scope import visible
from services.trainees.tables import University
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import Database

SHOWN = 20


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One row, masked."""

    line: int
    student_no: str | None
    problems: Sequence[Problem]
    name: str | None = None
    birth_date: str | None = None
    phone: str | None = None


@dataclass(slots=True)
class Sample:
    """How the file would be read."""

    format: str = ""
    columns: Sequence[str] = ()
    rows: int = 0
    unreadable: int = 0
    sample: list[SampleLine] = field(default_factory=list)


def look_at_sample(database: Database, university_id: UUID, content: bytes, *, by: Actor, names: Mapping[str, str]) -> Sample:
    """Read a file under the university's profile, with `names` tried beside it. Raises NotFound, BrokenRoster."""
    with database.read() as session:
        university = visible(session, University, university_id, actor=by)
        mapped = mapped_by(profile_of(session, university_id))
    tried = Mapped({**mapped.names, **{plain_name(name): column for name, column in names.items()}}, mapped.number_width)
    sample = Sample()
    for message in read_apart(content, today=today(), mapped=tried, organisation=university.code):
        if isinstance(message, Started):
            continue
        if isinstance(message, Begun):
            sample.format, sample.columns = message.format.value, message.columns
            continue
        sample.rows += len(message)
        sample.unreadable += sum(isinstance(row, Refused) for row in message)
        sample.sample += [_shown(row) for row in message[: SHOWN - len(sample.sample)]]
    return sample


def _shown(row: RosterRow | Refused) -> SampleLine:
    number = masked_cell(row.student_no) if row.student_no is not None else None
    if isinstance(row, Refused):
        return SampleLine(row.line, number, row.problems)
    if row.person is None:
        return SampleLine(row.line, number, ())
    person = row.person
    return SampleLine(
        row.line, number, (), masked_name(person.name), f"{person.birth_date.year}-**-**", masked_phone(person.phone)
    )
