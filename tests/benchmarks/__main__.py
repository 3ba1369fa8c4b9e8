"""`make bench`, or `python -m tests.benchmarks [names] [--quick] [--strict] [--rounds N]`: measure, show, write down."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from shared.telemetry.logs import configure_logging
from tests.benchmarks import report
from tests.benchmarks.engines import Engines
from tests.benchmarks.frame import Benchmark, UnknownBenchmark
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.measuring import measure
from tests.benchmarks.results import Result
from tests.benchmarks.rows import benchmarks

ROUNDS = 5
QUICK_ROUNDS = 3
WIDTH = 150


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for. With --strict, 1 when a goal is missed or something could not be measured."""
    call = _parse(arguments)
    try:
        chosen = benchmarks.chosen(call.names)
    except UnknownBenchmark as error:
        print(error, file=sys.stderr)
        return 2
    configure_logging(level="ERROR")
    rounds = call.rounds or (QUICK_ROUNDS if call.quick else ROUNDS)
    results, machine = _measured(chosen, rounds=rounds, quick=call.quick)
    report.show(results, Console(width=max(WIDTH, Console().width)))
    if not call.quick:
        report.write(results, machine=machine, order=list(benchmarks.benchmarks))
    return 1 if call.strict and any(_fell_short(result) for result in results) else 0


def _measured(chosen: Sequence[Benchmark], *, rounds: int, quick: bool) -> tuple[list[Result], dict[str, str]]:
    needed = {name for benchmark in chosen for name in benchmark.needs}
    console = Console(stderr=True)
    with Engines(needed) as engines, console.status("Starting engines") as status:
        engines.await_all()
        machine = describe_machine(engines, needed=needed)
        results = [measure(each, engines, rounds=rounds, quick=quick, progress=status.update) for each in chosen]
    return results, machine


def _fell_short(result: Result) -> bool:
    return result.met is False or result.skipped is not None


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure against the floors of this machine.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of {', '.join(benchmarks.benchmarks)}; none: all")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds; writes nothing down")
    parser.add_argument("--strict", action="store_true", help="fail when a goal is missed")
    parser.add_argument("--rounds", type=int, help=f"how often each side runs at each size (default {ROUNDS})")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
