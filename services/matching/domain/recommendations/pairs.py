"""A candidate and an opening, side by side, as the market sees the two."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from services.matching.domain.market.columns import HALF, HORIZON, Market
from services.matching.domain.market.components import COMPONENTS
from services.matching.domain.market.encoding import encode
from services.matching.domain.market.rules import RULES
from services.matching.domain.market.sides import CandidateSide, Demand, OpeningSide
from services.matching.domain.market.weights import View, Weights, known_weights, thousandths

__all__ = ["CandidateSide", "Demand", "OpeningSide", "Pair", "Part", "broken", "parts", "total"]


@dataclass(frozen=True)
class Pair:
    """The two, on the day of the question. `considered` says that they met before and that it is running or was declined."""

    candidate: CandidateSide
    opening: OpeningSide
    on: date
    considered: bool

    @property
    def available_from(self) -> date | None:
        return self.candidate.available_for(self.opening.kind)

    @property
    def needed_by(self) -> date:
        """The last day on which somebody who becomes available is still in time."""
        return self.opening.closes_on or max(self.on, self.opening.opens_on) + timedelta(days=HORIZON)

    @cached_property
    def market(self) -> Market:
        """A market of these two alone: the same columns and the same arithmetic as for a whole city."""
        met = {(self.candidate.person_id, self.opening.position_id)} if self.considered else ()
        return encode([self.candidate], [self.opening], on=self.on, met=met)


@dataclass(frozen=True, slots=True)
class Part:
    """A component of one pair's score, from 0 to 1. `value` None, not known, was counted as `counted`."""

    name: str
    value: float | None
    counted: float
    weight: float


def broken(pair: Pair) -> tuple[str, ...]:
    """The names of the rules that a pair breaks, in their order."""
    return tuple(rule.name for rule in RULES if not rule.holds(pair.market, 0, 0))


def parts(pair: Pair, view: View, weights: Weights | None = None) -> tuple[Part, ...]:
    """The components of a pair's score that count in a view."""
    by_name = (weights or known_weights()).views[view]
    values = [(each.name, int(each.value(pair.market, 0, 0))) for each in COMPONENTS if by_name.get(each.name)]
    return tuple(
        Part(name, None if value < 0 else value / 1000, (HALF if value < 0 else value) / 1000, by_name[name])
        for name, value in values
    )


def total(pair: Pair, view: View, weights: Weights | None = None) -> float:
    """The score in [0, 1]: the sum of its `parts`, exact to the millionth."""
    return sum(thousandths(part.weight) * thousandths(part.counted) for part in parts(pair, view, weights)) / 1_000_000
