"""The life of a placement against tables written by hand: its steps, who may record them, whose decision an end is, its days."""

from itertools import product

import pytest

from services.matching.domain.placements import (
    Party,
    PlacementState,
    check_may_record,
    decided_by,
    effective_day,
    move,
    reported_day,
)
from services.matching.domain.reasons import checked_reason
from shared.auth.actor import Actor, Role
from shared.errors import Forbidden, IllegalMove, Invalid
from tests.matching.market import TODAY, day

STEPS = {
    "proposed": ["offered", "declined", "withdrawn"],
    "offered": ["accepted", "declined", "withdrawn", "expired"],
    "accepted": ["started", "declined", "withdrawn"],
    "started": ["ended", "reversed"],
    "ended": ["reversed"],
    "declined": [],
    "withdrawn": [],
    "expired": [],
    "reversed": [],
}

RECORDED_BY = {
    "offered": ["admin", "employer", "program_manager"],
    "accepted": ["admin", "program_manager", "university"],
    "started": ["admin", "employer", "program_manager"],
    "ended": ["admin", "employer", "program_manager"],
    "declined": ["admin", "employer", "program_manager", "university"],
    "withdrawn": ["admin", "employer", "program_manager"],
    "expired": ["admin", "program_manager"],
    "reversed": ["admin", "employer", "program_manager"],
}

# Whose decision an end is when the caller does not say: None where that must be said.
UNSAID = {
    ("program_manager", "declined"): None,
    ("program_manager", "withdrawn"): None,
    ("program_manager", "expired"): "program",
    ("program_manager", "ended"): None,
    ("program_manager", "reversed"): None,
    ("employer", "reversed"): "employer",
    ("employer", "declined"): "employer",
    ("employer", "withdrawn"): "employer",
    ("employer", "ended"): "employer",
    ("university", "declined"): "trainee",
}

SAYABLE = {
    ("program_manager", "declined"): ["employer", "trainee"],
    ("program_manager", "withdrawn"): ["employer", "program"],
    ("program_manager", "expired"): ["program"],
    ("program_manager", "ended"): ["employer", "program", "trainee"],
    ("program_manager", "reversed"): ["employer", "program", "trainee"],
    ("employer", "reversed"): ["employer"],
    ("employer", "declined"): ["employer"],
    ("employer", "withdrawn"): ["employer"],
    ("employer", "ended"): ["employer"],
    ("university", "declined"): ["trainee"],
}


def acting(role: str) -> Actor:
    return Actor(role, frozenset({Role(role)}), organisation="some")


@pytest.mark.parametrize(("current", "target"), list(product(STEPS, STEPS)))
def test_a_step_is_legal_or_refused_with_the_legal_ones(current: str, target: str) -> None:
    if target in STEPS[current]:
        assert move(PlacementState(current), PlacementState(target)) == target
        return
    with pytest.raises(IllegalMove) as refused:
        move(PlacementState(current), PlacementState(target))
    assert refused.value.legal == sorted(STEPS[current])


def test_the_table_knows_every_state() -> None:
    assert set(STEPS) == {*RECORDED_BY, "proposed"} == {state.value for state in PlacementState}


@pytest.mark.parametrize(("target", "role"), list(product(RECORDED_BY, Role)))
def test_a_step_is_recorded_by_those_who_may(target: str, role: Role) -> None:
    if role in RECORDED_BY[target]:
        check_may_record(PlacementState(target), by=acting(role))
        return
    with pytest.raises(Forbidden):
        check_may_record(PlacementState(target), by=acting(role))


@pytest.mark.parametrize(("case", "expected"), list(UNSAID.items()), ids=str)
def test_whose_decision_an_end_was_is_known_or_asked_for(case: tuple[str, str], expected: str | None) -> None:
    role, target = case
    if expected is not None:
        assert decided_by(PlacementState(target), None, by=acting(role)) == expected
        return
    with pytest.raises(Invalid) as refused:
        decided_by(PlacementState(target), None, by=acting(role))
    assert refused.value.errors[0].pointer == "/by"


@pytest.mark.parametrize(("case", "party"), list(product(SAYABLE, Party)), ids=str)
def test_nobody_speaks_for_others(case: tuple[str, str], party: Party) -> None:
    role, target = case
    if party in SAYABLE[case]:
        assert decided_by(PlacementState(target), party, by=acting(role)) is party
        return
    with pytest.raises(Invalid):
        decided_by(PlacementState(target), party, by=acting(role))


@pytest.mark.parametrize("target", ["offered", "accepted", "started"])
def test_only_an_end_has_a_decision_and_a_reason(target: str) -> None:
    assert decided_by(PlacementState(target), None, by=acting("admin")) is None
    assert checked_reason(PlacementState(target), None, None) is None
    with pytest.raises(Invalid):
        decided_by(PlacementState(target), Party.TRAINEE, by=acting("admin"))
    with pytest.raises(Invalid):
        checked_reason(PlacementState(target), "other_offer", None)


@pytest.mark.parametrize("target", ["declined", "withdrawn", "expired", "reversed"])
def test_what_fell_through_needs_a_reason(target: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_reason(PlacementState(target), None, Party.PROGRAM)
    assert refused.value.errors[0].pointer == "/reason"


def test_an_employment_may_end_without_a_reason() -> None:
    assert checked_reason(PlacementState.ENDED, None, Party.EMPLOYER) is None


def test_a_step_is_true_from_today_unless_told_otherwise() -> None:
    assert effective_day(None, today=TODAY) == TODAY
    assert effective_day(day(-400), today=TODAY) == day(-400)
    assert effective_day(day(-1), today=TODAY, not_before=day(-1)) == day(-1)


@pytest.mark.parametrize(("given", "code"), [(day(1), "in_the_future"), (day(-3), "too_early")])
def test_a_day_ahead_or_before_the_step_before_is_refused(given: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        effective_day(given, today=TODAY, not_before=day(-2))  # type: ignore[arg-type]
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/effective_on", code)]


def test_a_source_says_nothing_in_the_future() -> None:
    assert reported_day(None, today=TODAY) is None
    assert reported_day(TODAY, today=TODAY) == TODAY
    with pytest.raises(Invalid):
        reported_day(day(1), today=TODAY)
