"""The arithmetic of goals, and the files that they come from."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.reporting.domain.goals import Kind, elapsed, expected, progress
from services.reporting.frameworks import files, frameworks, goals
from services.reporting.frameworks.files import FOLDER, FrameworkError


@pytest.mark.parametrize(
    ("actual", "baseline", "target", "share"),
    [
        (225, 0, 30_000, 0.0075),
        (0, 0, 30_000, 0.0),
        (33_000, 0, 30_000, 1.1),
        (5, 5, 3, 0.0),
        (4, 5, 3, 0.5),
        (6, 5, 3, -0.5),
        (3, 5, 3, 1.0),
    ],
)
def test_progress_is_the_share_of_the_way_from_the_baseline(actual: float, baseline: float, target: float, share: float) -> None:
    assert progress(actual, baseline=baseline, target=target) == share


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (date(2021, 12, 31), 0.0),
        (date(2022, 1, 1), 1 / 1826),
        (date(2022, 12, 31), 365 / 1826),
        (date(2026, 12, 31), 1.0),
        (date(2030, 1, 1), 1.0),
    ],
)
def test_time_passes_by_whole_days(on: date, share: float) -> None:
    assert elapsed(on, starts_on=date(2022, 1, 1), ends_on=date(2026, 12, 31)) == pytest.approx(share)


def test_the_pace_line_is_straight_but_a_rate_is_to_be_held_all_the_time() -> None:
    assert expected(Kind.CUMULATIVE, baseline=0, target=30_000, share=0.5) == 15_000
    assert expected(Kind.SNAPSHOT, baseline=5, target=3, share=0.25) == 4.5
    assert expected(Kind.RATE, baseline=0, target=80, share=0.1) == 80


def test_the_published_numbers_are_there() -> None:
    assert list(frameworks()) == ["future-talent-city-daegu", "hustar"]
    talents, jobs = goals()["future-talent-city-daegu-talents"], goals()["future-talent-city-daegu-jobs"]
    assert (talents.target.value, jobs.target.value) == (30_000, 50_000)
    assert (talents.starts_on, talents.target.due_on) == (date(2022, 1, 1), date(2026, 12, 31))
    hustar = goals()["hustar-talents"]
    assert [(target.value, target.due_on.year) for target in hustar.targets] == [(2500, 2022), (3000, 2023)]
    assert (goals()["hustar-employment"].target.value, goals()["hustar-employment"].kind) == (80, Kind.RATE)


def broken(tmp_path: Path, change: Any) -> Path:
    content = yaml.safe_load((FOLDER / "hustar.yaml").read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "hustar.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            lambda plan: plan["goals"][0].update(indicator="happiness"),
            r"goals\.0\.indicator: there is no happiness; there are",
        ),
        (lambda plan: plan["goals"][0].update(unit="seats"), r"goals\.0\.unit: talents_trained is measured in persons"),
        (lambda plan: plan["goals"][1].update(id="hustar-talents"), r"goals\.1\.id: another goal is called hustar-talents"),
        (lambda plan: plan["goals"][0].update(direction="lower"), r"goals\.0: .*not lower than the baseline"),
        (lambda plan: plan["goals"][0]["targets"][1].pop("reason"), r"goals\.0: .*needs its reason"),
        (lambda plan: plan["goals"][0]["targets"][0].pop("source"), r"goals\.0\.targets\.0\.source: Field required"),
        (lambda plan: plan["goals"][0]["targets"][0].update(due_on=date(2018, 1, 1)), r"goals\.0: .*due before the goal starts"),
        (lambda plan: plan.update(ends_on=date(2018, 1, 1)), r"hustar\.yaml: .*ends before it starts"),
        (lambda plan: plan.update(colour="red"), r"colour: Extra inputs are not permitted"),
        (lambda plan: plan.update(id="huster"), r"id: must be hustar, like the file"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path: Path, change: Any, complaint: str) -> None:
    with pytest.raises(FrameworkError, match=complaint):
        files.read([broken(tmp_path, change)])


def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hustar.yaml"
    path.write_text("id: [", encoding="utf-8")
    with pytest.raises(FrameworkError, match=r"hustar\.yaml"):
        files.read([path])
