"""The hard rules, one by one, by hand: a pair that keeps them all, and what breaks each."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.matching.domain.candidates import Stage
from services.matching.domain.market.fields import RELATED
from services.matching.domain.market.rules import RULES
from services.matching.domain.market.sides import CandidateSide, Demand, OpeningSide
from services.matching.domain.openings import Kind, OpeningState
from services.matching.domain.recommendations.pairs import Pair, broken

ON = date(2026, 3, 2)
CANDIDATE = CandidateSide(
    enrolment_id=UUID(int=1),
    person_id=UUID(int=2),
    field="robot",
    stage=Stage.COMPLETED,
    available_from=date(2026, 2, 1),
    internship_from=date(2026, 2, 1),
    region="27",
    held=False,
)
OPENING = OpeningSide(
    position_id=UUID(int=3),
    company_id=UUID(int=4),
    title="로봇 제어",
    field="robot",
    kind=Kind.PERMANENT,
    region="27",
    state=OpeningState.OPEN,
    opens_on=date(2026, 1, 1),
    closes_on=date(2026, 3, 31),
    free_seats=1,
)
PAIR = Pair(CANDIDATE, OPENING, on=ON, considered=False)
DAY = timedelta(days=1)


def candidate(**said: object) -> Pair:
    return replace(PAIR, candidate=replace(CANDIDATE, **said))  # type: ignore[arg-type]


def opening(**said: object) -> Pair:
    return replace(PAIR, opening=replace(OPENING, **said))  # type: ignore[arg-type]


def asking(held: dict[str, int] | None, *demands: Demand) -> Pair:
    return replace(PAIR, candidate=replace(CANDIDATE, skills=held), opening=replace(OPENING, demands=demands))


def test_the_rules_are_these() -> None:
    assert [rule.name for rule in RULES] == [
        "position_open",
        "within_window",
        "seat_free",
        "trainee_present",
        "automation_accepted",
        "not_parked",
        "available_in_time",
        "not_placed_full_time",
        "not_yet_considered",
        "field_eligible",
        "must_have_skills",
    ]


def test_a_pair_that_keeps_every_rule_breaks_none() -> None:
    assert broken(PAIR) == ()


BREAKING = [
    ("position_open", opening(state=OpeningState.PAUSED)),
    ("position_open", opening(state=OpeningState.CLOSED)),
    ("within_window", opening(opens_on=ON + DAY)),
    ("within_window", opening(closes_on=ON - DAY)),
    ("seat_free", opening(free_seats=0)),
    ("trainee_present", candidate(stage=Stage.ON_LEAVE)),
    ("available_in_time", candidate(available_from=date(2026, 4, 1))),
    ("not_placed_full_time", candidate(held=True)),
    ("not_yet_considered", replace(PAIR, considered=True)),
    ("field_eligible", candidate(field="water")),
    ("field_eligible", candidate(field="unheard_of")),
    ("automation_accepted", candidate(refuses=True)),
    ("not_parked", candidate(parked=True)),
    ("must_have_skills", asking({"ROS2": 3}, Demand("ROS2", 4, must=True))),
    ("must_have_skills", asking({"CAD": 5}, Demand("ROS2", 1, must=True))),
    ("must_have_skills", asking({}, Demand("forklift_licence", 1, must=True))),
]

KEEPING = [
    opening(opens_on=ON),
    opening(closes_on=ON),
    opening(closes_on=None),
    candidate(stage=Stage.TRAINING),
    candidate(stage=Stage.INTERNING),
    candidate(available_from=date(2026, 3, 31)),
    candidate(available_from=None),
    candidate(field="future_mobility"),
    asking({"ROS2": 4}, Demand("ROS2", 4, must=True)),
    asking({"ROS2": 1}, Demand("ROS2", 4), Demand("CAD", 2)),
    asking(None, Demand("ROS2", 4, must=True)),
    replace(PAIR, candidate=replace(CANDIDATE, field="new"), opening=replace(OPENING, field="new")),
]


@pytest.mark.parametrize(("rule", "pair"), BREAKING)
def test_one_thing_wrong_breaks_its_rule_and_no_other(rule: str, pair: Pair) -> None:
    gone_with_it = {"available_in_time"} if rule == "within_window" else set()
    assert set(broken(pair)) - gone_with_it == {rule}


@pytest.mark.parametrize("pair", KEEPING)
def test_at_the_border_and_where_nothing_is_known_nobody_is_excluded(pair: Pair) -> None:
    assert broken(pair) == ()


def test_without_a_closing_day_a_position_waits_ninety_days() -> None:
    in_time, late = ON + 90 * DAY, ON + 91 * DAY
    for day, expected in ((in_time, ()), (late, ("available_in_time",))):
        pair = candidate(available_from=day)
        assert broken(replace(pair, opening=replace(OPENING, closes_on=None))) == expected


def test_an_intern_is_wanted_when_the_training_ends_an_employee_when_the_program_does() -> None:
    pair = candidate(available_from=date(2026, 6, 30), internship_from=date(2026, 3, 20))
    assert broken(pair) == ("available_in_time",)
    assert broken(replace(pair, opening=replace(OPENING, kind=Kind.INTERNSHIP))) == ()


def test_fields_are_close_both_ways() -> None:
    assert all(one in RELATED[other] for one, others in RELATED.items() for other in others)
    assert all(one not in others for one, others in RELATED.items())
