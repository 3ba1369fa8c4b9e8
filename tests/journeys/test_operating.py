"""What operators do from a terminal, on a real installation: look, redrive, resume, replay, reconcile."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from services.cli.app import app
from services.reconciliation.report import reconcile
from shared.db import Database
from shared.eventlog import topic_for
from shared.eventlog.port import Message
from shared.service import database_url
from shared.settings import Settings
from tests.journeys.test_from_roster_to_figure import a_cohort, an_open_position
from tests.journeys.world import World, running

pytestmark = pytest.mark.slow

_KEYS = {
    "data": "HUSTAR_DATA", "port": "PORT", "postgres_url": "POSTGRES_URL", "database_prefix": "HUSTAR_DATABASE_PREFIX",
    "kafka_bootstrap_servers": "KAFKA_BOOTSTRAP_SERVERS", "topic_prefix": "HUSTAR_TOPIC_PREFIX",
}  # fmt: skip


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The installation's settings, in the environment, as the command line finds them."""
    for name, key in _KEYS.items():
        value = getattr(settings, name)
        if value is None:
            monkeypatch.delenv(key, raising=False)
        else:
            monkeypatch.setenv(key, value.get_secret_value() if name == "postgres_url" else str(value))
    return settings


def hustar(*arguments: str, code: int = 0) -> Any:
    """Run a command with --json and return what it printed."""
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_an_operator_sees_what_waits_and_that_all_agrees(environment: Settings) -> None:
    with running(environment) as world:
        a_cohort(world)
        an_open_position(world, seats=2)
        waiting = {row["service"]: row["waiting"] for row in hustar("outbox")}
        assert waiting["trainees"] == 3
        assert waiting["employers"] > 3
        still = hustar("reconcile", "--wait", "0", code=1)
        assert still["waiting"]["trainees outbox"] == 3
        world.drain()
        assert {row["waiting"] for row in hustar("outbox")} == {0}
        assert {row["lag"] for row in hustar("consumers")} == {0}
        assert all(row["next"] == row["end"] for row in hustar("consumers", "--partitions"))
        agreed = hustar("reconcile")
        assert agreed["agrees"]
        assert agreed["records"] > 5
        assert hustar("dead-letters") == []
    told = CliRunner().invoke(app, ["reconcile"])
    assert (told.exit_code, "difference 0" in told.stdout) == (0, True)


def test_a_stranger_on_the_log_is_found_and_can_be_given_up(environment: Settings) -> None:
    with running(environment) as world:
        a_cohort(world)
        world.drain()
        stranger = Message(topic_for(environment.topic_prefix, "trainees.cohort"), b"k", b"not an event")
        assert world.runtime.event_log is not None
        world.runtime.event_log.producer().publish([stranger])
        world.drain()
    letters = hustar("dead-letters", "--service", "reporting")
    assert [letter["reason"] for letter in letters] == ["not_an_event"]
    assert hustar("reconcile", code=1)["findings"]
    assert hustar("dead-letters", "redrive", "reporting", code=1)["failed"] == [[letters[0]["letter"], "not_an_event"]]
    assert hustar("dead-letters", "discard", "reporting", str(letters[0]["letter"]))["discarded"] == 1
    assert CliRunner().invoke(app, ["dead-letters", "discard", "reporting", "99999"]).exit_code == 1
    assert hustar("dead-letters", "--service", "reporting") == []


def test_a_projection_is_built_anew_and_swapped_in(environment: Settings) -> None:
    with running(environment) as world:
        a_cohort(world)
        an_open_position(world, seats=2)
        world.drain()
        before = figures(world)
    assert hustar("replay", "run", "reporting", "--if-older")["older"] is False
    built = hustar("replay", "run", "reporting")
    assert (built["generation"], built["swapped"]) == (2, True)
    assert built["records"] > 5
    assert hustar("replay", "drop", "reporting", "1")["dropped"] == 1
    assert CliRunner().invoke(app, ["replay", "drop", "reporting", "2"]).exit_code == 1
    assert CliRunner().invoke(app, ["replay", "run", "employers"]).exit_code == 2
    assert CliRunner().invoke(app, ["replay", "run", "nobody"]).exit_code == 2
    with running(environment) as world:
        assert figures(world) == before
        world.manager.post("/universities", {"code": "ynu", "name_ko": "대학", "name_en": "University", "region": "47"})
        world.drain()
        assert hustar("reconcile")["agrees"]


def test_what_writes_is_refused_while_the_embedded_data_is_held(environment: Settings) -> None:
    with running(environment):
        result = CliRunner().invoke(app, ["dead-letters", "redrive", "reporting"])
        embedded = environment.postgres_url is None
        assert result.exit_code == (1 if embedded else 0)
        if embedded:
            assert "Stop the server first" in result.output


def test_migrate_and_topics_say_what_they_did(environment: Settings) -> None:
    first = hustar("migrate")
    assert {row["service"] for row in first} == {"trainees", "employers", "matching", "reporting"}
    assert all("0001" in row["applied"] for row in first)
    assert {row["applied"] for row in hustar("migrate")} == {"nothing to do"}
    topics = {row["topic"]: row["partitions"] for row in hustar("topics")}
    assert topics[topic_for(environment.topic_prefix, "trainees.enrolment")] == 6


def test_without_data_the_commands_say_what_to_do(environment: Settings) -> None:
    result = CliRunner().invoke(app, ["outbox"])
    if environment.postgres_url is None:
        assert result.exit_code == 1
        assert "make run" in result.output


def figures(world: World) -> dict[str, Any]:
    names = [item["id"] for item in world.as_("executive").get("/indicators")["items"]]
    return {
        name: {k: v for k, v in world.value(name).items() if k in {"state", "value", "numerator", "denominator"}}
        for name in names
    }


COMMANDS = [
    "outbox", "consumers", "keys", "reconcile --wait 0", "dead-letters", "dead-letters redrive reporting",
    "replay drop reporting 7", "positions list", "positions close --reason withdrawn --field robot",
]  # fmt: skip


def test_while_the_schema_is_behind_every_command_says_so_in_a_sentence(environment: Settings) -> None:
    hustar("migrate")
    hustar("topics")
    with _employers(environment) as employers, employers.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    for command in COMMANDS:
        result = CliRunner().invoke(app, command.split())
        assert (result.exit_code, type(result.exception)) == (2, SystemExit), command
        assert result.output == "employers: the schema is at 0001; run `hustar migrate` (`make migrate`)\n"
    with _employers(environment) as employers, employers.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    result = CliRunner().invoke(app, ["positions", "list"])
    assert (result.exit_code, "newer than this release" in result.output) == (2, True)


@pytest.mark.parametrize("settings", [pytest.param("production", marks=pytest.mark.engines("postgres", "kafka"))], indirect=True)
def test_a_release_that_runs_goes_on_when_the_schema_of_the_next_one_comes(environment: Settings) -> None:
    with running(environment) as world:
        a_cohort(world)
        for service in world.runtime.services:
            with service.database.writer.begin() as connection:
                for table in service.definition.aggregate_tables().values():
                    connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN of_the_next_release VARCHAR(9)"))
                connection.execute(text("CREATE TABLE of_the_next_release (id INTEGER)"))
                connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert world.http.get("/readyz").status_code == 200, "who is not ready is sent nobody, and the next one is not there yet"
        an_open_position(world, seats=2)
        world.drain()
        assert world.runtime.event_log is not None
        found = reconcile(world.runtime.services, world.runtime.event_log, prefix=environment.topic_prefix)
        assert (found.findings, found.waiting) == ([], {})
    assert "newer than this release" in CliRunner().invoke(app, ["outbox"]).output, "one that starts refuses"


@contextmanager
def _employers(settings: Settings) -> Iterator[Database]:
    database = Database(database_url(settings, "employers"), service="employers")
    yield database
    database.close()
