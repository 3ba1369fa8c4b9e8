"""Drift: which source says that it told something else than was taken in, and which has fallen silent."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from services.reporting.commands.drifting import watch_drift
from services.reporting.queries.drift import open_drifts, standings
from services.reporting.tables import CONTENT_CHECK, DRIFT, FACT, Plan
from shared.clock import now
from shared.contracts.trainees import TraineesTallied
from shared.db import Database
from shared.events.tables import outbox
from shared.events.tallies import TellsWhatItTold
from shared.ids import new_id
from tests.reporting.asking import ask
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site


def tally(world: Happenings, *, events: int, things: int, ago: timedelta) -> None:
    """The enrolments' service says how much there is, some time ago."""
    id_ = new_id()
    said: Mapping[str, Mapping[str, int]] = {"events": {"enrolment": events}, "things": {"enrolment": things}}
    world.say(id_, TraineesTallied(tally_id=id_, taken_at=now() - ago, **said))
    world.arrive()


def drifting(database: Database) -> list[tuple[str, int, int]]:
    watch_drift(database)
    with database.read() as session:
        return [(each.source, each.told, each.taken_in) for each in open_drifts(session)]


def test_a_source_that_told_more_than_arrived_is_named_and_forgotten_when_it_agrees(world: Happenings) -> None:
    database = world.database
    cohort = world.cohort()
    enrolment = world.enrolment(cohort, "applied", "selected")
    world.arrive()
    tally(world, events=2, things=1, ago=timedelta(seconds=30))
    assert drifting(database) == []
    tally(world, events=3, things=1, ago=timedelta(seconds=20))
    assert drifting(database) == []  # the third may still be on its way
    tally(world, events=3, things=1, ago=timedelta(minutes=-5))
    tally(world, events=9, things=9, ago=timedelta(days=2))  # an old one, told again, changes nothing
    with database.read() as session:
        [standing] = standings(session, now() + timedelta(minutes=8))
        assert (standing.told, standing.taken_in, standing.drifts) == (3, 2, True)
    world.enrolment_moves(enrolment, "enrolled", on=now().date())
    world.arrive()
    with database.read() as session:
        [standing] = standings(session, now() + timedelta(minutes=8))
        assert (standing.taken_in, standing.things_known, standing.drifts) == (3, 1, False)


@pytest.mark.unhurried
def test_facts_that_are_gone_are_noticed_and_noted_until_they_are_back(light_world: Happenings, demo_site: Site) -> None:
    database = light_world.database
    light_world.enrolment(light_world.cohort(), "applied", "selected")
    light_world.arrive()
    tally(light_world, events=2, things=1, ago=timedelta(seconds=0))
    assert drifting(database) == []
    database.run(lambda session: session.execute(delete(FACT)))
    assert drifting(database) == [("trainees.enrolment", 2, 2)]
    assert drifting(database) == [("trainees.enrolment", 2, 2)]
    with demo_site.client("auditor") as client:
        [source] = client.get("/api/v1/sources").json()["items"]
        assert (source["source"], source["state"], source["things_known"]) == ("trainees.enrolment", "drift", 0)
    with database.read() as session:
        assert len(session.execute(select(DRIFT)).all()) == 1


@pytest.mark.unhurried
def test_facts_that_say_something_else_are_noticed_though_every_count_agrees(light_world: Happenings, demo_site: Site) -> None:
    database, id_ = light_world.database, new_id()
    cohort = light_world.cohort()
    enrolments = [light_world.enrolment(cohort, "applied", "selected") for _ in range(3)]
    said = {"events": {"enrolment": 6}, "things": {"enrolment": 3}, "stages": {"enrolment": {"selected": 3}}}
    light_world.say(id_, TraineesTallied(tally_id=id_, taken_at=now(), **said))
    light_world.arrive()
    assert drifting(database) == []
    last = (FACT.c.aggregate_id == enrolments[0].id, FACT.c.stage == "selected")
    database.run(lambda session: session.execute(update(FACT).where(*last).values(stage="rejected")))
    rest_no_longer(database)
    assert drifting(database) == [("trainees.enrolment", 6, 6)]
    with demo_site.client("auditor") as client:
        [source] = client.get("/api/v1/sources").json()["items"]
        assert (source["state"], source["differs"]) == ("drift", {"rejected": [0, 1], "selected": [3, 2]})
        assert "rejected 0 / 1, selected 3 / 2" in client.get("/data?lang=en").text
    with database.read() as session:
        assert [each.off_by for each in standings(session, now())] == [1]
    back = (FACT.c.aggregate_id == enrolments[0].id, FACT.c.stage == "rejected")
    database.run(lambda session: session.execute(update(FACT).where(*back).values(stage="selected")))
    rest_no_longer(database)
    assert drifting(database) == []


def rest_no_longer(database: Database) -> None:
    database.run(lambda session: session.execute(update(CONTENT_CHECK).values(seconds=0.0)))


def test_a_source_that_has_been_silent_for_a_day_gives_no_current_number(light_world: Happenings) -> None:
    light_world.completer(light_world.cohort())
    light_world.arrive()
    tally(light_world, events=6, things=1, ago=timedelta(days=3))
    found = ask(light_world.database, "talents_trained")
    assert (found.state, found.value) == ("source_stale", None)
    earlier = ask(light_world.database, "talents_trained", as_of=(now() - timedelta(days=10)).date())
    assert (earlier.state, earlier.value) == ("ok", 1)


def test_a_tally_is_told_when_it_has_changed(light_database: Database) -> None:
    """Any table with versions will do: here, the plans'."""
    tell = TellsWhatItTold(TraineesTallied, {"plan": Plan})
    for _ in range(2):
        tell(light_database)
    with light_database.read() as session:
        told = session.execute(select(outbox.c.aggregatetype).where(outbox.c.aggregatetype == "trainees.tally")).scalars().all()
    assert told == ["trainees.tally"]
