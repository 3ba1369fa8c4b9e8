"""Rules and components put together: one function per facet, and one for a whole pair, from the same small functions."""

from collections.abc import Callable, Sequence
from typing import Final

from services.matching.domain.market.columns import HALF, Column, Market
from services.matching.domain.market.components import COMPONENTS, Valuation
from services.matching.domain.market.layout import EXCLUDED, PAY, PLACE, TERM, terms_of
from services.matching.domain.market.rules import RULES, About, Predicate

Points = Callable[[Market, Column, int, int], int]
Mask = Callable[[Market, int, int], int]


def _no_points(market: Market, weights: Column, trainee: int, position: int) -> int:
    return 0


def _breaks_none(market: Market, trainee: int, position: int) -> int:
    return 0


PARTS: Final[list[Callable[..., int]]] = [_no_points, _breaks_none]
"""Every function made here, for whoever compiles them."""


def _part(function: Points) -> Points:
    PARTS.append(function)
    return function


def _adding(values: Sequence[tuple[int, Valuation]]) -> Points:
    """The weighted sum of components; what is not known counts half."""
    if not values:
        return _no_points
    (place, value), *others = values
    rest = _adding(others)

    def points(market: Market, weights: Column, trainee: int, position: int) -> int:
        # `rest` is named once: inlined in two branches, the chain would double with every component.
        others = rest(market, weights, trainee, position)
        if weights[place] == 0:
            return others
        worth = value(market, trainee, position)
        return weights[place] * (HALF if worth < 0 else worth) + others

    return _part(points)


def _unless_broken(rules: Sequence[Predicate], adding: Points) -> Points:
    if not rules:
        return adding
    holds = rules[0]
    rest = _unless_broken(rules[1:], adding)

    def points(market: Market, weights: Column, trainee: int, position: int) -> int:
        if not holds(market, trainee, position):
            return EXCLUDED
        return rest(market, weights, trainee, position)

    return _part(points)


def _breaking(rules: Sequence[Predicate], bit: int = 0) -> Mask:
    """Which rules a pair breaks, as bits in their order."""
    if bit == len(rules):
        return _breaks_none
    holds = rules[bit]
    rest = _breaking(rules, bit + 1)

    def mask(market: Market, trainee: int, position: int) -> int:
        return (0 if holds(market, trainee, position) else 1 << bit) + rest(market, trainee, position)

    PARTS.append(mask)
    return mask


def _of_facet(facet: Sequence[str]) -> Points:
    terms = terms_of(facet)
    return _unless_broken(terms.rules, _adding(terms.values))


def _about(about: About) -> Points:
    return _unless_broken([rule.holds for rule in RULES if rule.about is about], _no_points)


place_points: Final = _of_facet(PLACE)
term_points: Final = _of_facet(TERM)
pay_points: Final = _of_facet(PAY)
trainee_points: Final = _about(About.TRAINEE)
position_points: Final = _about(About.POSITION)
score_of: Final = _adding([(place, component.value) for place, component in enumerate(COMPONENTS)])
"""A pair's score, whatever rules it breaks: up to FULL * FULL."""
points_of: Final = _unless_broken([rule.holds for rule in RULES], score_of)
"""A pair's score, or EXCLUDED."""
broken_by: Final = _breaking([rule.holds for rule in RULES])
"""The rules that a pair breaks, one bit each."""
