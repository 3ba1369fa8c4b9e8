"""A question about one cohort or one company that is answered from its own facts: the answer is the same."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.reporting.indicators import CATALOGUE, Scope, current
from services.reporting.queries.counts import counts_on
from services.reporting.queries.near import near
from services.reporting.queries.standards import side_by_side
from services.reporting.queries.values import question, value_of
from services.reporting.tables import FACT
from shared.db import ReadSession
from tests.reporting.happenings import Happenings
from tests.reporting.histories import Histories
from tests.reporting.serving import Site
from tests.reporting.test_columns import DAYS
from tests.reporting.test_outcome_figures import a_cohort_of_seven
from tests.reporting.test_rollups import roll
from tests.reporting.test_standards import get


def _members(session: ReadSession, name: str, chance: random.Random) -> list[UUID]:
    found = session.scalars(select(FACT.c[name]).where(FACT.c[name].is_not(None)).distinct())
    members = sorted(found)
    return chance.sample(members, min(2, len(members)))


def _questions(session: ReadSession, world: Happenings, chance: random.Random) -> Iterator[Scope]:
    """What is known now, what was known at a moment before, and what better evidence says."""
    now = replace(question(session, staff=True), as_of=DAYS["ripe"])
    yield now
    yield replace(now, known_at=world.clock - timedelta(seconds=chance.randrange(200)), newest=False)
    yield replace(now, newest=False, minimum_grade=3)


@pytest.mark.slow
def test_what_is_near_is_all_that_counts(world: Happenings) -> None:
    histories = Histories(world, random.Random(23))
    histories.begin()
    for _ in range(2):
        histories.go_on()
    world.arrive()
    roll(world.database)
    chance, counted = random.Random(4), 0
    with world.database.read() as session:
        for scope in _questions(session, world, chance):
            for name in ("cohort_id", "company_id"):
                for member in _members(session, name, chance):
                    asked = replace(scope, only={name: member}, newest=False)
                    close = replace(near(session, replace(scope, only={name: member})), newest=False)
                    assert close.portion is not None
                    for indicator in chance.sample([each for each in CATALOGUE.values() if name in each.dimensions], 3):
                        whole = counts_on(session, indicator, asked, DAYS)
                        assert counts_on(session, indicator, close, DAYS) == whole, (indicator.id, name, member, scope)
                        assert value_of(session, indicator, close) == value_of(session, indicator, asked)
                        counted += any(counts.begun for counts in whole.values())
    assert counted > 15  # something, not nothing beside nothing


@pytest.mark.unhurried
def test_while_something_arrived_that_is_not_rolled_up_what_was_known_earlier_is_asked_of_everything(
    light_world: Happenings,
) -> None:
    cohort = light_world.cohort()
    light_world.completer(cohort)
    light_world.arrive()
    roll(light_world.database)

    def steps() -> tuple[bool, Any]:
        with light_world.database.read() as session:
            asked = question(session, known_at=light_world.clock, only={"cohort_id": cohort.id}, staff=True)
            return near(session, asked).portion is not None, side_by_side(session, asked).measured[0].value.counts.begun

    assert steps() == (True, 1)
    light_world.completer(cohort)
    light_world.arrive()
    assert steps() == (False, 2)
    roll(light_world.database)
    assert steps() == (True, 2)


@pytest.mark.unhurried
def test_what_happened_at_a_company_that_was_merged_into_another_counts_there(light_world: Happenings) -> None:
    gone, kept = light_world.company("1234567890"), light_world.company("1234567891")
    cohort = light_world.cohort()
    for company in (gone, kept):
        seat = light_world.seat(company_id=company)
        light_world.hire(light_world.completer(cohort), seat, on=date(2020, 7, 1))
    light_world.companies_are_one(gone, kept)
    light_world.arrive()
    roll(light_world.database)
    with light_world.database.read() as session:
        asked = question(session, only={"company_id": kept}, staff=True)
        close = near(session, asked)
        assert close.portion is not None
        jobs = current()["jobs_created"]
        found = [counts_on(session, jobs, replace(each, newest=False), {"": each.as_of})["", ()] for each in (asked, close)]
    assert found[0] == found[1]
    assert found[0].begun == 2


@pytest.mark.unhurried
def test_the_same_is_answered_whether_links_are_kept_or_not(demo_site: Site, light_world: Happenings) -> None:
    cohort = a_cohort_of_seven(light_world)
    light_world.persons_are_one(light_world.completer(cohort).person_id, light_world.completer(cohort).person_id)
    light_world.arrive()
    until = light_world.clock - timedelta(seconds=7)
    now = {"cohort_id": str(cohort.id), "as_of": "2021-11-01"}
    moments: list[dict[str, Any]] = [now, {**now, "known_at": until.isoformat()}]
    paths = ("standards", "maturity", "maturity/follow-ups", "indicators/employment_rate_6m/facts")

    def answers() -> list[Any]:
        return [_timeless(get(demo_site, path, **asked)) for asked in moments for path in paths]

    before = answers()
    roll(light_world.database)
    with light_world.database.read() as session:
        assert near(session, question(session, known_at=until, only={"cohort_id": cohort.id}, staff=True)).portion is not None
    assert answers() == before
    assert all(len(str(each)) > 100 for each in before)


def _timeless(answer: Any) -> Any:
    """Without the moment at which it was asked."""
    if isinstance(answer, dict):
        return {name: _timeless(each) for name, each in answer.items() if name != "known_at"}
    return [_timeless(each) for each in answer] if isinstance(answer, list) else answer
