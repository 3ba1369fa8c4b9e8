"""Waiting in tests: for what comes about in another thread or process, on a machine that may be busy with other things.

A limit here only tells slow from never. How long something takes is measured by the benchmarks, not by a test.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

PATIENCE: Final = 120.0  # seconds


def until(condition: Callable[[], object], *, what: str, pause: float = 0.02) -> float:
    """Wait until it holds, and return how many seconds that took. Fails when it takes longer than anybody's patience."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE, f"never: {what}"
        time.sleep(pause)
    return time.monotonic() - began


@contextmanager
def no_hanging() -> Iterator[None]:
    """What is done within ends by itself; what it is given to wait for must be longer than the patience."""
    began = time.monotonic()
    yield
    taken = time.monotonic() - began
    assert taken < PATIENCE, f"it took {taken:.1f} s"
