"""The published history of HuStar's first cohort, from facts about persons that were recorded as they became known."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.reporting.indicators import current
from services.reporting.queries.explain import explain
from services.reporting.queries.values import question
from shared.clock import end_of
from tests.reporting.asking import ask, ask_by, share
from tests.reporting.happenings import Happenings

RATE = "employment_rate_completers"
DONE = date(2020, 4, 29)
PUBLISHED = ((date(2020, 12, 10), 46, 74.2), (date(2020, 12, 31), 49, 79.0), (date(2022, 1, 7), 52, 83.9))


def at_noon(world: Happenings, day: date) -> None:
    """What is said from now on is recorded on that day."""
    world.clock = datetime.combine(day, time(3), UTC)


@pytest.mark.slow
def test_cohort_1_comes_out_as_it_was_published_on_each_of_its_days(light_world: Happenings) -> None:
    """Everybody had begun before the first day was published: only what was known of them differs between the days."""
    world = light_world
    at_noon(world, DONE)
    cohort = world.cohort(ordinal=1)
    completers = [world.completer(cohort, on=DONE) for _ in range(62)]
    for others, (completed, employed) in enumerate(((82, 63), (81, 58)), 2):
        cohort = world.cohort(ordinal=others)
        for index in range(completed):
            done = world.completer(cohort, on=DONE)
            if index < employed:
                world.hire(done, world.seat(), on=DONE + timedelta(days=100))
    known = 0
    for day, number, _ in PUBLISHED:
        at_noon(world, day)
        for completer in completers[known:number]:
            world.hire(completer, world.seat(), on=date(2020, 9, 1))
        known = number
    world.arrive()
    for day, number, percent in PUBLISHED:
        then = ask(world.database, RATE, as_of=day, known_at=end_of(day), cohort_ordinal=1)
        assert (share(then), then.value, then.counts.unknown) == ((number, 62), percent, 62 - number)
        assert ask(world.database, RATE, as_of=day, cohort_ordinal=1).value == 83.9  # as is known by now
    whole = ask(world.database, RATE)
    assert (share(whole), whole.value) == ((173, 225), 76.9)
    mean = sum(value.value or 0 for value in ask_by(world.database, RATE, "cohort_ordinal").values()) / 3
    assert round(mean, 1) == 77.4  # what a mean of rates would have said
    first, last = PUBLISHED[0][0], PUBLISHED[-1][0]
    with world.database.read() as session:
        before = question(session, as_of=first, known_at=end_of(first), only={"cohort_ordinal": 1})
        after = question(session, as_of=last, known_at=end_of(last), only={"cohort_ordinal": 1})
        told = explain(session, current()[RATE], before, after, name_things=False)
    assert [(step.cause, step.things, step.numerator, step.denominator) for step in told.steps] == [("learned", 6, 6, 0)]
