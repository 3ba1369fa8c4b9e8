"""What the doctor finds on an installation that is well, and on one whose parts were damaged one by one."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli.app import app
from services.doctor.findings import examine, well


def hustar(*arguments: str) -> tuple[int, Any]:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh embedded installation with a backup."""
    monkeypatch.setenv("HUSTAR_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("HUSTAR_BACKUPS", str(tmp_path / "backups"))
    monkeypatch.setenv("HUSTAR_SECRET", "for-tests-only-" * 3)
    for name in ("POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS", "HUSTAR_ENV", "HUSTAR_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    for command in ("migrate", "topics", "backup"):
        assert hustar(command)[0] == 0
    return tmp_path


@pytest.mark.unhurried
def test_the_doctor_says_what_is_wrong_and_what_to_do_in_both_languages_and_changes_nothing(installation: Path) -> None:
    data = installation / "var"
    code, found = hustar("doctor", "--patience", "60")
    states = {row["check"]: row["state"] for row in found}
    assert set(states.values()) - {"look"} == {"well"}, [row for row in found if row["state"] == "broken"]
    assert {check for check, state in states.items() if state == "look"} <= {"sqlite", "disk"}
    assert code == (1 if "look" in states.values() else 0)
    assert all(row["detail_ko"] for row in found)

    (data / "secret").write_text("x")
    (data / "secret").chmod(0o644)
    log = sqlite3.connect(data / "log.db", isolation_level=None)
    log.execute("DELETE FROM topic WHERE name = 'hustar.trainees.person.v1'")
    log.execute("DELETE FROM partition WHERE topic = 'hustar.trainees.person.v1'")
    log.close()
    matching = sqlite3.connect(data / "matching.db", isolation_level=None)
    matching.execute("UPDATE alembic_version SET version_num = '0001_foundation'")
    matching.close()
    (data / "reporting.db").unlink()
    manifest = next((installation / "backups").glob("*/manifest.json"))
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"made_at": "2020-01-01T00:00:00+00:00"}))

    code, found = hustar("doctor", "--patience", "60")
    broken = {row["check"]: row for row in found if row["state"] == "broken"}
    assert code == 2
    assert {"permissions", "topics", "database-matching", "database-reporting", "backup"} <= broken.keys()
    assert "hustar migrate" in broken["database-matching"]["remedy_en"]
    assert "hustar topics" in broken["topics"]["remedy_ko"]
    assert not (data / "reporting.db").exists(), "it changes nothing, and makes nothing either"
    told = CliRunner().invoke(app, ["doctor", "--lang", "en", "--patience", "60"])
    assert (told.exit_code, "chmod 600" in told.stdout) == (2, True)


@pytest.mark.unhurried
def test_a_check_that_does_not_answer_or_fails_is_a_finding_and_stops_no_other() -> None:
    ended = threading.Event()

    def hangs() -> Any:
        ended.wait(30)
        yield well("late")

    def fails() -> Any:
        raise LookupError("nothing there")

    found = examine([("hangs", hangs), ("fails", fails), ("well", lambda: iter([well("fine")]))], patience=0.5)
    ended.set()
    assert [(each.check, each.finding.state.value) for each in found] == [
        ("hangs", "broken"), ("fails", "broken"), ("well", "well"),
    ]  # fmt: skip
