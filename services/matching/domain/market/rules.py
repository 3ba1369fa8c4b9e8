"""Hard rules: each a small function of a market, a trainee and a position; who breaks one is not recommended and not matched.

Adding a rule is adding a function here. It is compiled for whole markets and called as it stands for single pairs. `reads`
names the positions' columns that it looks at: rules of few columns are asked once per combination, not once per position.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.matching.domain.market.columns import (
    INTERNSHIP,
    P_CLOSES,
    P_FIELD,
    P_FREE,
    P_KIND,
    P_NEEDED,
    P_OPEN,
    P_OPENS,
    T_FIELD,
    T_FROM,
    T_INTERN_FROM,
    T_PARKED,
    T_PLACED,
    T_PRESENT,
    T_REFUSES,
    T_SKILLS_KNOWN,
    UNKNOWN,
    Market,
)
from shared.errors import N_

Predicate = Callable[[Market, int, int], bool]


class About(StrEnum):
    """Whether a rule looks at one side only, and is asked once for it, or at both."""

    TRAINEE = "trainee"
    POSITION = "position"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Rule:
    """`explanation` says, of a pair that breaks the rule, why it is not recommended."""

    name: str
    explanation: str
    about: About
    reads: tuple[str, ...]
    holds: Predicate


_rules: Final[list[Rule]] = []


def _rule(explanation: str, *, about: About = About.PAIR, reads: tuple[str, ...] = ()) -> Callable[[Predicate], Predicate]:
    def register(predicate: Predicate) -> Predicate:
        _rules.append(Rule(predicate.__name__, explanation, about, reads, predicate))
        return predicate

    return register


@_rule(N_("The position takes no candidates: it is paused or closed."), about=About.POSITION)
def position_open(market: Market, trainee: int, position: int) -> bool:
    return market.position[position, P_OPEN] == 1


@_rule(N_("The position's application window has not begun or has passed."), about=About.POSITION)
def within_window(market: Market, trainee: int, position: int) -> bool:
    closes = market.position[position, P_CLOSES]
    return market.position[position, P_OPENS] <= market.on and (closes == UNKNOWN or market.on <= closes)


@_rule(N_("The position has no free seat."), about=About.POSITION)
def seat_free(market: Market, trainee: int, position: int) -> bool:
    return market.position[position, P_FREE] > 0


@_rule(N_("The trainee is on leave."), about=About.TRAINEE)
def trainee_present(market: Market, trainee: int, position: int) -> bool:
    return market.trainee[trainee, T_PRESENT] == 1


@_rule(N_("The trainee refused to be matched by a machine."), about=About.TRAINEE)
def automation_accepted(market: Market, trainee: int, position: int) -> bool:
    return market.trainee[trainee, T_REFUSES] == 0


@_rule(N_("The trainee is parked: not to be put forward for now."), about=About.TRAINEE)
def not_parked(market: Market, trainee: int, position: int) -> bool:
    return market.trainee[trainee, T_PARKED] == 0


@_rule(N_("The trainee becomes available after the position needs somebody."), reads=("p_kind", "p_needed"))
def available_in_time(market: Market, trainee: int, position: int) -> bool:
    interning = market.position[position, P_KIND] == INTERNSHIP
    ready = market.trainee[trainee, T_INTERN_FROM if interning else T_FROM]
    return ready == UNKNOWN or ready <= market.position[position, P_NEEDED]


@_rule(N_("The trainee has a full-time placement offered, accepted or running."), about=About.TRAINEE)
def not_placed_full_time(market: Market, trainee: int, position: int) -> bool:
    return market.trainee[trainee, T_PLACED] == 0


@_rule(N_("The trainee was put forward for this position before, and it is still running or was declined."), reads=("position",))
def not_yet_considered(market: Market, trainee: int, position: int) -> bool:
    for place in range(market.met_from[trainee], market.met_from[trainee + 1]):
        if market.met_position[place] == position:
            return False
    return True


@_rule(N_("The trainee was trained in a field that is neither the position's nor close to it."), reads=("p_field",))
def field_eligible(market: Market, trainee: int, position: int) -> bool:
    return market.close_fields[market.trainee[trainee, T_FIELD], market.position[position, P_FIELD]] > 0


@_rule(N_("The trainee lacks a skill or licence that the position cannot do without."), reads=("skills",))
def must_have_skills(market: Market, trainee: int, position: int) -> bool:
    if market.trainee[trainee, T_SKILLS_KNOWN] == 0:
        return True
    held, end = market.held_from[trainee], market.held_from[trainee + 1]
    for place in range(market.asked_from[position], market.asked_from[position + 1]):
        if market.asked_must[place] == 1:
            while held < end and market.held_skill[held] < market.asked_skill[place]:
                held += 1
            if held == end or market.held_skill[held] != market.asked_skill[place]:
                return False
            if market.held_level[held] < market.asked_level[place]:
                return False
    return True


RULES: Final[Sequence[Rule]] = tuple(_rules)
