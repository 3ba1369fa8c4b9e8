"""Seats and jobs, counted by hand."""

from datetime import date, timedelta

import pytest

from services.reporting.domain.values import State
from shared.contracts import employers
from tests.reporting.asking import ask, ask_by, share
from tests.reporting.happenings import Happenings

HIRED = date(2020, 7, 1)
SEAT_FIGURES = ("seats_posted", "seats_filled", "seats_lapsed", "fill_rate")


def test_before_a_seat_is_posted_nothing_has_started(world: Happenings) -> None:
    assert {ask(world.database, indicator).state for indicator in (*SEAT_FIGURES, "jobs_created")} == {State.NOT_STARTED}


def test_a_claim_creates_no_job_until_somebody_else_confirms_it(world: Happenings) -> None:
    placement = world.hire(world.completer(world.cohort()), world.seat(), on=HIRED)
    world.arrive()
    claimed = world.clock
    before = ask(world.database, "jobs_created", as_of=HIRED)
    assert (before.value, before.counts.exclusions["not_confirmed"]) == (0, 1)
    world.evidence(placement, 2, on=HIRED + timedelta(days=60))
    world.arrive()
    after = ask(world.database, "jobs_created", as_of=HIRED)
    assert (after.value, after.counts.evidence, after.counts.exclusions["not_confirmed"]) == (1, {2: 1, 3: 0, 4: 0}, 0)
    assert ask(world.database, "jobs_created", as_of=HIRED, known_at=claimed).value == 0
    assert ask(world.database, "jobs_created", as_of=HIRED - timedelta(days=1)).state is State.NOT_STARTED


def test_a_replacement_and_a_conversion_are_no_new_jobs(world: Happenings) -> None:
    cohort = world.cohort()
    for origin in ("new", "replacement", "conversion"):
        world.hire(world.completer(cohort), world.seat(origin=origin), on=HIRED, grade=4)
    world.arrive()
    value = ask(world.database, "jobs_created")
    assert value.value == 1
    assert value.counts.exclusions == {"not_confirmed": 0, "replacement": 1, "conversion": 1}
    assert ask(world.database, "seats_filled").value == 3


@pytest.mark.unhurried
def test_a_seat_filled_again_after_its_first_holder_left_is_one_job(world: Happenings) -> None:
    cohort, seat = world.cohort(), world.seat()
    first = world.hire(world.completer(cohort), seat, on=HIRED, grade=2)
    world.placement_ends(first, on=HIRED + timedelta(days=30))
    world.hire(world.completer(cohort), seat, on=HIRED + timedelta(days=60), grade=3)
    world.arrive()
    days = (0, 29, 30, 59, 60)
    found = [ask(world.database, "jobs_created", as_of=HIRED + timedelta(days=day)).value for day in days]
    assert found == [1, 1, 0, 0, 1]


def test_two_placements_in_one_seat_at_once_are_still_one_job(world: Happenings) -> None:
    """The second may arrive before the first one's end: they are different aggregates."""
    cohort, seat = world.cohort(), world.seat()
    for _ in range(2):
        world.hire(world.completer(cohort), seat, on=HIRED, grade=2)
    world.arrive()
    assert ask(world.database, "jobs_created").value == 1


@pytest.mark.unhurried
def test_seats_posted_filled_and_lapsed_are_three_figures(world: Happenings) -> None:
    seats = [world.seat() for _ in range(6)]
    world.hire(world.completer(world.cohort()), seats[0], on=HIRED)
    world.seat_moves(seats[1], employers.SeatLapsed, on=HIRED)
    world.seat_moves(seats[2], employers.SeatLapsed, on=HIRED)
    world.seat_moves(seats[3], employers.SeatWithdrawn, on=HIRED)
    world.arrive()
    assert [ask(world.database, indicator).value for indicator in SEAT_FIGURES] == [6, 1, 2, 25.0]
    assert share(ask(world.database, "fill_rate")) == (1, 4)
    assert ask(world.database, "fill_rate").counts.exclusions == {"still_open": 2}
    day_before = HIRED - timedelta(days=1)
    assert [ask(world.database, indicator, as_of=day_before).value for indicator in SEAT_FIGURES] == [6, 0, 0, None]
    assert ask(world.database, "fill_rate", as_of=day_before).state is State.RUNNING


def test_a_refused_reservation_changes_no_seat(world: Happenings) -> None:
    seat = world.seat()
    placement = world.hire(world.completer(world.cohort()), seat, on=HIRED)
    world.seat_moves(seat, employers.SeatReservationRefused, on=HIRED + timedelta(days=1), placement_id=placement.id)
    world.arrive()
    assert ask(world.database, "seats_filled").value == 1


@pytest.mark.unhurried
def test_jobs_are_broken_down_by_the_jobs_field_and_the_talents_cohort(world: Happenings) -> None:
    company = world.company()
    cohort = world.cohort(field="robot", ordinal=2)
    world.hire(world.completer(cohort), world.seat(field="ict", company_id=company), on=HIRED, grade=2)
    world.hire(world.completer(cohort), world.seat(field="robot"), on=HIRED, grade=2)
    world.arrive()
    assert {field: value.value for field, value in ask_by(world.database, "jobs_created", "field").items()} == {
        "ict": 1,
        "robot": 1,
    }
    assert ask(world.database, "jobs_created", cohort_ordinal=2).value == 2
    assert ask(world.database, "jobs_created", company_id=company).value == 1
    assert ask(world.database, "seats_posted", company_id=company).value == 1
    assert ask(world.database, "jobs_created", cohort_ordinal=1).state is State.NOT_STARTED
