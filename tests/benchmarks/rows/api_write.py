"""A single write over HTTP, with everything that a write of ours has, beside one that only inserts."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from typing import Final

from infra.local.ports import free_ports
from shared.auth.issuer import create_issuer
from shared.settings import load_settings
from tests.benchmarks.engines import Engines
from tests.benchmarks.frame import Contest, NotMeasurable, Unit, benchmarks
from tests.benchmarks.load import Outcome
from tests.benchmarks.processes import await_answer, process

CONNECTIONS: Final = 32
BUSY: Final = 0.5


class ClientIsTheBottleneck(NotMeasurable):
    """The load client took so much of a core that it, not the server, may have been measured."""


@benchmarks.add(
    "api-write",
    what="POST /api/v1/universities over 32 connections to one worker: sign-in, idempotency, ETag, rules, outbox",
    floor="FastAPI and psycopg insert two rows in one transaction",
    engine="PostgreSQL",
    unit=Unit.REQUESTS,
    sizes=(600, 1_800, 6_000),
    quick_sizes=(200, 600, 2_000),
    goal=0.5,
    needs=("postgres",),
)
def write_over_http(engines: Engines) -> Iterator[Contest]:
    ours_port, floor_port = free_ports(2)
    settings = {
        "HUSTAR_ENV": "development",
        "HUSTAR_DATA": str(engines.scratch()),
        "POSTGRES_URL": engines.postgres.server_url,
        "HUSTAR_DATABASE_PREFIX": engines.database_prefix("trainees"),
        "PORT": str(ours_port),
        "HUSTAR_PUBLIC_URL": f"http://127.0.0.1:{ours_port}",
    }
    database = engines.database("two_rows").replace("+psycopg", "")
    with ExitStack() as stack:
        ours = stack.enter_context(process("tests.benchmarks.api_server", "trainees", environment=settings))
        floor = stack.enter_context(process("tests.benchmarks.floors.two_rows", database, str(floor_port)))
        await_answer(ours, ours_port)
        await_answer(floor, floor_port)
        universities, client = _universities(), _Client(_token(settings))

        yield Contest(
            lambda size: client.send(_next(universities, size), port=ours_port, path="/api/v1/universities", side="ours"),
            lambda size: client.send(_next(universities, size), port=floor_port, path="/universities", side="floor"),
            notes=client.notes,
        )


class _Client:
    """Runs the load client and remembers how it went."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.outcomes: dict[str, Outcome] = {}

    def send(self, bodies: Sequence[bytes], *, port: int, path: str, side: str) -> float:
        """Seconds until every body was answered with 201. Raises ClientIsTheBottleneck."""
        command = [sys.executable, "-m", "tests.benchmarks.load", str(port), path, str(CONNECTIONS)]
        run = subprocess.run(command, input=b"\n".join([self.token.encode(), *bodies]), capture_output=True, check=False)
        if run.returncode:
            raise AssertionError(f"the load client failed: {run.stderr.decode()[-2000:]}")
        outcome = Outcome(**json.loads(run.stdout))
        if outcome.statuses != {"201": len(bodies)}:
            raise AssertionError(f"{side} answered {outcome.statuses}")
        if outcome.busy > BUSY:
            raise ClientIsTheBottleneck(f"{outcome.busy:.0%} of a core")
        self.outcomes[side] = outcome
        return outcome.seconds

    def notes(self) -> Mapping[str, str]:
        last = {
            f"last run of {side}": f"p50 {seen.p50:.0f} ms, p99 {seen.p99:.0f} ms, client busy {seen.busy:.0%}"
            for side, seen in self.outcomes.items()
        }
        return {"connections": str(CONNECTIONS), **last}


def _token(settings: Mapping[str, str]) -> str:
    return create_issuer(load_settings(data=settings["HUSTAR_DATA"], public_url=settings["HUSTAR_PUBLIC_URL"])).token(
        "program-manager"
    )


def _universities() -> Iterator[bytes]:
    for number in count(1):
        names = {"name_ko": f"대학교 {number}", "name_en": f"University {number}"}
        yield json.dumps({"code": f"u{number}", "region": "27", **names}).encode()


def _next(universities: Iterator[bytes], size: int) -> list[bytes]:
    return [next(universities) for _ in range(size)]
