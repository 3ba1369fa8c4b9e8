"""One step of an enrolment, taken: its new stage, the event that says so, and the line in its history."""

from dataclasses import dataclass
from datetime import date

from services.trainees.commands.facts import step_of
from services.trainees.domain.stages import Stage
from services.trainees.queries.sealing import seal
from services.trainees.tables import Enrolment, StageStep
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.events.outbox import emit


@dataclass(frozen=True, slots=True)
class Step:
    """What is said about one step, beside where it leads."""

    on: date
    reported_on: date | None = None
    reason: str | None = None
    note: str | None = None


def take(session: WriteSession, enrolment: Enrolment, step: Step, *, to: Stage, by: Actor) -> None:
    """Lead a locked enrolment to `to`, which a rule has allowed."""
    came_from = enrolment.stage
    enrolment.stage = to
    enrolment.stage_since = step.on
    enrolment.left_stage = came_from if to is Stage.ON_LEAVE else None
    said = {"effective_on": step.on, "reported_on": step.reported_on, "reason": step.reason}
    emit(session, enrolment, step_of(enrolment, came_from=came_from, **said))  # type: ignore[arg-type]
    session.add(history_of(session, enrolment, step, by=by))


def history_of(
    session: WriteSession,
    enrolment: Enrolment,
    step: Step,
    *,
    by: Actor,
    stage: Stage | None = None,
    corrects: int | None = None,
    voids: bool = False,
) -> StageStep:
    """The line that the enrolment's newest version leaves in its history; `stage` where that is not where it stands."""
    return StageStep(
        enrolment_id=enrolment.id,
        version=enrolment.version,
        stage=stage or enrolment.stage,
        effective_on=step.on,
        reported_on=step.reported_on,
        actor=by.subject,
        reason=step.reason,
        note=seal(session, step.note, about=enrolment.id, field="note") if step.note else None,
        corrects=corrects,
        voids=voids,
    )
