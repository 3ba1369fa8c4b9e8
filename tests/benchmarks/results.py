"""What was measured of one benchmark, and what follows from it: medians, ratios, growth, whether the goal is met."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from tests.benchmarks.frame import Benchmark

OURS: Final = "ours"
FLOOR: Final = "floor"


class FloorNotMeasured(Exception):
    """A ratio was asked for whose floor this run has not measured. A floor of another day or machine is no floor."""

    def __init__(self, name: str, size: int) -> None:
        self.name, self.size = name, size
        super().__init__(f"{name} at {size}: no ratio without a floor measured in the same run")


@dataclass(slots=True)
class Result:
    """The costs of every run by side and size, in the order of the rounds: the nth of both sides ran back to back."""

    benchmark: Benchmark
    costs: dict[str, dict[int, list[float]]] = field(default_factory=lambda: {OURS: {}, FLOOR: {}})
    notes: Mapping[str, str] = field(default_factory=dict)
    skipped: str | None = None

    def note(self, side: str, size: int, cost: float) -> None:
        self.costs[side].setdefault(size, []).append(cost)

    @property
    def sizes(self) -> list[int]:
        return sorted(self.costs[OURS])

    @property
    def largest(self) -> int:
        """The size that the table shows and the goal is about."""
        return self.sizes[-1]

    def figure(self, side: str, size: int) -> float:
        """The median figure of one side. Raises FloorNotMeasured for a floor that was not."""
        costs = self.costs[side].get(size)
        if not costs:
            raise FloorNotMeasured(self.benchmark.name, size)
        return self.benchmark.unit.figure(median(costs), size=size)

    def ratios(self, size: int) -> list[float]:
        """Ours to the floor's, round by round. Raises FloorNotMeasured unless every run of ours has its floor."""
        ours, floor = self.costs[OURS].get(size, []), self.costs[FLOOR].get(size, [])
        if not floor or len(floor) != len(ours):
            raise FloorNotMeasured(self.benchmark.name, size)
        unit = self.benchmark.unit
        return [unit.figure(a, size=size) / unit.figure(b, size=size) for a, b in zip(ours, floor, strict=True)]

    def ratio(self, size: int) -> float:
        """The median of the rounds' ratios: what disturbs the machine disturbs both sides of a round."""
        return median(self.ratios(size))

    def growth(self, side: str) -> float | None:
        """The exponent by which the cost grows with the size: 1 is linear. None with fewer than two sizes."""
        points = [(size, median(costs)) for size, costs in sorted(self.costs[side].items())]
        return exponent(points) if len(points) > 1 else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met at the largest size; None where there is no goal or nothing was measured."""
        goal = self.benchmark.goal
        if goal is None or self.skipped is not None:
            return None
        ratio = self.ratio(self.largest)
        return ratio >= goal if self.benchmark.unit.is_rate else ratio <= goal


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of the least-squares line through the points' logarithms."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    x_mean = sum(x for x, _ in logs) / len(logs)
    y_mean = sum(y for _, y in logs) / len(logs)
    spread = sum((x - x_mean) ** 2 for x, _ in logs)
    return sum((x - x_mean) * (y - y_mean) for x, y in logs) / spread
