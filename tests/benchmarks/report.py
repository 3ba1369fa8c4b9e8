"""Shows what was measured: a table for people, JSON for programs, RESULTS.md for the record."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from shared.clock import today
from tests.benchmarks.frame import Benchmark
from tests.benchmarks.results import FLOOR, OURS, Result

HERE: Final = Path(__file__).parent
_COLUMNS: Final = ("benchmark", "engine", "size", "ours", "floor", "ratio", "rounds", "goal", "", "growth")
_NUMERIC: Final = frozenset({"size", "ours", "floor", "ratio", "rounds", "goal", "growth"})


def table(results: Sequence[Result]) -> Table:
    """One line per benchmark, at its largest size."""
    shown = Table(title="Ours and the floor, medians of the same run")
    for column in _COLUMNS:
        shown.add_column(column, justify="right" if column in _NUMERIC else "left", no_wrap=column != "benchmark")
    for result in results:
        style = "red" if result.met is False else "dim" if result.skipped else ""
        shown.add_row(*_cells(result), style=style)
    return shown


def document(results: Sequence[Result], *, machine: Mapping[str, str], rounds: int) -> dict[str, Any]:
    """Everything that was measured, every run of it."""
    return {
        "date": today().isoformat(),
        "rounds": rounds,
        "machine": dict(machine),
        "benchmarks": [_entry(result) for result in results],
    }


def markdown(results: Sequence[Result], *, machine: Mapping[str, str], rounds: int) -> str:
    """The table with what each row means and what it was measured on."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {today().isoformat()}: medians of {rounds} rounds, both sides interleaved in one run.",
        "How to read it: [infra/docs/performance.md](../../infra/docs/performance.md). Every run: `results.json`.",
        "",
        _line([name or "met" for name in _COLUMNS]),
        _line(["---:" if name in _NUMERIC else "---" for name in _COLUMNS]),
        *[_line(_cells(result)) for result in results],
        "",
        "## What is compared",
        "",
        *[line for result in results for line in _explained(result)],
        "",
        "## Measured on",
        "",
        *[f"- {name}: {value}" for name, value in machine.items()],
        "",
    ]
    return "\n".join(lines)


def write(results: Sequence[Result], *, machine: Mapping[str, str], rounds: int, folder: Path = HERE) -> None:
    """Write results.json and RESULTS.md."""
    content = json.dumps(document(results, machine=machine, rounds=rounds), indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(content + "\n", encoding="utf-8")
    (folder / "RESULTS.md").write_text(markdown(results, machine=machine, rounds=rounds), encoding="utf-8")


def show(results: Sequence[Result], console: Console) -> None:
    console.print(table(results))
    for result in results:
        if result.skipped is not None:
            console.print(f"{result.benchmark.name} was not measured: {result.skipped}")
        for name, value in result.notes.items():
            console.print(f"{result.benchmark.name}: {name} {value}")


def _cells(result: Result) -> list[str]:
    benchmark = result.benchmark
    if result.skipped is not None:
        return [benchmark.name, benchmark.engine, "", "", "", "", "", goal_text(benchmark), "not measured", ""]
    size = result.largest
    ratios = result.ratios(size)
    return [
        benchmark.name,
        benchmark.engine,
        f"{size:,}" if len(result.sizes) > 1 else "",
        f"{_number(result.figure(OURS, size))} {benchmark.unit.text}",
        f"{_number(result.figure(FLOOR, size))} {benchmark.unit.text}",
        f"{result.ratio(size):.2f}",
        f"{min(ratios):.2f}-{max(ratios):.2f}",
        goal_text(benchmark),
        {True: "ok", False: "missed", None: "reported"}[result.met],
        _growth(result),
    ]


def goal_text(benchmark: Benchmark) -> str:
    """The goal as a comparison."""
    if benchmark.goal is None:
        return "-"
    return f"{'>=' if benchmark.unit.is_rate else '<='} {benchmark.goal:g}"


def _growth(result: Result) -> str:
    ours, floor = result.growth(OURS), result.growth(FLOOR)
    return "-" if ours is None or floor is None else f"{ours:.2f} ({floor:.2f})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _explained(result: Result) -> list[str]:
    benchmark = result.benchmark
    notes = [f"  {name}: {value}." for name, value in result.notes.items()]
    return [f"- **{benchmark.name}**: {benchmark.what}. Floor: {benchmark.floor}.", *notes]


def _entry(result: Result) -> dict[str, Any]:
    benchmark = result.benchmark
    entry: dict[str, Any] = {
        "name": benchmark.name,
        "engine": benchmark.engine,
        "unit": benchmark.unit.text,
        "goal": goal_text(benchmark) if benchmark.goal is not None else None,
        "what": benchmark.what,
        "floor": benchmark.floor,
    }
    if result.skipped is not None:
        return {**entry, "skipped": result.skipped}
    growth = {side: _rounded(result.growth(side)) for side in (OURS, FLOOR)}
    sizes = [_at(result, size) for size in result.sizes]
    return {**entry, "met": result.met, "growth": growth, "sizes": sizes, "notes": dict(result.notes)}


def _at(result: Result, size: int) -> dict[str, Any]:
    sides = {side: result.costs[side][size] for side in (OURS, FLOOR) if size in result.costs[side]}
    return {
        "size": size,
        "ratio": _rounded(result.ratio(size)),
        **{f"{side}_figure": _rounded(result.figure(side, size)) for side in sides},
        **{f"{side}_costs": [_rounded(cost) for cost in costs] for side, costs in sides.items()},
        **{f"{side}_median_cost": _rounded(median(costs)) for side, costs in sides.items()},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
