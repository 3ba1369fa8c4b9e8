"""The components of the score: each a small function of a market, a trainee and a position, from 0 to FULL or UNKNOWN.

Adding one is adding a function here, words for it in notes.py, and a weight in a new version of the weights.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from services.matching.domain.market.columns import FULL, HORIZON, INTERNSHIP, UNKNOWN, Market

Valuation = Callable[[Market, int, int], int]


@dataclass(frozen=True, slots=True)
class Component:
    """`reads` names the positions' columns that it looks at, as for rules."""

    name: str
    reads: tuple[str, ...]
    value: Valuation


_components: Final[list[Component]] = []


def _component(*, reads: tuple[str, ...]) -> Callable[[Valuation], Valuation]:
    def register(valuation: Valuation) -> Valuation:
        _components.append(Component(valuation.__name__, reads, valuation))
        return valuation

    return register


@_component(reads=("p_field",))
def field(market: Market, trainee: int, position: int) -> int:
    """Trained in the position's field, or in one close to it."""
    return market.close_fields[market.t_field[trainee], market.p_field[position]]


@_component(reads=("skills",))
def skills(market: Market, trainee: int, position: int) -> int:
    """The demanded skills that the trainee has, must-haves twice as heavy; a lower level counts in proportion."""
    start, end = market.asked_from[position], market.asked_from[position + 1]
    if start == end:
        return FULL
    if market.t_skills_known[trainee] == 0:
        return UNKNOWN
    covered = 0
    held, last = market.held_from[trainee], market.held_from[trainee + 1]
    for place in range(start, end):
        while held < last and market.held_skill[held] < market.asked_skill[place]:
            held += 1
        if held < last and market.held_skill[held] == market.asked_skill[place]:
            level, asked = market.held_level[held], market.asked_level[place]
            covered += market.asked_share[place] * min(level, asked) // asked
    return covered


@_component(reads=("p_kind", "p_starts"))
def availability(market: Market, trainee: int, position: int) -> int:
    """Available at once, or less the later."""
    ready = market.t_intern_from[trainee] if market.p_kind[position] == INTERNSHIP else market.t_from[trainee]
    if ready == UNKNOWN:
        return UNKNOWN
    late = ready - market.p_starts[position]
    return min(FULL, max(0, FULL - FULL * late // HORIZON))


@_component(reads=("p_area",))
def region(market: Market, trainee: int, position: int) -> int:
    """Trained where the work is, or in the neighbouring region."""
    if market.t_region[trainee] == UNKNOWN:
        return UNKNOWN
    return market.close_regions[market.t_region[trainee], market.p_area[position]]


@_component(reads=("p_field",))
def wished_field(market: Market, trainee: int, position: int) -> int:
    """The trainee wishes for this field, or for any."""
    if market.t_any_field[trainee] == 1:
        return FULL
    return FULL if market.wished_field[trainee, market.p_field[position]] == 1 else 0


@_component(reads=("p_region",))
def wished_region(market: Market, trainee: int, position: int) -> int:
    """The trainee wishes to work here, or anywhere."""
    if market.t_any_region[trainee] == 1:
        return FULL
    return FULL if market.wished_region[trainee, market.p_region[position]] == 1 else 0


@_component(reads=("p_kind",))
def wished_kind(market: Market, trainee: int, position: int) -> int:
    """The trainee wishes for this kind of position, or for any."""
    kinds = market.t_kinds[trainee]
    return FULL if kinds == 0 or (kinds >> market.p_kind[position]) & 1 == 1 else 0


@_component(reads=("p_pay",))
def pay(market: Market, trainee: int, position: int) -> int:
    """What is paid at best, against what the trainee wishes to earn."""
    if market.t_pay[trainee] <= 0:
        return FULL
    if market.p_pay[position] == UNKNOWN:
        return UNKNOWN
    return min(FULL, FULL * market.p_pay[position] // market.t_pay[trainee])


COMPONENTS: Final[Sequence[Component]] = tuple(_components)
NAMES: Final = tuple(component.name for component in COMPONENTS)
