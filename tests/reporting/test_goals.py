"""The arithmetic of goals, and the files that they come from."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.commands import load_plans
from services.reporting.domain.goals import (
    Direction,
    Kind,
    Pace,
    Step,
    elapsed,
    expected,
    expected_on,
    pace_of,
    progress,
    required_per_month,
)
from services.reporting.frameworks import FrameworkError, field_names, files, yaml_text
from services.reporting.frameworks.parts import Budget, Text
from services.reporting.queries.plans import goals, plans
from shared.db import Database


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


LINE = [Step(date(2022, 1, 1), 0), Step(date(2023, 12, 31), 10_000), Step(date(2026, 12, 31), 30_000)]
RANK = [Step(date(2022, 1, 1), 5), Step(date(2026, 12, 31), 3)]


def test_the_pace_line_bends_at_its_milestones() -> None:
    def should(on: date) -> float:
        return expected_on(on, LINE, kind=Kind.CUMULATIVE, starts_on=date(2022, 1, 1))

    assert should(date(2022, 12, 31)) == 5000
    assert should(date(2023, 12, 31)) == 10_000
    assert should(date(2025, 7, 1)) == pytest.approx(20_000, rel=0.001)
    assert (should(date(2021, 1, 1)), should(date(2030, 1, 1))) == (0, 30_000)


@pytest.mark.parametrize(
    ("actual", "on", "pace"),
    [
        (6, date(2024, 12, 31), Pace.FAR_BEHIND),
        (5, date(2022, 1, 31), Pace.FAR_BEHIND),
        (3.8, date(2024, 6, 30), Pace.ON_PACE),
        (3.9, date(2024, 12, 31), Pace.ON_PACE),
        (4.0, date(2024, 12, 31), Pace.BEHIND),
        (3, date(2023, 1, 1), Pace.REACHED),
        (2, date(2023, 1, 1), Pace.REACHED),
        (4, date(2026, 12, 31), Pace.MISSED),
        (4, date(2021, 12, 31), Pace.NOT_STARTED),
        (None, date(2024, 12, 31), Pace.NO_NUMBER),
    ],
)
def test_a_rank_is_better_when_it_is_lower(actual: float | None, on: date, pace: Pace) -> None:
    found = pace_of(actual, on=on, line=RANK, kind=Kind.SNAPSHOT, direction=Direction.LOWER, starts_on=date(2022, 1, 1))
    assert found is pace


def test_what_is_still_needed_is_spread_over_the_months_that_are_left() -> None:
    due = {"on": date(2026, 6, 30), "due_on": date(2026, 12, 31)}
    needed = required_per_month(24_000, target=30_000, direction=Direction.HIGHER, **due)
    assert needed == pytest.approx(1000, rel=0.02)
    assert required_per_month(30_000, target=30_000, direction=Direction.HIGHER, **due) == 0
    assert required_per_month(1, target=2, direction=Direction.HIGHER, on=date(2027, 1, 1), due_on=date(2026, 12, 31)) is None


def test_the_six_plans_ship_with_their_published_numbers(light_database: Database) -> None:
    with light_database.read() as session:
        found, known = {plan.framework.id: plan.framework for plan in plans(session)}, goals(session)
    assert len(found) == 6
    targets = {id_: each.goal.target.value for id_, each in known.items() if each.goal.target.value is not None}
    assert targets == {
        "future-talent-city-daegu-talents": 30_000, "future-talent-city-daegu-jobs": 50_000,
        "future-talent-city-daegu-scale-ups": 100, "future-talent-city-daegu-rank": 3,
        "daegu-new-deal-jobs": 110_000, "daegu-new-deal-jobs-industry": 40_000, "daegu-new-deal-jobs-space": 40_000,
        "daegu-new-deal-jobs-human": 30_000, "daegu-new-deal-talents": 10_000, "daegu-new-deal-greenhouse": 2_500_000,
        "hustar-talents": 3000, "hustar-leaders": 50, "hustar-employment": 80,
        "smart-city-iso-37106": 1, "smart-city-traffic-speed": 15,
    }  # fmt: skip
    assert [(each.value, each.due_on.year) for each in known["hustar-talents"].goal.targets] == [(2500, 2022), (3000, 2023)]
    deal = found["daegu-new-deal"]
    axes = [node for node in deal.nodes if node.kind == "strategy"]
    stated = [{each.kind: each.number for each in node.stated} for node in axes]
    assert stated == [{"field": 4, "project": 87}, {"field": 3, "project": 31}, {"field": 3, "project": 47}]
    assert [len(node.nodes) for node in axes] == [4, 3, 3]
    assert deal.budget is not None
    assert deal.budget.won == sum(node.budget.won or 0 for node in axes if node.budget) == 12_007_400_000_000
    assert sum(node.kind == "flagship" for node in deal.nodes) == 7
    strategies = [node for _, node in found["gyeongsan-ten-strategies"].all_nodes() if node.kind == "strategy"]
    assert len(strategies) == 10
    assert all(node.committee is not None for node in strategies)


@pytest.mark.unhurried
def test_every_file_follows_the_published_schema_and_comes_out_as_it_went_in() -> None:
    published = yaml_text.read((files.FOLDER / "framework.schema.json").read_text(encoding="utf-8"))
    assert published == files.json_schema(), "run `python -m services.reporting.frameworks.schema`"
    for path in files.shipped():
        text = path.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
        plain = yaml_text.read(text)
        jsonschema.validate(_dates_as_texts(plain), published, format_checker=jsonschema.FormatChecker())
        assert content["id"] == path.stem
        framework = files.read_text(text, path.name)
        assert files.read_text(files.written(framework), path.name) == framework
        assert text.partition("\n")[2] == files.written(framework), f"{path.name} is not written as it would be exported"


def _dates_as_texts(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _dates_as_texts(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_dates_as_texts(value) for value in content]
    return str(content) if isinstance(content, date) else content


TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], include_characters="\n\t"), min_size=1, max_size=60
)


@pytest.mark.unhurried
@given(ko=TEXTS, en=TEXTS, won=st.integers(0, 10**15))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_is_read_as_the_same(ko: str, en: str, won: int) -> None:
    part = Budget.model_validate({"won": won, "source": {"text": {"ko": ko, "en": en}}})
    text = yaml_text.write(part.model_dump(mode="json", exclude_defaults=True))
    assert Budget.model_validate(yaml_text.read(text)) == part
    words = ["on", "no", "yes", "~", "null", "2022-01-01", "1e3", "0x1f", "=", "- a", "a: b", "#", "012", "true"]
    for word in words:
        said = Text(ko=word, en=ko)
        assert Text.model_validate(yaml_text.read(yaml_text.write(said.model_dump()))) == said


def broken(tmp_path: Path, change: Callable[[Any], object]) -> Path:
    content = yaml_text.read((files.FOLDER / "hustar.yaml").read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "hustar.yaml"
    path.write_text(yaml_text.write(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda plan: plan["goals"][0].update(indicator="happiness"), r":\d+: /goals/0/indicator: .*: .*talents_trained"),
        (lambda plan: plan["goals"][0].update(unit="seats"), r"/goals/0/unit: It is measured in persons"),
        (lambda plan: plan["goals"][0].update(unit="moons"), r"/goals/0/unit: There is none of this name"),
        (lambda plan: plan["goals"][1].update(id="hustar-talents"), r"/goals/1/id: Something else has this id"),
        (lambda plan: plan["goals"][0].update(direction="lower"), r"/goals/0: A target must be lower than the baseline"),
        (lambda plan: plan["goals"][0]["targets"][1].pop("reason"), r"/goals/0: A target that replaces another needs its reason"),
        (lambda plan: plan["goals"][0]["targets"][0].pop("source"), r"/goals/0/targets/0: Every number needs its source"),
        (lambda plan: plan["goals"][0]["targets"][0].pop("value"), r"/goals/0/targets/0: Give the number, or say"),
        (lambda plan: plan["goals"][0]["targets"][0].update(due_on="2018-01-01"), r"/goals/0: A target is due before"),
        (lambda plan: plan["goals"][0].update(node="nowhere"), r"/goals/0/node: There is none of this name"),
        (lambda plan: plan["goals"][0].update(counts={"fields": ["moon"]}), r"/goals/0/counts/fields/0: .*There are: .*robot"),
        (lambda plan: plan["goals"][2].update(measure="moon"), r"/goals/2/measure: .*There are: hustar-leaders-trained"),
        (lambda plan: plan["goals"][2].update(indicator="talents_trained"), r"/goals/2: Name either an indicator or a measure"),
        (lambda plan: plan["measures"][0].update(every="academic_year"), r"/measures/0/every: .*There are: month, quarter, year"),
        (lambda plan: plan.update(ends_on="2018-01-01"), r"hustar\.yaml:\d+: /: It ends before it starts"),
        (lambda plan: plan.update(colour="red"), r"/colour: There is no such field"),
        (lambda plan: plan.update(id="huster"), r"hustar\.yaml:1: /id: Must be hustar"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path: Path, change: Callable[[Any], object], complaint: str) -> None:
    path = broken(tmp_path, change)
    with pytest.raises(FrameworkError, match=complaint):
        files.read_file(path, files.fingerprint(path.read_bytes()))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id: [", r"hustar\.yaml:2: .*not_yaml"),
        ("id: a\nid: b\n", r"hustar\.yaml:2: .*repeated_name"),
        ("a: &x 1\nb: *x\n", r"yaml_alias"),
        ("!!python/object/apply:os.system ['x']", r"not_yaml"),
        ("[" * 60 + "]" * 60, r"too_deep"),
        ("- 1\n", r"not_object"),
        ("", r"not_object"),
    ],
)
def test_a_file_that_is_no_framework_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "hustar.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FrameworkError, match=complaint):
        files.read_file(path, files.fingerprint(path.read_bytes()))


def test_a_file_is_read_again_only_when_it_changed_and_never_over_an_edit(light_database: Database, tmp_path: Path) -> None:
    assert load_plans(light_database) == 0

    def renamed(name: str) -> Path:
        return broken(tmp_path, lambda plan: plan["name"].update(en=name))

    def current() -> str:
        with light_database.read() as session:
            return next(plan.framework.name.en for plan in plans(session) if plan.framework.id == "hustar")

    assert load_plans(light_database, paths=[renamed("Second")]) == 1
    assert current() == "Second"
    broken(tmp_path, lambda plan: plan.update(colour="red"))
    with pytest.raises(FrameworkError, match="colour"):
        load_plans(light_database, paths=[tmp_path / "hustar.yaml"])
    assert current() == "Second"


def test_fields_have_names() -> None:
    assert field_names()["robot"].ko == "로봇"
