"""Training figures, counted by hand."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.domain.values import State
from shared.ids import new_id
from tests.reporting.asking import ask, ask_by, share
from tests.reporting.happenings import WHOLE_COURSE, Happenings

MAY = date(2020, 5, 31)


def test_before_anything_happened_nothing_has_started(world: Happenings) -> None:
    for indicator in ("talents_trained", "participations", "completion_rate", "dropout_rate", "competition_ratio"):
        value = ask(world.database, indicator)
        assert (value.state, value.value, value.reading.low, value.reading.high) == (State.NOT_STARTED, None, None, None)


def test_applicants_are_no_participants(world: Happenings) -> None:
    cohort = world.cohort()
    for stages in (["applied"], ["applied", "selected"], ["applied", "rejected"], ["applied", "selected", "withdrawn"]):
        world.enrolment(cohort, *stages)
    world.arrive()
    value = ask(world.database, "completion_rate")
    assert value.state is State.NOT_STARTED
    assert value.counts.exclusions == {"employed_early": 0, "left_before_start": 2}


@pytest.mark.parametrize("stage", ["enrolled", "training", "interning"])
def test_a_cohort_in_training_is_running_and_not_at_zero(world: Happenings, stage: str) -> None:
    world.enrolment(world.cohort(), *WHOLE_COURSE[: WHOLE_COURSE.index(stage) + 1])
    world.arrive()
    assert ask(world.database, "completion_rate").state is State.RUNNING
    assert ask(world.database, "participations").value == 1
    assert ask(world.database, "talents_trained").value == 0


def test_a_person_who_completed_twice_is_one_talent_and_two_participations(world: Happenings) -> None:
    person = new_id()
    for field in ("robot", "water"):
        world.completer(world.cohort(field=field), person_id=person)
    world.arrive()
    talents = ask(world.database, "talents_trained")
    assert talents.value == 1
    assert talents.counts.exclusions == {"same_person": 1, "employed_early": 0}
    assert ask(world.database, "participations").value == 2
    assert {field: each.value for field, each in ask_by(world.database, "talents_trained", "field").items()} == {
        "robot": 1,
        "water": 1,
    }


def test_completion_rate_leaves_early_employment_out_of_the_numerator(world: Happenings) -> None:
    cohort = world.cohort()
    for _ in range(3):
        world.completer(cohort)
    world.enrolment(cohort, "applied", "selected", "enrolled", "training", "dropped")
    world.enrolment(cohort, "applied", "selected", "enrolled", "training", "employed_early")
    world.enrolment(cohort, "applied", "selected", "enrolled", "training")
    world.enrolment(cohort, "applied", "selected", "withdrawn")
    world.arrive()
    completion, dropout = ask(world.database, "completion_rate"), ask(world.database, "dropout_rate")
    assert (share(completion), completion.value) == ((3, 6), 50.0)
    assert (completion.counts.unknown, completion.reading.low, completion.reading.high) == (1, 50.0, 66.7)
    assert completion.counts.exclusions == {"employed_early": 1, "left_before_start": 1}
    assert (share(dropout), dropout.value, dropout.reading.high) == ((1, 6), 16.7, 33.3)


def test_who_is_on_leave_takes_part_and_comes_back_to_the_stage_left(world: Happenings) -> None:
    enrolment = world.enrolment(world.cohort(), "applied", "selected", "enrolled", "training", "on_leave", on=MAY)
    world.back_from_leave(enrolment, to="training", on=MAY + timedelta(days=10))
    world.enrolment_moves(enrolment, "completed", on=MAY + timedelta(days=20))
    world.arrive()
    on_leave = ask(world.database, "completion_rate", as_of=MAY)
    assert (on_leave.state, on_leave.counts.unknown) == (State.RUNNING, 1)
    assert ask(world.database, "completion_rate", as_of=MAY + timedelta(days=10)).state is State.RUNNING
    assert ask(world.database, "completion_rate", as_of=MAY + timedelta(days=20)).value == 100.0


@pytest.mark.unhurried
def test_a_completion_counts_from_its_day_on_however_late_it_was_recorded(world: Happenings) -> None:
    world.completer(world.cohort(), on=MAY)
    world.arrive()
    before_it_was_known = world.clock - timedelta(seconds=1)
    assert ask(world.database, "talents_trained", as_of=MAY - timedelta(days=1)).value == 0
    assert ask(world.database, "talents_trained", as_of=MAY).value == 1
    assert ask(world.database, "talents_trained", as_of=MAY, known_at=before_it_was_known).value == 0
    assert ask(world.database, "talents_trained", as_of=MAY, known_at=world.clock).value == 1


def test_what_is_recorded_later_does_not_change_what_was_known(world: Happenings) -> None:
    cohort = world.cohort()
    world.completer(cohort, on=MAY)
    world.arrive()
    moment = world.clock
    first = ask(world.database, "completion_rate", as_of=MAY, known_at=moment)
    world.enrolment(cohort, "applied", "selected", "enrolled", "dropped", on=MAY - timedelta(days=30))
    world.arrive()
    again = ask(world.database, "completion_rate", as_of=MAY, known_at=moment)
    assert (again.reading, again.counts) == (first.reading, first.counts)
    assert ask(world.database, "completion_rate", as_of=MAY).value == 50.0


@pytest.mark.unhurried
def test_figures_are_narrowed_and_broken_down_by_every_dimension_of_an_enrolment(world: Happenings) -> None:
    first, second = world.cohort(ordinal=1), world.cohort(ordinal=2, field="water")
    for cohort, completers in ((first, 3), (second, 1)):
        for _ in range(completers):
            world.completer(cohort)
        world.enrolment(cohort, "applied", "selected", "enrolled", "dropped")
    world.arrive()
    groups: dict[str, tuple[Any, Any]] = {
        "field": ("robot", "water"),
        "cohort_id": (first.id, second.id),
        "program_id": (first.program_id, second.program_id),
        "university_id": (first.university_id, second.university_id),
        "cohort_ordinal": (1, 2),
    }
    for dimension, (one, other) in groups.items():
        by = ask_by(world.database, "completion_rate", dimension)
        assert (share(by[one]), share(by[other])) == ((3, 4), (1, 2)), dimension
        assert share(ask(world.database, "completion_rate", **{dimension: one})) == (3, 4), dimension
    assert share(ask(world.database, "completion_rate", field="water", cohort_ordinal=1)) == (0, 0)


def test_an_enrolment_whose_cohort_is_not_known_yet_is_in_the_unknown_group(world: Happenings) -> None:
    cohort = world.cohort()
    world.completer(cohort)
    world.arrive(holding_back="trainees.cohort")
    assert {ordinal: value.value for ordinal, value in ask_by(world.database, "talents_trained", "cohort_ordinal").items()} == {
        None: 1
    }


@pytest.mark.unhurried
def test_the_competition_ratio_pools_the_cohorts_whose_applications_have_closed(world: Happenings) -> None:
    closed: dict[str, Any] = {"applications_open_on": date(2019, 7, 1), "applications_close_on": date(2019, 8, 31)}
    later: dict[str, Any] = {"applications_open_on": date(2020, 7, 1), "applications_close_on": date(2020, 8, 31)}
    first = world.cohort(ordinal=1, capacity=20, applicants=62, **closed)
    world.cohort(ordinal=2, capacity=10, applicants=50, **later)
    world.cohort(ordinal=3, capacity=90, **closed)
    world.arrive()
    assert ask(world.database, "competition_ratio", as_of=date(2019, 6, 30)).state is State.NOT_STARTED
    assert ask(world.database, "competition_ratio", as_of=date(2019, 8, 31)).state is State.RUNNING
    ratio = ask(world.database, "competition_ratio", as_of=date(2020, 8, 1))
    assert (share(ratio), ratio.value) == ((62, 20), 3.1)
    assert ratio.counts.exclusions == {"applicants_not_stated": 1, "applications_open": 1}
    assert (share(ask(world.database, "competition_ratio", cohort_ordinal=2))) == (50, 10)
    then = world.clock
    world.cohort_changes(first, capacity=20, applicants=80, **closed)
    world.arrive()
    assert share(ask(world.database, "competition_ratio", as_of=date(2020, 8, 1))) == (80, 20)
    assert share(ask(world.database, "competition_ratio", as_of=date(2020, 8, 1), known_at=then)) == (62, 20)
    assert ask(world.database, "competition_ratio", cohort_ordinal=3).state is State.NO_DENOMINATOR


def test_where_nobody_stated_how_many_applied_those_on_record_are_counted(light_world: Happenings) -> None:
    world = light_world
    closes = date(2019, 8, 31)
    stated, silent = world.cohort(capacity=10, applicants=35), world.cohort(ordinal=2, capacity=5)
    world.cohort(ordinal=3, capacity=100)
    for cohort in (stated, silent, silent):
        world.enrolment(cohort, "applied", on=closes)
    world.enrolment(silent, "applied", on=closes + timedelta(days=1))
    world.arrive()
    value = ask(world.database, "competition_ratio")
    assert (share(value), value.value, value.counts.exclusions["applicants_not_stated"]) == ((37, 15), 2.47, 1)
    assert share(ask(world.database, "competition_ratio", version=1)) == (35, 10)
