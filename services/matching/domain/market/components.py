"""The components of the score: each a small function of a market, a trainee and a position, from 0 to FULL or UNKNOWN.

Adding one is adding a function here, words for it in notes.py, and a weight in a new version of the weights.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from services.matching.domain.market.columns import (
    FULL,
    HORIZON,
    INTERNSHIP,
    P_AREA,
    P_FIELD,
    P_KIND,
    P_PAY,
    P_REGION,
    P_STARTS,
    T_ANY_FIELD,
    T_ANY_REGION,
    T_FIELD,
    T_FROM,
    T_INTERN_FROM,
    T_KINDS,
    T_PAY,
    T_REGION,
    T_SKILLS_KNOWN,
    UNKNOWN,
    Market,
)

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
    return market.close_fields[market.trainee[trainee, T_FIELD], market.position[position, P_FIELD]]


@_component(reads=("skills",))
def skills(market: Market, trainee: int, position: int) -> int:
    """The demanded skills that the trainee has, must-haves twice as heavy; a lower level counts in proportion."""
    start, end = market.asked_from[position], market.asked_from[position + 1]
    if start == end:
        return FULL
    if market.trainee[trainee, T_SKILLS_KNOWN] == 0:
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
    interning = market.position[position, P_KIND] == INTERNSHIP
    ready = market.trainee[trainee, T_INTERN_FROM if interning else T_FROM]
    if ready == UNKNOWN:
        return UNKNOWN
    late = ready - market.position[position, P_STARTS]
    return min(FULL, max(0, FULL - FULL * late // HORIZON))


@_component(reads=("p_area",))
def region(market: Market, trainee: int, position: int) -> int:
    """Trained where the work is, or in the neighbouring region."""
    if market.trainee[trainee, T_REGION] == UNKNOWN:
        return UNKNOWN
    return market.close_regions[market.trainee[trainee, T_REGION], market.position[position, P_AREA]]


@_component(reads=("p_field",))
def wished_field(market: Market, trainee: int, position: int) -> int:
    """The trainee wishes for this field, or for any."""
    if market.trainee[trainee, T_ANY_FIELD] == 1:
        return FULL
    return FULL if market.wished_field[trainee, market.position[position, P_FIELD]] == 1 else 0


@_component(reads=("p_region",))
def wished_region(market: Market, trainee: int, position: int) -> int:
    """The trainee wishes to work here, or anywhere."""
    if market.trainee[trainee, T_ANY_REGION] == 1:
        return FULL
    return FULL if market.wished_region[trainee, market.position[position, P_REGION]] == 1 else 0


@_component(reads=("p_kind",))
def wished_kind(market: Market, trainee: int, position: int) -> int:
    """The trainee wishes for this kind of position, or for any."""
    kinds = market.trainee[trainee, T_KINDS]
    return FULL if kinds == 0 or (kinds >> market.position[position, P_KIND]) & 1 == 1 else 0


@_component(reads=("p_pay",))
def pay(market: Market, trainee: int, position: int) -> int:
    """What is paid at best, against what the trainee wishes to earn."""
    if market.trainee[trainee, T_PAY] <= 0:
        return FULL
    if market.position[position, P_PAY] == UNKNOWN:
        return UNKNOWN
    return min(FULL, FULL * market.position[position, P_PAY] // market.trainee[trainee, T_PAY])


COMPONENTS: Final[Sequence[Component]] = tuple(_components)
NAMES: Final = tuple(component.name for component in COMPONENTS)
