"""Many placements at once, as they are sent and answered."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.matching.domain.placements import Party, PlacementState
from services.matching.schemas.placements import PlacementPublic, ReasonCode, Reference
from shared.http.bodies import Body
from shared.http.row_results import RowProblem

_AT_ONCE = 500


class ProposalRow(Body):
    trainee_id: UUID
    position_id: UUID
    effective_on: date | None = None
    reported_on: date | None = None


class PlacementProposals(Body):
    rows: Annotated[list[ProposalRow], Field(min_length=1, max_length=_AT_ONCE)]


class PlacementRow(Body):
    """`version` is the one that was shown; the days are this row's, where they are not those of all."""

    placement_id: UUID
    version: int | None = None
    effective_on: date | None = None
    reported_on: date | None = None


class PlacementsTransition(Body):
    """One step for many placements. Each is judged by itself; what is said beside the rows is said as for a single one."""

    to: PlacementState
    rows: Annotated[list[PlacementRow], Field(min_length=1, max_length=_AT_ONCE)]
    effective_on: date | None = None
    reported_on: date | None = None
    reason: ReasonCode | None = None
    by: Party | None = None
    answer_by: date | None = None


class EvidenceRow(Body):
    placement_id: UUID
    grade: Annotated[int, Field(ge=1, le=4)]
    effective_on: date | None = None
    reported_on: date | None = None
    reference: Reference | None = None


class PlacementEvidences(Body):
    rows: Annotated[list[EvidenceRow], Field(min_length=1, max_length=_AT_ONCE)]


class RowOutcome(BaseModel):
    """What became of one row: 200 or 201 went through and `placement` is how it stands now, otherwise why not."""

    status: int
    placement: PlacementPublic | None
    problem: RowProblem | None


class RowOutcomes(BaseModel):
    """In the order of the rows that were sent."""

    done: int
    refused: int
    results: list[RowOutcome]
