"""The projection: one row per event, the same whatever the order of arrival, rebuilt beside the running one."""

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select, update

from services.reporting import commands
from services.reporting.commands.arrivals import TELL_WHO_IS_WHO
from services.reporting.commands.opening import is_older
from services.reporting.domain.rewriting import REWRITES
from services.reporting.domain.stages import STAGE_AFTER
from services.reporting.handlers import handlers
from services.reporting.queries.digest import facts_digest
from services.reporting.queries.freshness import freshness, sources
from services.reporting.tables import COMPANY, FACT, MADE_BY, PROJECTED
from shared.contracts.trainees import CohortEvent, LeaveEnded
from shared.db import Database
from shared.events.contract import registry
from shared.events.tallies import Tally
from shared.ids import new_id
from tests.reporting.arrivals import take
from tests.reporting.asking import ask
from tests.reporting.happenings import Happenings
from tests.reporting.proceedings import at, matching_round, roster

HIRED = date(2020, 7, 1)


def a_year(world: Happenings) -> None:
    """A bit of everything."""
    university, company = world.university(), world.company()
    for ordinal in (1, 2):
        cohort = world.cohort(ordinal=ordinal, university_id=university)
        world.hire(world.completer(cohort), world.seat(company_id=company), on=HIRED, grade=ordinal)
        world.enrolment(cohort, "applied", "selected", "enrolled", "dropped")
        world.cohort_changes(cohort, applicants=40 + ordinal)
        roster(world, university, at=at(HIRED), rows_read=3, created=3)
        matching_round(world, on=HIRED)


def test_every_event_of_a_projected_aggregate_is_understood() -> None:
    """Fails when a new event is published that reporting has no row for."""
    kept_otherwise = {
        "trainees.university", "trainees.program", "trainees.cohort", "trainees.person", "employers.company",
        "trainees.roster_sync", "matching.round",
    }  # fmt: skip
    unknown = [
        event.type()
        for event in registry().values()
        if event.aggregate_type() in handlers.aggregate_types - kept_otherwise
        and event not in STAGE_AFTER
        and event not in REWRITES
        and event not in TELL_WHO_IS_WHO
        and event is not LeaveEnded
        and not issubclass(event, Tally)
    ]
    assert unknown == []
    assert all(issubclass(event, CohortEvent) for event in registry().values() if event.aggregate_type() == "trainees.cohort")


@pytest.mark.unhurried
def test_a_replay_in_another_order_gives_the_same_rows(world: Happenings) -> None:
    a_year(world)
    world.persons_are_one(new_id(), new_id())
    world.arrive()
    for generation, seed in ((2, 1), (3, 2)):
        world.arrive_again(generation=generation, seed=seed)
    with world.database.read() as session:
        live, second, third = (facts_digest(session, generation) for generation in (1, 2, 3))
    assert live == second == third
    staged = ("enrolment", "placement", "seat", "position")
    assert live.rows["fact"] == len([record for record in world.told if record.topic.split(".")[2] in staged])
    assert all(live.rows[table.name] for table in PROJECTED)


def test_the_fingerprint_notices_a_changed_row(world: Happenings) -> None:
    a_year(world)
    world.arrive()
    with world.database.read() as session:
        before = facts_digest(session, 1)
    world.database.run(lambda session: session.execute(COMPANY.update().values(region="47")))
    with world.database.read() as session:
        after = facts_digest(session, 1)
    assert (before.rows, before.sha256 == after.sha256) == (after.rows, False)


def test_records_that_come_twice_change_nothing(world: Happenings) -> None:
    a_year(world)
    world.arrive()
    with world.database.read() as session:
        before = facts_digest(session, 1)
    assert take(world.database, world.told, generation=1).duplicates == len(world.told)
    with world.database.read() as session:
        assert facts_digest(session, 1) == before


@pytest.mark.unhurried
def test_forgetting_a_generation_leaves_the_others(world: Happenings) -> None:
    a_year(world)
    world.arrive()
    world.arrive_again(generation=2, seed=7)
    world.database.run(lambda session: commands.forget(session, 2))
    with world.database.read() as session:
        assert facts_digest(session, 2).rows == {table.name: 0 for table in PROJECTED}
        assert facts_digest(session, 1).rows["fact"] > 0


@pytest.mark.unhurried
def test_figures_are_read_from_the_live_generation_only(world: Happenings) -> None:
    a_year(world)
    world.arrive()
    before = ask(world.database, "talents_trained").value
    world.arrive_again(generation=2, seed=3)
    assert ask(world.database, "talents_trained").value == before == 2


def test_sources_say_how_far_they_were_read(world: Happenings) -> None:
    a_year(world)
    world.arrive()
    with world.database.read() as session:
        enrolments, nothing = sources(session, 1, ["trainees.enrolment", "trainees.person"])
        whole = freshness(session)
    told = [record for record in world.told if record.topic == "hustar.trainees.enrolment.v1"]
    assert enrolments.events == len(told) == sum((enrolments.offsets or {}).values())
    assert enrolments.watermark == max(record.timestamp for record in told)
    assert (nothing.events, nothing.watermark) == (0, None)
    assert (whole.events, whole.watermark) == (len(world.told), world.clock)
    assert (whole.set_aside, whole.stopped) == (0, None)


def test_facts_hold_no_text_that_could_name_a_person(light_world: Happenings) -> None:
    """Ids, dates, numbers and short codes are all there is."""
    a_year(light_world)
    light_world.arrive()
    codes = {"aggregate", "kind", "stage", "field", "field_of_training", "region", "origin", "position_kind", "reason"}
    with light_world.database.read() as session:
        rows = session.execute(select(FACT)).mappings().all()
    assert {name for row in rows for name, value in row.items() if isinstance(value, str)} <= codes


@pytest.mark.slow
def test_thousands_of_events_are_stored_in_batches(light_database: Database) -> None:
    world = Happenings(light_database)
    cohort = world.cohort()
    for _ in range(500):
        world.completer(cohort, person_id=uuid.uuid4())
    world.arrive()
    with light_database.read() as session:
        assert session.execute(select(func.count()).select_from(FACT)).scalar_one() == 3000


def test_facts_of_an_earlier_edition_are_noticed(light_world: Happenings) -> None:
    assert not is_older(light_world.database)
    light_world.cohort()
    light_world.arrive()
    assert not is_older(light_world.database)
    with light_world.database.write() as session:
        session.execute(update(MADE_BY).values(edition=0))
    assert is_older(light_world.database)
