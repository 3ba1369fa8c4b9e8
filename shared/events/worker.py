"""The worker: runs a service's relay and consumer in threads of their own, heals them, and ends them well."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final

import structlog

from shared.db.errors import BehindLog, is_transient
from shared.eventlog.port import LogUnavailable
from shared.events.consumer import ConsumerStopped, EventConsumer
from shared.events.relay import Relay
from shared.events.watchdog import Heartbeat

log = structlog.get_logger()
RELAY_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 5.0
STOPPED_PAUSE: Final = 1.0
WORK_PAUSE: Final = 0.2
A_MINUTE: Final = 60.0
AN_HOUR: Final = 3600.0
ERRAND_PAUSE: Final = 1.0
REST: Final = 5.0  # whoever starts the product and opens a page should not share the processor with chores


@dataclass(slots=True)
class Loop:
    """One thread that repeats a step until told to stop. The step says how long to pause before the next.

    One that is not `watched` may sleep for longer than the watchdog allows. It rests for `rest` seconds before the first.
    """

    name: str
    step: Callable[[], float]
    close: Callable[[], None]
    heartbeat: Heartbeat
    watched: bool = True
    rest: float = 0.0
    stopping: Event = field(default_factory=Event)
    thread: Thread | None = None
    failures: int = 0

    def start(self) -> None:
        self.thread = Thread(target=self._run, name=self.name, daemon=True)
        self.thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.thread is not None and self.thread.is_alive()

    def _run(self) -> None:
        self.stopping.wait(self.rest)
        while not self.stopping.is_set():
            self.heartbeat.beat()
            pause = self._attempt()
            if pause:
                self.stopping.wait(pause)
        self.close()
        self.heartbeat.stop()

    def _attempt(self) -> float:
        try:
            pause = self.step()
            self.failures = 0
            return pause
        except (ConsumerStopped, BehindLog) as error:
            log.error("loop_waits_for_operator", loop=self.name, reason=str(error))
            return STOPPED_PAUSE
        except Exception as error:  # noqa: BLE001 - the loop outlives every fault, reports it and backs off
            self.failures += 1
            passing = isinstance(error, LogUnavailable) or is_transient(error)
            report = log.warning if passing else log.exception
            report("loop_failed", loop=self.name, error=type(error).__name__, reason=str(error)[:300], failures=self.failures)
            return min(LONGEST_PAUSE, 0.05 * 2.0 ** min(self.failures, 8)) * random.uniform(0.5, 1.0)


def _all(chores: Sequence[Callable[[], object]], *, every: float) -> Callable[[], float]:
    """All of them, one after the other; one that fails keeps none of the others from their turn."""

    def step() -> float:
        failures: list[Exception] = []
        for chore in chores:
            try:
                chore()
            except Exception as error:  # noqa: BLE001 - reported by the loop once the others had their turn
                failures.append(error)
        if len(failures) > 1:
            raise ExceptionGroup("several chores failed", failures)
        for failure in failures:
            raise failure
        return every

    return step


def _nothing() -> None: ...


class Worker:
    """Everything of one service that runs beside its API."""

    def __init__(
        self,
        *,
        service: str,
        relay: Relay,
        consumer: EventConsumer | None,
        housekeeping: Sequence[Callable[[], object]] = (),
        often: Sequence[Callable[[], object]] = (),
        work: Callable[[], bool] | None = None,
        errand: Callable[[], bool] | None = None,
    ) -> None:
        self.service = service
        self.work = work
        self.errand = errand
        self.relay = relay
        self.consumer = consumer
        self._chores = _all(housekeeping, every=AN_HOUR)
        self.loops = [Loop(f"{service}-relay", self._relay, relay.close, Heartbeat(f"{service}-relay"))]
        if consumer is not None:
            loop = Loop(f"{service}-consumer", self._consume, consumer.disconnect, Heartbeat(f"{service}-consumer"))
            self.loops.append(loop)
        if work is not None:
            name = f"{service}-work"
            self.loops.append(Loop(name, self._work, _nothing, Heartbeat(name), watched=False))
        if errand is not None:
            name = f"{service}-errand"
            self.loops.append(Loop(name, self._run_errand, _nothing, Heartbeat(name), watched=False, rest=REST))
        if housekeeping:
            name = f"{service}-housekeeping"
            self.loops.append(Loop(name, self._chores, _nothing, Heartbeat(name), watched=False, rest=REST))
        if often:
            name = f"{service}-often"
            self.loops.append(Loop(name, _all(often, every=A_MINUTE), _nothing, Heartbeat(name), watched=False, rest=REST))

    @property
    def heartbeats(self) -> list[Heartbeat]:
        """Of the loops that must never be silent for long."""
        return [loop.heartbeat for loop in self.loops if loop.watched]

    def start(self) -> None:
        for loop in self.loops:
            loop.start()

    def stop(self, *, timeout: float) -> bool:
        """Finish the current step of every loop and end. True when all ended within `timeout` seconds."""
        for loop in self.loops:
            loop.stopping.set()
        for loop in self.loops:
            if loop.thread is not None:
                loop.thread.join(timeout)
            else:
                loop.close()  # stepped by hand: nobody else lets go of its lock and its partitions
        return not any(loop.thread is not None and loop.thread.is_alive() for loop in self.loops)

    def drain(self, *, timeout: float = 0.0) -> int:
        """One step of everything, in the calling thread, and how many events moved: for tests and for operators."""
        moved = self.relay.run_once()
        if self.consumer is not None:
            moved += self.consumer.run_once(timeout=timeout)
        if self.work is not None:
            moved += self.work()
        if self.errand is not None:
            moved += self.errand()
        return moved

    def tidy(self) -> None:
        """The hourly chores now, in the calling thread: for who has just brought in what they are about."""
        self._chores()

    def _work(self) -> float:
        assert self.work is not None
        return 0.0 if self.work() else WORK_PAUSE

    def _run_errand(self) -> float:
        assert self.errand is not None
        return 0.0 if self.errand() else ERRAND_PAUSE

    def _relay(self) -> float:
        return 0.0 if self.relay.run_once() else RELAY_PAUSE

    def _consume(self) -> float:
        assert self.consumer is not None
        self.consumer.run_once(timeout=0.5)
        return 0.0
