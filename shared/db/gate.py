"""A fair queue in front of SQLite's only writer: first come, first served, without sleeping on a file lock."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, get_ident

from shared.errors import Unavailable


class FairGate:
    """Lets one holder in at a time, in order of arrival. It may be released by another thread than took it."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._waiting: deque[Event] = deque()
        self._held = False
        self._holder: int | None = None

    @contextmanager
    def hold(self, *, timeout: float) -> Iterator[None]:
        """Wait for the turn. Raises Unavailable after `timeout` seconds, RuntimeError when this thread has it already."""
        if self._holder == get_ident():
            raise RuntimeError("a write transaction inside a write transaction waits for itself")
        self._enter(timeout)
        self._holder = get_ident()
        try:
            yield
        finally:
            self._holder = None
            self._leave()

    def _enter(self, timeout: float) -> None:
        turn = Event()
        with self._mutex:
            if not self._held:
                self._held = True
                return
            self._waiting.append(turn)
        if turn.wait(timeout):
            return
        with self._mutex:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise Unavailable
        # The turn came in the moment we gave up: it is ours, and nobody else may be left waiting for it.

    def _leave(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False
