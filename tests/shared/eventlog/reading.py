"""What tests of the event log share: messages, and consumers that keep their offsets as a service does."""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from shared.eventlog.errors import LogClosed
from shared.eventlog.port import Ack, Consumer, EventLog, Failed, Message, Record, TopicPartition
from tests.waiting import PATIENCE


def messages(topic: str, count: int, *, keys: int = 10, first: int = 0) -> list[Message]:
    """Messages whose values count up, over some keys in turn."""
    return [Message(topic, b"key-%d" % (n % keys), b"%d" % n) for n in range(first, first + count)]


def acks(outcomes: Iterable[Ack | Failed]) -> list[Ack]:
    """The outcomes, all of which must be acknowledgements."""
    found = []
    for outcome in outcomes:
        assert isinstance(outcome, Ack), outcome
        found.append(outcome)
    return found


def take(consumer: Consumer, count: int, *, max_records: int = 500) -> list[Record]:
    """Poll until there are `count` records."""
    records: list[Record] = []
    deadline = time.monotonic() + PATIENCE
    while len(records) < count:
        assert time.monotonic() < deadline, f"{len(records)} of {count} records came"
        records += consumer.poll(timeout=0.5, max_records=max_records)
    return records


def all_of(log: EventLog, topic: str) -> dict[TopicPartition, list[Record]]:
    """Everything that a topic holds, read in no group."""
    found: dict[TopicPartition, list[Record]] = {}
    for partition in log.end_offsets([topic]):
        found[partition] = []
        while batch := log.read(partition, len(found[partition])):
            found[partition] += batch
    return found


def from_beginning(_: TopicPartition) -> int:
    return 0


class Ledger:
    """Plays a service's database: what was taken in, once and in order, and where to go on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.next: dict[TopicPartition, int] = {}
        self.taken: list[Record] = []
        self.wrong: list[str] = []

    def start(self, partition: TopicPartition) -> int:
        with self._lock:
            return self.next.get(partition, 0)

    def take(self, who: str, records: Sequence[Record]) -> None:
        with self._lock:
            for record in records:
                partition = TopicPartition(record.topic, record.partition)
                expected = self.next.get(partition, 0)
                if record.offset != expected:
                    self.wrong.append(f"{who} got {partition.partition}@{record.offset} instead of {expected}")
                self.next[partition] = record.offset + 1
                self.taken.append(record)


class Member:
    """A consumer in a thread of its own that enters what it polls into a ledger."""

    def __init__(self, name: str, log: EventLog, ledger: Ledger, *, group: str, topics: Sequence[str]) -> None:
        self.consumer = log.consumer(group=group, topics=topics, start=ledger.start)
        self._name = name
        self._ledger = ledger
        self._stopping = Event()
        self.failure: Exception | None = None
        self._thread = Thread(target=self._run, name=name)
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                records = self.consumer.poll(timeout=0.2, max_records=50)
                time.sleep(0.002)  # work takes time, so that a hand-over in the middle of it would show
                self._ledger.take(self._name, records)
        except Exception as error:  # noqa: BLE001 - shown by `leave`, in the thread that tests
            self.failure = error

    def held(self) -> frozenset[TopicPartition]:
        return self.consumer.assignment()

    def leave(self) -> None:
        self._stopping.set()
        self._thread.join()
        with suppress(LogClosed):
            self.consumer.close()
        if self.failure is not None:
            raise self.failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.leave()
