"""Bodies and answers about rounds. Persons are ids: there is nothing personal to mask."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.matching.domain.market.rules import RULES
from services.matching.domain.recommendations.ranking import Ranking
from services.matching.domain.rounds import words
from services.matching.domain.rounds.life_cycle import RoundState
from services.matching.domain.rounds.settings import DEFAULT_LIST, LONGEST_LIST, MOST_GROUPS, Division, Optimal, Order
from services.matching.queries.rounds import RoundWhole
from services.matching.schemas.recommendations import ExclusionPublic, OpeningSkillPublic, opening_skills
from services.matching.schemas.round_settings import MOST_RULES, AnswerDays, QuotaGiven, RuleGiven, WeightsGiven
from services.matching.tables import RoundAssignment, RoundVacancy
from shared.http.bodies import Body
from shared.i18n import translate
from shared.i18n.language import Language

_CLEARABLE: Final = frozenset({"division", "answer_days"})


class RoundChange(Body):
    """What is left out stays as it is. `null` takes `division` and `answer_days` away, and is as left out for all others."""

    seed: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    optimal: Optimal | None = None
    weights: WeightsGiven | None = None
    list_length: Annotated[int, Field(ge=1, le=LONGEST_LIST)] | None = None
    order: Order | None = None
    division: Division | None = None
    quotas: Annotated[list[QuotaGiven], Field(max_length=MOST_GROUPS)] | None = None
    rules: Annotated[list[RuleGiven], Field(max_length=MOST_RULES)] | None = None
    reverts: bool | None = None
    answer_days: AnswerDays | None = None

    def said(self) -> dict[str, Any]:
        """What was said, as settings are kept. A division and its quotas are said together: `null` and [] take them away; so
        does `null` the days that answers take, and the usual ones hold again.
        """
        said = self.model_dump(mode="json", exclude_unset=True)
        return {name: value for name, value in said.items() if value is not None or name in _CLEARABLE}


class RoundDraft(Body):
    """A round to be. `seed` breaks ties: the same input and seed give the same result."""

    seed: Annotated[int, Field(ge=0, lt=2**53)]
    parent_id: UUID | None = None
    optimal: Optimal = Optimal.TRAINEES
    weights: WeightsGiven | None = None
    list_length: Annotated[int, Field(ge=1, le=LONGEST_LIST)] = DEFAULT_LIST
    order: Order = Order.SCORE
    division: Division | None = None
    quotas: Annotated[list[QuotaGiven], Field(max_length=MOST_GROUPS, default_factory=list)]
    rules: Annotated[list[RuleGiven], Field(max_length=MOST_RULES, default_factory=list)]
    reverts: bool = True
    answer_days: AnswerDays | None = None

    def settings(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"parent_id"})


class RoundTransition(Body):
    to: RoundState


class RankingGiven(Body):
    """A trainee's positions or a position's trainees, the most wanted first. An empty list takes the ranking back."""

    side: Literal["trainee", "position"]
    owner_id: UUID
    ranked: Annotated[list[UUID], Field(max_length=500)]


class PlacementsWanted(Body):
    """`person_ids` null: all who have a place and were not tried yet, so many at a time."""

    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)] | None = None


class VerificationPublic(BaseModel):
    """The proof: what was looked at, and what was found against the outcome."""

    holds: bool
    pairs_checked: int
    found: dict[str, int]
    examples: dict[str, list[Any]]


class RoundPublic(BaseModel):
    """A round. `figures` and `verification` are there once it ran; `ignored` is what was ranked and could not count."""

    id: UUID
    version: int
    created_at: datetime
    state: RoundState
    parent_id: UUID | None
    settings: dict[str, Any]
    on: date | None
    snapshot_hash: str | None
    trainees: int | None
    positions: int | None
    progress: int
    failure: str | None
    explanation: str | None
    figures: dict[str, Any] | None
    verification: VerificationPublic | None
    ignored: list[dict[str, str]] | None

    @classmethod
    def of(cls, whole: RoundWhole, language: Language) -> Self:
        row = whole.row
        nobody = row.trainees is not None and not (row.trainees and row.positions)
        return cls(
            id=row.id,
            version=row.version,
            created_at=row.created_at,
            state=row.state,
            parent_id=row.parent_id,
            settings=row.settings,
            on=row.on_day,
            snapshot_hash=row.snapshot_hash,
            trainees=row.trainees,
            positions=row.positions,
            progress=whole.progress,
            failure=whole.failure,
            explanation=translate(words.EMPTY_SIDE, language) if nobody else None,
            figures=row.figures,
            verification=VerificationPublic.model_validate(row.verification) if row.verification else None,
            ignored=row.ignored,
        )


class RoundRow(BaseModel):
    """A round in a list."""

    id: UUID
    version: int
    created_at: datetime
    state: RoundState
    parent_id: UUID | None
    snapshot_hash: str | None
    trainees: int | None
    positions: int | None


class AssignmentPublic(BaseModel):
    """What came out for one trainee. `rank` is which wish it was, of `listed`; scores are in the eyes of the two sides."""

    person_id: UUID
    enrolment_id: UUID
    university_id: UUID | None
    position_id: UUID | None
    company_id: UUID | None
    rank: int | None
    listed: int
    score: float | None
    position_score: float | None
    group: str
    reason: str | None
    placement_id: UUID | None
    refused: str | None


class TriedPublic(BaseModel):
    position_id: UUID
    rank: int
    seats: int
    why: str
    text: str


class ExplanationPublic(BaseModel):
    """Why a trainee has no place, or a position an empty seat; `excluded` counts what each rule kept out."""

    person_id: UUID | None = None
    position_id: UUID | None = None
    code: str | None
    text: str | None
    listed: int
    seats: int | None = None
    filled: int | None = None
    tried: list[TriedPublic] = []
    considered: int | None = None
    excluded: list[ExclusionPublic] = []
    opening_skills: list[OpeningSkillPublic] = []
    notice: str | None = None


class ProposedPublic(BaseModel):
    person_id: UUID
    position_id: UUID
    placement_id: UUID | None
    refused: str | None


class ProposalsPublic(BaseModel):
    """What became of each; `left` are still to be proposed. With `job_id` the workers do that: follow it at Location."""

    items: list[ProposedPublic]
    left: int
    job_id: UUID | None = None


class ComparisonPublic(BaseModel):
    """The outcome as it is settled, and as it would be. Nothing of this is kept."""

    version: int
    snapshot_hash: str
    before: dict[str, Any]
    after: dict[str, Any]
    change: dict[str, float | None]
    gaps: dict[str, dict[str, float]]
    gained: int
    lost: int
    moved: int
    stable: bool


def of_assignment(row: RoundAssignment, language: Language, ranking: Ranking | None = None) -> ExplanationPublic:
    """Why a trainee got what they got, in `language`; with `ranking`, which rules kept them from what."""
    tried = [{**each, "text": translate(words.TRIED[each["why"]], language)} for each in row.tried]
    text = translate(words.UNPLACED[row.reason], language, {"listed": row.listed}) if row.reason else None
    return ExplanationPublic(
        person_id=row.person_id,
        position_id=row.position_id,
        code=row.reason,
        text=text,
        listed=row.listed,
        tried=[TriedPublic.model_validate(each) for each in tried],
        notice=translate(words.ADVICE, language),
        **_excluded(ranking, language),
    )


def of_vacancy(row: RoundVacancy, language: Language, ranking: Ranking | None = None) -> ExplanationPublic:
    """Why seats are empty, in `language`."""
    text = translate(words.VACANT[row.reason], language, {"listed": row.listed}) if row.reason else None
    return ExplanationPublic(
        position_id=row.position_id,
        code=row.reason,
        text=text,
        listed=row.listed,
        seats=row.seats,
        filled=row.filled,
        **_excluded(ranking, language),
    )


def _excluded(ranking: Ranking | None, language: Language) -> dict[str, Any]:
    if ranking is None:
        return {}
    return {
        "considered": ranking.considered,
        "excluded": [
            ExclusionPublic(rule=rule.name, explanation=translate(rule.explanation, language), count=ranking.excluded[rule.name])
            for rule in RULES
            if rule.name in ranking.excluded
        ],
        "opening_skills": opening_skills(ranking, language),
    }
