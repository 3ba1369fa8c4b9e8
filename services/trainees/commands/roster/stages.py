"""Steps that a roster makes with many enrolments at once: exits because of absence, and exits taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, select, update

from services.trainees.commands.facts import Fact, step_of
from services.trainees.domain.stages import EXITS, Stage
from services.trainees.queries.chunks import in_chunks
from services.trainees.tables import Enrolment, StageStep, rows_of
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.contracts.rosters import EnrolmentReinstated
from shared.db import WriteSession
from shared.db.bulk import among, bulk_insert

_STEP: Final = (
    "enrolment_id", "version", "stage", "effective_on", "reported_on", "recorded_at", "actor", "reason", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RosterStep:
    """An enrolment that is led to `to` for `reason`. Out of an exit it is a reinstatement."""

    enrolment_id: UUID
    to: Stage
    reason: str


def take_steps(session: WriteSession, steps: Sequence[RosterStep], *, by: Actor) -> tuple[list[Fact], dict[UUID, int]]:
    """Make the steps and return what to publish, and the version that each enrolment has now. The rows become locked."""
    if not steps:
        return [], {}
    wanted = {step.enrolment_id: step for step in steps}
    day, at = today(), now()
    facts: list[Fact] = []
    changes: list[dict[str, Any]] = []
    history: list[tuple[object, ...]] = []
    for row in _locked(session, sorted(wanted)):
        step = wanted[row.id]
        on = max(day, row.stage_since)
        version = row.version + 1
        changes.append({"b_id": row.id, "b_version": version, "b_stage": step.to, "b_since": on})
        history.append((row.id, version, step.to, on, day, at, by.subject, step.reason, None))
        facts.append(Fact(_event(row, step, on=on, reported_on=day), row.id, version))
    table = rows_of(Enrolment)
    becomes: dict[str, Any] = {
        "version": bindparam("b_version"),
        "stage": bindparam("b_stage"),
        "stage_since": bindparam("b_since"),
    }
    session.execute(update(table).where(table.c.id == bindparam("b_id")).values({**becomes, "left_stage": None}), changes)
    bulk_insert(session, rows_of(StageStep), _STEP, history)
    return facts, {change["b_id"]: change["b_version"] for change in changes}


def _locked(session: WriteSession, enrolment_ids: Sequence[UUID]) -> list[Any]:
    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(table).where(among(session, table.c.id, part)).order_by(table.c.id).with_for_update()

    table = rows_of(Enrolment)
    return list(in_chunks(session, enrolment_ids, statement))


def _event(row: Any, step: RosterStep, *, on: date, reported_on: date) -> Any:
    if row.stage not in EXITS:
        moved = Enrolment.model_construct(**{**dict(row._mapping), "stage": step.to})
        return step_of(moved, came_from=row.stage, effective_on=on, reported_on=reported_on, reason=step.reason)
    return EnrolmentReinstated(
        enrolment_id=row.id,
        person_id=row.person_id,
        cohort_id=row.cohort_id,
        program_id=row.program_id,
        university_id=row.university_id,
        field=row.field,
        effective_on=on,
        reported_on=reported_on,
        to=step.to,
        reason=step.reason,
    )
