"""Server processes for the time of a benchmark: started, awaited by asking them, ended."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from tests.benchmarks.frame import NotMeasurable

_PATIENCE: Final = 60.0


class DidNotStart(NotMeasurable):
    """A server process ended, or did not answer, before it could be measured."""


@contextmanager
def process(
    *module_and_arguments: str, environment: Mapping[str, str] = {}, without: Sequence[str] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m` with these arguments, told to stop in the end.

    It has our environment with these changes. What it writes is thrown away.
    """
    command = [sys.executable, "-m", *module_and_arguments]
    given = {**{name: value for name, value in os.environ.items() if name not in without}, **environment}
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
        time.sleep(0.01)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
