"""Request bodies and answers of the matching API. Persons are ids: there is nothing personal to mask."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.matching.domain.candidates import Stage
from services.matching.domain.openings import Kind
from services.matching.domain.placements import Party, PlacementState
from services.matching.domain.recommendations.ranking import Ranking, Recommendation
from services.matching.domain.recommendations.rules import RULES
from services.matching.domain.recommendations.score import WEIGHTS, Note
from services.matching.queries.placements import PlacementWhole
from services.matching.tables import PlacementStep
from shared.http.bodies import Body
from shared.i18n import translate
from shared.i18n.language import Language

# Codes and document numbers, never sentences: free text could name somebody.
ReasonCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="a code such as other_offer")]
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/#:-]{0,79}$", description="number of the document")]


class PlacementProposal(Body):
    """`trainee_id` is the person's id."""

    trainee_id: UUID
    position_id: UUID
    effective_on: date | None = None
    reported_on: date | None = None


class PlacementTransition(Body):
    """`reason` is required for declined, withdrawn and expired; `by` where the caller could speak for several."""

    to: PlacementState
    effective_on: date | None = None
    reported_on: date | None = None
    reason: ReasonCode | None = None
    by: Party | None = None


class EvidenceClaim(Body):
    """1 employer's claim, 2 trainee's confirmation too, 3 document, 4 employment insurance record."""

    grade: int = Field(ge=1, le=4)
    effective_on: date | None = None
    reported_on: date | None = None
    reference: Reference | None = None


class CandidatePublic(BaseModel):
    """One enrolment. `available_from` is null while neither a completion nor the cohort's end is known."""

    person_id: UUID
    enrolment_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    field: str
    stage: Stage
    available_from: date | None


class PlacementPublic(BaseModel):
    """A placement as it stands. `effective_on` is the day of its last step, `ended_on` the last day of the employment."""

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
    started_on: date | None
    ended_on: date | None


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


class NotePublic(BaseModel):
    """Something that matched or is missing, in the reader's language."""

    code: str
    text: str


class ComponentPublic(BaseModel):
    """A component of the score. `value` is null where it is not known; `counted` is what it was counted as."""

    name: str
    value: float | None
    counted: float
    weight: float


class RecommendationPublic(BaseModel):
    person_id: UUID
    enrolment_id: UUID
    position_id: UUID
    company_id: UUID
    position_title: str
    available_from: date | None
    score: float
    components: list[ComponentPublic]
    matched: list[NotePublic]
    missing: list[NotePublic]


class ExclusionPublic(BaseModel):
    """How many a hard rule kept out. Who breaks two rules counts under both."""

    rule: str
    explanation: str
    count: int


class WeightsPublic(BaseModel):
    id: str
    by_component: dict[str, float]


class RecommendationsPublic(BaseModel):
    """The best first. `considered` were looked at, `eligible` break no rule, `on` is the day of the question."""

    on: date
    weights: WeightsPublic
    considered: int
    eligible: int
    items: list[RecommendationPublic]
    excluded: list[ExclusionPublic]


def placement_with_history(whole: PlacementWhole, *, actors: bool) -> PlacementWithHistory:
    """The answer for one placement; with `actors`, who recorded each step."""
    answer = PlacementWithHistory.model_validate(whole.placement, from_attributes=True)
    answer.history = [_step(step, actors=actors) for step in whole.steps]
    answer.evidence = [EvidencePublic.model_validate(each, from_attributes=True) for each in whole.evidence]
    return answer


def recommendations(ranking: Ranking, *, on: date, language: Language) -> RecommendationsPublic:
    """The answer for a ranking, its reasons in `language`."""
    return RecommendationsPublic(
        on=on,
        weights=WeightsPublic(id=WEIGHTS.id, by_component=dict(WEIGHTS.by_component)),
        considered=ranking.considered,
        eligible=ranking.eligible,
        items=[_recommendation(item, language) for item in ranking.items],
        excluded=[
            ExclusionPublic(rule=rule.name, explanation=translate(rule.explanation, language), count=ranking.excluded[rule.name])
            for rule in RULES
            if rule.name in ranking.excluded
        ],
    )


def _step(step: PlacementStep, *, actors: bool) -> PlacementStepPublic:
    answer = PlacementStepPublic.model_validate(step, from_attributes=True)
    return answer if actors else answer.model_copy(update={"actor": None})


def _recommendation(item: Recommendation, language: Language) -> RecommendationPublic:
    candidate, opening = item.pair.candidate, item.pair.opening
    return RecommendationPublic(
        person_id=candidate.person_id,
        enrolment_id=candidate.enrolment_id,
        position_id=opening.position_id,
        company_id=opening.company_id,
        position_title=opening.title,
        available_from=item.pair.available_from,
        score=item.score,
        components=[ComponentPublic.model_validate(part, from_attributes=True) for part in item.parts],
        matched=_notes(item.notes.matched, language),
        missing=_notes(item.notes.missing, language),
    )


def _notes(notes: Iterable[Note], language: Language) -> list[NotePublic]:
    return [NotePublic(code=note.code, text=translate(note.message, language, note.params)) for note in notes]
