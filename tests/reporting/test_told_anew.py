"""What turns out to have been otherwise: figures follow, and what was known before can still be asked for."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.reporting.queries.digest import facts_digest
from services.reporting.tables import FACT
from shared.contracts import employers, matching
from tests.reporting.asking import ask, ask_by, share
from tests.reporting.happenings import WHOLE_COURSE, Happenings

RATE = "employment_rate_completers"
DONE = date(2020, 5, 31)
HIRED = date(2020, 7, 1)
LATER = date(2020, 9, 1)


@pytest.mark.unhurried
def test_a_completion_that_was_a_dropout_leaves_every_day_and_stays_known_as_of_before(world: Happenings) -> None:
    enrolment = world.completer(world.cohort(), on=DONE)
    world.completer(world.cohort())
    world.arrive()
    before = world.clock
    days = [DONE - timedelta(days=5 - index) for index in range(6)]
    path = [*zip(WHOLE_COURSE[:5], days[:5], strict=True), ("dropped", DONE)]
    world.correction(enrolment, 6, *path, effective_on=DONE)
    world.arrive()
    assert ask(world.database, "talents_trained").value == 1
    assert share(ask(world.database, "dropout_rate")) == (1, 2)
    assert ask(world.database, "talents_trained", known_at=before).value == 2
    assert ask(world.database, "talents_trained", as_of=DONE).value == 1


def test_a_step_taken_back_leaves_the_stage_before_it(world: Happenings) -> None:
    enrolment = world.enrolment(world.cohort(), "applied", "selected", "enrolled", "training", "dropped", on=DONE)
    path = [("applied", DONE - timedelta(days=4)), ("selected", DONE - timedelta(days=3))]
    path += [("enrolled", DONE - timedelta(days=2)), ("training", DONE - timedelta(days=1))]
    world.correction(enrolment, 5, *path, effective_on=DONE, taken_back=True)
    world.enrolment_moves(enrolment, "completed", on=LATER)
    world.arrive()
    assert share(ask(world.database, "completion_rate", as_of=DONE)) == (0, 1)
    assert share(ask(world.database, "completion_rate", as_of=LATER)) == (1, 1)


@pytest.mark.unhurried
def test_two_persons_that_are_one_are_one_talent_until_they_are_two_again(world: Happenings) -> None:
    one, other = world.completer(world.cohort()), world.completer(world.cohort(field="water"))
    world.persons_are_one(other.person_id, one.person_id)
    world.arrive()
    merged, moment = ask(world.database, "talents_trained"), world.clock
    assert (merged.value, merged.counts.exclusions["same_person"]) == (1, 1)
    assert {field: value.value for field, value in ask_by(world.database, "talents_trained", "field").items()} == {
        "robot": 1,
        "water": 1,
    }
    world.persons_are_two(other.person_id)
    world.arrive()
    assert ask(world.database, "talents_trained").value == 2
    assert ask(world.database, "talents_trained", known_at=moment).value == 1


@pytest.mark.unhurried
def test_a_job_of_one_is_the_job_of_the_other_once_they_are_one(world: Happenings) -> None:
    cohort = world.cohort()
    completer = world.completer(cohort)
    unknown = world.enrolment(world.cohort(ordinal=2), "applied", "selected", "enrolled", "dropped")
    world.hire(unknown, world.seat(), on=HIRED)
    world.arrive()
    assert share(ask(world.database, RATE)) == (0, 1)
    world.persons_are_one(unknown.person_id, completer.person_id)
    world.arrive()
    assert share(ask(world.database, RATE)) == (1, 1)


def test_the_second_enrolment_of_one_human_in_one_cohort_counts_for_nothing(world: Happenings) -> None:
    cohort = world.cohort()
    one, twin = world.completer(cohort), world.completer(cohort)
    world.persons_are_one(twin.person_id, one.person_id)
    world.doubles(twin, of=one)
    world.arrive()
    assert ask(world.database, "participations").value == 1
    assert share(ask(world.database, "completion_rate")) == (1, 1)
    world.persons_are_two(twin.person_id)
    world.doubles_no_more(twin)
    world.arrive()
    assert ask(world.database, "participations").value == 2


@pytest.mark.unhurried
def test_a_hire_that_never_was_counts_on_no_day(world: Happenings) -> None:
    completer = world.completer(world.cohort())
    placement = world.hire(completer, world.seat(), on=HIRED, grade=2)
    world.arrive()
    before = world.clock
    assert share(ask(world.database, RATE, as_of=HIRED)) == (1, 1)
    world.reversal(placement, on=LATER)
    world.arrive()
    for day in (HIRED, LATER):
        assert share(ask(world.database, RATE, as_of=day)) == (0, 1)
        assert ask(world.database, "jobs_created", as_of=day).counts.numerator == 0
    assert ask(world.database, "jobs_created", as_of=HIRED, known_at=before).value == 1


@pytest.mark.unhurried
def test_an_employment_that_runs_on_never_ended(world: Happenings) -> None:
    completer = world.completer(world.cohort())
    placement = world.hire(completer, world.seat(), on=HIRED)
    world.placement_ends(placement, on=HIRED + timedelta(days=30))
    world.arrive()
    assert share(ask(world.database, RATE, as_of=LATER)) == (0, 1)
    world.placement_moves(placement, matching.PlacementReopened, on=HIRED + timedelta(days=60))
    world.arrive()
    for days in (0, 31, 61):
        assert share(ask(world.database, RATE, as_of=HIRED + timedelta(days=days))) == (1, 1)


def test_a_seat_that_was_a_replacement_all_along(world: Happenings) -> None:
    seat = world.seat()
    seat.origin = "replacement"
    world.seat_moves(seat, employers.SeatReclassified, on=LATER)
    world.arrive()
    assert ask(world.database, "seats_posted").value == 1


@pytest.mark.unhurried
def test_told_at_once_or_one_by_one_the_facts_are_the_same(world: Happenings) -> None:
    cohort = world.cohort()
    one, twin = world.completer(cohort), world.completer(cohort)
    world.correction(one, 6, ("applied", DONE), ("withdrawn", LATER), effective_on=LATER)
    placement = world.hire(twin, world.seat(), on=HIRED)
    world.reversal(placement, on=LATER)
    world.persons_are_one(twin.person_id, one.person_id)
    world.arrive()
    for generation, seed in ((2, 1), (3, 2)):
        world.arrive_again(generation=generation, seed=seed)
    with world.database.read() as session:
        live, second, third = (facts_digest(session, generation) for generation in (1, 2, 3))
    assert live == second == third


def test_what_companies_had_counts_for_the_one_that_they_became_and_says_so_only_since(world: Happenings) -> None:
    first, second, third = (world.company(f"123456789{index}") for index in range(3))
    for company in (first, second, third):
        world.seat(company_id=company)
    world.arrive()
    before = world.clock
    world.companies_are_one(first, second)
    world.companies_are_one(second, third)
    world.arrive()
    by_company = {company: value.value for company, value in ask_by(world.database, "seats_posted", "company_id").items()}
    assert by_company == {third: 3}
    assert ask(world.database, "seats_posted", company_id=third, known_at=before).value == 1


def test_a_later_answer_stands_in_the_place_of_an_earlier_one_and_none_is_left_of_a_hire_that_never_was(
    world: Happenings,
) -> None:
    placement = world.hire(world.completer(world.cohort()), world.seat(), on=HIRED)
    three, six = (world.follow_up(placement, months) for months in (3, 6))
    world.answer(three, "unknown", on=date(2020, 11, 1))
    world.answer(six, "out_of_work")
    world.arrive()
    world.answer(three, "still_there", on=date(2020, 10, 15))
    world.follow_up_cancelled(six, on=date(2021, 2, 1))
    world.arrive()
    with world.database.read() as session:
        facts = select(FACT.c.aggregate_id, FACT.c.stage, FACT.c.amount).where(
            FACT.c.aggregate == "follow_up", FACT.c.superseded_at.is_(None)
        )
        found = [tuple(row) for row in session.execute(facts.order_by(FACT.c.amount, FACT.c.effective_on))]
    assert found == [(three.id, "due", 3), (three.id, "still_there", 3), (six.id, "cancelled", 6)]


@pytest.mark.unhurried
def test_an_employment_on_other_days_is_counted_on_those_and_on_the_old_ones_as_was_known_then(world: Happenings) -> None:
    placement = world.hire(world.completer(world.cohort(), on=DONE), world.seat(), on=HIRED)
    world.placement_ends(placement, on=LATER)
    world.arrive()
    before, earlier, later = world.clock, date(2020, 6, 10), date(2020, 9, 20)
    days = {"started_on": earlier, "ended_on": later, "reason": "record", "by": "program"}
    world.placement_moves(placement, matching.PlacementDatesCorrected, on=earlier, **days)
    world.arrive()
    moments = (earlier - timedelta(days=1), earlier, later - timedelta(days=1), later)
    assert [share(ask(world.database, RATE, as_of=day)) for day in moments] == [(0, 1), (1, 1), (1, 1), (0, 1)]
    assert [share(ask(world.database, RATE, as_of=day, known_at=before)) for day in moments] == [(0, 1)] * 4


def test_a_month_of_attendance_is_a_fact_and_changes_no_stage(light_world: Happenings) -> None:
    enrolment = light_world.enrolment(light_world.cohort(), "applied", "selected", "enrolled", "training", on=HIRED)
    light_world.month_of_attendance(enrolment, date(2020, 7, 1), days=20, absences=5, complies=False)
    light_world.arrive()
    assert ask(light_world.database, "participations").value == 1
    with light_world.database.read() as session:
        said = select(FACT.c.about_on, FACT.c.amount, FACT.c.reason).where(FACT.c.kind == "enrolment.month_reported")
        assert [tuple(row) for row in session.execute(said)] == [(date(2020, 7, 1), 5, "fell_short")]
