"""A roster from its receipt to the commit, preview included, beside a COPY of the same rows with one upsert."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from services.trainees.tables import metadata
from tests.benchmarks.engines import Engines
from tests.benchmarks.floors.copy_and_upsert import copy_and_upsert
from tests.benchmarks.floors.copy_back import Left
from tests.benchmarks.frame import Contest, Unit, benchmarks
from tests.benchmarks.rosters import rows_of_persons, sending

SIZES: Final = (3_000, 10_000, 30_000)
QUICK: Final = (1_000, 3_000)
_FLOOR: Final = "psycopg: binary COPY of the same rows into a staging table and one upsert, one transaction"
MOST_MEMORY: Final = 300.0  # MiB, whatever a roster's size


@benchmarks.add(
    "roster-nightly",
    what="a full roster with one row in a hundred changed: read apart, previewed, applied; receipt to commit",
    floor=_FLOOR,
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=4.0,
    needs=("postgres",),
)
def nightly(engines: Engines) -> Iterator[Contest]:
    url = engines.database("roster_nightly")
    with sending(url) as sent:
        yield Contest(sent.nightly, lambda size: copy_and_upsert(url, rows_of_persons(size), known=True), notes=sent.notes)


@benchmarks.add(
    "roster-first",
    what="the same with persons whom nobody knows yet: each is registered, sealed, enrolled and told of by two events",
    floor=_FLOOR,
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=4.0,
    needs=("postgres",),
)
def first(engines: Engines) -> Iterator[Contest]:
    url = engines.database("roster_first")
    with sending(url) as sent:
        yield Contest(sent.first, lambda size: copy_and_upsert(url, rows_of_persons(size), known=False), notes=sent.notes)


@benchmarks.add(
    "roster-first-kept",
    what="the same, beside the storing of what it leaves: persons, records, numbers, enrolments, steps, entries, fates, events",
    floor="psycopg: binary COPY of the very rows that it leaves, back into the same tables with their keys and indexes",
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=4.0,
    needs=("postgres",),
)
def first_kept(engines: Engines) -> Iterator[Contest]:
    url = engines.database("roster_first_kept")
    tables = [table.name for table in metadata.sorted_tables]
    with sending(url) as sent:
        left: dict[int, Left] = {}

        def floor(size: int) -> float:
            if size not in left:
                sent.first(size)
                left[size] = Left.of(url, tables, many=size)
            return left[size].copy_back(url)

        yield Contest(sent.first, floor, notes=sent.notes)


@benchmarks.add(
    "roster-memory",
    what="the most memory that a worker takes for a first roster, up to the largest that is accepted; never above 300 MiB",
    floor="the same worker, for whom nothing waits",
    engine="PostgreSQL",
    unit=Unit.MEMORY,
    sizes=(5_000, 50_000),
    quick_sizes=(3_000,),
    needs=("postgres",),
)
def roster_memory(engines: Engines) -> Iterator[Contest]:
    url = engines.database("roster_memory")
    with sending(url) as sent:
        peaks: list[float] = []
        sent.work = lambda: peaks.append(_memory_of_a_worker(url))  # type: ignore[method-assign]

        def ours(size: int) -> float:
            peaks.clear()
            sent.first(size)
            assert max(peaks) < MOST_MEMORY, peaks
            return max(peaks)

        yield Contest(ours, lambda _size: _memory_of_a_worker(url))


def _memory_of_a_worker(url: str) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.roster_worker", url]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
