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
Entry = dict[str, Any]  # a row as results.json has it
_NUMERIC: Final = frozenset({"size", "ours", "floor", "ratio", "rounds", "goal", "growth"})


def table(results: Sequence[Result]) -> Table:
    """One line per benchmark, at its largest size."""
    shown = Table(title="Ours and the floor, medians of the same run")
    for column in _COLUMNS:
        shown.add_column(column, justify="right" if column in _NUMERIC else "left", no_wrap=column != "benchmark")
    for result in results:
        style = "red" if result.met is False else "dim" if result.skipped else ""
        shown.add_row(*_cells(entry_of(result, machine={})), style=style)
    return shown


def document(record: Sequence[Entry]) -> dict[str, Any]:
    """Every run of every row; machines that several rows were measured on stand there once."""
    machines: list[dict[str, str]] = []
    for entry in record:
        if entry["machine"] not in machines:
            machines.append(entry["machine"])
    return {"machines": machines, "benchmarks": [{**entry, "machine": machines.index(entry["machine"])} for entry in record]}


def markdown(record: Sequence[Entry]) -> str:
    """The table with what each row means and what it was measured on."""
    machines = document(record)["machines"]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`, each row when it was measured last: medians, both sides interleaved in one run.",
        "How to read it: [infra/docs/performance.md](../../infra/docs/performance.md). Every run: `results.json`.",
        "",
        _line([name or "met" for name in (*_COLUMNS, "measured on")]),
        _line(["---:" if name in _NUMERIC else "---" for name in (*_COLUMNS, "measured on")]),
        *[_line([*_cells(entry), entry["date"]]) for entry in record],
        "",
        "## What is compared",
        "",
        *[line for entry in record for line in _explained(entry)],
    ]
    for machine in machines:
        of_it = [entry["name"] for entry in record if entry["machine"] == machine]
        lines += ["", f"## Measured on: {', '.join(of_it)}", "", *[f"- {name}: {value}" for name, value in machine.items()]]
    return "\n".join([*lines, ""])


def write(results: Sequence[Result], *, machine: Mapping[str, str], order: Sequence[str], folder: Path | None = None) -> None:
    """Write results.json and RESULTS.md anew: these rows as they were measured now, others as before, in this order.

    Rows that are not in `order` any more are dropped, and what could not be measured now stands as it did.
    """
    folder = folder or HERE
    rows = {entry["name"]: entry for entry in _written(folder / "results.json")}
    for result in results:
        if result.skipped is None or result.benchmark.name not in rows:
            rows[result.benchmark.name] = entry_of(result, machine=machine)
    record = [rows[name] for name in order if name in rows]
    content = json.dumps(document(record), indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(content + "\n", encoding="utf-8")
    (folder / "RESULTS.md").write_text(markdown(record), encoding="utf-8")


def _written(path: Path) -> list[Entry]:
    if not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    return [{**entry, "machine": found["machines"][entry["machine"]]} for entry in found["benchmarks"]]


def show(results: Sequence[Result], console: Console) -> None:
    console.print(table(results))
    for result in results:
        if result.skipped is not None:
            console.print(f"{result.benchmark.name} was not measured: {result.skipped}")
        for name, value in result.notes.items():
            console.print(f"{result.benchmark.name}: {name} {value}")


def _cells(entry: Entry) -> list[str]:
    goal = entry["goal"] or "-"
    if "skipped" in entry:
        return [entry["name"], entry["engine"], "", "", "", "", "", goal, "not measured", ""]
    at = entry["sizes"][-1]
    return [
        entry["name"],
        entry["engine"],
        f"{at['size']:,}" if len(entry["sizes"]) > 1 else "",
        *[f"{_number(at[f'{side}_figure'])} {entry['unit']}" for side in (OURS, FLOOR)],
        _number(at["ratio"]),
        f"{_number(min(at['ratios']))}-{_number(max(at['ratios']))}",
        goal,
        {True: "ok", False: "missed", None: "reported"}[entry["met"]],
        _growth(entry["growth"]),
    ]


def goal_text(benchmark: Benchmark) -> str:
    """The goal as a comparison."""
    if benchmark.goal is None:
        return "-"
    return f"{'>=' if benchmark.unit.is_rate else '<='} {benchmark.goal:g}"


def _growth(growth: Mapping[str, float | None]) -> str:
    ours, floor = growth[OURS], growth[FLOOR]
    return "-" if ours is None or floor is None else f"{ours:.2f} ({floor:.2f})"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _explained(entry: Entry) -> list[str]:
    notes = [f"  {name}: {value}." for name, value in entry.get("notes", {}).items()]
    return [f"- **{entry['name']}**: {entry['what']}. Floor: {entry['floor']}.", *notes]


def entry_of(result: Result, *, machine: Mapping[str, str]) -> Entry:
    """Everything that was measured of one row today."""
    benchmark = result.benchmark
    entry: Entry = {
        "name": benchmark.name,
        "engine": benchmark.engine,
        "unit": benchmark.unit.text,
        "goal": goal_text(benchmark) if benchmark.goal is not None else None,
        "what": benchmark.what,
        "floor": benchmark.floor,
        "date": today().isoformat(),
        "machine": dict(machine),
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
        "ratios": [_rounded(ratio) for ratio in result.ratios(size)],
        **{f"{side}_figure": _rounded(result.figure(side, size)) for side in sides},
        **{f"{side}_costs": [_rounded(cost) for cost in costs] for side, costs in sides.items()},
        **{f"{side}_median_cost": _rounded(median(costs)) for side, costs in sides.items()},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
