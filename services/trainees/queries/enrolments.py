"""Enrolments: those of a cohort, a person, a university; one with its history; those a roster may meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlmodel import col

from services.trainees.domain.corrections import superseded
from services.trainees.domain.stages import EXITS, Stage
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.identity import ids_of_human
from services.trainees.queries.scope import sees_notes, within
from services.trainees.queries.sealing import unseal
from services.trainees.tables import Enrolment, Person, StageStep, rows_of
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.db.bulk import among


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One step of an enrolment as a caller may see it."""

    version: int
    stage: Stage
    effective_on: date
    reported_on: date | None
    recorded_at: datetime
    actor: str
    reason: str | None
    note: str | None
    corrects: int | None
    taken_back: bool
    corrected_by: int | None


def enrolments(
    *,
    actor: Actor,
    cohort_id: UUID | None = None,
    stage: Stage | None = None,
    person_id: UUID | None = None,
    university_id: UUID | None = None,
) -> Select[Any]:
    """The enrolments that the actor may see and that match what is given."""
    wanted = {"cohort_id": cohort_id, "stage": stage, "university_id": university_id}
    statement = within(select(Enrolment), Enrolment.university_id, actor=actor)
    if person_id is not None:
        statement = statement.where(col(Enrolment.person_id).in_(ids_of_human(person_id)))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(Enrolment, name) == value)
    return statement


def history(session: ReadSession, enrolment_id: UUID, *, actor: Actor) -> list[HistoryStep]:
    """Every step of an enrolment, the first one first; notes only for those who work with the person."""
    statement = select(StageStep).where(col(StageStep.enrolment_id) == enrolment_id).order_by(col(StageStep.version))
    with_notes = sees_notes(actor)
    rows = session.scalars(statement).all()
    later = superseded(rows)
    return [_step(session, row, with_note=with_notes, corrected_by=later.get(row.version)) for row in rows]


def _step(session: ReadSession, row: StageStep, *, with_note: bool, corrected_by: int | None) -> HistoryStep:
    note = unseal(session, row.note, about=row.enrolment_id, field="note") if with_note and row.note is not None else None
    return HistoryStep(
        row.version, row.stage, row.effective_on, row.reported_on, row.recorded_at, row.actor, row.reason, note,
        row.corrects, row.voids, corrected_by,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class InCohort:
    """A person's latest enrolment in a cohort."""

    enrolment_id: UUID
    stage: Stage

    @property
    def is_live(self) -> bool:
        return self.stage not in EXITS


def latest_in_cohort(session: ReadSession, cohort_id: UUID, person_ids: Sequence[UUID]) -> dict[UUID, InCohort]:
    """The live enrolment of each person in the cohort, or the last one that ended, for those who have any."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        of_cohort = (table.c.cohort_id == cohort_id, table.c.duplicate_of.is_(None))
        columns = (asked.c.id, table.c.id, table.c.stage)
        statement = select(*columns).join(human, human.c.id == table.c.person_id).join(asked, same)
        return statement.where(*of_cohort, among(session, asked.c.id, part)).order_by(table.c.created_at, table.c.id)

    table, human, asked = rows_of(Enrolment), rows_of(Person).alias(), rows_of(Person).alias("asked")
    # Merged ids are one human: whoever is asked for has the enrolments of all of them.
    same = func.coalesce(human.c.identity_id, human.c.id) == func.coalesce(asked.c.identity_id, asked.c.id)
    latest: dict[UUID, InCohort] = {}
    for person_id, enrolment_id, stage in in_chunks(session, person_ids, statement):
        if person_id not in latest or not latest[person_id].is_live:
            latest[person_id] = InCohort(enrolment_id, stage)
    return latest
