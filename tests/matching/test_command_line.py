"""Rounds from a terminal, on the embedded engines: run here and now, compared with other settings, explained."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli.app import app
from services.composition.definitions import definitions
from services.composition.runtime import open_service
from shared.crypto import keyring
from shared.eventlog import open_log, topic_specs
from shared.settings import load_settings
from tests.matching.market import Market


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    """An installation in a folder of its own, at this release's schema."""
    for key in ("POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("HUSTAR_DATA", str(tmp_path))
    settings = load_settings()
    services = [open_service(settings, definition, keyring(settings)) for definition in definitions()]
    event_log = open_log(settings)
    event_log.create_topics(topic_specs(settings))
    event_log.close()
    yield Market(next(each for each in services if each.definition.name == "matching").database)
    for each in services:
        each.database.close()


def _hustar(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["rounds", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def _json(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(app, ["rounds", *arguments, "--json"]).stdout)


@pytest.mark.unhurried
def test_a_round_is_run_compared_and_explained_from_a_terminal(installed: Market) -> None:
    installed.opening(region="27")
    home = installed.university("knu", region="27")
    better, weaker = installed.completer(university_id=home), installed.completer(university_id=home, field="ict")
    outside = installed.completer(field="water")
    row = _json("run", "--seed", "3")
    assert (row["state"], row["figures"]["placed"], row["verification"]["holds"]) == ("proposed", 1, True)
    changed = '{"division": "field", "quotas": [{"group": "ict", "values": ["ict"], "reserved": 100}]}'
    compared = _json("what-if", row["id"], "--settings", changed)
    assert (compared["gained"], compared["lost"], compared["moved"], compared["stable"]) == (1, 1, 0, True)
    assert "1 gain a place" in _hustar("what-if", row["id"], "--settings", changed)
    told = _hustar("explain", row["id"], "--ko")
    assert all(each in told for each in ("The proof holds", row["id"], "배정됨"))
    reasons = {(each["side"], each["reason"]): each["count"] for each in _json("explain", row["id"])["reasons"]}
    assert reasons == {
        ("trainees", "placed"): 1,
        ("trainees", "outranked"): 1,
        ("trainees", "nobody_matches"): 1,
        ("positions", "filled"): 1,
    }
    position = _json("explain", row["id"], "--person", str(better.person_id))["position_id"]
    assert f"Placed: wish 1 of 1. {position}" in _hustar("explain", row["id"], "--person", str(better.person_id))
    assert "자리 1개가 모두 찼습니다." in _hustar("explain", row["id"], "--position", position, "--ko")
    assert "ranked higher" in _hustar("explain", row["id"], "--person", str(weaker.person_id))
    found = _json("explain", row["id"], "--person", str(outside.person_id))
    assert [(each["rule"], each["count"]) for each in found["excluded"]] == [("field_eligible", 1)]
    assert "필수 규칙" in _hustar("explain", row["id"], "--person", str(outside.person_id), "--ko")


@pytest.mark.unhurried
def test_what_cannot_be_run_ends_with_a_sentence(installed: Market) -> None:
    installed.completer()
    assert "/list: There is no such field." in _hustar("run", "--settings", '{"list": 5}', code=2)
    assert "settings" in _hustar("run", "--settings", "{", code=2)
    assert "/division" in _hustar("run", "--settings", '{"division": "field"}', code=2)
    row = _json("run")
    assert "one of the two sides is empty" in _hustar("explain", row["id"])
    assert "cannot move" in _hustar("run", row["id"], code=1)
    assert "took no part" in _hustar("explain", row["id"], "--position", row["id"], code=1)
