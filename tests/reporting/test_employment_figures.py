"""What became of completers, counted by hand."""

from datetime import date, timedelta

import pytest

from services.reporting.domain.values import State
from shared.ids import new_id
from tests.reporting.asking import ask, ask_by, share
from tests.reporting.happenings import Happenings

RATE = "employment_rate_completers"
DONE = date(2020, 5, 31)
HIRED = date(2020, 7, 1)


@pytest.mark.unhurried
def test_a_hire_counts_from_its_first_day_to_the_day_it_ends(world: Happenings) -> None:
    cohort = world.cohort()
    employed = world.completer(cohort, on=DONE)
    world.completer(cohort, on=DONE)
    placement = world.hire(employed, world.seat(), on=HIRED)
    world.placement_ends(placement, on=HIRED + timedelta(days=90))
    world.arrive()
    assert share(ask(world.database, RATE, as_of=HIRED - timedelta(days=1))) == (0, 2)
    during = ask(world.database, RATE, as_of=HIRED + timedelta(days=89))
    assert (share(during), during.value) == ((1, 2), 50.0)
    after = ask(world.database, RATE, as_of=HIRED + timedelta(days=90))
    assert (share(after), after.value, after.counts.unknown) == ((0, 2), 0.0, 1)


def test_completers_of_whom_no_employment_is_known_are_unknown_and_show_in_the_upper_bound(world: Happenings) -> None:
    cohort = world.cohort()
    for index in range(4):
        completer = world.completer(cohort, on=DONE)
        if index < 3:
            world.hire(completer, world.seat(), on=HIRED)
    world.arrive()
    value = ask(world.database, RATE)
    assert (value.value, value.reading.low, value.reading.high, value.counts.unknown) == (75.0, 75.0, 100.0, 1)


def test_before_any_outcome_is_known_there_is_no_rate(world: Happenings) -> None:
    world.enrolment(world.cohort(), "applied", "selected", "enrolled", "training", on=DONE)
    world.arrive()
    assert ask(world.database, RATE).state is State.RUNNING
    world.completer(world.cohort(ordinal=2), on=DONE)
    world.arrive()
    assert ask(world.database, RATE).state is State.RUNNING


def test_a_cohort_that_nobody_completed_has_no_denominator(world: Happenings) -> None:
    world.enrolment(world.cohort(), "applied", "selected", "enrolled", "dropped")
    world.arrive()
    value = ask(world.database, RATE)
    assert (value.state, value.value, value.counts.denominator) == (State.NO_DENOMINATOR, None, 0)


def test_an_internship_is_no_employment_and_neither_is_an_offer(world: Happenings) -> None:
    cohort = world.cohort()
    world.hire(world.completer(cohort), world.seat(), on=HIRED)
    world.hire(world.completer(cohort), world.seat(kind="internship"), on=HIRED)
    world.hire(world.completer(cohort), world.seat(kind="fixed_term"), on=HIRED)
    world.arrive()
    assert share(ask(world.database, RATE)) == (2, 3)


def test_early_employment_and_dropouts_are_not_in_the_denominator(world: Happenings) -> None:
    cohort = world.cohort()
    world.hire(world.completer(cohort), world.seat(), on=HIRED)
    early = world.enrolment(cohort, "applied", "selected", "enrolled", "training", "employed_early", on=DONE)
    world.hire(early, world.seat(), on=DONE)
    world.enrolment(cohort, "applied", "selected", "enrolled", "dropped")
    world.arrive()
    value = ask(world.database, RATE)
    assert share(value) == (1, 1)
    assert value.counts.exclusions == {"still_in_training": 0, "employed_early": 1, "dropped": 1}


@pytest.mark.unhurried
def test_who_completed_two_cohorts_and_has_one_job_counts_in_both(world: Happenings) -> None:
    person = new_id()
    first = world.completer(world.cohort(ordinal=1), person_id=person)
    world.completer(world.cohort(ordinal=2), person_id=person)
    world.hire(first, world.seat(), on=HIRED)
    world.arrive()
    assert share(ask(world.database, RATE)) == (2, 2)
    assert {ordinal: share(value) for ordinal, value in ask_by(world.database, RATE, "cohort_ordinal").items()} == {
        1: (1, 1),
        2: (1, 1),
    }


@pytest.mark.unhurried
def test_who_changed_jobs_counts_once_and_with_the_best_evidence(world: Happenings) -> None:
    completer = world.completer(world.cohort())
    world.placement_ends(world.hire(completer, world.seat(), on=HIRED, grade=4), on=HIRED + timedelta(days=10))
    world.hire(completer, world.seat(), on=HIRED + timedelta(days=20), grade=2)
    world.arrive()
    value = ask(world.database, RATE)
    assert share(value) == (1, 1)
    assert value.counts.evidence == {1: 0, 2: 1, 3: 0, 4: 0}


@pytest.mark.slow
def test_the_published_cohorts_are_pooled_and_not_averaged(world: Happenings) -> None:
    for ordinal, completers, employed in ((1, 62, 52), (2, 82, 63), (3, 81, 58)):
        cohort = world.cohort(ordinal=ordinal)
        for index in range(completers):
            completer = world.completer(cohort, on=DONE)
            if index < employed:
                world.hire(completer, world.seat(), on=HIRED)
    world.arrive()
    whole = ask(world.database, RATE)
    assert (share(whole), whole.value) == ((173, 225), 76.9)
    assert [value.value for value in ask_by(world.database, RATE, "cohort_ordinal").values()] == [83.9, 76.8, 71.6]
    assert ask(world.database, "talents_trained").value == 225
