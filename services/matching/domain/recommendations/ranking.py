"""The ranking: the best of each choice that no rule excludes, and for the others a count per rule."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.matching.domain.market.columns import INTERNSHIP, Column, Market
from services.matching.domain.market.encoding import Met, encode
from services.matching.domain.market.engine import engine
from services.matching.domain.market.rules import RULES
from services.matching.domain.market.weights import View, Weights, known_weights
from services.matching.domain.recommendations.notes import Help, Notes, helps_most, notes
from services.matching.domain.recommendations.pairs import CandidateSide, OpeningSide, Pair, Part, parts

_MUST_HAVE: Final = 1 << next(bit for bit, rule in enumerate(RULES) if rule.name == "must_have_skills")
_NEVER: Final = 1 << 30


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
    """Rank one side for the other: the positions for one person's enrolments, or the persons for one position.

    Of a person's enrolments the best counts. Ties are broken by the earlier availability and then by the lower ids, so that
    equal questions get equal answers.
    """
    candidates = sorted(candidates, key=lambda each: (each.person_id, each.enrolment_id))
    openings = sorted(openings, key=lambda each: each.position_id)
    if not candidates or not openings:
        return Ranking((), 0, 0, {})
    market = encode(candidates, openings, on=on, met=met)
    judged = _judged(market, (weights or known_weights()).column(view))
    rows, columns, masks = judged.rows, judged.columns, judged.masks
    chosen = _best_of_each(columns if view is View.TRAINEE else _persons(candidates)[rows], judged)
    passed, failed = chosen[masks[chosen] == 0], chosen[masks[chosen] != 0]
    order = np.lexsort((rows[passed], columns[passed], judged.ready()[passed], -judged.points[passed]))
    ranked = [
        _recommendation(
            Pair(candidates[rows[place]], openings[columns[place]], on, considered=False),
            int(judged.points[place]),
            view=view,
            weights=weights,
        )
        for place in passed[order][:limit].tolist()
    ]
    excluded = {rule.name: int(np.sum(masks[failed] >> bit & 1)) for bit, rule in enumerate(RULES)}
    lacking = [(candidates[rows[place]], openings[columns[place]]) for place in failed.tolist() if masks[place] == _MUST_HAVE]
    return Ranking(
        ranked, len(chosen), len(passed), {name: count for name, count in excluded.items() if count}, _opening_skills(lacking)
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """Every pair of a small market: its score, and the rules that it breaks as bits."""

    market: Market
    rows: Column
    columns: Column
    points: Column
    masks: Column

    def ready(self) -> Column:
        """The day on which each trainee is there for each position; who does not say comes last."""
        intern = self.market.column("p_kind")[self.columns] == INTERNSHIP
        days = np.where(intern, self.market.column("t_intern_from")[self.rows], self.market.column("t_from")[self.rows])
        return np.where(days < 0, _NEVER, days).astype(np.int32)


def _judged(market: Market, weights: Column) -> _Judged:
    grid = np.indices((market.trainees, market.positions), dtype=np.int32)
    rows, columns = grid[0].ravel(), grid[1].ravel()
    points, masks = np.zeros(len(rows), np.int32), np.zeros(len(rows), np.int32)
    engine().score_pairs(market, weights, rows, columns, 0, len(rows), points)
    engine().rules_broken(market, rows, columns, 0, len(rows), masks)
    return _Judged(market, rows, columns, points, masks)


def _persons(candidates: Sequence[CandidateSide]) -> Column:
    persons = {person: code for code, person in enumerate(dict.fromkeys(each.person_id for each in candidates))}
    return np.array([persons[each.person_id] for each in candidates], dtype=np.int32)


def _best_of_each(choice: Column, judged: "_Judged") -> NDArray[np.intp]:
    """The place of each choice's best pair: the one that breaks fewest rules, then the highest score."""
    faults = np.zeros(len(judged.masks), np.int32)
    for bit in range(len(RULES)):
        faults += judged.masks >> bit & 1
    order = np.lexsort((judged.rows, judged.columns, judged.ready(), -judged.points, faults, choice))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(choice[order]) != 0
    return order[first]


def _recommendation(pair: Pair, points: int, *, view: View, weights: Weights | None) -> Recommendation:
    return Recommendation(pair, points / 1_000_000, parts(pair, view, weights), notes(pair, view), helps_most(pair, view))


def _opening_skills(lacking: Sequence[tuple[CandidateSide, OpeningSide]]) -> Sequence[tuple[str, int]]:
    counted: Counter[str] = Counter()
    for candidate, opening in lacking:
        held = candidate.skills or {}
        missing = [demand.skill for demand in opening.demands if demand.must and held.get(demand.skill, 0) < demand.level]
        if len(missing) == 1:
            counted[missing[0]] += 1
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:10]
