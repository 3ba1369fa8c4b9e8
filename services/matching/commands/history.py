"""The history of a placement: every step is an event and a row, in one breath, and every piece of evidence a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from services.matching.domain.placements import Party, effective_day, reported_day
from services.matching.tables import Placement, PlacementClaim, PlacementEvidence, PlacementStep
from shared.clock import now, today
from shared.contracts.matching import (
    PlacementDatesCorrected,
    PlacementEvent,
    PlacementOffered,
    PlacementOfferProlonged,
    PlacementOver,
)
from shared.db import WriteSession
from shared.db.bulk import bulk_insert
from shared.events.outbox import emit
from shared.ids import new_id

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
    session.add(PlacementStep(**_happened(session, placement, event, told, moved_from=moved_from)))


def record_many(session: WriteSession, placements: Iterable[Placement], event: type[PlacementEvent], told: Told) -> None:
    """The same for many placements to which the same happened: their steps are stored at once."""
    rows = [_happened(session, placement, event, told) for placement in placements]
    _store(session, PlacementStep, [{**row, "recorded_at": now()} for row in rows])


def _happened(
    session: WriteSession, placement: Placement, event: type[PlacementEvent], told: Told, *, moved_from: UUID | None = None
) -> dict[str, Any]:
    """Emit the event, and return what its step is to say."""
    content: dict[str, Any] = {name: getattr(placement, name) for name in _OF_THE_PLACEMENT}
    if issubclass(event, PlacementDatesCorrected):
        content |= {"started_on": placement.started_on, "ended_on": placement.ended_on}
    if issubclass(event, PlacementOver | PlacementDatesCorrected):
        content |= {"reason": told.reason, "by": told.by}
    if issubclass(event, PlacementOffered | PlacementOfferProlonged):
        content["answer_by"] = placement.answer_by
    if moved_from is not None:
        content["moved_from_person_id"] = moved_from
    fact = event(placement_id=placement.id, effective_on=told.effective_on, reported_on=told.reported_on, **content)
    emit(session, placement, fact)
    return {
        "placement_id": placement.id,
        "version": placement.version,
        "what": event.name.removeprefix("placement."),
        "effective_on": told.effective_on,
        "reported_on": told.reported_on,
        "actor": told.recorded_by,
        "reason": told.reason,
        "by": told.by,
        "evidence_grade": placement.evidence_grade,
    }


def keep_many_evidences(session: WriteSession, placements: Iterable[Placement], grade: int, told: Told) -> None:
    """Keep one piece of evidence of each of many placements."""
    same = {
        "grade": grade,
        "reference": None,
        "effective_on": told.effective_on,
        "reported_on": told.reported_on,
        "recorded_at": now(),
        "actor": told.recorded_by,
    }
    _store(session, PlacementEvidence, [{"id": new_id(), "placement_id": each.id, **same} for each in placements])


def keep_many_claims(session: WriteSession, claims: Sequence[Mapping[str, Any]]) -> None:
    """Keep many claims, whose rows lack only an id and the moment."""
    _store(session, PlacementClaim, [{"id": new_id(), "recorded_at": now(), **claim} for claim in claims])


def _store(session: WriteSession, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    # Row objects take longer to make than all the rest of a file.
    if rows:
        columns = list(rows[0])
        bulk_insert(session, table.__table__, columns, [[row[name] for name in columns] for row in rows])  # type: ignore[attr-defined]


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
