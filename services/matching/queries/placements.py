"""Placements: lists, one with its whole history, and who stands in whose way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, select
from sqlmodel import col

from services.matching.domain.placements import PlacementState
from services.matching.queries.visibility import visible_placements
from services.matching.tables import Placement, PlacementEvidence, PlacementStep
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound

PLACEMENT_KEY: Final = (col(Placement.id),)
SORTS: Final = {"effective_on": col(Placement.stepped_on)}
A_PLACEMENT: Final = N_("placement")


@dataclass(frozen=True, slots=True)
class PlacementFilter:
    """What a list of placements is narrowed to; None takes all."""

    state: PlacementState | None = None
    person_id: UUID | None = None
    enrolment_id: UUID | None = None
    cohort_id: UUID | None = None
    university_id: UUID | None = None
    position_id: UUID | None = None
    company_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PlacementWhole:
    """A placement with its steps in order and every piece of evidence."""

    placement: Placement
    steps: Sequence[PlacementStep]
    evidence: Sequence[PlacementEvidence]


def placements(wanted: PlacementFilter, *, by: Actor) -> Select[Any]:
    """The placements that `by` may see."""
    statement = select(Placement).where(visible_placements(by))
    for column, value in _conditions(wanted):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def placement(session: ReadSession, placement_id: UUID, *, by: Actor) -> PlacementWhole:
    """One placement, whole. Raises NotFound for one that `by` may not see."""
    found = visible_placement(session, placement_id, by=by)
    steps = select(PlacementStep).where(col(PlacementStep.placement_id) == placement_id).order_by(col(PlacementStep.version))
    evidence = select(PlacementEvidence).where(col(PlacementEvidence.placement_id) == placement_id)
    ordered = evidence.order_by(col(PlacementEvidence.recorded_at), col(PlacementEvidence.id))
    return PlacementWhole(found, session.scalars(steps).all(), session.scalars(ordered).all())


def visible_placement(session: ReadSession, placement_id: UUID, *, by: Actor) -> Placement:
    """A placement that `by` may see. Raises NotFound."""
    found = session.scalar(select(Placement).where(col(Placement.id) == placement_id, visible_placements(by)))
    if found is None:
        raise NotFound(A_PLACEMENT)
    return found


def _conditions(wanted: PlacementFilter) -> list[tuple[SQLColumnExpression[Any], Any]]:
    return [
        (col(Placement.state), wanted.state),
        (col(Placement.person_id), wanted.person_id),
        (col(Placement.enrolment_id), wanted.enrolment_id),
        (col(Placement.cohort_id), wanted.cohort_id),
        (col(Placement.university_id), wanted.university_id),
        (col(Placement.position_id), wanted.position_id),
        (col(Placement.company_id), wanted.company_id),
    ]
