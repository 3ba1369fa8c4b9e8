"""What is wrong with a plan's file or with a list of its projects is told with its place, and nothing of it is taken in."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from services.reporting.frameworks import files, project_lists, yaml_text
from services.reporting.frameworks.files import FrameworkError
from services.reporting.frameworks.project_lists import read_projects
from shared.errors import Invalid
from tests.reporting.following import PLAN, SOURCE

WORDS = {"ko": "가", "en": "a"}


def plan(change: Callable[[Any], object] = lambda _: None) -> str:
    """The small plan as a file (JSON is YAML), after a change."""
    found = deepcopy(dict(PLAN))
    change(found)
    return json.dumps(found, ensure_ascii=False)


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(FrameworkError) as refused:
        files.read_text(text, "pohang.yaml", expected_id="pohang")
    return [(error.pointer, error.code) for _, error in refused.value.errors]


def set_at(*path: Any, to: Any) -> Callable[[Any], None]:
    def change(found: Any) -> None:
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = to

    return change


def target(**said: Any) -> dict[str, Any]:
    return {"value": 1000, "due_on": "2029-12-31", "source": SOURCE, **said}


def milestone(day: str) -> dict[str, Any]:
    return {"value": 1, "due_on": day, "source": SOURCE}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (set_at("id", to="gumi"), ("/id", "other_id")),
        (set_at("name", "ko", to="가\u0007"), ("/name/ko", "control_character")),
        (set_at("ends_on", to="2019-12-31"), ("", "ends_before_start")),
        (set_at("nodes", 1, to={"id": "skills", "kind": "pillar"}), ("/nodes/1", "name_or_missing")),
        (set_at("budget", to={}), ("/budget", "number_or_missing")),
        (set_at("budget", to={"won": 5}), ("/budget", "source_required")),
        (set_at("goals", 0, "unit", to="persons"), ("/goals/0/unit", "other_unit")),
        (set_at("goals", 0, "measure", to="trees-felled"), ("/goals/0/measure", "unknown_measure")),
        (set_at("goals", 0, "counts", to={"fields": ["robot"]}), ("/goals/0", "counts_need_indicator")),
        (set_at("goals", 1, "counts", to={}), ("/goals/1/counts", "counts_nothing")),
        (set_at("goals", 1, "counts", "fields", to=["cooking"]), ("/goals/1/counts/fields/0", "unknown_industry_field")),
        (set_at("goals", 1, "measure", to="trees-planted"), ("/goals/1", "one_measure")),
        (set_at("goals", 1, "unit", to="seats"), ("/goals/1/unit", "other_unit")),
        (set_at("goals", 0, "targets", to=[target(), target()]), ("/goals/0", "reason_required")),
        (set_at("goals", 0, "targets", to=[target(due_on="2019-01-01")]), ("/goals/0", "due_before_start")),
        (set_at("goals", 0, "targets", to=[target(value=-1)]), ("/goals/0", "wrong_direction")),
        (
            set_at("goals", 0, "targets", to=[target(milestones=[milestone("2024-12-31"), milestone("2023-12-31")])]),
            ("/goals/0/targets/0", "milestones_out_of_order"),
        ),
        (
            set_at("goals", 0, "targets", to=[target(milestones=[milestone("2029-12-31")])]),
            ("/goals/0/targets/0", "milestones_out_of_order"),
        ),
        (
            set_at("projects", to=[{"id": "x", "name": WORDS, "starts_on": "2021-01-02", "ends_on": "2021-01-01"}]),
            ("/projects/0", "ends_before_start"),
        ),
        (set_at("stated", to=[{"kind": "moon", "number": 3, "source": SOURCE}]), ("/stated/0/kind", "unknown_kind")),
    ],
)
def test_a_plan_that_contradicts_itself_is_told_where(change: Callable[[Any], object], expected: tuple[str, str]) -> None:
    assert faults(plan(change)) == [expected]


def test_an_indicator_that_knows_no_programs_is_not_narrowed_to_them() -> None:
    def change(found: Any) -> None:
        found["goals"][1] |= {"indicator": "seats_posted", "unit": "seats", "counts": {"programs": ["p-water"]}}

    assert faults(plan(change)) == [("/goals/1/counts/programs", "unknown_dimension")]


def test_a_target_whose_number_nobody_gave_is_admitted_in_words_and_a_project_needs_no_node() -> None:
    def change(found: Any) -> None:
        found["goals"][0]["targets"] = [{"due_on": "2029-12-31", "missing": WORDS}]
        found["projects"] = [{"id": "x", "name": WORDS}]

    found = files.read_text(plan(change), "pohang.yaml")
    assert (found.goals[0].target.value, found.projects[0].node) == (None, None)
    assert files.read_text(files.written(found), "x") == found


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pohang.yaml"
    path.write_text(plan(), encoding="utf-8")
    with pytest.raises(FrameworkError, match=r"pohang.yaml:1: .*changed while it was read"):
        files.read_file(path, "another fingerprint")


def test_a_fault_of_what_is_not_there_is_told_at_what_is_around_it() -> None:
    assert yaml_text.line_of("/goals/0/owner/ko", {"": 1, "/goals": 4, "/goals/0": 5}) == 5
    assert yaml_text.line_of("/a/b", {}) == 1


HEAD = "코드,사업명,전략,시작일,종료일,대표과제,수행기관"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("코드,code,사업명\n", [("/lines/1/id", "duplicate_column")]),
        ("사업명\n", [("/lines/1/id", "missing_column")]),
        (f"{HEAD}\nA,가,,,,,\na,나,,,,,\n", [("/lines/3/id", "id_taken")]),
        (f"{HEAD}\na,가,nowhere,,,,\n", [("/lines/2/node", "unknown_node")]),
        (f"{HEAD}\na,가,,2021-02-01,2021-01-01,,\n", [("/lines/2", "ends_before_start")]),
        (f"{HEAD}\na,가,,,,vielleicht,\n", [("/lines/2/flagship", "not_boolean")]),
        (f"{HEAD}\na,가,,,,,\nb,나,,,,,\nc,다,,,,,\n", [("/lines/4", "too_many_rows")]),
    ],
)
def test_a_list_of_projects_says_what_is_wrong_with_which_line(
    monkeypatch: pytest.MonkeyPatch, content: str, expected: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(project_lists, "_MOST", 2)
    with pytest.raises(Invalid) as refused:
        read_projects(content.encode(), files.read_text(plan(), "x"))
    assert [(error.pointer, error.code) for error in refused.value.errors] == expected


@pytest.mark.parametrize(
    ("said", "code"), [({"programs": []}, "not_a_list"), ({"projects": [{"id": "x", "name": WORDS}] * 3}, "not_a_list")]
)
def test_a_list_of_projects_in_yaml_stands_under_projects_and_is_not_endless(
    monkeypatch: pytest.MonkeyPatch, said: Any, code: str
) -> None:
    monkeypatch.setattr(project_lists, "_MOST", 2)
    with pytest.raises(Invalid) as refused:
        read_projects(json.dumps(said, ensure_ascii=False).encode(), files.read_text(plan(), "x"), yaml=True)
    assert [error.code for error in refused.value.errors] == [code]
