"""Steps that a roster makes with many enrolments at once: exits because of absence, and exits taken back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, select, update

from services.trainees.commands.facts import Fact, step_of
from services.trainees.commands.waiting_list import move_up
from services.trainees.domain.corrections import path_of
from services.trainees.domain.stages import EXITS, FREES_A_PLACE, HOLD_A_PLACE, Stage
from services.trainees.queries.chunks import in_chunks
from services.trainees.tables import Cohort, Enrolment, StageStep, rows_of
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.contracts.trainees import EnrolmentCorrected, HistoryStep
from shared.db import WriteSession
from shared.db.bulk import among, bulk_insert

_STEP: Final = (
    "enrolment_id", "version", "stage", "effective_on", "reported_on", "recorded_at", "actor", "reason", "note", "corrects",
    "voids",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RosterStep:
    """An enrolment that is led to `to` for `reason`. Out of an exit, the step that ended it is taken back instead."""

    enrolment_id: UUID
    to: Stage
    reason: str


@dataclass(slots=True)
class Taken:
    """What was done: what to publish, the version that each enrolment has now, how many places it freed by cohort."""

    facts: list[Fact] = field(default_factory=list)
    versions: dict[UUID, int] = field(default_factory=dict)
    freed: Counter[UUID] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Change:
    """What an enrolment becomes, the line in its history, and the event that says so."""

    stage: Stage
    since: date
    line: tuple[object, ...]
    event: Any


def take_steps(session: WriteSession, steps: Sequence[RosterStep], *, by: Actor) -> Taken:
    """Make the steps; the enrolments stay locked. Emits nothing: what to publish is returned."""
    taken = Taken()
    if not steps:
        return taken
    wanted = {step.enrolment_id: step for step in steps}
    rows = _locked(session, sorted(wanted))
    histories = _histories(session, [row.id for row in rows if row.stage in EXITS])
    changes: list[dict[str, Any]] = []
    lines: list[tuple[object, ...]] = []
    for row in rows:
        step = wanted[row.id]
        change = _taken_back(row, step, histories[row.id], by=by) if row.stage in EXITS else _led_on(row, step, by=by)
        version = row.version + 1
        changes.append({"b_id": row.id, "b_version": version, "b_stage": change.stage, "b_since": change.since})
        lines.append(change.line)
        taken.facts.append(Fact(change.event, row.id, version))
        taken.versions[row.id] = version
        if row.stage in HOLD_A_PLACE and change.stage in FREES_A_PLACE and row.duplicate_of is None:
            taken.freed[row.cohort_id] += 1
    table = rows_of(Enrolment)
    becomes: dict[str, Any] = {"version": bindparam("b_version"), "stage": bindparam("b_stage")}
    becomes |= {"stage_since": bindparam("b_since"), "left_stage": None}
    session.execute(update(table).where(table.c.id == bindparam("b_id")).values(becomes), changes)
    bulk_insert(session, rows_of(StageStep), _STEP, lines)
    return taken


def fill_places(session: WriteSession, cohorts: Mapping[UUID, Cohort], freed: Mapping[UUID, int]) -> None:
    """Let those move up who wait for the places that were freed."""
    for cohort_id, places in freed.items():
        move_up(session, cohorts[cohort_id], places=places, on=today())


def _locked(session: WriteSession, enrolment_ids: Sequence[UUID]) -> list[Any]:
    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(table).where(among(session, table.c.id, part)).order_by(table.c.id).with_for_update()

    table = rows_of(Enrolment)
    return list(in_chunks(session, enrolment_ids, statement))


def _histories(session: WriteSession, enrolment_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(table).where(among(session, table.c.enrolment_id, part)).order_by(table.c.version)

    table = rows_of(StageStep)
    found: dict[UUID, list[Any]] = {}
    for row in in_chunks(session, enrolment_ids, statement):
        found.setdefault(row.enrolment_id, []).append(row)
    return found


def _led_on(row: Any, step: RosterStep, *, by: Actor) -> _Change:
    on = max(today(), row.stage_since)
    moved = Enrolment.model_construct(**{**dict(row._mapping), "stage": step.to})
    event = step_of(moved, came_from=row.stage, effective_on=on, reported_on=today(), reason=step.reason)
    line = (row.id, row.version + 1, step.to, on, today(), now(), by.subject, step.reason, None, None, False)
    return _Change(step.to, on, line, event)


def _taken_back(row: Any, step: RosterStep, history: Sequence[Any], *, by: Actor) -> _Change:
    *path, exit_ = path_of(history)
    line = (
        row.id, row.version + 1, exit_.stage, exit_.effective_on, None, now(), by.subject, step.reason, None, exit_.version, True,
    )  # fmt: skip
    event = EnrolmentCorrected(
        enrolment_id=row.id,
        person_id=row.person_id,
        cohort_id=row.cohort_id,
        program_id=row.program_id,
        university_id=row.university_id,
        field=row.field,
        effective_on=exit_.effective_on,
        corrects=exit_.version,
        taken_back=True,
        stage=path[-1].stage,
        since=path[-1].effective_on,
        reason=step.reason,
        path=[
            HistoryStep(stage=each.stage, effective_on=each.effective_on, reported_on=each.reported_on, reason=each.reason)
            for each in path
        ],
    )
    return _Change(path[-1].stage, path[-1].effective_on, line, event)
