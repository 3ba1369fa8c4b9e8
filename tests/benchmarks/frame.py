"""What a benchmark is: our work and its floor at growing sizes, and what the ratio between them should be."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import Enum

from tests.benchmarks.engines import Engines

Side = Callable[[int], float]
"""Does the work of one size once and returns what it cost: seconds, or MiB. Preparing and checking are not counted."""


class Unit(Enum):
    """How a figure is made of a cost. The ratio is ours to the floor's in this unit."""

    EVENTS = ("events/s", True)
    REQUESTS = ("requests/s", True)
    SECONDS = ("s", False)
    MEMORY = ("MiB", False)

    def __init__(self, text: str, is_rate: bool) -> None:
        self.text = text
        self.is_rate = is_rate

    def figure(self, cost: float, *, size: int) -> float:
        """The cost of one run as this unit shows it."""
        return size / cost if self.is_rate else cost


@dataclass(frozen=True, slots=True)
class Contest:
    """Both sides, ready to run. `notes` says after the runs what else was seen, such as how busy the client was."""

    ours: Side
    floor: Side
    notes: Callable[[], Mapping[str, str]] = dict


Opened = Callable[[Engines], AbstractContextManager[Contest]]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One row of the table.

    `goal` is the least ratio where more is better (rates), the greatest where less is (seconds, MiB); None: only reported.
    `needs` are engines by name, see tests/benchmarks/engines.py. One size only: there is nothing that could grow.
    """

    name: str
    what: str
    floor: str
    engine: str
    unit: Unit
    sizes: tuple[int, ...]
    quick_sizes: tuple[int, ...]
    open: Opened
    goal: float | None = None
    needs: tuple[str, ...] = ()


class NotMeasurable(Exception):
    """A row could not be measured this time, for a reason that says nothing about ours or the floor."""


class UnknownBenchmark(Exception):
    """Somebody asked for a benchmark that there is not."""

    def __init__(self, *names: str, known: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(f"there is no benchmark {', '.join(names)}; there are {', '.join(known)}")


@dataclass(frozen=True, slots=True)
class Registry:
    """The benchmarks there are, in the order in which they are shown."""

    benchmarks: dict[str, Benchmark] = field(default_factory=dict)

    def add(
        self,
        name: str,
        *,
        what: str,
        floor: str,
        engine: str,
        unit: Unit,
        sizes: tuple[int, ...],
        quick_sizes: tuple[int, ...] | None = None,
        goal: float | None = None,
        needs: tuple[str, ...] = (),
    ) -> Callable[[Callable[[Engines], Iterator[Contest]]], Opened]:
        """Make the decorated generator, which sets both sides up, yields them and clears up, a row of the table."""

        def register(opening: Callable[[Engines], Iterator[Contest]]) -> Opened:
            if name in self.benchmarks:
                raise TypeError(f"two benchmarks are called {name}")
            opened = contextmanager(opening)
            self.benchmarks[name] = Benchmark(name, what, floor, engine, unit, sizes, quick_sizes or sizes, opened, goal, needs)
            return opened

        return register

    def chosen(self, names: list[str]) -> list[Benchmark]:
        """The named benchmarks, all when none is named. Raises UnknownBenchmark."""
        unknown = [name for name in names if name not in self.benchmarks]
        if unknown:
            raise UnknownBenchmark(*unknown, known=tuple(self.benchmarks))
        return [each for each in self.benchmarks.values() if not names or each.name in names]


benchmarks = Registry()
