"""Everything from our own tables that an operator checks the rest of the world against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select

from services.trainees.domain.corrections import path_of
from services.trainees.domain.stages import Stage
from services.trainees.tables import Cohort, Enrolment, Person, Program, RosterSync, StageStep, University, rows_of
from shared.db import ReadSession

_AGGREGATES: Final = (University, Program, Cohort, Person, Enrolment, RosterSync)


@dataclass(frozen=True, slots=True)
class TrueStep:
    """A stage as of `effective_on`, as the source said on `reported_on`, stored at `recorded_at`."""

    stage: Stage
    effective_on: date
    recorded_at: datetime
    reported_on: date | None


@dataclass(frozen=True, slots=True)
class TrueEnrolment:
    """An enrolment with the history that holds by now, the first step first: corrections stand where they correct.

    `human` is whom the person counts as; `duplicate_of` is set for a second enrolment of one human in one cohort.
    """

    id: UUID
    person_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    field: str
    version: int
    stage: Stage
    human: UUID
    duplicate_of: UUID | None
    history: Sequence[TrueStep]


def ground_truth(session: ReadSession) -> list[TrueEnrolment]:
    """Every enrolment there is."""
    recorded: dict[UUID, list[Row[Any]]] = {}
    for row in session.execute(select(rows_of(StageStep))):
        recorded.setdefault(row.enrolment_id, []).append(row)
    steps = {
        id_: [TrueStep(each.stage, each.effective_on, each.recorded_at, each.reported_on) for each in path_of(rows)]
        for id_, rows in recorded.items()
    }
    enrolment, person = rows_of(Enrolment), rows_of(Person)
    joined = enrolment.join(person, person.c.id == enrolment.c.person_id)
    found = session.execute(select(enrolment, person.c.identity_id).select_from(joined).order_by(enrolment.c.id))
    return [
        TrueEnrolment(
            id=row.id,
            person_id=row.person_id,
            cohort_id=row.cohort_id,
            program_id=row.program_id,
            university_id=row.university_id,
            field=row.field,
            version=row.version,
            stage=row.stage,
            human=row.identity_id or row.person_id,
            duplicate_of=row.duplicate_of,
            history=steps[row.id],
        )
        for row in found
    ]


def cohorts_as_they_stand(session: ReadSession) -> Iterator[Row[Any]]:
    """Every cohort there is, with its admission figures and dates."""
    yield from session.execute(select(rows_of(Cohort)))


def aggregate_versions(session: ReadSession) -> Iterator[tuple[str, UUID, int]]:
    """The type, id and version of everything that has events."""
    for model in _AGGREGATES:
        table = rows_of(model)
        for id_, version in session.execute(select(table.c.id, table.c.version)):
            yield f"trainees.{table.name}", id_, version
