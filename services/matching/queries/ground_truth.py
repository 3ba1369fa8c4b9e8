"""Everything that this service published, read from its own tables: what reconciliation compares others' figures with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlmodel import col

from services.matching.domain.follow_ups import FollowUpState
from services.matching.domain.placements import PlacementState
from services.matching.tables import CandidateProfile, FollowUp, Mismatch, Placement, PlacementStep
from shared.contracts.matching import FollowUpDue, MismatchFound, PlacementEvent, PlacementProposed, PreferencesDeclared
from shared.db import ReadSession

_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class PlacementStepTruth:
    """One event of a placement. `what` is the event's past verb, `seat_id` and `origin` follow from the placement's."""

    version: int
    what: str
    effective_on: date
    reported_on: date | None
    recorded_at: datetime
    reason: str | None
    by: str | None
    evidence_grade: int | None


@dataclass(frozen=True, slots=True)
class PlacementTruth:
    """A placement as it stands, with the fields of PlacementEvent, and every step that led there."""

    placement_id: UUID
    state: PlacementState
    version: int
    person_id: UUID
    enrolment_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    field_of_training: str
    position_id: UUID
    company_id: UUID
    seat_id: UUID | None
    field: str
    kind: str
    origin: str | None
    workplace_region: str
    evidence_grade: int | None
    effective_on: date
    reported_on: date | None
    converted_from: UUID | None
    converted_from_seat_id: UUID | None
    started_on: date | None
    ended_on: date | None
    steps: tuple[PlacementStepTruth, ...]


def ground_truth(session: ReadSession) -> Iterator[PlacementTruth]:
    """Every placement in the order of ids, with all its steps. `effective_on` and `reported_on` are the last event's."""
    statement = (
        select(Placement, PlacementStep)
        .join(PlacementStep, col(PlacementStep.placement_id) == col(Placement.id))
        .order_by(col(Placement.id), col(PlacementStep.version))
        .execution_options(yield_per=_AT_ONCE)
    )
    for _, rows in groupby(session.execute(statement), key=lambda row: row[0].id):
        found = list(rows)
        yield _truth(found[0][0], [step for _, step in found])


def follow_ups_as_they_stand(session: ReadSession) -> Iterator[Row[Any]]:
    """Every follow-up that is of use, with its last answer and the day that this is true of."""
    columns = (col(FollowUp.placement_id), col(FollowUp.months), col(FollowUp.answer), col(FollowUp.answered_for))
    yield from session.execute(select(*columns).where(col(FollowUp.state) != FollowUpState.CANCELLED))


def aggregate_versions(session: ReadSession) -> Iterator[tuple[str, UUID, int]]:
    """Per aggregate its type, its id and its version: how many of its events must be on the log."""
    for aggregate_type, table in _AGGREGATES:
        statement = select(col(table.id), col(table.version)).order_by(col(table.id))
        for id_, version in session.execute(statement.execution_options(yield_per=_AT_ONCE)):
            yield aggregate_type, id_, version


_AGGREGATES: Final[tuple[tuple[str, Any], ...]] = (
    (PlacementProposed.aggregate_type(), Placement),
    (PreferencesDeclared.aggregate_type(), CandidateProfile),
    (MismatchFound.aggregate_type(), Mismatch),
    (FollowUpDue.aggregate_type(), FollowUp),
)


def _truth(placement: Placement, steps: list[PlacementStep]) -> PlacementTruth:
    last = steps[-1]
    same = PlacementEvent.model_fields.keys() - {"placement_id", "effective_on", "reported_on"}
    return PlacementTruth(
        placement_id=placement.id,
        state=placement.state,
        version=placement.version,
        effective_on=last.effective_on,
        reported_on=last.reported_on,
        steps=tuple(_step(step) for step in steps),
        started_on=placement.started_on,
        ended_on=placement.ended_on,
        **{name: getattr(placement, name) for name in same},
    )


def _step(step: PlacementStep) -> PlacementStepTruth:
    return PlacementStepTruth(
        version=step.version,
        what=step.what,
        effective_on=step.effective_on,
        reported_on=step.reported_on,
        recorded_at=step.recorded_at,
        reason=step.reason,
        by=step.by,
        evidence_grade=step.evidence_grade,
    )
