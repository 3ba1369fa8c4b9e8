"""The ranking: the best of each choice that no rule excludes, and for the others a count per rule."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from uuid import UUID

from services.matching.domain.recommendations.pairs import Pair
from services.matching.domain.recommendations.rules import broken
from services.matching.domain.recommendations.score import WEIGHTS, Notes, Part, Weights, notes, parts, total


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One pair, its score and the reasons for it."""

    pair: Pair
    score: float
    parts: Sequence[Part]
    notes: Notes


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best first. `considered` choices were looked at; `excluded` counts, per rule, those that it kept out.

    A choice that breaks two rules counts under both.
    """

    items: Sequence[Recommendation]
    considered: int
    eligible: int
    excluded: Mapping[str, int]


_Scored = tuple[float, Pair]


def rank(choices: Iterable[Sequence[Pair]], *, limit: int, weights: Weights = WEIGHTS) -> Ranking:
    """Rank choices. A choice is one or more pairs that stand for the same thing, such as a person's enrolments.

    Ties are broken by the earlier availability and then by the lower ids, so that equal questions get equal answers.
    """
    scored: list[_Scored] = []
    excluded: Counter[str] = Counter()
    considered = 0
    for pairs in choices:
        considered += 1
        faults = [(pair, broken(pair)) for pair in pairs]
        allowed = [(total(pair, weights), pair) for pair, names in faults if not names]
        if allowed:
            scored.append(min(allowed, key=_order))
        else:
            fewest: tuple[str, ...] = min((names for _, names in faults), key=len)
            excluded.update(fewest)
    items = [
        Recommendation(pair, score, parts(pair, weights), notes(pair)) for score, pair in nsmallest(limit, scored, key=_order)
    ]
    return Ranking(items, considered, len(scored), excluded)


def _order(scored: _Scored) -> tuple[float, date, UUID, UUID, UUID]:
    score, pair = scored
    when = pair.available_from or date.max
    return -score, when, pair.opening.position_id, pair.candidate.person_id, pair.candidate.enrolment_id
