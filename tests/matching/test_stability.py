"""Deferred acceptance against an oracle that tries everything, and against instances that were published."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.rounds.settings import Optimal
from tests.matching.marriages import Small

T, E = Optimal.TRAINEES, Optimal.EMPLOYERS


@st.composite
def markets(draw: st.DrawFn, *, quotas: bool = False) -> Small:
    """Up to four trainees and three positions, with lists of any length, empty ones and positions without seats among them."""
    trainees, positions = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    wishes = [draw(_lists(positions)) for _ in range(trainees)]
    orders = [draw(st.one_of(_lists(trainees), st.permutations(range(trainees)))) for _ in range(positions)]
    seats = [draw(st.integers(0, 3)) for _ in range(positions)]
    if not quotas:
        return Small(wishes, orders, seats)
    group = [draw(st.integers(0, 1)) for _ in range(trainees)]
    reserved = [[draw(st.integers(0, count)), 0] for count in seats]
    reserved = [[first, draw(st.integers(0, count - first))] for (first, _), count in zip(reserved, seats, strict=True)]
    ceiling = [[draw(st.integers(kept, 4)) for kept in each] for each in reserved]
    return Small(wishes, orders, seats, group, reserved, ceiling, reverts=draw(st.booleans()), groups=2)


def _lists(count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, count - 1), unique=True, max_size=count)


@pytest.mark.unhurried
@settings(max_examples=150, deadline=None)
@given(markets())
def test_the_outcome_is_stable_and_the_best_for_its_side_and_hospitals_in_the_country_fare_alike_in_all(market: Small) -> None:
    stable = [outcome for outcome in market.outcomes() if market.is_stable(outcome)]
    best, worst = market.solved(T), market.solved(E)
    assert best in stable
    assert worst in stable
    for outcome in stable:
        for trainee, got in enumerate(outcome):
            assert market.rank(trainee, best[trainee]) <= market.rank(trainee, got) <= market.rank(trainee, worst[trainee])
            assert (got is None) == (best[trainee] is None), "the same persons are placed in every stable outcome (Roth, 1986)"
    for one, other in pairwise(stable):
        for position, seats in enumerate(market.seats):
            assert one.count(position) == other.count(position)
            if one.count(position) < seats:
                assert [each == position for each in one] == [each == position for each in other]


@pytest.mark.unhurried
@settings(max_examples=150, deadline=None)
@given(markets(quotas=True))
def test_with_reserved_seats_and_ceilings_the_outcome_is_stable_and_the_best_for_its_side(market: Small) -> None:
    stable = [outcome for outcome in market.outcomes() if market.is_stable(outcome)]
    best, worst = market.solved(T), market.solved(E)
    assert best in stable
    assert worst in stable
    for outcome in stable:
        for trainee, got in enumerate(outcome):
            assert market.rank(trainee, best[trainee]) <= market.rank(trainee, got) <= market.rank(trainee, worst[trainee])


def test_gale_and_shapleys_first_example_has_an_outcome_for_each_side() -> None:
    market = Small(wishes=[[0, 1, 2], [1, 2, 0], [2, 0, 1]], orders=[[1, 2, 0], [2, 0, 1], [0, 1, 2]], seats=[1, 1, 1])
    assert market.solved(T) == (0, 1, 2)
    assert market.solved(E) == (2, 0, 1)


def test_gale_and_shapleys_second_example_has_one_stable_outcome() -> None:
    """American Mathematical Monthly 69 (1962), example 2: the circled entries."""
    market = Small(
        wishes=[[0, 1, 2, 3], [0, 3, 2, 1], [1, 0, 2, 3], [3, 1, 2, 0]],
        orders=[[3, 2, 0, 1], [1, 3, 0, 2], [3, 0, 1, 2], [2, 1, 0, 3]],
        seats=[1, 1, 1, 1],
    )
    assert [outcome for outcome in market.outcomes() if market.is_stable(outcome)] == [(2, 3, 0, 1)]
    assert market.solved(T) == market.solved(E) == (2, 3, 0, 1)


@pytest.mark.parametrize("optimal", [T, E])
def test_the_match_of_residents_as_its_organisers_explain_it(optimal: Optimal) -> None:
    """The National Resident Matching Program's worked example: three programs with two places each, five applicants."""
    mercy, city, general = range(3)
    arthur, sunny, joseph, latha, darrius = range(5)
    market = Small(
        wishes=[[city], [city, mercy], [city, general, mercy], [mercy, city, general], [city, mercy, general]],
        orders=[
            [darrius, joseph], [darrius, arthur, sunny, latha, joseph], [darrius, arthur, joseph, latha],
        ],
        seats=[2, 2, 2],
    )  # fmt: skip
    assert market.solved(optimal) == (city, None, general, general, city)


def test_a_reserved_seat_goes_to_its_group_first_and_reverts_when_nobody_is_left() -> None:
    """Two seats, one reserved for group 0: the first two in order are of group 1."""
    groups = {"group": [1, 1, 0], "reserved": [[1, 0]], "ceiling": [[9, 9]], "groups": 2}
    everybody = Small([[0], [0], [0]], [[0, 1, 2]], [2], **groups)  # type: ignore[arg-type]
    assert everybody.solved() == (0, None, 0)
    nobody_of_it = Small([[0], [0], []], [[0, 1, 2]], [2], **groups)  # type: ignore[arg-type]
    assert nobody_of_it.solved() == (0, 0, None)
    held_back = Small([[0], [0], []], [[0, 1, 2]], [2], reverts=False, **groups)  # type: ignore[arg-type]
    assert held_back.solved() == (0, None, None)
