"""Recommendations with their reasons, in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.matching.domain.market.rules import RULES
from services.matching.domain.market.weights import View, known_weights
from services.matching.domain.recommendations.notes import Help, Note
from services.matching.domain.recommendations.ranking import Ranking, Recommendation
from shared.i18n import translate
from shared.i18n.language import Language
from shared.skills import name_of


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


class HelpPublic(BaseModel):
    """The skill that would add most to this score, learned to `level`; its name in the reader's language."""

    skill: str
    skill_name: str | None = None
    level: int
    gain: float


class OpeningSkillPublic(BaseModel):
    """A must-have skill that alone keeps so many out; its name in the reader's language."""

    skill: str
    skill_name: str | None = None
    positions: int


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
    helps_most: HelpPublic | None = None


class ExclusionPublic(BaseModel):
    """How many a hard rule kept out. Who breaks two rules counts under both."""

    rule: str
    explanation: str
    count: int


class WeightsPublic(BaseModel):
    id: str
    by_component: dict[str, float]


class RecommendationsPublic(BaseModel):
    """The best first. `considered` were looked at, `eligible` break no rule, `on` is the day of the question.

    Advice: a person decides. A trainee may ask for this explanation and may refuse to be matched by a machine.
    """

    on: date
    weights: WeightsPublic
    considered: int
    eligible: int
    items: list[RecommendationPublic]
    excluded: list[ExclusionPublic]
    opening_skills: list[OpeningSkillPublic] = []


def recommendations(ranking: Ranking, *, view: View, on: date, language: Language) -> RecommendationsPublic:
    """The answer for a ranking, its reasons in `language`."""
    return RecommendationsPublic(
        on=on,
        weights=WeightsPublic(id=known_weights().id, by_component=dict(known_weights().views[view])),
        considered=ranking.considered,
        eligible=ranking.eligible,
        items=[_recommendation(item, language) for item in ranking.items],
        excluded=[
            ExclusionPublic(rule=rule.name, explanation=translate(rule.explanation, language), count=ranking.excluded[rule.name])
            for rule in RULES
            if rule.name in ranking.excluded
        ],
        opening_skills=opening_skills(ranking, language),
    )


def opening_skills(ranking: Ranking, language: Language) -> list[OpeningSkillPublic]:
    """Which skills alone keep choices out, those that open most first."""
    return [
        OpeningSkillPublic(skill=skill, skill_name=name_of(skill, language), positions=count)
        for skill, count in ranking.opening_skills
    ]


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
        helps_most=_help(item.helps_most, language) if item.helps_most else None,
    )


def _help(most: Help, language: Language) -> HelpPublic:
    return HelpPublic(skill=most.skill, skill_name=name_of(most.skill, language), level=most.level, gain=most.gain)


def _notes(notes: Iterable[Note], language: Language) -> list[NotePublic]:
    return [NotePublic(code=note.code, text=translate(note.message, language, _words(note, language))) for note in notes]


def _words(note: Note, language: Language) -> Mapping[str, object]:
    """What stands for the placeholders: skills by the names that readers know."""
    skill = note.params.get("skill")
    return {**note.params, "skill": name_of(skill, language)} if isinstance(skill, str) else note.params
