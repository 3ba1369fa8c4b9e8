"""Measures one benchmark: both sides interleaved, so that whatever disturbs the machine disturbs both."""

from collections.abc import Callable, Sequence

from infra.local import EngineFailed, EngineUnavailable
from tests.benchmarks.engines import Engines
from tests.benchmarks.frame import Benchmark, Contest, NotMeasurable
from tests.benchmarks.results import FLOOR, OURS, Result

Progress = Callable[[str], None]


def measure(benchmark: Benchmark, engines: Engines, *, rounds: int, quick: bool, progress: Progress) -> Result:
    """Every size in every round, ours and floor back to back, the first of them changing.

    Where an engine cannot be had, or a row not be measured, the result says why instead.
    """
    result = Result(benchmark)
    try:
        with benchmark.open(engines) as contest:
            _run(contest, result, sizes=benchmark.quick_sizes if quick else benchmark.sizes, rounds=rounds, progress=progress)
            result.notes = contest.notes()
    except (EngineUnavailable, EngineFailed, NotMeasurable) as error:
        result.skipped = str(error)
    return result


def _run(contest: Contest, result: Result, *, sizes: Sequence[int], rounds: int, progress: Progress) -> None:
    sides = {OURS: contest.ours, FLOOR: contest.floor}
    for side, run in sides.items():
        progress(f"{result.benchmark.name}: warming up {side}")
        run(min(sizes))
    for number in range(rounds):
        order = (OURS, FLOOR) if number % 2 == 0 else (FLOOR, OURS)
        for size in sizes:
            for side in order:
                progress(f"{result.benchmark.name}: round {number + 1} of {rounds}, size {size:,}, {side}")
                result.note(side, size, sides[side](size))
