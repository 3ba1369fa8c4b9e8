"""The hard rules: small named predicates over a pair. A pair that breaks one is not recommended, and the rule says why.

Adding a rule is adding a function. What is not known never excludes: it lowers the score and is shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from services.matching.domain.candidates import ACTIVE
from services.matching.domain.openings import OpeningState
from services.matching.domain.recommendations.fields import related
from services.matching.domain.recommendations.pairs import Pair
from shared.errors import N_

Predicate = Callable[[Pair], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """`explanation` says, of a pair that breaks the rule, why it is not recommended."""

    name: str
    explanation: str
    holds: Predicate


_rules: Final[list[Rule]] = []


def _rule(explanation: str) -> Callable[[Predicate], Predicate]:
    def register(predicate: Predicate) -> Predicate:
        _rules.append(Rule(predicate.__name__, explanation, predicate))
        return predicate

    return register


@_rule(N_("The position takes no candidates: it is paused or closed."))
def position_open(pair: Pair) -> bool:
    return pair.opening.state is OpeningState.OPEN


@_rule(N_("The position's application window has not begun or has passed."))
def within_window(pair: Pair) -> bool:
    opening = pair.opening
    return opening.opens_on <= pair.on and (opening.closes_on is None or pair.on <= opening.closes_on)


@_rule(N_("The position has no free seat."))
def seat_free(pair: Pair) -> bool:
    return pair.opening.free_seats > 0


@_rule(N_("The trainee is on leave."))
def trainee_present(pair: Pair) -> bool:
    return pair.candidate.stage in ACTIVE


@_rule(N_("The trainee becomes available after the position needs somebody."))
def available_in_time(pair: Pair) -> bool:
    return pair.available_from is None or pair.available_from <= pair.needed_by


@_rule(N_("The trainee has a full-time placement offered, accepted or running."))
def not_placed_full_time(pair: Pair) -> bool:
    return not pair.candidate.held


@_rule(N_("The trainee was put forward for this position before, and it is still running or was declined."))
def not_yet_considered(pair: Pair) -> bool:
    return not pair.considered


@_rule(N_("The trainee was trained in a field that is neither the position's nor close to it."))
def field_eligible(pair: Pair) -> bool:
    return pair.candidate.field == pair.opening.field or related(pair.candidate.field, pair.opening.field)


RULES: Final[Sequence[Rule]] = tuple(_rules)


def broken(pair: Pair) -> tuple[str, ...]:
    """The names of the rules that a pair breaks, in the order of this file."""
    return tuple(rule.name for rule in RULES if not rule.holds(pair))
