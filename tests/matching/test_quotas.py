"""Quotas over a company, a field or a whole round: shared out to positions, kept in every unit, proved by somebody else."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.rounds.claims import claim_of
from services.matching.domain.rounds.problem import Problem
from services.matching.domain.rounds.quotas import Over, QuotasCannotBeKept, Rule, share_out
from services.matching.domain.rounds.settings import Division, Quota, RoundSettings
from services.matching.domain.rounds.solving import solve
from services.matching.domain.rounds.verification import verify
from shared.errors import Invalid
from tests.matching.cities import TODAY, city

GROUPS = (Quota("local", ("27", "47")), Quota("far", ("11",)))
COMPANIES = 7
_, OPENINGS = city(0, 60, skills=20, seed=3)
OPENINGS = [
    replace(each, company_id=OPENINGS[place % COMPANIES].company_id, free_seats=place % 4) for place, each in enumerate(OPENINGS)
]
SEATS = np.array([each.free_seats for each in OPENINGS], dtype=np.int64)
PERCENT = st.integers(0, 45)


@pytest.mark.unhurried
@settings(max_examples=60, deadline=None)
@given(st.sampled_from([Over.COMPANY, Over.FIELD]), st.lists(PERCENT, min_size=6, max_size=6), st.integers(50, 100))
def test_every_unit_reserves_its_share_and_lets_no_more_in(middle: Over, reserved: list[int], at_most: int) -> None:
    levels = (Over.POSITION, middle, Over.ROUND)
    rules = [
        Rule(quota.group, over, reserved[place * 3 + level], at_most)
        for place, quota in enumerate(GROUPS)
        for level, over in enumerate(levels)
    ]
    lots = np.arange(len(SEATS), dtype=np.int32)[::-1]
    try:
        shares = share_out(rules, ["local", "far"], OPENINGS, SEATS, lots)
    except QuotasCannotBeKept:
        assert max(reserved) > at_most - 15, "only what is tight may be too much for seats that cannot be divided"
        return
    assert (shares.reserved.sum(axis=1) <= SEATS).all()
    assert (shares.reserved <= shares.ceiling).all()
    assert (shares.ceiling <= SEATS[:, None]).all()
    for rule in rules:
        group = ["local", "far"].index(rule.group)
        for unit in {rule.over.unit(each) for each in OPENINGS}:
            inside = np.array([rule.over.unit(each) == unit for each in OPENINGS])
            seats = int(SEATS[inside].sum())
            assert shares.reserved[inside, group].sum() >= seats * rule.reserved // 100
            assert shares.ceiling[inside, group].sum() <= -(-seats * rule.at_most // 100)


def outcome_of(reverts: bool = True) -> Any:
    candidates, _ = city(120, 0, skills=20, seed=3)
    rules = (Rule("local", Over.COMPANY, 40, 80), Rule("far", Over.ROUND, 10, 30))
    asked = RoundSettings(seed=5, division=Division.REGION, quotas=GROUPS, rules=rules, reverts=reverts)
    return solve(Problem(TODAY, candidates, OPENINGS), asked)


@pytest.mark.unhurried
@pytest.mark.parametrize("reverts", [True, False])
def test_a_round_with_quotas_over_companies_is_stable_and_keeps_them(reverts: bool) -> None:
    claim = claim_of(outcome_of(reverts))
    proof = verify(claim)
    assert proof.holds
    assert proof.pairs_checked > 0
    assert len(claim.quotas) == 2


@pytest.mark.unhurried
def test_the_proof_finds_a_quota_that_was_not_kept() -> None:
    claim = claim_of(outcome_of())
    quota = claim.quotas[0]
    claim.quotas = [replace(quota, at_most=0)]
    assert verify(claim).over_wide_quota
    claim.quotas = [replace(quota, reserved=100)]
    assert verify(claim).wide_reserve_too_small
    assert not verify(claim).holds


def test_small_positions_of_one_company_keep_seats_for_a_group_together() -> None:
    """Half of each single seat is none; half of a company's four single seats are two."""
    four = [replace(each, company_id=OPENINGS[0].company_id, free_seats=1) for each in OPENINGS[:4]]
    seats, lots = np.ones(4, np.int64), np.array([2, 0, 3, 1], np.int32)
    alone = share_out([Rule("local", Over.POSITION, 50)], ["local"], four, seats, lots)
    together = share_out([Rule("local", Over.COMPANY, 50)], ["local"], four, seats, lots)
    assert alone.reserved[:, 0].tolist() == [0, 0, 0, 0]
    assert together.reserved[:, 0].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([{"group": "a", "over": "company"}, {"group": "a", "over": "field"}], "not_nested"),
        ([{"group": "a", "over": "company"}, {"group": "a", "over": "company", "reserved": 5}], "twice"),
        ([{"group": "nobody", "over": "round"}], "unknown_group"),
        ([{"group": name, "over": "round", "reserved": 60} for name in "ab"], "too_much_reserved"),
        (
            [{"group": "a", "over": "round", "reserved": 9}, {"group": "a", "over": "field", "at_most": 8}],
            "reserved_above_ceiling",
        ),
    ],
)  # fmt: skip
def test_rules_that_cannot_all_be_kept_are_refused(rules: list[dict[str, Any]], code: str) -> None:
    quotas = [{"group": "a", "values": ["ict"]}, {"group": "b", "values": ["bio"]}]
    with pytest.raises(Invalid) as refused:
        RoundSettings.from_json({"seed": 1, "division": "field", "quotas": quotas, "rules": rules})
    assert [error.code for error in refused.value.errors] == [code]
    assert RoundSettings.from_json({"seed": 1, "rules": []}).rules == ()


def test_settings_with_rules_are_the_same_once_stored() -> None:
    rules = (Rule("local", Over.COMPANY, 40, 80),)
    asked = RoundSettings(seed=5, division=Division.REGION, quotas=GROUPS, rules=rules)
    assert RoundSettings.from_json(asked.as_json()) == asked
