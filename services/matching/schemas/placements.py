"""Request bodies and answers about placements. Persons are ids: there is nothing personal to mask."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, computed_field

from services.matching.domain.corrections import CorrectionReason
from services.matching.domain.openings import Kind
from services.matching.domain.placements import Party, PlacementState
from services.matching.queries.placements import PlacementWhole
from services.matching.tables import PlacementStep
from shared.clock import today
from shared.http.bodies import Body

# Codes and document numbers, never sentences: free text could name somebody.
ReasonCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="a code such as other_offer")]
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/#:-]{0,79}$", description="number of the document")]


class PlacementProposal(Body):
    """`trainee_id` is the person's id; `converts` the placement of the internship that is to become permanent."""

    trainee_id: UUID
    position_id: UUID
    converts: UUID | None = None
    effective_on: date | None = None
    reported_on: date | None = None


class PlacementTransition(Body):
    """`reason` is required for declined, withdrawn, expired and reversed; `by` where the caller could speak for several.

    `answer_by` is the last day for the answer to an offer: two weeks where it is left out.
    """

    to: PlacementState
    effective_on: date | None = None
    reported_on: date | None = None
    reason: ReasonCode | None = None
    by: Party | None = None
    answer_by: date | None = None


class AnswerDay(Body):
    """The last day for the answer to an offer."""

    answer_by: date


class DatesCorrection(Body):
    """The days that hold: what is left out stays. `reason`: record, employer, trainee or clerical, whoever knew better."""

    started_on: date | None = None
    ended_on: date | None = None
    reason: CorrectionReason
    reported_on: date | None = None


class EvidenceClaim(Body):
    """1 employer's claim, 2 trainee's confirmation too, 3 document, 4 employment insurance record."""

    grade: int = Field(ge=1, le=4)
    effective_on: date | None = None
    reported_on: date | None = None
    reference: Reference | None = None


class PlacementPublic(BaseModel):
    """A placement as it stands. `effective_on` is the day of its last step, `ended_on` the last day of the employment.

    `waiting_days` is how old a proposal or an offer is that nobody has answered.
    """

    id: UUID
    version: int
    created_at: datetime
    state: PlacementState
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
    kind: Kind
    origin: str | None
    workplace_region: str
    evidence_grade: int | None
    effective_on: date = Field(validation_alias="stepped_on")
    answer_by: date | None
    converted_from: UUID | None
    converted_from_seat_id: UUID | None
    started_on: date | None
    ended_on: date | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def waiting_days(self) -> int | None:
        waits = self.state in {PlacementState.PROPOSED, PlacementState.OFFERED}
        return (today() - self.effective_on).days if waits else None


class PlacementStepPublic(BaseModel):
    """One step as it was recorded. `actor` is who recorded it, for those who may know."""

    version: int
    what: str
    effective_on: date
    reported_on: date | None
    recorded_at: datetime
    reason: str | None
    by: Party | None
    evidence_grade: int | None
    actor: str | None


class EvidencePublic(BaseModel):
    """One piece of evidence, whether or not it was the best when it came."""

    id: UUID
    grade: int
    reference: str | None
    effective_on: date
    reported_on: date | None
    recorded_at: datetime


class PlacementWithHistory(PlacementPublic):
    """A placement with its steps in order and all its evidence."""

    history: list[PlacementStepPublic] = []
    evidence: list[EvidencePublic] = []


def placement_with_history(whole: PlacementWhole, *, actors: bool) -> PlacementWithHistory:
    """The answer for one placement; with `actors`, who recorded each step."""
    answer = PlacementWithHistory.model_validate(whole.placement, from_attributes=True)
    answer.history = [_step(step, actors=actors) for step in whole.steps]
    answer.evidence = [EvidencePublic.model_validate(each, from_attributes=True) for each in whole.evidence]
    return answer


def _step(step: PlacementStep, *, actors: bool) -> PlacementStepPublic:
    answer = PlacementStepPublic.model_validate(step, from_attributes=True)
    return answer if actors else answer.model_copy(update={"actor": None})
