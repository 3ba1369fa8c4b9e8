"""How long the whole product takes to answer after its start, and how much memory it then holds."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import psutil

from infra.local.ports import free_ports
from tests.benchmarks.engines import Engines
from tests.benchmarks.frame import Contest, Unit, benchmarks
from tests.benchmarks.processes import await_answer, process

EMBEDDED: Final = "SQLite + embedded log"
SETTLED: Final = 2.0

Measure = Callable[["subprocess.Popen[bytes]", float], float]


@benchmarks.add(
    "first-start",
    what="`python -m services`, all four services in one process on an empty folder, until /livez answers",
    floor="a bare FastAPI application under uvicorn",
    engine=EMBEDDED,
    unit=Unit.SECONDS,
    sizes=(1,),
)
def first_start(engines: Engines) -> Iterator[Contest]:
    yield Contest(lambda _size: _started(engines.scratch(), _seconds), lambda _size: _floor(_seconds))


@benchmarks.add(
    "restart",
    what="the same on the folder of an earlier start",
    floor="a bare FastAPI application under uvicorn",
    engine=EMBEDDED,
    unit=Unit.SECONDS,
    sizes=(1,),
)
def restart(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    yield Contest(lambda _size: _started(folder, _seconds), lambda _size: _floor(_seconds))


@benchmarks.add(
    "memory",
    what="resident memory of the same process two seconds after it answered",
    floor="a bare FastAPI application under uvicorn",
    engine=EMBEDDED,
    unit=Unit.MEMORY,
    sizes=(1,),
)
def memory(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    yield Contest(lambda _size: _started(folder, _mebibytes), lambda _size: _floor(_mebibytes))


def _started(folder: Path, measure: Measure) -> float:
    settings = {"HUSTAR_ENV": "development", "HUSTAR_DATA": str(folder), "DEMO": "0"}
    return _until_it_answers("services", settings=settings, measure=measure)


def _floor(measure: Measure) -> float:
    return _until_it_answers("tests.benchmarks.floors.bare_app", settings={}, measure=measure)


def _until_it_answers(module: str, *, settings: Mapping[str, str], measure: Measure) -> float:
    port = free_ports(1)[0]
    arguments = [] if settings else [str(port)]
    without = ("POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS")
    begun = perf_counter()
    with process(module, *arguments, environment={**settings, "PORT": str(port)}, without=without) as running:
        await_answer(running, port)
        return measure(running, perf_counter() - begun)


def _seconds(_running: "subprocess.Popen[bytes]", seconds: float) -> float:
    return seconds


def _mebibytes(running: "subprocess.Popen[bytes]", _seconds: float) -> float:
    sleep(SETTLED)
    return float(psutil.Process(running.pid).memory_info().rss) / 2**20
