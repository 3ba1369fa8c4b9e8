"""The ranking: the best of each choice that no rule excludes, with the reasons, and for the others a count per rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.matching.domain.market.columns import Column
from services.matching.domain.market.encoding import Met, encode
from services.matching.domain.market.weights import View, Weights
from services.matching.domain.market.words import Words
from services.matching.domain.numbers import np
from services.matching.domain.recommendations.choosing import Choice, choose
from services.matching.domain.recommendations.notes import Help, Notes, helps_most, notes
from services.matching.domain.recommendations.pairs import CandidateSide, OpeningSide, Pair, Part, parts


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One pair, its score and the reasons for it."""

    pair: Pair
    score: float
    parts: Sequence[Part]
    notes: Notes
    helps_most: Help | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best first. `considered` choices were looked at; `excluded` counts, per rule, those that it kept out.

    A choice that breaks two rules counts under both. `opening_skills` are skills that alone keep choices out, with how
    many each: learning the first would open most.
    """

    items: Sequence[Recommendation]
    considered: int
    eligible: int
    excluded: Mapping[str, int]
    opening_skills: Sequence[tuple[str, int]] = ()


def rank(
    candidates: Sequence[CandidateSide],
    openings: Sequence[OpeningSide],
    *,
    on: date,
    view: View,
    limit: int,
    met: Met = (),
    weights: Weights | None = None,
) -> Ranking:
    """Rank one side for the other: the positions for one person's enrolments, or the persons for one position."""
    candidates = sorted(candidates, key=lambda each: (each.person_id.int, each.enrolment_id.int))
    openings = sorted(openings, key=lambda each: each.position_id.int)
    if not candidates or not openings:
        return Ranking((), 0, 0, {})
    words = Words.of(candidates, openings)
    choice = choose(
        encode(candidates, openings, on=on, met=met, words=words),
        np.arange(len(candidates), dtype=np.int32),
        np.arange(len(openings), dtype=np.int32),
        persons=_persons(candidates),
        skills=words.skills,
        view=view,
        limit=limit,
        weights=weights,
    )
    return with_reasons(
        choice,
        lambda row, column: Pair(candidates[row], openings[column], on, considered=False),
        view=view,
        weights=weights,
    )


def with_reasons(
    choice: Choice, pair_of: Callable[[int, int], Pair | None], *, view: View, weights: Weights | None = None
) -> Ranking:
    """A choice with the reasons for each pair. A pair that there is no more is left out."""
    found = [(pair_of(row, column), points) for row, column, points in choice.best]
    items = [_recommendation(pair, points, view=view, weights=weights) for pair, points in found if pair is not None]
    return Ranking(items, choice.considered, choice.eligible, choice.excluded, choice.opening_skills)


def _persons(candidates: Sequence[CandidateSide]) -> Column:
    persons = {person: code for code, person in enumerate(dict.fromkeys(each.person_id for each in candidates))}
    return np.array([persons[each.person_id] for each in candidates], dtype=np.int32)


def _recommendation(pair: Pair, points: int, *, view: View, weights: Weights | None) -> Recommendation:
    return Recommendation(pair, points / 1_000_000, parts(pair, view, weights), notes(pair, view), helps_most(pair, view))
