"""How positions are laid out for the compiled search: in runs that share a place, with the demands turned into postings.

The rules and components of few columns have few different answers: they are asked once per combination ("facet").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from services.matching.domain.market.columns import Column, Market
from services.matching.domain.market.components import COMPONENTS, Component, Valuation
from services.matching.domain.market.rules import RULES, About, Predicate
from services.matching.domain.numbers import NDArray, np

PLACE: Final = ("p_field", "p_kind", "p_region", "p_area")
TERM: Final = ("p_kind", "p_starts", "p_needed")
PAY: Final = ("p_pay",)
FACETS: Final = (PLACE, TERM, PAY)
SKILLS: Final = ("skills",)
PAIRS: Final = ("position",)

EXCLUDED: Final = -(1 << 28)
"""What a pair that breaks a rule gets instead of points: no sum of points makes up for it."""
MISSING: Final = 1 << 21
"""What each must-have skill takes away until it is found: more than the highest score."""


class Terms(NamedTuple):
    """The rules and components of one facet, the latter with their places among the weights."""

    rules: Sequence[Predicate]
    values: Sequence[tuple[int, Valuation]]


class Layout(NamedTuple):
    """The positions that break no rule of their own, ordered by place. `order` gives a column's place in the market.

    `rank` orders equal scores (the lower first) and `by_rank` turns it back. `run_from` bounds the positions of each place.
    A `*_like` is one position that stands for all of its facet, a `*_code` says of which facet a position is. `posting_*`
    are the demands by skill; `posting_gain[level]` is what each is worth to somebody who has the skill at that level.
    """

    order: Column
    rank: Column
    by_rank: Column
    where: Column
    place_like: Column
    run_from: Column
    term_like: Column
    term_code: Column
    pay_like: Column
    pay_code: Column
    musts: Column
    demands: Column
    posting_from: Column
    posting_position: Column
    posting_gain: NDArray[np.int32]


def terms_of(facet: Sequence[str]) -> Terms:
    """What is asked once per combination of these columns."""
    pairwise = [rule for rule in RULES if rule.about is About.PAIR and facet_of(rule.reads) == facet]
    valued = [(place, component) for place, component in enumerate(COMPONENTS) if facet_of(component.reads) == facet]
    return Terms([rule.holds for rule in pairwise], [(place, component.value) for place, component in valued])


def facet_of(reads: Sequence[str]) -> Sequence[str]:
    """The first facet that holds all these columns. Raises LookupError: then the search would overlook what reads them."""
    for facet in (SKILLS, PAIRS, *FACETS):
        if set(reads) <= set(facet):
            return facet
    raise LookupError(f"no facet of the search holds {', '.join(reads)}")


def check_every_term_has_a_facet(components: Sequence[Component] = COMPONENTS) -> None:
    for component in components:
        facet_of(component.reads)
    for rule in RULES:
        if rule.about is About.PAIR:
            facet_of(rule.reads)


def lay_out(market: Market, lots: Column, weights: Column, *, standing: Column) -> Layout:
    """Lay out the positions whose places are given by `standing`; `lots` orders all positions where scores are equal."""
    place_code, _ = _coded(market, PLACE, standing)
    order = standing[np.lexsort((lots[standing], place_code))].astype(np.int32)
    place_code, place_like = _coded(market, PLACE, order)
    term_code, term_like = _coded(market, TERM, order)
    pay_code, pay_like = _coded(market, PAY, order)
    rank = np.empty(len(order), dtype=np.int32)
    by_rank = np.argsort(lots[order], kind="stable").astype(np.int32)
    rank[by_rank] = np.arange(len(order), dtype=np.int32)
    where = np.full(market.positions, -1, dtype=np.int32)
    where[order] = np.arange(len(order), dtype=np.int32)
    run_from = np.searchsorted(place_code, np.arange(len(place_like) + 1)).astype(np.int32)
    asked = np.diff(market.asked_from)
    musts = np.add.reduceat(np.append(market.asked_must, 0), market.asked_from[:-1]) if market.positions else asked
    musts = np.where(asked > 0, musts, 0)
    return Layout(
        order=order,
        rank=rank,
        by_rank=order[by_rank],
        where=where,
        place_like=place_like,
        run_from=run_from,
        term_like=term_like,
        term_code=term_code,
        pay_like=pay_like,
        pay_code=pay_code,
        musts=musts[order].astype(np.int32),
        demands=asked[order].astype(np.int32),
        **_postings(market, where, weights),
    )


def _coded(market: Market, facet: Sequence[str], order: Column) -> tuple[Column, Column]:
    """A code per position and, per code, one position that has it. Codes follow the order of the columns' values."""
    columns = np.stack([market.column(name)[order] for name in facet])
    _, first, code = np.unique(columns, axis=1, return_index=True, return_inverse=True)
    return code.reshape(-1).astype(np.int32), order[first].astype(np.int32)


def _postings(market: Market, where: Column, weights: Column) -> dict[str, Column]:
    asking = np.repeat(np.arange(market.positions, dtype=np.int32), np.diff(market.asked_from))
    place = where[asking]
    kept = np.flatnonzero(place >= 0)
    kept = kept[np.lexsort((place[kept], market.asked_skill[kept]))]
    skill = market.asked_skill[kept]
    count = int(max(market.asked_skill.max(initial=-1), market.held_skill.max(initial=-1))) + 1
    return {
        "posting_from": np.searchsorted(skill, np.arange(count + 1)).astype(np.int32),
        "posting_position": place[kept].astype(np.int32),
        "posting_gain": np.stack([_gain(market, kept, weights, level) for level in range(HIGHEST_LEVEL + 1)]),
    }


def _gain(market: Market, kept: NDArray[np.intp], weights: Column, level: int) -> Column:
    share, asked, must = market.asked_share[kept], market.asked_level[kept], market.asked_must[kept]
    points = weights[SKILLS_PLACE] * (share * np.minimum(level, asked) // np.maximum(asked, 1))
    return (points + np.where((must == 1) & (level >= asked), MISSING, 0)).astype(np.int32)


HIGHEST_LEVEL: Final = 5
SKILLS_PLACE: Final = next(place for place, component in enumerate(COMPONENTS) if component.name == "skills")
check_every_term_has_a_facet()
