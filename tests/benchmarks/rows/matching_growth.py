"""A round of a city and of ten cities, each in a process of its own: time per pair, memory, and the market's first load."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from sqlalchemy import select

from services.matching.queries.pool import KeptPool
from services.matching.tables import metadata
from shared.db import Database
from tests.benchmarks.engines import Engines
from tests.benchmarks.frame import Contest, NotMeasurable, Unit, benchmarks
from tests.benchmarks.rows.recommendations import world_of
from tests.matching.cities import TODAY

POSITIONS: Final = {30_000: 50_000, 60_000: 90_000, 100_000: 150_000}


@benchmarks.add(
    "round-growth",
    what="a whole round of 30,000 x 50,000, 60,000 x 90,000 and 100,000 x 150,000, once warm, each in its own process",
    floor="one compiled loop that scores all pairs by skills and three tables and keeps nothing but each trainee's best",
    engine="compiled, 2 threads",
    unit=Unit.SECONDS,
    sizes=tuple(POSITIONS),
    quick_sizes=(3_000,),
    goal=2.0,
)
def growing_rounds(engines: Engines) -> Iterator[Contest]:
    folder, seen = engines.scratch(), dict[str, str]()
    best: dict[int, tuple[float, float]] = {}

    def ours(size: int) -> float:
        seconds, mebibytes = _alone(size, "ours", folder)
        best[size] = min(best.get(size, (seconds, mebibytes)), (seconds, mebibytes))
        return seconds

    def notes() -> dict[str, str]:
        for size, (seconds, mebibytes) in sorted(best.items()):
            pairs = size * _positions(size)
            seen[f"{size:,} x {_positions(size):,}"] = (
                f"{seconds:.2f} s, {1e9 * seconds / pairs:.2f} ns a pair, at most {mebibytes:.0f} MiB"
            )
        return seen

    yield Contest(ours, lambda size: _alone(size, "floor", folder)[0], notes)


@benchmarks.add(
    "market-load",
    what="the market is read into memory for the first time, from a database of so many trainees and 5 positions for 3",
    floor="all rows of the five largest tables behind it fetched with their columns, and nothing made of them",
    engine="SQLite",
    unit=Unit.SECONDS,
    sizes=(3_000, 10_000, 30_000),
    quick_sizes=(3_000,),
    goal=1.5,
)
def first_load(engines: Engines) -> Iterator[Contest]:
    worlds: dict[int, Database] = {}

    def database(size: int) -> Database:
        if size not in worlds:
            worlds[size] = world_of(engines, size)[0]
        return worlds[size]

    def ours(size: int) -> float:
        with database(size).read() as session:
            started = perf_counter()
            KeptPool().at(session, on=TODAY)
            return perf_counter() - started

    def floor(size: int) -> float:
        with database(size).read() as session:
            started = perf_counter()
            for table in ("candidate", "candidate_profile", "candidate_skill", "opening", "seat"):
                session.execute(select(*metadata.tables[table].columns)).all()
            return perf_counter() - started

    yield Contest(ours, floor)
    for each in worlds.values():
        each.close()


def _positions(size: int) -> int:
    return POSITIONS.get(size, size * 5 // 3)


def _alone(size: int, side: str, folder: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.benchmarks.city_round", str(size), str(_positions(size)), side, str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NotMeasurable(f"a round of {size:,} ended with status {ended.returncode}: {ended.stderr.strip()[-200:]}")
    seconds, mebibytes = map(float, ended.stdout.split())
    return seconds, mebibytes
