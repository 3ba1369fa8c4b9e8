"""The worker: its loops outlive faults, stop well, and are ended by the watchdog when they stand still."""

import subprocess
import sys
import threading
import time

import pytest

from shared.eventlog.port import LogUnavailable, TopicPartition
from shared.events.consumer import ConsumerStopped
from shared.events.watchdog import EXIT_STALLED, Heartbeat, Watchdog
from shared.events.worker import Loop, Worker
from tests.shared.events.world import Shop
from tests.waiting import PATIENCE, until

PARTITION = TopicPartition("t", 0)


@pytest.mark.slow
def test_events_go_all_the_way_while_the_worker_runs_and_it_stops_when_told(shop: Shop) -> None:
    worker = Worker(service="shop", relay=shop.relay, consumer=shop.consumer)
    worker.start()
    for n in range(20):
        shop.make(f"{n}")
    until(lambda: len(shop.labels()) == 20, what="all events are taken in")
    assert worker.stop(timeout=PATIENCE)
    shop.make("after")
    time.sleep(0.1)
    assert "after" not in shop.labels()


@pytest.mark.unhurried
@pytest.mark.parametrize("fault", [LogUnavailable("away"), ConsumerStopped("bad deploy"), RuntimeError("a bug")])
def test_a_loop_outlives_every_fault_and_goes_on(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.events.worker.STOPPED_PAUSE", 0.01)
    steps = []

    def step() -> float:
        steps.append(1)
        if len(steps) < 3:
            raise fault
        return 0.01

    closed = threading.Event()
    loop = Loop("test", step, closed.set, Heartbeat("test"))
    loop.start()
    until(lambda: len(steps) >= 4, what="four steps")
    assert loop.failures == 0
    loop.stopping.set()
    assert closed.wait(5)


def test_one_chore_that_fails_keeps_no_other_from_its_turn(shop: Shop) -> None:
    done: list[str] = []

    def fails() -> None:
        done.append("tried")
        raise RuntimeError("a bug")

    worker = Worker(service="shop", relay=shop.relay, consumer=None, housekeeping=[fails, lambda: done.append("done"), fails])
    loop = next(loop for loop in worker.loops if loop.name == "shop-housekeeping")
    with pytest.raises(ExceptionGroup):
        loop.step()
    assert done == ["tried", "done", "tried"]
    with pytest.raises(ExceptionGroup):
        worker.tidy()
    assert done == ["tried", "done", "tried"] * 2


@pytest.mark.unhurried
def test_a_silent_loop_is_reported_and_an_ended_one_is_not() -> None:
    heartbeat = Heartbeat("relay")
    dog = Watchdog([heartbeat], dict, limit=0.05)
    assert dog.check() is None
    heartbeat.beat()
    time.sleep(0.1)
    assert dog.check() == "relay made no step for 0 s"
    heartbeat.stop()
    assert dog.check() is None


@pytest.mark.unhurried
def test_a_partition_that_is_behind_and_stands_still_is_reported() -> None:
    lag = {PARTITION: (3, 9)}
    dog = Watchdog([], lambda: lag, limit=0.05)
    assert dog.check() is None
    time.sleep(0.06)
    lag[PARTITION] = (4, 9)
    assert dog.check() is None, "it moved"
    time.sleep(0.06)
    assert dog.check() == "t[0] stands at 4 of 9"
    lag[PARTITION] = (9, 9)
    assert dog.check() is None
    time.sleep(0.06)
    assert dog.check() is None, "there is nothing to do"


def test_a_lag_that_cannot_be_asked_proves_nothing() -> None:
    def lag() -> dict[TopicPartition, tuple[int, int]]:
        raise LogUnavailable("away")

    dog = Watchdog([], lag, limit=0)
    assert dog.check() is None


@pytest.mark.slow
def test_the_watchdog_ends_the_process_with_every_stack() -> None:
    program = """if True:
        import time
        from shared.events.watchdog import Heartbeat, Watchdog
        heartbeat = Heartbeat("loop")
        heartbeat.beat()
        Watchdog([heartbeat], dict, limit=0.05).start(every=0.02)
        def stuck():
            time.sleep(30)
        stuck()
    """
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == EXIT_STALLED
    assert "in stuck" in ended.stderr
