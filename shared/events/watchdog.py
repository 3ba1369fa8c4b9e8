"""The watchdog: ends a process whose loop, or whose partition, makes no progress although there is work."""

import faulthandler
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event, Lock, Thread
from typing import Final

import structlog

from shared.eventlog.port import TopicPartition

log = structlog.get_logger()
LIMIT: Final = 60.0
EXIT_STALLED: Final = 70


class Heartbeat:
    """A loop says with it that it is alive."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._last: float | None = None

    def beat(self) -> None:
        self._last = time.monotonic()

    def stop(self) -> None:
        """The loop ended as it should."""
        self._last = None

    def silence(self) -> float:
        """Seconds since the last beat; 0 before the first and after the end."""
        return 0.0 if self._last is None else time.monotonic() - self._last


Lag = Callable[[], Mapping[TopicPartition, tuple[int, int]]]


class Watchdog:
    """Looks at heartbeats and at partitions that are behind; calls `end` with the reason when one stands still.

    `lag` gives, per partition, the position and the end. It may raise: a log that cannot be asked proves nothing.
    """

    def __init__(
        self, heartbeats: Sequence[Heartbeat], lag: Lag, *, limit: float = LIMIT, end: Callable[[str], None] | None = None
    ) -> None:
        self._heartbeats = heartbeats
        self._lag = lag
        self._limit = limit
        self._end = end or end_process
        self._since: dict[TopicPartition, tuple[int, float]] = {}
        self._stopping = Event()
        self._mutex = Lock()

    def start(self, *, every: float = 5.0) -> None:
        Thread(target=self._run, args=(every,), name="watchdog", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def check(self) -> str | None:
        """What stands still, if anything does."""
        for heartbeat in self._heartbeats:
            if heartbeat.silence() > self._limit:
                return f"{heartbeat.name} made no step for {heartbeat.silence():.0f} s"
        return self._stuck_partition()

    def _stuck_partition(self) -> str | None:
        try:
            lag = self._lag()
        except Exception as error:  # noqa: BLE001 - whatever keeps the lag from being known proves nothing
            log.info("lag_unknown", error=type(error).__name__)
            self._since.clear()
            return None
        now = time.monotonic()
        with self._mutex:
            for partition, (position, end) in lag.items():
                seen = self._since.get(partition)
                if position >= end or seen is None or seen[0] != position:
                    self._since[partition] = (position, now)
                elif now - seen[1] > self._limit:
                    return f"{partition.topic}[{partition.partition}] stands at {position} of {end}"
        return None

    def _run(self, every: float) -> None:
        while not self._stopping.wait(every):
            stalled = self.check()
            if stalled is not None and not self._stopping.is_set():
                self._end(stalled)
                return


def end_process(reason: str) -> None:
    """Leave a trace of every thread and die: whoever runs us starts a fresh one."""
    log.error("stalled", reason=reason, exit_code=EXIT_STALLED)
    faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
    os._exit(EXIT_STALLED)
