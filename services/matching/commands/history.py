"""The history of a placement: every step is an event and a row, in one breath, and every piece of evidence a row."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.matching.domain.placements import Party, effective_day, reported_day
from services.matching.tables import Placement, PlacementEvidence, PlacementStep
from shared.clock import today
from shared.contracts.matching import PlacementEvent, PlacementOffered, PlacementOver
from shared.db import WriteSession
from shared.events.outbox import emit

_OF_THE_STEP: Final = frozenset({"placement_id", "effective_on", "reported_on"})
_OF_THE_PLACEMENT: Final = tuple(PlacementEvent.model_fields.keys() - _OF_THE_STEP)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a step beside what it is: since when, when its source said so, who recorded it, whose it was and why."""

    effective_on: date
    reported_on: date | None
    recorded_by: str
    by: Party | None = None
    reason: str | None = None


def dated(on: date | None, reported_on: date | None, *, not_before: date | None) -> tuple[date, date | None]:
    """The two days of a step, checked against today and against what came before it. Raises Invalid."""
    return effective_day(on, today=today(), not_before=not_before), reported_day(reported_on, today=today())


def record(
    session: WriteSession, placement: Placement, event: type[PlacementEvent], told: Told, *, moved_from: UUID | None = None
) -> None:
    """Emit `event` with the placement as it is now, and keep the step under the version that it makes."""
    content: dict[str, Any] = {name: getattr(placement, name) for name in _OF_THE_PLACEMENT}
    if issubclass(event, PlacementOver):
        content |= {"reason": told.reason, "by": told.by}
    if issubclass(event, PlacementOffered):
        content["answer_by"] = placement.answer_by
    if moved_from is not None:
        content["moved_from_person_id"] = moved_from
    fact = event(placement_id=placement.id, effective_on=told.effective_on, reported_on=told.reported_on, **content)
    emit(session, placement, fact)
    session.add(
        PlacementStep(
            placement_id=placement.id,
            version=placement.version,
            what=event.name.removeprefix("placement."),
            effective_on=told.effective_on,
            reported_on=told.reported_on,
            actor=told.recorded_by,
            reason=told.reason,
            by=told.by,
            evidence_grade=placement.evidence_grade,
        )
    )


def keep_evidence(session: WriteSession, placement: Placement, grade: int, told: Told, *, reference: str | None = None) -> None:
    """Keep one piece of evidence, whatever its grade."""
    session.add(
        PlacementEvidence(
            placement_id=placement.id,
            grade=grade,
            reference=reference,
            effective_on=told.effective_on,
            reported_on=told.reported_on,
            actor=told.recorded_by,
        )
    )
