"""What became of people within a window, whether they stayed, where, in what and how soon: counted by hand."""

from datetime import date, timedelta

import pytest

from services.reporting.domain.values import State
from shared.contracts import employers, matching
from shared.ids import new_id
from tests.reporting.asking import ask, share
from tests.reporting.happenings import Cohort, Happenings

DONE = date(2020, 5, 31)
EXIT = ("applied", "selected", "enrolled", "training")
WINDOWED = (
    "employment_rate_3m", "employment_rate_6m", "employment_rate_enrolled", "employment_rate_q2", "employment_rate_q4",
    "employment_rate_kedi", "employment_rate_cirr", "career_outcomes_rate",
)  # fmt: skip


def a_cohort_of_seven(world: Happenings) -> Cohort:
    """Of the robot field, all out on one day, in what way and with what job the comments say."""
    cohort = world.cohort(field="robot")
    soon, late, elsewhere, short = (world.completer(cohort, on=DONE) for _ in range(4))
    world.completer(cohort, on=DONE)  # nothing was ever heard of this one
    dropped = world.enrolment(cohort, *EXIT, "dropped", on=DONE)
    early = world.enrolment(cohort, *EXIT, "employed_early", on=DONE)
    world.hire(soon, world.seat(), on=date(2020, 7, 1), grade=4)
    world.hire(late, world.seat(), on=date(2021, 2, 1))
    world.hire(elsewhere, world.seat(field="water"), on=date(2020, 11, 30))
    world.placement_ends(world.hire(short, world.seat(), on=date(2020, 6, 1)), on=date(2020, 8, 1))
    world.hire(dropped, world.seat(), on=date(2020, 12, 1))
    world.hire(early, world.seat(), on=DONE)
    world.arrive()
    return cohort


@pytest.mark.unhurried
def test_the_same_seven_are_counted_as_each_standard_says(world: Happenings) -> None:
    a_cohort_of_seven(world)
    found = {name: share(ask(world.database, name)) for name in WINDOWED}
    assert found == {
        "employment_rate_3m": (2, 5),  # soon and short; elsewhere began on the last day of month six
        "employment_rate_6m": (3, 5),
        "employment_rate_enrolled": (4, 7),  # soon, short, early, and elsewhere not: day 183
        "employment_rate_q2": (4, 7),  # from October to December: soon, elsewhere, dropped, early
        "employment_rate_q4": (5, 7),  # from April to June 2021: and late
        "employment_rate_kedi": (4, 5),  # on 2021-12-31 all but short work, and the one never heard of
        "employment_rate_cirr": (3, 7),
        "career_outcomes_rate": (3, 4),
    } | {"employment_rate_enrolled": (3, 7), "employment_rate_kedi": (3, 5)}
    unknown = {name: ask(world.database, name).counts.unknown for name in WINDOWED}
    assert set(unknown.values()) == {1}
    nace = ask(world.database, "career_outcomes_rate").reading
    assert (nace.low, nace.value, nace.high) == (60.0, 75.0, 80.0)


@pytest.mark.unhurried
def test_a_rate_is_immature_until_its_window_has_passed_and_says_when_that_is(world: Happenings) -> None:
    a_cohort_of_seven(world)
    days = {
        "employment_rate_3m": date(2020, 8, 31),
        "employment_rate_6m": date(2020, 11, 30),
        "employment_rate_enrolled": date(2020, 11, 27),
        "employment_rate_q2": date(2020, 12, 31),
        "employment_rate_q4": date(2021, 6, 30),
        "employment_rate_kedi": date(2021, 12, 31),
        "employment_rate_cirr": date(2020, 11, 27),
        "career_outcomes_rate": date(2020, 11, 30),
    }
    for name, day in days.items():
        before, on = ask(world.database, name, as_of=day - timedelta(days=1)), ask(world.database, name, as_of=day)
        assert (before.state, before.value, before.matures_on) == (State.IMMATURE, None, day), name
        assert (on.state, on.matures_on) == (State.OK, None), name
        assert ask(world.database, name, as_of=DONE - timedelta(days=1)).state is State.RUNNING, name


def test_who_found_work_after_the_window_is_unknown_only_until_that_is_heard_of(world: Happenings) -> None:
    world.hire(world.completer(world.cohort(), on=DONE), world.seat(), on=date(2021, 2, 1))
    world.arrive()
    day = date(2021, 1, 31)
    assert [ask(world.database, "employment_rate_6m", as_of=day + timedelta(days=n)).counts.unknown for n in (0, 1)] == [1, 0]


def test_the_knowledge_rate_counts_persons_once(world: Happenings) -> None:
    person = new_id()
    first = world.completer(world.cohort(ordinal=1), person_id=person)
    world.completer(world.cohort(ordinal=2), person_id=person)
    world.completer(world.cohort(ordinal=3))
    world.hire(first, world.seat(), on=date(2020, 7, 1))
    world.hire(world.completer(world.cohort(ordinal=4)), world.seat(kind="internship"), on=date(2020, 7, 1))
    world.arrive()
    assert share(ask(world.database, "knowledge_rate")) == (1, 3)
    assert share(ask(world.database, "knowledge_rate", as_of=date(2020, 6, 30))) == (0, 3)


@pytest.mark.unhurried
def test_a_spell_still_running_before_its_date_is_neither_success_nor_failure(world: Happenings) -> None:
    cohort = world.cohort()
    started = date(2020, 7, 31)
    stays, leaves, young = (world.hire(world.completer(cohort), world.seat(), on=started) for _ in range(3))
    world.placement_ends(leaves, on=date(2020, 10, 30))
    world.placement_ends(stays, on=date(2021, 3, 1))
    world.hire(world.completer(cohort), world.seat(kind="internship"), on=started)
    world.arrive()
    before = ask(world.database, "retention_3m", as_of=date(2020, 10, 30))
    assert (before.state, before.matures_on, before.counts.exclusions) == (State.IMMATURE, date(2020, 10, 31), {"immature": 3})
    assert share(ask(world.database, "retention_3m", as_of=date(2020, 10, 31))) == (2, 3)
    assert share(ask(world.database, "retention_6m", as_of=date(2021, 1, 31))) == (2, 3)
    assert share(ask(world.database, "retention_12m", as_of=date(2021, 7, 31))) == (1, 3)
    answered = world.follow_up(young, 6)
    world.answer(answered, "unknown", on=date(2021, 2, 10))
    world.arrive()
    assert share(ask(world.database, "retention_6m", as_of=date(2021, 2, 9))) == (2, 3)
    unknown = ask(world.database, "retention_6m", as_of=date(2021, 2, 10))
    assert (share(unknown), unknown.counts.unknown, unknown.reading.low, unknown.reading.high) == ((1, 3), 1, 33.3, 66.7)
    world.answer(answered, "out_of_work", on=date(2021, 2, 10))
    world.arrive()
    assert share(ask(world.database, "retention_6m")) == (1, 3)
    assert ask(world.database, "retention_6m").counts.unknown == 0


@pytest.mark.unhurried
def test_the_workplace_and_the_field_are_those_of_the_jobs_that_people_hold(world: Happenings) -> None:
    cohort = world.cohort(field="robot")
    for region, field in (("27260", "robot"), ("47", "water"), ("11", "robot")):
        world.hire(world.completer(cohort), world.seat(field=field), on=date(2020, 7, 1), region=region)
    world.placement_ends(world.hire(world.completer(cohort), world.seat(), on=date(2020, 7, 1)), on=date(2020, 9, 1))
    world.arrive()
    assert share(ask(world.database, "local_settlement_rate")) == (2, 3)
    assert share(ask(world.database, "in_field_rate")) == (2, 3)
    assert share(ask(world.database, "local_settlement_rate", as_of=date(2020, 8, 31))) == (3, 4)
    assert ask(world.database, "in_field_rate", as_of=date(2020, 6, 30)).state is State.NOT_STARTED


@pytest.mark.unhurried
def test_the_unplaced_are_censored_and_neither_left_out_nor_counted_as_slow(world: Happenings) -> None:
    cohort = world.cohort()
    for days in (10, 20, 30, None):
        completer = world.completer(cohort, on=DONE)
        if days is not None:
            world.hire(completer, world.seat(), on=DONE + timedelta(days=days))
    world.hire(world.completer(cohort, on=DONE + timedelta(days=25)), world.seat(), on=DONE)
    world.arrive()
    later = ask(world.database, "time_to_placement", as_of=DONE + timedelta(days=100))
    assert (share(later), later.counts.unknown, later.value) == ((4, 5), 1, 20)
    assert later.quartiles is not None
    assert (later.quartiles.lower, later.quartiles.upper) == (10, 30)
    early = ask(world.database, "time_to_placement", as_of=DONE + timedelta(days=15))
    assert (early.state, early.value) == (State.RUNNING, None)  # one of four: half are not placed yet
    assert early.quartiles is not None
    assert (early.quartiles.lower, early.quartiles.upper) == (10, None)


def test_lapsed_seats_have_no_time_to_fill_and_open_ones_are_censored(world: Happenings) -> None:
    cohort = world.cohort()
    for days in (10, 30):
        world.hire(world.completer(cohort), world.seat(on=DONE), on=DONE + timedelta(days=days))
    world.seat_moves(world.seat(on=DONE), employers.SeatLapsed, on=DONE + timedelta(days=5))
    world.seat(on=DONE + timedelta(days=40))
    world.arrive()
    value = ask(world.database, "time_to_fill", as_of=DONE + timedelta(days=60))
    assert (share(value), value.value, value.counts.exclusions) == ((2, 3), 30, {"lapsed": 1, "withdrawn": 0})


@pytest.mark.unhurried
def test_an_internship_that_became_permanent_is_one_job_before_and_after(world: Happenings) -> None:
    cohort = world.cohort()
    completer = world.completer(cohort)
    intern = world.hire(completer, world.seat(kind="internship"), on=date(2020, 6, 1), grade=2)
    other = world.hire(world.completer(cohort), world.seat(kind="internship", origin="replacement"), on=date(2020, 6, 1), grade=2)
    for placement in (intern, other):
        world.placement_ends(placement, on=date(2020, 8, 31))
        conversion = world.seat(origin="conversion")
        world.hire(placement.enrolment, conversion, on=date(2020, 9, 1), grade=2, grew_from=placement)
    world.hire(world.completer(cohort), world.seat(origin="conversion"), on=date(2020, 9, 1), grade=2)
    world.arrive()
    days = (date(2020, 6, 1), date(2020, 8, 31), date(2020, 9, 1))
    assert [ask(world.database, "jobs_created", as_of=day).value for day in days] == [1, 0, 1]
    assert [ask(world.database, "jobs_created", as_of=day, version=1).value for day in days] == [1, 0, 0]
    assert ask(world.database, "jobs_created").counts.exclusions == {"not_confirmed": 0, "replacement": 1, "conversion": 1}
    rate = "internship_conversion_rate"
    assert [share(ask(world.database, rate, as_of=day)) for day in days[1:]] == [(0, 2), (2, 2)]
    assert ask(world.database, rate, as_of=days[0]).state is State.RUNNING


def test_dropouts_are_told_by_reason_and_by_the_stage_that_they_left(world: Happenings) -> None:
    cohort = world.cohort()
    for stages, reason in ((EXIT, "personal"), (EXIT[:3], "personal"), (EXIT, "health")):
        enrolment = world.enrolment(cohort, *stages, on=DONE)
        world.enrolment_moves(enrolment, "dropped", on=DONE + timedelta(days=1), reason=reason)
    world.completer(cohort)
    world.arrive()
    value = ask(world.database, "dropout_rate")
    assert share(value) == (3, 4)
    assert value.details == {"exit_reason": {"personal": 2, "health": 1}, "exit_stage": {"training": 2, "enrolled": 1}}


def test_what_is_surveyed_is_not_guessed(world: Happenings) -> None:
    world.completer(world.cohort())
    world.arrive()
    assert ask(world.database, "satisfaction").state is State.NOT_SURVEYED


@pytest.mark.unhurried
def test_a_hire_that_never_was_leaves_every_figure(world: Happenings) -> None:
    placement = world.hire(world.completer(world.cohort(), on=DONE), world.seat(), on=date(2020, 7, 1))
    world.placement_moves(placement, matching.PlacementReversed, on=date(2021, 3, 1), reason="never_started", by="program")
    world.arrive()
    assert {name: share(ask(world.database, name))[0] for name in WINDOWED} == dict.fromkeys(WINDOWED, 0)
    assert ask(world.database, "retention_6m").state is State.NO_DENOMINATOR


@pytest.mark.unhurried
def test_work_that_is_not_evidenced_well_enough_is_as_if_nobody_had_heard_of_it(light_world: Happenings) -> None:
    cohort = light_world.cohort()
    for grade in (1, 2, 4):
        light_world.hire(light_world.completer(cohort, on=DONE), light_world.seat(), on=date(2020, 7, 1), grade=grade)
    light_world.arrive()
    for name in ("employment_rate_completers", "employment_rate_6m", "knowledge_rate"):
        found = {grade: share(ask(light_world.database, name, minimum_grade=grade)) for grade in (1, 2, 3, 4)}
        assert found == {1: (3, 3), 2: (2, 3), 3: (1, 3), 4: (1, 3)}, name
    assert ask(light_world.database, "jobs_created", minimum_grade=3).value == 1
    assert ask(light_world.database, "employment_rate_6m", minimum_grade=2).counts.unknown == 1
