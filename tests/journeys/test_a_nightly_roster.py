"""A university's night: its script, the command line and the event stream, against the running product."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.docs import examples
from services.cli.app import app
from shared.settings import Settings
from tests.journeys.test_from_roster_to_figure import a_cohort
from tests.journeys.world import API, World, running

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("settings", ["embedded"], indirect=True)]

SCRIPT = Path(examples.__file__).with_name("nightly_roster.py")
HEADER = "학번,성명,생년월일,연락처"
GOOD = [f"2024000{n},가상{n},1999-03-02,010-2222-000{n}" for n in range(5)]


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    with running(settings) as world:
        world.runtime.start_workers()
        yield world


def file_of(folder: Path, *rows: str, encoding: str = "cp949") -> Path:
    file = folder / "roster.csv"
    file.write_text("\n".join([HEADER, *rows, ""]), encoding=encoding)
    return file


def nightly(world: World, file: Path, cohort_id: str) -> tuple[int, str]:
    signed_in = {"HUSTAR_URL": world.origin, "HUSTAR_CLIENT_ID": "university-knu", "HUSTAR_CLIENT_SECRET": "demo"}
    command = [sys.executable, str(SCRIPT), str(file), cohort_id]
    done = subprocess.run(command, env={**os.environ, **signed_in}, cwd=file.parent, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def hustar(world: World, *arguments: str) -> tuple[int, Any]:
    result = CliRunner().invoke(app, ["roster", "sync", *arguments, "--university", "knu", "--url", world.origin, "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else result.stderr


def test_the_example_script_brings_a_roster_in_once_a_night(world: World, tmp_path: Path) -> None:
    _, cohort = a_cohort(world)
    file = file_of(tmp_path, *GOOD)
    code, said = nightly(world, file, cohort["id"])
    assert (code, said.split()[0]) == (0, "applied"), said
    assert "'created': 5" in said
    code, again = nightly(world, file, cohort["id"])
    assert (code, again) == (0, said)
    assert len(world.manager.get("/roster-syncs")["items"]) == 1
    code, said = nightly(world, file_of(tmp_path, *GOOD, "x,김?,1,2"), cohort["id"])
    assert (code, said.split()[0]) == (3, "applied"), said
    assert "name_unreadable" in (tmp_path / "roster-errors.csv").read_text("utf-8-sig")


def test_the_command_line_says_how_it_went_by_its_exit_code(world: World, tmp_path: Path) -> None:
    _, cohort = a_cohort(world)
    file = str(file_of(tmp_path, *GOOD))
    of_cohort = ("--cohort", cohort["code"])
    assert hustar(world, file, *of_cohort, "--dry-run")[1]["state"] == "previewed"
    code, sync = hustar(world, file, *of_cohort)
    assert (code, sync["state"], sync["counts"]["created"]) == (0, "applied", 5)
    assert hustar(world, str(file_of(tmp_path, *GOOD, "x,김?,1,2")), *of_cohort)[0] == 3
    assert hustar(world, file, "--cohort", "nowhere")[0] == 2
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n")
    code, refused = hustar(world, str(broken), *of_cohort)
    assert (code, refused["state"], refused["problems"][0]["code"]) == (1, "rejected", "missing_column")
    text = CliRunner().invoke(app, ["roster", "sync", file, *of_cohort, "--university", "knu", "--url", world.origin])
    assert (text.exit_code, "unchanged" in text.stdout, "name" in text.stdout) == (3, True, True)
    assert "Preview" in text.stderr
    korean = CliRunner(env={"LANG": "ko_KR.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""}).invoke(
        app, ["roster", "sync", file, *of_cohort, "--university", "knu", "--url", world.origin]
    )
    assert [word in korean.stdout for word in ("명단", "변경 없음", "거부된 행", "학번", "unchanged")] == [True] * 4 + [False]
    assert "미리보기" in korean.stderr
    nowhere = CliRunner().invoke(
        app, ["roster", "sync", file, "--cohort", "[nowhere]", "--university", "knu", "--url", world.origin, "--lang", "ko"]
    )
    assert (nowhere.exit_code, "기수 [nowhere]" in nowhere.stderr) == (2, True)


def test_a_sync_can_be_followed_as_it_goes_on(world: World, tmp_path: Path) -> None:
    _, cohort = a_cohort(world)
    knu = world.as_("university-knu")
    content = file_of(tmp_path, *GOOD).read_bytes()
    path = f"/universities/{cohort['university_id']}/roster-syncs"
    sync = knu.upload(path, content, expect=202, cohort_id=cohort["id"], mode="full")
    with world.http.stream("GET", f"{API}/roster-syncs/{sync['id']}/events", headers=knu.headers()) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        told = [json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line.startswith("data: ")]
    assert told[-1]["state"] == "previewed"
    assert told[-1]["counts"]["created"] == 5
    assert [each["progress"] for each in told] == sorted(each["progress"] for each in told)
