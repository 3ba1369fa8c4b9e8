"""The score: components in [0, 1], weights that sum to one, the unknown shown and counted half, and an order that is fixed."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.openings import Kind, OpeningState
from services.matching.domain.recommendations.pairs import Pair
from services.matching.domain.recommendations.ranking import rank
from services.matching.domain.recommendations.score import COMPONENTS, WEIGHTS, notes, parts, total
from tests.matching.test_rules import CANDIDATE, ON, OPENING, PAIR, candidate, opening

DAY = timedelta(days=1)


def values(pair: Pair) -> dict[str, float | None]:
    return {part.name: part.value for part in parts(pair)}


def codes(pair: Pair) -> tuple[list[str], list[str]]:
    found = notes(pair)
    return [note.code for note in found.matched], [note.code for note in found.missing]


def test_the_weights_name_every_component_and_sum_to_one() -> None:
    assert {component.name for component in COMPONENTS} == set(WEIGHTS.by_component)
    assert sum(WEIGHTS.by_component.values()) == pytest.approx(1)


def test_a_perfect_pair_scores_one_and_says_why() -> None:
    assert total(PAIR) == 1.0
    assert codes(PAIR) == (["same_field", "no_skill_demanded", "available", "same_region"], [])


def test_a_score_worked_out_by_hand() -> None:
    pair = replace(
        PAIR,
        candidate=replace(CANDIDATE, field="ict", region="47", available_from=ON + 45 * DAY, skills=frozenset({"C++"})),
        opening=replace(OPENING, skills=("C++", "ROS2", "SLAM", "CAD"), closes_on=None),
    )
    assert values(pair) == {"field": 0.5, "skills": 0.25, "availability": 0.5, "region": 0.7}
    assert total(pair) == pytest.approx(0.4 * 0.5 + 0.25 * 0.25 + 0.2 * 0.5 + 0.15 * 0.7)
    assert codes(pair) == (["related_field", "skill", "neighbour_region"], ["skill", "skill", "skill", "available_later"])
    assert [note.params.get("skill") for note in notes(pair).missing] == ["CAD", "ROS2", "SLAM", None]


def test_what_is_not_known_counts_half_and_is_shown() -> None:
    pair = replace(
        PAIR,
        candidate=replace(CANDIDATE, region=None, available_from=None, skills=None),
        opening=replace(OPENING, skills=("ROS2",)),
    )
    unknown = {part.name: (part.value, part.counted) for part in parts(pair) if part.value is None}
    assert unknown == {"skills": (None, 0.5), "availability": (None, 0.5), "region": (None, 0.5)}
    assert total(pair) == pytest.approx(0.4 + 0.5 * 0.6)
    assert codes(pair) == (["same_field"], ["skills_unknown", "availability_unknown", "region_unknown"])


@pytest.mark.parametrize(
    ("home", "work", "value"),
    [("27", "27", 1.0), ("27", "2711012800", 1.0), ("27110", "47", 0.7), ("47", "27", 0.7), ("11", "27", 0.0), ("27", "11", 0.0)],
)
def test_daegu_and_gyeongbuk_are_neighbours_and_all_else_is_elsewhere(home: str, work: str, value: float) -> None:
    pair = replace(PAIR, candidate=replace(CANDIDATE, region=home), opening=replace(OPENING, region=work))
    assert values(pair)["region"] == value


def test_another_field_and_region_are_named_as_missing() -> None:
    assert codes(candidate(field="water", region="11"))[1] == ["other_field", "other_region"]


def test_every_skill_that_is_demanded_counts_once() -> None:
    pair = replace(
        PAIR, candidate=replace(CANDIDATE, skills=frozenset({"ROS2"})), opening=replace(OPENING, skills=("ROS2", "ROS2", "C++"))
    )
    assert values(pair)["skills"] == 0.5


sides = st.builds(
    lambda field, region, available, skills: replace(
        CANDIDATE, field=field, region=region, available_from=available, internship_from=available, skills=skills
    ),
    st.sampled_from(["robot", "ict", "water", "other"]),
    st.sampled_from([None, "27", "47", "11"]),
    st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.none() | st.frozensets(st.sampled_from(["A", "B", "C"])),
)
postings = st.builds(
    lambda field, kind, skills, opens, closes: replace(
        OPENING, field=field, kind=kind, skills=tuple(skills), opens_on=opens, closes_on=closes
    ),
    st.sampled_from(["robot", "ict", "water"]),
    st.sampled_from(Kind),
    st.lists(st.sampled_from(["A", "B", "C", "D"])),
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)


@given(sides, postings)
def test_every_component_and_every_score_lies_between_nothing_and_one(side: object, posting: object) -> None:
    pair = Pair(side, posting, on=ON, considered=False)  # type: ignore[arg-type]
    found = parts(pair)
    assert all(0 <= part.counted <= 1 for part in found)
    assert 0 <= total(pair) <= 1
    assert total(pair) == pytest.approx(sum(part.counted * part.weight for part in found), abs=1e-4)
    said = notes(pair)
    assert len(said.matched) + len(said.missing) >= len(COMPONENTS)


def people(count: int) -> list[list[Pair]]:
    """Choices that tie in all but the day, which repeats."""
    return [
        [candidate(person_id=UUID(int=n), enrolment_id=UUID(int=n), available_from=ON - (n % 3) * DAY)]
        for n in range(1, count + 1)
    ]


def test_equal_scores_are_ordered_by_availability_and_then_by_id_whatever_came_first() -> None:
    choices = people(7)
    expected = [2, 5, 1, 4, 7, 3, 6]
    for order in (choices, choices[::-1], choices[3:] + choices[:3]):
        assert [item.pair.candidate.person_id.int for item in rank(order, limit=7).items] == expected


def test_the_best_of_a_persons_enrolments_stands_for_them() -> None:
    person = [candidate(enrolment_id=UUID(int=10), field="ict"), candidate(enrolment_id=UUID(int=11))]
    ranking = rank([person], limit=5)
    assert [item.pair.candidate.enrolment_id.int for item in ranking.items] == [11]
    assert (ranking.considered, ranking.eligible) == (1, 1)


def test_who_is_kept_out_is_counted_under_every_rule_of_their_nearest_try() -> None:
    twice = [replace(opening(free_seats=0), candidate=replace(CANDIDATE, held=True))]
    nearer = [candidate(field="water", held=True), candidate(field="water")]
    ranking = rank([twice, nearer, [PAIR]], limit=5)
    assert dict(ranking.excluded) == {"seat_free": 1, "not_placed_full_time": 1, "field_eligible": 1}
    assert (ranking.considered, ranking.eligible, len(ranking.items)) == (3, 1, 1)


def test_the_limit_cuts_the_list_and_not_the_counts() -> None:
    ranking = rank(people(9), limit=2)
    assert (len(ranking.items), ranking.eligible, ranking.considered) == (2, 9, 9)


def test_nobody_is_recommended_for_a_closed_position() -> None:
    ranking = rank([[opening(state=OpeningState.CLOSED)]], limit=5)
    assert (list(ranking.items), dict(ranking.excluded)) == ([], {"position_open": 1})
