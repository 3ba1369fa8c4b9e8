"""The frame of the benchmarks: what it measures in which order, what it says about it, and what it refuses to say."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from infra.local import EngineUnavailable
from tests.benchmarks import __main__ as program
from tests.benchmarks import report
from tests.benchmarks.engines import OPENERS, Engines
from tests.benchmarks.frame import Benchmark, Contest, Registry, Side, Unit, UnknownBenchmark
from tests.benchmarks.measuring import measure
from tests.benchmarks.processes import DidNotStart
from tests.benchmarks.results import FLOOR, OURS, FloorNotMeasured, Result, exponent
from tests.benchmarks.rows import benchmarks
from tests.benchmarks.rows.api_write import ClientIsTheBottleneck


@pytest.fixture
def engines() -> Iterator[Engines]:
    with Engines(set()) as none:
        yield none


def _benchmark(registry: Registry, opening: Any = None, **given: Any) -> Benchmark:
    def nothing(_engines: Engines) -> Iterator[Contest]:
        yield Contest(lambda size: size / 100, lambda size: size / 200)

    chosen: dict[str, Any] = {"what": "w", "floor": "f", "engine": "none", "unit": Unit.EVENTS, "sizes": (10, 30, 100)}
    registry.add("row", **{**chosen, **given})(opening or nothing)
    return registry.benchmarks["row"]


def _raising(error: Exception) -> Iterator[Contest]:
    raise error


def _result(*, unit: Unit = Unit.EVENTS, goal: float | None = None, ours: list[float], floor: list[float]) -> Result:
    result = Result(_benchmark(Registry(), unit=unit, goal=goal))
    for cost in ours:
        result.note(OURS, 100, cost)
    for cost in floor:
        result.note(FLOOR, 100, cost)
    return result


def test_both_sides_take_turns_and_the_first_of_them_changes(engines: Engines) -> None:
    seen: list[tuple[str, int]] = []

    def opening(_engines: Engines) -> Iterator[Contest]:
        def side(name: str) -> Side:
            def run(size: int) -> float:
                seen.append((name, size))
                return 1.0

            return run

        yield Contest(side("ours"), side("floor"))

    measure(_benchmark(Registry(), opening, sizes=(1, 3)), engines, rounds=2, quick=False, progress=lambda _text: None)
    warming, rounds = seen[:2], seen[2:]
    assert warming == [("ours", 1), ("floor", 1)]
    assert rounds == [
        ("ours", 1), ("floor", 1), ("ours", 3), ("floor", 3),
        ("floor", 1), ("ours", 1), ("floor", 3), ("ours", 3),
    ]  # fmt: skip


def test_the_quick_sizes_are_measured_when_there_is_no_time(engines: Engines) -> None:
    benchmark = _benchmark(Registry(), quick_sizes=(2,))
    assert measure(benchmark, engines, rounds=1, quick=True, progress=lambda _text: None).sizes == [2]


def test_a_ratio_is_refused_when_its_floor_was_not_measured() -> None:
    result = _result(ours=[1.0, 2.0], floor=[])
    with pytest.raises(FloorNotMeasured):
        result.ratio(100)
    with pytest.raises(FloorNotMeasured):
        report.table([result])
    with pytest.raises(FloorNotMeasured):
        report.entry_of(result, machine={})


def test_a_ratio_is_refused_when_a_round_of_the_floor_is_missing() -> None:
    with pytest.raises(FloorNotMeasured):
        _result(ours=[1.0, 2.0], floor=[1.0]).ratio(100)


def test_a_floor_of_another_size_is_no_floor() -> None:
    result = _result(ours=[1.0], floor=[1.0])
    result.note(OURS, 300, 3.0)
    with pytest.raises(FloorNotMeasured):
        result.ratio(300)


def test_the_ratio_of_rates_is_ours_to_the_floors_in_the_same_round() -> None:
    # The machine was ten times slower in the last round, for both.
    assert _result(ours=[2.0, 2.0, 20.0], floor=[1.0, 1.0, 10.0]).ratio(100) == 0.5


def test_the_ratio_of_seconds_says_how_many_times_longer_ours_takes() -> None:
    assert _result(unit=Unit.SECONDS, ours=[3.0], floor=[1.0]).ratio(100) == 3.0


@pytest.mark.parametrize(
    ("unit", "goal", "ours", "met"),
    [
        (Unit.EVENTS, 0.5, 2.0, True),
        (Unit.EVENTS, 0.5, 2.1, False),
        (Unit.SECONDS, 2.0, 2.0, True),
        (Unit.SECONDS, 2.0, 2.1, False),
        (Unit.EVENTS, None, 9.0, None),
    ],
)
def test_a_goal_is_a_least_ratio_of_rates_and_a_greatest_of_costs(
    unit: Unit, goal: float | None, ours: float, met: bool | None
) -> None:
    assert _result(unit=unit, goal=goal, ours=[ours], floor=[1.0]).met is met


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_growth_is_the_power_of_the_size(power: float) -> None:
    assert exponent([(size, 0.01 * size**power) for size in (10, 30, 100)]) == pytest.approx(power)


def test_a_row_with_one_size_has_no_growth(engines: Engines) -> None:
    measured = measure(_benchmark(Registry(), sizes=(1,)), engines, rounds=1, quick=False, progress=lambda _text: None)
    assert measured.growth(OURS) is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (EngineUnavailable("Kafka", reason="Java was not found", remedy="install it"), "Java was not found"),
        (ClientIsTheBottleneck("80% of a core"), "80% of a core"),
        (DidNotStart("it ended with status 1"), "status 1"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_row_that_cannot_be_measured_says_why_and_has_no_verdict(engines: Engines, error: Exception, said: str) -> None:
    def opening(_engines: Engines) -> Iterator[Contest]:
        yield from _raising(error)

    result = measure(_benchmark(Registry(), opening, goal=0.5), engines, rounds=1, quick=False, progress=lambda _text: None)
    assert result.met is None
    assert said in str(result.skipped)
    assert "not measured" in report.markdown([report.entry_of(result, machine={})])


def test_what_is_written_down_can_be_read_by_programs_and_by_people(tmp_path: Path, engines: Engines) -> None:
    benchmark = _benchmark(Registry(), goal=0.4)
    result = measure(benchmark, engines, rounds=3, quick=False, progress=lambda _text: None)
    report.write([result], machine={"processor": "2 cores"}, order=["row"], folder=tmp_path)
    entry = json.loads((tmp_path / "results.json").read_text())["benchmarks"][0]
    assert entry["met"] is True
    assert entry["growth"] == {"ours": 1.0, "floor": 1.0}
    assert [at["size"] for at in entry["sizes"]] == [10, 30, 100]
    assert entry["sizes"][-1]["ratio"] == 0.5
    assert entry["sizes"][-1]["ours_costs"] == [1.0, 1.0, 1.0]
    text = (tmp_path / "RESULTS.md").read_text()
    assert "| row | none | 100 | 100 events/s | 200 events/s | 0.50 | 0.50-0.50 | >= 0.4 | ok | 1.00 (1.00) | " in text
    assert "- processor: 2 cores" in text


def test_the_table_shows_every_figure_of_a_row(engines: Engines) -> None:
    result = measure(_benchmark(Registry(), goal=0.6), engines, rounds=1, quick=False, progress=lambda _text: None)
    console = Console(width=160, record=True)
    report.show([result], console)
    line = next(line for line in console.export_text().splitlines() if "row" in line and "100" in line)
    for shown in ("none", "100 events/s", "200 events/s", "0.50", ">= 0.6", "missed", "1.00 (1.00)"):
        assert shown in line


def test_a_wrong_result_is_not_reported_but_ends_the_run(engines: Engines) -> None:
    def opening(_engines: Engines) -> Iterator[Contest]:
        yield from _raising(AssertionError("lost an event"))

    with pytest.raises(AssertionError):
        measure(_benchmark(Registry(), opening), engines, rounds=1, quick=False, progress=lambda _text: None)


def test_two_rows_may_not_share_a_name() -> None:
    registry = Registry()
    _benchmark(registry)
    with pytest.raises(TypeError):
        _benchmark(registry)


def test_a_name_that_is_not_there_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UnknownBenchmark):
        Registry().chosen(["nothing"])
    assert program.main(["nothing"]) == 2
    assert "relay" in capsys.readouterr().err


def test_a_missed_goal_fails_only_when_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    _benchmark(registry, goal=0.9)
    monkeypatch.setattr(program, "benchmarks", registry)
    assert program.main(["row", "--quick"]) == 0
    assert program.main(["row", "--quick", "--strict"]) == 1


def test_rows_that_were_not_measured_now_stand_as_they_did(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engines: Engines
) -> None:
    registry = Registry()
    _benchmark(registry)
    monkeypatch.setattr(program, "benchmarks", registry)
    monkeypatch.setattr(report, "HERE", tmp_path)
    program.main(["row", "--quick"])
    assert not list(tmp_path.iterdir())
    program.main(["row"])
    once = measure(registry.benchmarks["row"], engines, rounds=1, quick=False, progress=lambda _text: None)
    once.benchmark = replace(once.benchmark, name="new")
    gone = Result(replace(once.benchmark, name="row"), skipped="no engine")
    report.write([once, gone], machine={"processor": "another"}, order=["new", "row"])
    written = json.loads((tmp_path / "results.json").read_text())
    assert [(row["name"], len(row["sizes"][0]["ratios"]), row["machine"]) for row in written["benchmarks"]] == [
        ("new", 1, 0),
        ("row", 5, 1),
    ]
    assert "## Measured on: new\n\n- processor: another\n" in (tmp_path / "RESULTS.md").read_text()
    report.write([], machine={}, order=["row"])
    assert [row["name"] for row in json.loads((tmp_path / "results.json").read_text())["benchmarks"]] == ["row"]


def test_every_row_names_its_floor_and_engines_that_can_be_had() -> None:
    for benchmark in benchmarks.benchmarks.values():
        assert benchmark.floor
        assert set(benchmark.needs) <= OPENERS.keys()
        assert list(benchmark.sizes) == sorted(benchmark.sizes)
