"""`hustar report` from a terminal: what cannot be fetched or checked ends in a sentence, and what differs is said with a code."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from services.cli import report
from services.cli.app import app
from services.reporting.reports.canonical import checksum_of
from services.reporting.reports.reading_back import Difference, ReadBack
from services.reporting.tables import ReportIssue
from tests.reporting.following import PLAN, Offices, offices, post
from tests.reporting.serving import Site

ABOUT: dict[str, Any] = {"framework": "pohang", "period": None, "as_of": "2026-09-30", "known_at": "2026-10-01", "filters": {}}


def found(*, whole: bool = True, checksum: str | None = None) -> ReadBack:
    return ReadBack(ABOUT, [], checksum or checksum_of(ABOUT, []), whole)


@pytest.mark.parametrize(
    ("read", "issued", "wrong", "expected"),
    [
        (found(), None, [], ("every figure is the same", 0)),
        (found(whole=False), None, [], ("NOT given out here", 1)),
        (found(whole=False), datetime(2026, 10, 1, tzinfo=UTC), [], ("given out on 2026-10-01", 0)),
        (found(checksum="sha256:0"), None, [], ("does NOT fit", 1)),
        (found(), None, [Difference("indicator rate value", 1, 2)], ("1 differ when counted again", 1)),
    ],
)
def test_a_report_that_was_checked_holds_or_says_what_does_not(
    capsys: pytest.CaptureFixture[str],
    read: ReadBack,
    issued: datetime | None,
    wrong: list[Difference],
    expected: tuple[str, int],
) -> None:
    said, code = expected
    about: dict[str, Any] = {"sha256": "0" * 64, "issued_at": issued}
    issue = None if issued is None else ReportIssue(**about)
    for as_json in (False, True):
        try:
            report._tell(read, issue, wrong, as_json=as_json)
            ended = 0
        except typer.Exit as end:
            ended = end.exit_code
        assert ended == code
        told = capsys.readouterr().out
        if as_json:
            assert json.loads(told)["holds"] is (code == 0)
        else:
            assert said in told


@pytest.mark.unhurried
def test_what_cannot_be_fetched_is_said_in_a_sentence(strict_site: Site, tmp_path: Path) -> None:
    runner = CliRunner()
    for source in (str(tmp_path / "nothing.pdf"), f"{strict_site.origin}/nothing", "http://127.0.0.1:9/x"):
        ended = runner.invoke(app, ["report", "verify", source])
        assert (ended.exit_code, "cannot be read" in ended.output or "answered 404" in ended.output) == (2, True), ended.output
    assert report._fetched(f"{strict_site.origin}/static/page.css")


@pytest.fixture
def city(strict_site: Site) -> Iterator[Offices]:
    with offices(strict_site) as made:
        post(made.manager, "/frameworks", PLAN, status=201)
        yield made


@pytest.mark.unhurried
def test_a_report_is_stored_where_it_is_wanted_and_schedules_are_made_and_listed(
    city: Offices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUSTAR_URL", city.site.origin)
    runner = CliRunner()
    asked = ["report", "make", "pohang", "--format", "json", "--only", "field=robot", "--to", str(tmp_path), "--json"]
    made = runner.invoke(app, asked)
    assert made.exit_code == 0, made.output
    file = tmp_path / "pohang-to-date-ko.json"
    assert json.loads(made.stdout)["file"] == str(file)
    assert json.loads(file.read_bytes())["checksum"] == json.loads(made.stdout)["checksum"]
    refused = runner.invoke(app, ["report", "make", "moon", "--format", "json", "--to", str(tmp_path)])
    assert refused.exit_code == 2
    asked = ["report", "schedule", "pohang", "--every", "week", "--day", "9"]
    nobody = runner.invoke(app, asked)
    assert (nobody.exit_code, "--recipient" in nobody.output) == (2, True), nobody.output
    senseless = runner.invoke(app, [*asked, "--recipient", "00000000-0000-7000-8000-000000000000"])
    assert senseless.exit_code != 0
    assert "Sunday" in senseless.output, senseless.output
    listed = runner.invoke(app, ["report", "schedule", "--json"])
    assert (listed.exit_code, json.loads(listed.stdout)) == (0, [])
