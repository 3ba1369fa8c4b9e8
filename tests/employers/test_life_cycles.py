"""Every life cycle against a table written by hand: each pair of states is either a legal step or refused with the legal ones."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from services.employers.domain import agreements, positions, seats
from services.employers.domain.agreements import AgreementState
from services.employers.domain.positions import PositionState
from services.employers.domain.seats import SeatState
from shared.auth.actor import Actor, Role
from shared.errors import Forbidden, IllegalMove
from tests.employers.story import MANAGER, employer

AGREEMENT = {
    "draft": ["active"],
    "active": ["suspended", "ended"],
    "suspended": ["active", "ended"],
    "ended": [],
}
POSITION = {
    "draft": ["in_review"],
    "in_review": ["open", "draft"],
    "open": ["paused", "closed"],
    "paused": ["open", "closed"],
    "closed": ["open"],
}
SEAT = {
    "open": ["reserved", "filled", "lapsed", "withdrawn"],
    "reserved": ["open", "filled"],
    "filled": ["open"],
    "lapsed": ["open"],
    "withdrawn": ["open"],
}
NOT_THE_COMPANYS = {("in_review", "open"), ("in_review", "draft"), ("closed", "open")}


def _move_position(current: PositionState, target: PositionState) -> PositionState:
    return positions.move(current, target, by=MANAGER)


CASES = [
    (move, states, table, current, target)
    for move, states, table in (
        (agreements.move, AgreementState, AGREEMENT),
        (_move_position, PositionState, POSITION),
        (seats.move, SeatState, SEAT),
    )
    for current, target in product(table, table)
]


@pytest.mark.parametrize(
    ("move", "states", "table", "current", "target"), CASES, ids=[f"{case[1].__name__}:{case[3]}-{case[4]}" for case in CASES]
)
def test_a_step_is_legal_or_refused_with_the_legal_ones(
    move: Callable[[Any, Any], Any], states: type, table: dict[str, list[str]], current: str, target: str
) -> None:
    assert set(table) == {state.value for state in states}  # type: ignore[attr-defined]
    if target in table[current]:
        assert move(states(current), states(target)) == target
        return
    with pytest.raises(IllegalMove) as refused:
        move(states(current), states(target))
    assert refused.value.legal == sorted(table[current])


@pytest.mark.parametrize(("current", "target"), [(current, target) for current in POSITION for target in POSITION[current]])
def test_a_company_moves_its_posting_but_does_not_review_it(current: str, target: str) -> None:
    company = employer("1248100998")
    if (current, target) in NOT_THE_COMPANYS:
        with pytest.raises(Forbidden):
            positions.move(PositionState(current), PositionState(target), by=company)
    else:
        assert positions.move(PositionState(current), PositionState(target), by=company) == target


def test_an_administrator_reviews_too() -> None:
    administrator = Actor("root", frozenset({Role.ADMIN}))
    assert positions.move(PositionState.IN_REVIEW, PositionState.OPEN, by=administrator) is PositionState.OPEN
