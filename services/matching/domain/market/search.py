"""The loops over many pairs. Plain Python that is compiled as it stands; uncompiled it gives the same, slowly.

Every loop takes a part of the rows: parts of any size, on any number of threads, together give the same result.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from services.matching.domain.market.columns import FULL, HALF, T_SKILLS_KNOWN, Column, Market
from services.matching.domain.market.layout import EXCLUDED, MISSING, SKILLS_PLACE, Layout
from services.matching.domain.market.points import (
    broken_by,
    pay_points,
    place_points,
    points_of,
    term_points,
    trainee_points,
)
from services.matching.domain.numbers import NDArray, np

Keys: TypeAlias = "NDArray[np.int64]"
LOWEST_LOT = 0x7FFFFFFF


class Scratch(NamedTuple):
    """Room that one thread works in: what the loops need and cannot make themselves, because nothing is counted in them."""

    plain: Column
    blind: Column
    worth: Column
    term_points: Column
    pay_points: Column


def scratch_for(layout: Layout) -> Scratch:
    """Room for one thread at a time."""
    sizes = (len(layout.order),) * 3 + (len(layout.term_like), len(layout.pay_like))
    return Scratch(*(np.empty(size, np.int32) for size in sizes))


def best_positions(market: Market, layout: Layout, weights: Column, scratch: Scratch, first: int, last: int, keys: Keys) -> None:
    """For each trainee from `first` up to `last`, the best positions: `keys` gets their keys, the best first, 0 for none.

    A key is the score times 2**32 plus what makes the lower lot the higher key: comparing keys is comparing both. Exact: a
    place is only passed over when its best possible score is below the worst of a full list.
    """
    weight = weights[SKILLS_PLACE]
    for place in range(len(layout.order)):
        none = layout.demands[place] == 0
        scratch.plain[place] = weight * FULL if none else -MISSING * layout.musts[place]
        scratch.blind[place] = weight * FULL if none else weight * HALF
    for trainee in range(first, last):
        if trainee_points(market, weights, trainee, 0) < 0:
            continue
        prepare(market, layout, trainee, scratch)
        highest = weight * FULL + fill_terms(market, layout, weights, trainee, scratch)
        highest += fill_pays(market, layout, weights, trainee, scratch)
        heap = keys[trainee]
        found = 0
        for place in range(len(layout.place_like)):
            base = place_points(market, weights, trainee, layout.place_like[place])
            if base >= 0 and (found < len(heap) or base + highest >= heap[0] >> 32):
                found = search_run(layout, scratch, place, base, heap, found)
        if found < len(heap):
            make_heap(heap[:found])
        sort_down(heap[:found])


def prepare(market: Market, layout: Layout, trainee: int, scratch: Scratch) -> None:
    """What the positions' skills are worth to a trainee; a pair that met before is out."""
    worth = scratch.worth
    if market.trainee[trainee, T_SKILLS_KNOWN] == 1:
        for place in range(len(worth)):
            worth[place] = scratch.plain[place]
        add_skills(market, layout, trainee, worth)
    else:
        for place in range(len(worth)):
            worth[place] = scratch.blind[place]
    for met in range(market.met_from[trainee], market.met_from[trainee + 1]):
        if layout.where[market.met_position[met]] >= 0:
            worth[layout.where[market.met_position[met]]] = EXCLUDED


def search_run(layout: Layout, scratch: Scratch, place: int, base: int, heap: Keys, found: int) -> int:
    """Look at every position of one place. Returns how many keys the list holds then."""
    size = len(heap)
    least = heap[0] >> 32 if found == size else 0
    for position in range(layout.run_from[place], layout.run_from[place + 1]):
        score = base + scratch.worth[position]
        score += scratch.term_points[layout.term_code[position]] + scratch.pay_points[layout.pay_code[position]]
        if score >= least:
            key = (int(score) << 32) + int(LOWEST_LOT - layout.rank[position])
            if found < size:
                heap[found] = key
                found += 1
                if found == size:
                    make_heap(heap)
                    least = heap[0] >> 32
            elif key > heap[0]:
                heap[0] = key
                sift(heap, 0)
                least = heap[0] >> 32
    return found


def add_skills(market: Market, layout: Layout, trainee: int, worth: Column) -> None:
    """Add what each skill of a trainee is worth to every position that asks for it."""
    for place in range(market.held_from[trainee], market.held_from[trainee + 1]):
        skill = market.held_skill[place]
        gain = layout.posting_gain[market.held_level[place]]
        for posting in range(layout.posting_from[skill], layout.posting_from[skill + 1]):
            worth[layout.posting_position[posting]] += gain[posting]


def fill_terms(market: Market, layout: Layout, weights: Column, trainee: int, scratch: Scratch) -> int:
    """Ask what depends on dates once per combination; returns the best answer."""
    highest = 0
    for place in range(len(layout.term_like)):
        scratch.term_points[place] = term_points(market, weights, trainee, layout.term_like[place])
        highest = max(highest, scratch.term_points[place])
    return highest


def fill_pays(market: Market, layout: Layout, weights: Column, trainee: int, scratch: Scratch) -> int:
    """The same for pay."""
    highest = 0
    for place in range(len(layout.pay_like)):
        scratch.pay_points[place] = pay_points(market, weights, trainee, layout.pay_like[place])
        highest = max(highest, scratch.pay_points[place])
    return highest


def make_heap(heap: Keys) -> None:
    """Bring the least key to the front and keep the others so that `sift` finds the next."""
    for place in range(len(heap) // 2 - 1, -1, -1):
        sift(heap, place)


def sift(heap: Keys, place: int) -> None:
    key, size = heap[place], len(heap)
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = key


def sort_down(heap: Keys) -> None:
    """Turn a heap into a list, the highest key first."""
    for last in range(len(heap) - 1, 0, -1):
        least = heap[0]
        heap[0] = heap[last]
        heap[last] = least
        sift(heap[:last], 0)


def score_pairs(
    market: Market, weights: Column, trainees: Column, positions: Column, first: int, last: int, points: Column
) -> None:
    """The score of each pair from `first` up to `last`, or EXCLUDED."""
    for place in range(first, last):
        points[place] = points_of(market, weights, trainees[place], positions[place])


def rules_broken(market: Market, trainees: Column, positions: Column, first: int, last: int, masks: Column) -> None:
    """The rules that each pair from `first` up to `last` breaks, one bit per rule in their order."""
    for place in range(first, last):
        masks[place] = broken_by(market, trainees[place], positions[place])
