"""The API while a worker applies a roster to the same database, beside the same API while nobody does."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import count
from statistics import mean
from threading import Thread
from typing import Final

from infra.local.ports import free_ports
from shared.auth.issuer import create_issuer
from shared.settings import load_settings
from tests.benchmarks.engines import Engines
from tests.benchmarks.frame import Contest, NotMeasurable, Unit, benchmarks
from tests.benchmarks.load import Outcome
from tests.benchmarks.processes import await_answer, process
from tests.benchmarks.rosters import Sending, sending

CONNECTIONS: Final = 4
REQUESTS: Final = 100
ROUNDS_ALONE: Final = 3


class OverTooSoon(NotMeasurable):
    """The roster was applied before anybody had been answered meanwhile."""


@benchmarks.add(
    "api-while-sync",
    what="100 writes over 4 connections while a worker applies a first roster of so many rows to the same database",
    floor="the same writes while no roster is applied",
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=(10_000, 30_000),
    quick_sizes=(3_000,),
    needs=("postgres",),
)
def while_a_roster_is_applied(engines: Engines) -> Iterator[Contest]:
    [port] = free_ports(1)
    url = engines.database("meanwhile_trainees")
    settings = {
        "HUSTAR_ENV": "development",
        "HUSTAR_DATA": str(engines.scratch()),
        "POSTGRES_URL": engines.postgres.server_url,
        "HUSTAR_DATABASE_PREFIX": f"{engines.database_prefix()}meanwhile_",
        "PORT": str(port),
        "HUSTAR_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    issuer = create_issuer(load_settings(data=settings["HUSTAR_DATA"], public_url=settings["HUSTAR_PUBLIC_URL"]))
    with ExitStack() as stack:
        sent = stack.enter_context(sending(url))
        running = stack.enter_context(process("tests.benchmarks.api_server", "trainees", environment=settings))
        await_answer(running, port)
        asking = _Asking(port, issuer.token("program-manager"))
        yield Contest(lambda size: asking.meanwhile(sent, size), lambda _: asking.alone(), notes=asking.notes)


class _Asking:
    """Somebody who writes over HTTP, and how long they waited."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._numbers = count(1)
        self._seen: dict[str, list[Outcome]] = {}

    def meanwhile(self, sent: Sending, size: int) -> float:
        """Seconds for a round of writes, of those rounds that were over before the roster was."""
        sync_id = sent.about_to_apply(size)
        applying = Thread(target=sent.work)
        applying.start()
        rounds = []
        while applying.is_alive():
            outcome = self._round()
            if applying.is_alive():
                rounds.append(outcome)
        applying.join()
        sent.check(sync_id)
        if not rounds:
            raise OverTooSoon(f"{size} rows")
        return self._cost("while a roster is applied", rounds)

    def alone(self) -> float:
        return self._cost("alone", [self._round() for _ in range(ROUNDS_ALONE)])

    def _cost(self, side: str, rounds: list[Outcome]) -> float:
        self._seen[side] = rounds
        return mean(each.seconds for each in rounds)

    def _round(self) -> Outcome:
        command = [sys.executable, "-m", "tests.benchmarks.load", str(self._port), "/api/v1/universities", str(CONNECTIONS)]
        bodies = [_university(next(self._numbers)) for _ in range(REQUESTS)]
        run = subprocess.run(command, input=b"\n".join([self._token.encode(), *bodies]), capture_output=True, check=True)
        outcome = Outcome(**json.loads(run.stdout))
        assert outcome.statuses == {"201": REQUESTS}, outcome.statuses
        return outcome

    def notes(self) -> Mapping[str, str]:
        return {
            side: f"p50 {mean(each.p50 for each in rounds):.0f} ms, p99 {max(each.p99 for each in rounds):.0f} ms, "
            f"{len(rounds)} round(s)"
            for side, rounds in self._seen.items()
        }


def _university(number: int) -> bytes:
    names = {"name_ko": f"대학교 {number}", "name_en": f"University {number}"}
    return json.dumps({"code": f"m{number}", "region": "27", **names}).encode()
