"""Why placements end: who may say so, and how long a decline parks the trainee. The table is data."""

from datetime import date

import pytest

from services.matching.domain.placements import Party, PlacementState
from services.matching.domain.reasons import TABLE, checked_reason, parked_until, read_table
from services.matching.queries.profiles import whole_profile
from shared.errors import Invalid
from tests.matching.callers import Callers
from tests.matching.market import MANAGER, Market, S, day

# By hand: an end, a party and what it may say.
SAYABLE = [
    ("declined", "trainee", "salary", True),
    ("declined", "trainee", "military_service", True),
    ("declined", "trainee", "skills", False),
    ("declined", "employer", "skills", True),
    ("declined", "employer", "salary", False),
    ("withdrawn", "employer", "position_cancelled", True),
    ("withdrawn", "program", "placed_elsewhere", True),
    ("withdrawn", "program", "seat_unavailable", False),
    ("withdrawn", "system", "seat_unavailable", True),
    ("expired", "system", "no_answer", True),
    ("expired", "program", "salary", False),
    ("ended", "trainee", "resigned", True),
    ("ended", "system", "converted", True),
    ("ended", "employer", "never_started", False),
    ("reversed", "employer", "never_started", True),
    ("reversed", "trainee", "wrong_person", False),
    ("declined", "trainee", "no_such_reason", False),
]


@pytest.mark.parametrize(("end", "party", "reason", "sayable"), SAYABLE)
def test_each_party_has_its_reasons_at_each_end(end: str, party: str, reason: str, sayable: bool) -> None:
    if sayable:
        assert checked_reason(PlacementState(end), reason, Party(party)) == reason
        return
    with pytest.raises(Invalid) as refused:
        checked_reason(PlacementState(end), reason, Party(party))
    assert (refused.value.errors[0].pointer, refused.value.errors[0].code) == ("/reason", "not_a_choice")


def test_every_end_has_a_way_to_be_said_for_all_whose_decision_it_can_be() -> None:
    for end, parties in {"declined": "te", "withdrawn": "ep", "expired": "p", "ended": "tep", "reversed": "tep"}.items():
        for initial in parties:
            party = next(each for each in Party if each.startswith(initial))
            assert "other" in TABLE.allowed(PlacementState(end), party)


def test_texts_of_reasons_are_in_both_languages() -> None:
    assert all(reason.ko and reason.en and reason.ko != reason.en for reason in TABLE.reasons.values())


@pytest.mark.parametrize(
    ("party", "reason", "until"),
    [
        ("trainee", "other_offer", date(2026, 3, 31)),
        ("trainee", "further_study", date(2027, 3, 1)),
        ("trainee", "military_service", date(2027, 8, 31)),
        ("trainee", "salary", None),
        ("employer", "no_show", date(2026, 3, 15)),
        ("employer", "skills", None),
        (None, "other_offer", None),
    ],
)
def test_a_decline_parks_by_the_table(party: str | None, reason: str, until: date | None) -> None:
    assert parked_until(Party(party) if party else None, reason, declined_on=date(2026, 3, 1)) == until


def test_who_declines_for_further_study_is_parked_and_who_declines_the_pay_is_not(market: Market) -> None:
    student = market.placed(S.OFFERED)
    market.move(student, S.DECLINED, on=day(-3), reason="further_study")
    choosy = market.move(market.placed(S.OFFERED), S.DECLINED, on=day(-3), reason="salary")
    profile = market.ask(whole_profile, student.person_id, by=MANAGER).profile
    assert (profile.parked_until, profile.parked_reason) == (day(362), "further_study")
    assert market.happened(student.person_id) == ["candidate.parked"]
    assert market.happened(choosy.person_id) == []


def test_a_decline_of_long_ago_parks_nobody_today(small_market: Market) -> None:
    placement = small_market.placed(S.OFFERED)
    small_market.move(placement, S.DECLINED, on=day(-45), reason="other_offer")
    assert small_market.happened(placement.person_id) == []


@pytest.mark.parametrize(
    "reason",
    [
        "{code: a, ko: 가, en: A, ends: {accepted: [trainee]}}",
        "{code: a, ko: 가, en: A, ends: {hired: [trainee]}}",
        "{code: a, ko: 가, en: A, ends: {ended: [nobody]}}",
        "{code: a, ko: 가, en: A, ends: {ended: [trainee]}, parks: {trainee: 3}}",
        "{code: a, ko: 가, en: A, ends: {declined: [trainee]}, parks: {employer: 3}}",
        "{code: a, ko: 가, en: A, ends: {declined: [trainee]}, parks: {trainee: 0}}",
        "{code: a, ko: 가, en: A, ends: {declined: [trainee]}}\n- {code: a, ko: 가, en: A, ends: {}}",
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_at_the_start(reason: str) -> None:
    with pytest.raises(ValueError, match=r"is not a valid|not possible|twice"):
        read_table(f"id: x\nreasons:\n- {reason}\n")


def test_everybody_can_read_the_table(callers: Callers, market: Market) -> None:
    answer = callers.get("employer-1234567890", "/placement-reasons").json()
    found = next(item for item in answer["items"] if item["code"] == "no_show")
    assert answer["id"] == TABLE.id
    assert (found["name_ko"], found["parks"]) == ("불참", {"employer": 14})
