"""Whole markets: the search against asking every pair, the plain loops against the compiled ones, and the proof itself."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from services.matching.domain.market import engine as engines
from services.matching.domain.market.encoding import encode
from services.matching.domain.market.layout import lay_out
from services.matching.domain.market.points import points_of, position_points
from services.matching.domain.market.rules import RULES, About
from services.matching.domain.market.search import LOWEST_LOT, scratch_for
from services.matching.domain.market.weights import View, known_weights
from services.matching.domain.rounds.claims import claim_of
from services.matching.domain.rounds.problem import Problem
from services.matching.domain.rounds.settings import Division, Optimal, Order, Quota, RoundSettings
from services.matching.domain.rounds.snapshot import digest, packed, unpacked, written
from services.matching.domain.rounds.solving import Outcome, solve
from services.matching.domain.rounds.verification import Claim, verify
from tests.matching.cities import TODAY, city

LOCAL = {"division": Division.REGION, "quotas": (Quota("local", ("27", "47"), reserved=50), Quota("far", ("11",), at_most=40))}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[engines.Engine]:
    """The compiled engine, for the tests that ask for it; kept between runs, as an installation keeps it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_current", engines.PLAIN)
        patch.setattr(engines, "_folder", Path(".pytest_cache").resolve())
        yield engines.warm()


def problem(trainees: int, positions: int, *, seed: int = 1, met: int = 0) -> Problem:
    candidates, openings = city(trainees, positions, skills=40, seed=seed)
    chance = random.Random(seed)
    pairs = {(chance.choice(candidates).person_id, chance.choice(openings).position_id) for _ in range(met)}
    return Problem(TODAY, candidates, openings, frozenset(pairs))


def result(outcome: Outcome) -> dict[UUID, UUID]:
    return dict(claim_of(outcome).placed)


def test_the_search_finds_what_asking_every_pair_finds() -> None:
    given = problem(40, 60, met=30)
    market = encode(given.candidates, given.openings, on=TODAY, met=given.met)
    weights = known_weights().column(View.TRAINEE)
    lots = np.random.default_rng(3).permutation(60).astype(np.int32)
    standing = np.array([place for place in range(60) if position_points(market, weights, 0, place) == 0], np.int32)
    layout = lay_out(market, lots, weights, standing=standing)
    keys = np.zeros((40, 7), np.int64)
    engines.PLAIN.best_positions(market, layout, weights, scratch_for(layout), 0, 40, keys)
    for trainee in range(40):
        scores = {place: int(points_of(market, weights, trainee, place)) for place in range(60)}
        best = sorted(
            ((score << 32) + LOWEST_LOT - int(layout.rank[layout.where[place]]) for place, score in scores.items() if score >= 0),
            reverse=True,
        )[:7]
        assert [key for key in keys[trainee].tolist() if key] == best


def test_rules_of_one_side_ask_nothing_of_the_other() -> None:
    given = problem(12, 12)
    market = encode(given.candidates, given.openings, on=TODAY)
    for rule in RULES:
        for one in range(12):
            if rule.about is About.TRAINEE:
                assert len({bool(rule.holds(market, one, other)) for other in range(12)}) == 1
            if rule.about is About.POSITION:
                assert len({bool(rule.holds(market, other, one)) for other in range(12)}) == 1


@pytest.mark.compiles
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_compiled_and_plain_come_to_the_same_to_the_unit(compiled: engines.Engine) -> None:
    given = problem(120, 90, met=60)
    for kept in ({}, {"optimal": Optimal.EMPLOYERS}, LOCAL, {"order": Order.LOT}):
        settings = RoundSettings(seed=11, list_length=12, **kept)
        fast = solve(given, settings, block=17, threads=2)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engines, "_current", engines.PLAIN)
            plain = solve(given, settings)
        assert compiled.compiled
        assert np.array_equal(fast.entries.key, plain.entries.key)
        assert np.array_equal(fast.points, plain.points)
        assert np.array_equal(fast.held, plain.held)


@pytest.mark.unhurried
@pytest.mark.parametrize("kept", [{}, {"optimal": Optimal.EMPLOYERS}, LOCAL, {**LOCAL, "reverts": False}, {"order": Order.LOT}])
def test_neither_the_order_of_input_nor_blocks_nor_threads_change_anything(kept: dict[str, Any]) -> None:
    given, settings = problem(40, 30), RoundSettings(seed=5, list_length=8, **kept)
    expected = solve(given, settings)
    chance = random.Random(2)
    shuffled = replace(
        given,
        candidates=chance.sample(given.candidates, k=len(given.candidates)),
        openings=chance.sample(given.openings, k=len(given.openings)),
    )
    for block, threads in ((1, 1), (7, 3), (1000, 2)):
        again = solve(shuffled, settings, block=block, threads=threads)
        assert result(again) == result(expected)
        assert np.array_equal(again.entries.key, expected.entries.key)
    assert verify(claim_of(expected)).holds


def test_a_market_of_equals_is_decided_by_the_seed_and_by_nothing_else() -> None:
    given = problem(30, 4)
    twin = given.openings[0]
    equal = replace(
        given,
        candidates=[
            replace(
                given.candidates[0], person_id=UUID(int=n), enrolment_id=UUID(int=n), held=False, parked=False, field=twin.field
            )
            for n in range(1, 30)
        ],
        openings=[replace(twin, position_id=UUID(int=n), free_seats=2, demands=()) for n in range(1, 5)],
    )
    first, again, other = (result(solve(equal, RoundSettings(seed=seed, order=Order.LOT))) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 8


def test_the_same_seed_gives_the_same_lots_on_every_machine() -> None:
    """Worked out once and kept: a change of this changes the outcome of rounds that anybody may want to repeat."""
    from services.matching.domain.rounds.lots import lots

    assert lots([UUID(int=n) for n in range(8)], seed=7, side=0).tolist() == GOLDEN
    assert lots([UUID(int=n) for n in reversed(range(8))], seed=7, side=0).tolist() == GOLDEN[::-1]


GOLDEN = [5, 7, 6, 1, 3, 2, 0, 4]


def test_a_person_with_two_enrolments_is_placed_once_by_the_better() -> None:
    given = problem(25, 20)
    doubled = [replace(each, enrolment_id=UUID(int=each.enrolment_id.int ^ 1), field="ict") for each in given.candidates]
    outcome = solve(replace(given, candidates=[*given.candidates, *doubled]), RoundSettings(seed=1, list_length=9))
    pairs = list(zip(outcome.entries.person.tolist(), outcome.entries.position.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert max(np.bincount(outcome.entries.person)) <= 9
    assert verify(claim_of(outcome)).holds


def test_who_ranked_by_hand_is_matched_by_their_own_order() -> None:
    given = problem(20, 10)
    free = solve(given, RoundSettings(seed=1))
    person = free.drawn.persons[int(free.lists.entry_trainee[0])]
    listed = free.entries.position[free.lists.entry_trainee == free.lists.entry_trainee[0]].tolist()
    turned = tuple(free.problem.openings[place].position_id for place in reversed(listed))
    outcome = solve(replace(given, by_trainee={person: turned}), RoundSettings(seed=1))
    mine = [
        outcome.problem.openings[place].position_id
        for place in outcome.entries.position[outcome.entries.person == free.entries.person[0]]
    ]
    assert tuple(mine) == turned
    assert verify(claim_of(outcome)).holds


def test_a_position_that_ranked_takes_nobody_else() -> None:
    given = problem(30, 6)
    free = solve(given, RoundSettings(seed=1))
    place = int(np.argmax(np.bincount(free.entries.position)))
    position = free.problem.openings[place].position_id
    wanted = [free.drawn.persons[person] for person in free.entries.person[free.entries.position == place].tolist()][-1:]
    outcome = solve(replace(given, by_position={position: tuple(wanted)}), RoundSettings(seed=1))
    assert {outcome.drawn.persons[person] for person in outcome.entries.person[outcome.entries.position == place]} == set(wanted)
    assert verify(claim_of(outcome)).holds


def test_a_snapshot_says_the_same_in_whatever_order_it_was_read() -> None:
    given = problem(15, 15, met=9)
    turned = replace(given, candidates=given.candidates[::-1], openings=given.openings[::-1])
    assert digest(written(given)) == digest(written(turned))
    again = unpacked(packed(written(given)))
    assert written(again) == written(given)
    settings = RoundSettings(seed=4)
    unrefused = replace(given, candidates=[replace(each, refuses=False) for each in given.candidates])
    assert result(solve(again, settings)) == result(solve(unrefused, settings))


def a_claim(**changed: Any) -> Claim:
    """Two persons, two positions of one seat, a stable outcome; then whatever is said to be otherwise."""
    one, two, a, b = (UUID(int=n) for n in range(4))
    said: dict[str, Any] = {
        "placed": {one: a, two: b},
        "wishes": {one: [a, b], two: [a, b]},
        "standings": {a: {one: 0, two: 1}, b: {one: 0, two: 1}},
        "seats": {a: 1, b: 1},
        "group": {one: "x", two: "y"},
    }
    return Claim(**{**said, **changed})


def test_the_proof_holds_for_what_is_stable_and_names_what_is_not() -> None:
    one, two, a, b = (UUID(int=n) for n in range(4))
    assert verify(a_claim()).holds
    assert verify(a_claim(placed={one: b, two: a})).blocking == [(one, a)]
    assert verify(a_claim(placed={one: a})).blocking == [(two, b)]
    assert verify(a_claim(seats={a: 0, b: 1})).over_capacity == [a]
    assert verify(a_claim(broken={one: ["field_eligible"], two: []})).against_a_rule == [one]
    assert verify(a_claim(wishes={one: [a], two: []}, standings={a: {one: 0}, b: {}})).not_acceptable == [two]
    assert verify(a_claim(ceilings={a: {"x": 0}})).over_ceiling == [a]
    kept = a_claim(reserved={a: {"y": 1}, b: {}}, reverts=False)
    assert verify(kept).reserved_passed_over == [a]
    assert verify(kept).blocking == [(two, a)]
