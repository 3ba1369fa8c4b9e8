"""The score: components in [0, 1], weights that make one, the unknown shown and counted half, and an order that is fixed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.market.components import COMPONENTS, NAMES
from services.matching.domain.market.weights import View, known_weights, versions, weights
from services.matching.domain.openings import Kind, OpeningState
from services.matching.domain.recommendations.notes import helps_most, notes
from services.matching.domain.recommendations.pairs import CandidateSide, Demand, Pair, parts, total
from services.matching.domain.recommendations.ranking import Ranking, rank
from shared.errors import Invalid
from tests.matching.test_rules import CANDIDATE, ON, OPENING, PAIR, asking, candidate, opening

DAY = timedelta(days=1)
T, P = View.TRAINEE, View.POSITION


def values(pair: Pair, view: View = P) -> dict[str, float | None]:
    return {part.name: part.value for part in parts(pair, view)}


def codes(pair: Pair, view: View | None = P) -> tuple[list[str], list[str]]:
    found = notes(pair, view)
    return [note.code for note in found.matched], [note.code for note in found.missing]


@pytest.mark.parametrize("version", versions())
def test_every_set_of_weights_that_ships_makes_one_in_both_views_and_together_names_every_component(version: str) -> None:
    found = known_weights(version)
    assert {name for view in View for name in found.views[view]} == set(NAMES)
    assert [round(sum(found.views[view].values()), 9) for view in View] == [1, 1]


GOOD: dict[str, dict[str, float]] = {"trainee": {"field": 0.5, "pay": 0.5}, "position": {"skills": 1}}


@pytest.mark.parametrize(
    ("views", "code"),
    [
        (GOOD | {"position": {"skills": 0.9}}, "not_one"),
        (GOOD | {"position": {"skills": 0.9, "beauty": 0.1}}, "unknown_component"),
        (GOOD | {"position": {"skills": 1.5, "field": -0.5}}, "not_a_weight"),
        (GOOD | {"position": {"skills": 0.9999, "field": 0.0001}}, "not_a_weight"),
        (GOOD | {"city": {"skills": 1}}, "unknown_view"),
        ({"trainee": {"field": 1}}, "missing"),
        (GOOD | {"position": {}}, "not_one"),
    ],
)
def test_weights_that_do_not_make_one_or_name_what_there_is_not_are_refused(views: Any, code: str) -> None:
    weights("own", GOOD)
    with pytest.raises(Invalid) as refused:
        weights("own", views)
    assert code in {error.code for error in refused.value.errors}


def test_a_version_that_there_is_not_is_refused() -> None:
    with pytest.raises(Invalid):
        known_weights("1999-1")


def test_a_perfect_pair_scores_one_in_both_views_and_says_why() -> None:
    assert (total(PAIR, T), total(PAIR, P)) == (1.0, 1.0)
    assert codes(PAIR) == (["same_field", "no_skill_demanded", "available", "same_region"], [])


def test_a_score_worked_out_by_hand() -> None:
    demands = (Demand("C++"), Demand("ROS2", 3, must=True), Demand("SLAM"), Demand("CAD", 4))
    pair = replace(
        PAIR,
        candidate=replace(CANDIDATE, field="ict", region="47", available_from=ON + 45 * DAY, skills={"C++": 5, "CAD": 2}),
        opening=replace(OPENING, demands=demands, closes_on=None),
    )
    assert values(pair) == {"field": 0.5, "skills": 0.3, "availability": 0.5, "region": 0.7}
    assert total(pair, P) == pytest.approx(0.3 * 0.5 + 0.45 * 0.3 + 0.15 * 0.5 + 0.1 * 0.7)
    assert codes(pair) == (
        ["related_field", "skill", "neighbour_region"], ["must_have", "skill_level", "skill", "available_later"],
    )  # fmt: skip
    assert [note.params.get("skill") for note in notes(pair).missing] == ["ROS2", "CAD", "SLAM", None]
    helping = helps_most(pair, P)
    assert helping is not None
    assert (helping.skill, helping.level, helping.gain) == ("ROS2", 3, 0.18)


def test_what_the_trainee_wishes_for_counts_in_the_trainees_view_alone() -> None:
    wishing = candidate(fields=("water",), regions=("27",), kinds=("internship",), salary_wish=40_000_000)
    pair = replace(wishing, opening=replace(OPENING, pay=30_000_000))
    assert {name: value for name, value in values(pair, T).items() if value != 1.0} == {
        "wished_field": 0.0, "wished_kind": 0.0, "pay": 0.75,
    }  # fmt: skip
    assert total(pair, P) == 1.0
    assert codes(pair, T)[1] == ["unwished_field", "unwished_kind", "low_pay"]
    assert codes(pair, P)[1] == []


def test_a_wish_that_comes_true_is_named_and_what_is_mastered_helps_no_more() -> None:
    wishing = candidate(
        fields=(OPENING.field,), regions=("11",), kinds=(OPENING.kind.value,), salary_wish=30_000_000, skills={"ROS2": 3}
    )
    pair = replace(wishing, opening=replace(OPENING, region="27", pay=30_000_000, demands=(Demand("ROS2", 2),)))
    matched, missing = codes(pair, T)
    assert {"wished_field", "wished_kind", "pay"} <= set(matched)
    assert "unwished_region" in missing
    assert (helps_most(pair, T), helps_most(replace(pair, opening=OPENING), T)) == (None, None)


def test_what_is_not_known_counts_half_and_is_shown() -> None:
    side = replace(CANDIDATE, region=None, available_from=None, skills=None, salary_wish=30_000_000)
    pair = replace(PAIR, candidate=side, opening=replace(OPENING, demands=(Demand("ROS2"),)))
    unknown = {part.name: (part.value, part.counted) for part in parts(pair, T) if part.value is None}
    assert unknown == {
        "skills": (None, 0.5), "availability": (None, 0.5), "region": (None, 0.5), "pay": (None, 0.5),
    }  # fmt: skip
    assert total(pair, P) == pytest.approx(0.3 + 0.5 * 0.7)
    assert codes(pair, T) == (
        ["same_field"], ["skills_unknown", "availability_unknown", "region_unknown", "pay_unknown"],
    )  # fmt: skip
    assert helps_most(pair, P) is None


@pytest.mark.parametrize(
    ("home", "work", "value"),
    [("27", "27", 1.0), ("27", "2711012800", 1.0), ("27110", "47", 0.7), ("47", "27", 0.7), ("11", "27", 0.0), ("27", "11", 0.0)],
)
def test_daegu_and_gyeongbuk_are_neighbours_and_all_else_is_elsewhere(home: str, work: str, value: float) -> None:
    pair = replace(PAIR, candidate=replace(CANDIDATE, region=home), opening=replace(OPENING, region=work))
    assert values(pair)["region"] == value


@pytest.mark.parametrize(("wish", "met"), [("27", True), ("27110", True), ("2711012800", True), ("2714", False), ("47", False)])
def test_a_wish_for_a_region_is_met_by_what_lies_in_it_or_around_it(wish: str, *, met: bool) -> None:
    pair = replace(PAIR, candidate=replace(CANDIDATE, regions=(wish,)), opening=replace(OPENING, region="27110"))
    assert values(pair, T)["wished_region"] == (1.0 if met else 0.0)


def test_another_field_and_region_are_named_as_missing() -> None:
    assert codes(candidate(field="water", region="11"))[1] == ["other_field", "other_region"]


def test_a_skill_at_a_lower_level_counts_in_proportion() -> None:
    assert values(asking({"ROS2": 3}, Demand("ROS2", 4)))["skills"] == 0.75


sides = st.builds(
    lambda field, region, available, skills: replace(
        CANDIDATE, field=field, region=region, available_from=available, internship_from=available, skills=skills
    ),
    st.sampled_from(["robot", "ict", "water", "other"]),
    st.sampled_from([None, "27", "47", "11"]),
    st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.none() | st.dictionaries(st.sampled_from(["A", "B", "C"]), st.integers(1, 5)),
)
demands = st.lists(
    st.builds(Demand, st.sampled_from(["A", "B", "C", "D"]), st.integers(1, 5), st.booleans()), unique_by=lambda each: each.skill
)
postings = st.builds(
    lambda field, kind, asked, opens, closes: replace(
        OPENING, field=field, kind=kind, demands=tuple(asked), opens_on=opens, closes_on=closes
    ),
    st.sampled_from(["robot", "ict", "water"]),
    st.sampled_from(Kind),
    demands,
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)


@pytest.mark.unhurried
@given(sides, postings)
def test_every_component_and_every_score_lies_between_nothing_and_one(side: Any, posting: Any) -> None:
    pair = Pair(side, posting, on=ON, considered=False)
    for view in View:
        found = parts(pair, view)
        assert all(0 <= part.counted <= 1 for part in found)
        assert 0 <= total(pair, view) <= 1
        assert total(pair, view) == pytest.approx(sum(part.counted * part.weight for part in found))
    assert all(component.name in {part.name for view in View for part in parts(pair, view)} for component in COMPONENTS)


def ranked(*candidates: CandidateSide, limit: int = 9, **posting: Any) -> Ranking:
    return rank(candidates, [replace(OPENING, **posting)], on=ON, view=P, limit=limit)


def people(count: int) -> Sequence[CandidateSide]:
    """Persons that tie in all but the day, which repeats."""
    return [
        replace(CANDIDATE, person_id=UUID(int=n), enrolment_id=UUID(int=n), available_from=ON - (n % 3) * DAY)
        for n in range(1, count + 1)
    ]


def test_equal_scores_are_ordered_by_availability_and_then_by_id_whatever_came_first() -> None:
    persons = people(7)
    expected = [2, 5, 1, 4, 7, 3, 6]
    for order in (persons, persons[::-1], [*persons[3:], *persons[:3]]):
        assert [item.pair.candidate.person_id.int for item in ranked(*order, limit=7).items] == expected


def test_the_best_of_a_persons_enrolments_stands_for_them() -> None:
    first, second = replace(CANDIDATE, enrolment_id=UUID(int=10), field="ict"), replace(CANDIDATE, enrolment_id=UUID(int=11))
    ranking = ranked(first, second)
    assert [item.pair.candidate.enrolment_id.int for item in ranking.items] == [11]
    assert (ranking.considered, ranking.eligible) == (1, 1)


def test_who_is_kept_out_is_counted_under_every_rule_of_their_nearest_try() -> None:
    nearer = [replace(CANDIDATE, field="water", held=True), replace(CANDIDATE, enrolment_id=UUID(int=9), field="water")]
    twice = replace(CANDIDATE, person_id=UUID(int=77), field="water", parked=True)
    ranking = ranked(*nearer, twice, replace(CANDIDATE, person_id=UUID(int=78)))
    assert dict(ranking.excluded) == {"field_eligible": 2, "not_parked": 1}
    assert (ranking.considered, ranking.eligible, len(ranking.items)) == (3, 1, 1)


def test_a_must_have_that_alone_keeps_out_is_named_with_what_it_would_open() -> None:
    postings = [
        replace(OPENING, position_id=UUID(int=n), demands=tuple(Demand(skill, 2, must=True) for skill in asked))
        for n, asked in enumerate((["ROS2"], ["ROS2"], ["CAD"], ["CAD", "ROS2"], []))
    ]
    ranking = rank([replace(CANDIDATE, skills={"C++": 3})], postings, on=ON, view=T, limit=5)
    assert list(ranking.opening_skills) == [("ROS2", 2), ("CAD", 1)]
    assert (len(ranking.items), dict(ranking.excluded)) == (1, {"must_have_skills": 4})


def test_the_limit_cuts_the_list_and_not_the_counts() -> None:
    ranking = ranked(*people(9), limit=2)
    assert (len(ranking.items), ranking.eligible, ranking.considered) == (2, 9, 9)


def test_nobody_is_recommended_for_a_closed_position() -> None:
    ranking = ranked(opening().candidate, state=OpeningState.CLOSED)
    assert (list(ranking.items), dict(ranking.excluded)) == ([], {"position_open": 1})


def test_an_empty_side_is_an_empty_ranking() -> None:
    assert rank([], [OPENING], on=ON, view=P, limit=3) == Ranking((), 0, 0, {})
    assert rank([CANDIDATE], [], on=ON, view=T, limit=3) == Ranking((), 0, 0, {})
