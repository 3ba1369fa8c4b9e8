"""Recommendations with their reasons, in the reader's language."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.matching.domain.recommendations.ranking import Ranking, Recommendation
from services.matching.domain.recommendations.rules import RULES
from services.matching.domain.recommendations.score import WEIGHTS, Note
from shared.i18n import translate
from shared.i18n.language import Language


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
