"""Reports from a terminal: made, checked, closed and scheduled; whoever asks for what cannot be is told what is wrong with it."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli.app import app
from services.composition.definitions import definitions
from services.composition.runtime import open_service
from services.reporting.reports.reading_back import read_back
from services.reporting.reports.working import make_next
from shared.crypto import keyring
from shared.db import Database
from shared.eventlog import open_log, topic_specs
from shared.settings import load_settings
from tests.reporting.happenings import Happenings
from tests.reporting.serving import site
from tests.reporting.story import three_cohorts


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Reporting's database of an installation in a folder of its own, with a story in it, behind a server."""
    for key in ("POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("HUSTAR_DATA", str(tmp_path))
    settings = load_settings()
    services = [open_service(settings, definition, keyring(settings)) for definition in definitions()]
    event_log = open_log(settings)
    event_log.create_topics(topic_specs(settings))
    event_log.close()
    found = next(each for each in services if each.definition.name == "reporting").database
    three_cohorts(Happenings(found))
    with site(found, tmp_path) as served:
        monkeypatch.setenv("HUSTAR_URL", served.origin)
        yield found
    for each in services:
        each.database.close()


def hustar(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["report", *arguments])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def worked(db: Database, *arguments: str) -> Any:
    """The command, with a worker beside it."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            make_next(db)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        return json.loads(CliRunner().invoke(app, ["report", *arguments, "--json"]).stdout)
    finally:
        over.set()
        worker.join()


@pytest.mark.slow
def test_a_report_is_made_checked_and_closed_from_a_terminal(database: Database, tmp_path: Path) -> None:
    plain, hangul = tmp_path / "a.csv", tmp_path / "a.hwpx"
    assert "sha256:" in hustar("make", "hustar", "--period", "2020", "--format", "csv", "--to", str(plain))
    made = worked(database, "make", "hustar", "--period", "2020", "--format", "hwpx", "--lang", "en", "--to", str(hangul))
    assert (made["file"], made["bytes"]) == (str(hangul), hangul.stat().st_size)
    assert read_back(hangul.read_bytes()).rows == read_back(plain.read_bytes()).rows
    for file in (plain, hangul):
        said = hustar("verify", str(file))
        assert "This very file was given out" in said
        assert "Counted again, every figure is the same." in said
    damaged = tmp_path / "b.csv"
    damaged.write_bytes(plain.read_bytes().replace(b",persons,6,", b",persons,7,").replace(b"ok,6,", b"ok,7,"))
    said = hustar("verify", str(damaged), code=1)
    assert "does NOT fit" in said
    assert "What differs" in said
    cut = tmp_path / "b.pdf"
    cut.write_bytes(b"%PDF-1.7 nothing")
    assert "or it is damaged" in hustar("verify", str(cut), code=2)
    assert "cannot be read" in hustar("verify", str(tmp_path / "none.csv"), code=2)
    assert "hustar 2020 is closed: sha256:" in hustar("close", "hustar", "2020")
    assert "was closed before" in hustar("close", "hustar", "2020", code=1)
    assert hustar("schedule") == "Schedules: nothing"


WRONG = {
    ("make", "nothing", "--format", "csv"): (2, "no such framework"),
    ("make", "hustar", "--period", "2099", "--format", "csv"): (1, "period: This period has not begun yet."),
    ("make", "hustar", "--as-of", "2099-01-01", "--format", "csv"): (1, "as_of: Must not be in the future."),
    ("make", "hustar", "--lang", "fr", "--format", "csv"): (1, "lang: Must be one of: ko, en."),
    ("make", "hustar", "--format", "docx"): (2, "is not one of"),
    ("make", "hustar", "--format", "csv", "--only", "field"): (2, "--only field=robot"),
    ("make", "hustar", "--only", "shoe=9"): (1, "filters: Filters are the dimensions of indicators"),
    ("make", "hustar", "--format", "csv", "--to", "/nowhere/at/all.csv"): (2, "no such folder"),
    ("close", "hustar", "2098"): (1, "when its period has ended"),
    ("close", "hustar", "2025-13"): (1, "period: "),
    ("schedule", "hustar"): (2, "--recipient"),
    ("schedule", "hustar", "--recipient", "me"): (1, "Must be a UUID"),
}


@pytest.mark.slow
def test_a_wrong_call_is_told_what_is_wrong_with_it(database: Database) -> None:
    for arguments, (code, said) in WRONG.items():
        assert said in hustar(*arguments, code=code), arguments
    assert not make_next(database), "what cannot be made is refused before it waits"
