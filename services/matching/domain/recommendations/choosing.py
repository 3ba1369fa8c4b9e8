"""The choice, on columns alone: of the pairs asked about the best that no rule excludes, and for the others a count per rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.matching.domain.market.columns import INTERNSHIP, Column, Market
from services.matching.domain.market.engine import engine
from services.matching.domain.market.rules import RULES
from services.matching.domain.market.weights import View, Weights, known_weights
from services.matching.domain.market.words import Codes
from services.matching.domain.numbers import NDArray, np

_MUST_HAVE: Final = 1 << next(bit for bit, rule in enumerate(RULES) if rule.name == "must_have_skills")
_NEVER: Final = 1 << 30
_SHOWN: Final = 10
_APART: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Choice:
    """The best pairs, as (row, column, points), the best first, and the counts of all."""

    best: Sequence[tuple[int, int, int]]
    considered: int
    eligible: int
    excluded: Mapping[str, int]
    opening_skills: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Judged:
    """Pairs with their score, and the rules that they break as bits."""

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


def choose(
    market: Market,
    rows: Column,
    columns: Column,
    *,
    persons: Column,
    skills: Codes,
    view: View,
    limit: int,
    weights: Weights | None = None,
) -> Choice:
    """Judge every pair of these rows and columns. `persons` gives the rows of one person the same number.

    Of a person's enrolments the best counts. Ties are broken by the earlier availability and then by the lower ids, so that
    equal questions get equal answers: rows and columns stand in the order of ids.
    """
    judged = _judged(market, rows, columns, (weights or known_weights()).column(view))
    chosen = _best_of_each(judged.columns if view is View.TRAINEE else persons[judged.rows], judged)
    masks = judged.masks[chosen]
    passed, failed = chosen[masks == 0], chosen[masks != 0]
    excluded = {rule.name: int(np.sum(judged.masks[failed] >> bit & 1)) for bit, rule in enumerate(RULES)}
    best = _first(passed, judged, limit)
    return Choice(
        best=[(int(judged.rows[each]), int(judged.columns[each]), int(judged.points[each])) for each in best],
        considered=len(chosen),
        eligible=len(passed),
        excluded={name: count for name, count in excluded.items() if count},
        opening_skills=_opening_skills(judged, failed[judged.masks[failed] == _MUST_HAVE], skills),
    )


def _judged(market: Market, rows: Column, columns: Column, weights: Column) -> _Judged:
    pair_row, pair_column = np.repeat(rows, len(columns)), np.tile(columns, len(rows))
    points, masks = np.zeros(len(pair_row), np.int32), np.zeros(len(pair_row), np.int32)
    engine().score_pairs(market, weights, pair_row, pair_column, 0, len(pair_row), points)
    engine().rules_broken(market, pair_row, pair_column, 0, len(pair_row), masks)
    return _Judged(market, pair_row, pair_column, points, masks)


def _first(passed: NDArray[np.intp], judged: _Judged, limit: int) -> NDArray[np.intp]:
    if limit == 0:
        return passed[:0]
    if len(passed) > limit:  # whoever has fewer points than the last one needs no place in the order
        points = judged.points[passed]
        passed = passed[points >= np.partition(points, len(points) - limit)[len(points) - limit]]
    order = np.lexsort((judged.rows[passed], judged.columns[passed], judged.ready()[passed], -judged.points[passed]))
    return passed[order][:limit]


def _best_of_each(choice: Column, judged: _Judged) -> NDArray[np.intp]:
    """The place of each choice's best pair: the one that breaks fewest rules, then the highest score."""
    if np.all(np.diff(choice) > 0):  # one pair of each
        return np.arange(len(choice))
    faults = np.zeros(len(judged.masks), np.int32)
    for bit in range(len(RULES)):
        faults += judged.masks >> bit & 1
    order = np.lexsort((judged.rows, judged.columns, judged.ready(), -judged.points, faults, choice))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(choice[order]) != 0
    return order[first]


def _opening_skills(judged: _Judged, lacking: NDArray[np.intp], skills: Codes) -> Sequence[tuple[str, int]]:
    """The skills that alone keep pairs apart, with how many each, the most frequent first."""
    market = judged.market
    rows, columns = judged.rows[lacking], judged.columns[lacking]
    counts = np.diff(market.asked_from)[columns]
    pair = np.repeat(np.arange(len(lacking)), counts)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts) + market.asked_from[columns][pair]
    must = market.asked_must[place] == 1
    pair, place = pair[must], place[must]
    skill = market.asked_skill[place].astype(np.int64)
    missing = _level(market, rows[pair], skill) < market.asked_level[place]
    alone = np.bincount(pair[missing], minlength=len(lacking))[pair] == 1
    counted = np.bincount(skill[missing & alone], minlength=len(skills))
    found = [(name, int(counted[code])) for name, code in skills.items() if counted[code]]
    return sorted(found, key=lambda each: (-each[1], each[0]))[:_SHOWN]


def _level(market: Market, rows: Column, skill: NDArray[np.int64]) -> Column:
    """The level at which the trainee of each row has a skill; 0 for who has it not."""
    if not len(market.held_skill) or not len(rows):
        return np.zeros(len(rows), np.int32)
    first, last = int(rows.min()), int(rows.max()) + 1
    start, end = market.held_from[first], market.held_from[last]
    holder = np.repeat(np.arange(first, last, dtype=np.int64), np.diff(market.held_from[first : last + 1]))
    known = np.append(holder * _APART + market.held_skill[start:end], np.iinfo(np.int64).max)
    wanted = rows.astype(np.int64) * _APART + skill
    found = np.searchsorted(known, wanted)
    levels = np.append(market.held_level[start:end], 0)
    return np.where(known[found] == wanted, levels[found], 0).astype(np.int32)
