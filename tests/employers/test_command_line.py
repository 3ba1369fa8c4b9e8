"""What operators do with postings from a terminal, on the embedded engines: list them, and close many with the server away."""

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
from shared.db.ownership import own
from shared.eventlog import open_log, topic_specs
from shared.settings import load_settings
from tests.employers.story import Story, business_number, day


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """An installation in a folder of its own, at this release's schema."""
    for key in ("POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("HUSTAR_DATA", str(tmp_path))
    settings = load_settings()
    services = [open_service(settings, definition, keyring(settings)) for definition in definitions()]
    event_log = open_log(settings)
    event_log.create_topics(topic_specs(settings))
    event_log.close()
    yield Story(next(each for each in services if each.definition.name == "employers").database)
    for each in services:
        each.database.close()


def _hustar(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, ["positions", *arguments, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if code != 2 else result.output


@pytest.mark.unhurried
def test_postings_are_listed_with_their_seats_and_closed_in_bulk(story: Story) -> None:
    number = business_number()
    company = story.company(number)
    story.agreement(company.id)
    opened = [story.opened(company_id=company.id, seats=2, closes_on=day(9)) for _ in range(2)]
    other = story.opened(seats=1)
    rows = _hustar("list", "--company", f"{number[:3]}-{number[3:5]}-{number[5:]}")
    assert [(row["id"], row["state"], row["seats"], row["open"]) for row in rows] == [
        (str(each.id), "open", 2, 2) for each in opened
    ]
    would = _hustar("close", "--reason", "withdrawn", "--company", number, "--dry-run")
    assert [row["position_id"] for row in would] == [str(each.id) for each in opened]
    assert {(row["title"], row["open"]) for row in would} == {(each.title, 2) for each in opened}
    assert _hustar("close", "--reason", "withdrawn", "--company", number) == {"closed": 2, "refused": []}
    assert story.counts(opened[0].id) == {"withdrawn": 2}
    assert [row["id"] for row in _hustar("list", "--state", "open")] == [str(other.id)]
    refused = _hustar("close", "--reason", "filled", "--field", "robot", code=1)
    assert [row["refused"] for row in refused["refused"]] == ["seats_still_open"]
    assert [row["id"] for row in _hustar("list", "--closes-before", day(10).isoformat())] == [str(each.id) for each in opened]


@pytest.mark.unhurried
def test_nothing_is_closed_without_saying_which_or_beside_a_running_server(story: Story, tmp_path: Path) -> None:
    story.opened()
    assert "Say which" in _hustar("close", "--reason", "withdrawn", code=2)
    assert "business registration number" in _hustar("list", "--company", "12", code=2)
    folder = own(tmp_path, address="elsewhere")
    try:
        result = CliRunner().invoke(app, ["positions", "close", "--reason", "withdrawn", "--field", "robot"])
        assert (result.exit_code, "Stop" in result.output) == (1, True)
    finally:
        folder.release()


@pytest.mark.unhurried
def test_a_file_of_positions_is_looked_at_and_then_written_down_with_what_is_wrong_line_by_line(
    story: Story, tmp_path: Path
) -> None:
    number = business_number()
    story.company(number)
    file = tmp_path / "positions.csv"
    good = "로봇 제어 개발자,로봇,정규직,2,대구 수성구,2026-03-02"
    file.write_text(f"공고명,분야,고용형태,인원,근무지,접수시작\n{good}\n{good.replace('로봇,', '요리,')}\n", encoding="utf-8")
    would = _hustar("import", str(file), "--company", number, "--dry-run", code=1)
    assert (would["written"], would["accepted"]) == (0, 1)
    assert story.events().count("position.drafted") == 0
    done = _hustar("import", str(file), "--company", number, code=1)
    assert (done["written"], [(row["line"], row["column"], row["code"]) for row in done["rejected"]]) == (
        1, [(3, "field", "not_a_choice")],
    )  # fmt: skip
    assert [row["title"] for row in _hustar("list", "--company", number)] == ["로봇 제어 개발자"]
    file.write_bytes(b"PK\x03\x04")
    result = CliRunner().invoke(app, ["positions", "import", str(file), "--company", number])
    assert (result.exit_code, "damaged" in result.output) == (1, True)
