"""Server processes for the time of a benchmark: started, awaited by asking them, ended."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import httpx

_PATIENCE: Final = 60.0


class DidNotStart(Exception):
    """A server process ended, or did not answer, before it could be measured."""


@contextmanager
def process(*module_and_arguments: str, environment: Mapping[str, str] = {}) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m` with these arguments, told to stop in the end. What it writes goes nowhere, as to a log that is kept."""
    command = [sys.executable, "-m", *module_and_arguments]
    given = {**os.environ, **environment}
    with subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            yield running
        finally:
            running.terminate()


def await_answer(running: subprocess.Popen[bytes], port: int, *, path: str = "/livez") -> None:
    """Return as soon as it answers with 200. Raises DidNotStart."""
    deadline = time.monotonic() + _PATIENCE
    while not _answers(port, path):
        if running.poll() is not None:
            raise DidNotStart(f"{running.args!r} ended with status {running.returncode}")
        if time.monotonic() > deadline:
            raise DidNotStart(f"{running.args!r} did not answer within {_PATIENCE:.0f} s")
        time.sleep(0.005)


def _answers(port: int, path: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
