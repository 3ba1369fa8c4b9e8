"""Rollups: whatever happens, in whatever order it arrives, they say what counting says."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.reporting.commands import roll_up
from services.reporting.domain.values import Counts
from services.reporting.indicators import Indicator, current
from services.reporting.indicators.home import HUSTAR, be_at_home_in
from services.reporting.queries.counts import counts_on
from services.reporting.queries.rolled import Found, rolled
from services.reporting.queries.values import question
from shared.db import Database, ReadSession
from tests.reporting.happenings import Happenings
from tests.reporting.histories import Histories


def roll(database: Database) -> None:
    while roll_up(database):
        pass


def differences(session: ReadSession, days: dict[str, date], chance: random.Random) -> list[Any]:
    """Where rollups say something else than counting does: of every indicator, the whole and one of its dimensions."""
    return [
        each
        for indicator in current().values()
        for each in _differences(session, indicator, days, chance.sample(indicator.dimensions, min(1, len(indicator.dimensions))))
    ]


def _differences(session: ReadSession, indicator: Indicator, days: dict[str, date], dimensions: list[str]) -> list[Any]:
    found = []
    for by in ((), *((name,) for name in dimensions)):
        scope = replace(question(session, staff=True), by=by)
        kept = rolled(session, indicator, scope, days)
        assert kept is not None, indicator.id
        said, counted = something(kept), something(counts_on(session, indicator, replace(scope, newest=False), days))
        different = [key for key in {*said, *counted} if said.get(key) != counted.get(key)]
        found += [(indicator.id, by, key, said.get(key), counted.get(key)) for key in different]
    return found


def something(found: Found) -> dict[Any, Counts]:
    """What there is anything of. Who counts also finds groups of which there is nothing."""
    return {
        key: counts
        for key, counts in found.items()
        if any((counts.begun, counts.numerator, counts.denominator, counts.undecided, counts.unknown))
        or any((*counts.exclusions.values(), *counts.evidence.values()))
    }


@pytest.mark.slow
def test_rollups_say_what_counting_says(world: Happenings) -> None:
    """Made of what there is already at first, and then kept, batch by batch."""
    histories = Histories(world, random.Random(11))
    histories.begin()
    histories.go_on()
    for _ in range(3):
        histories.go_on()
        roll(world.database)
    world.arrive()
    roll(world.database)
    days = {"then": date(2020, 3, 31), "later": date(2020, 5, 20), "ripe": date(2022, 1, 31)}
    with world.database.read() as session:
        assert differences(session, days, histories.chance) == []


@pytest.mark.unhurried
def test_what_has_arrived_and_is_not_rolled_up_is_counted(light_world: Happenings) -> None:
    cohort = light_world.cohort()
    light_world.completer(cohort)
    light_world.arrive()
    roll(light_world.database)
    light_world.completer(cohort)
    light_world.arrive()
    indicator = current()["talents_trained"]
    with light_world.database.read() as session:
        scope = question(session)
        assert rolled(session, indicator, scope, {"now": scope.as_of}) is None
        assert counts_on(session, indicator, scope, {"now": scope.as_of})["now", ()].numerator == 2
    roll(light_world.database)
    with light_world.database.read() as session:
        said = rolled(session, indicator, scope, {"now": scope.as_of})
        assert said is not None
        assert said["now", ()].numerator == 2


@pytest.mark.unhurried
def test_an_application_counts_beside_those_that_the_cohort_had_before(light_world: Happenings) -> None:
    unstated = light_world.cohort(capacity=30)
    indicator = current()["competition_ratio"]
    for applied in (1, 2):
        light_world.enrolment(unstated, "applied", on=date(2019, 8, 1))
        light_world.arrive()
        roll(light_world.database)
        with light_world.database.read() as session:
            scope = question(session)
            said = rolled(session, indicator, scope, {"now": scope.as_of})
            assert said is not None
            assert said == counts_on(session, indicator, replace(scope, newest=False), {"now": scope.as_of})
            assert (said["now", ()].numerator, said["now", ()].denominator) == (applied, 30)


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """An installation of Seoul."""
    be_at_home_in(["11"])
    yield
    be_at_home_in(HUSTAR)


@pytest.mark.unhurried
def test_a_city_of_another_region_sets_its_home_and_sums_made_for_another_are_made_anew(
    light_world: Happenings, request: pytest.FixtureRequest
) -> None:
    for region in ("27260", "47", "11", "48"):
        light_world.hire(light_world.completer(light_world.cohort()), light_world.seat(), on=date(2020, 7, 1), region=region)
    light_world.arrive()
    roll(light_world.database)
    indicator = current()["local_settlement_rate"]

    def settled() -> list[tuple[int, int | None]]:
        with light_world.database.read() as session:
            scope = question(session)
            kept = rolled(session, indicator, scope, {"now": scope.as_of})
            counted = counts_on(session, indicator, replace(scope, newest=False), {"now": scope.as_of})
        found = [each["now", ()] for each in (kept, counted) if each is not None]
        return [(each.numerator, each.denominator) for each in found]

    assert settled() == [(2, 4), (2, 4)]
    request.getfixturevalue("elsewhere")
    assert settled() == [(1, 4)]  # the sums are those of Daegu and Gyeongbuk
    roll(light_world.database)
    assert settled() == [(1, 4), (1, 4)]
