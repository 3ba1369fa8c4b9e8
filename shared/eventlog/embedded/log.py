"""The embedded event log: what the port asks for, on the store and the groups."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson

from shared import clock
from shared.eventlog.embedded.consumer import EmbeddedConsumer
from shared.eventlog.embedded.groups import Group
from shared.eventlog.embedded.partitioner import partition_of
from shared.eventlog.embedded.store import OFFSET_BITS, OutcomeUnknown, Row, Store, TopicRow
from shared.eventlog.errors import LogClosed, LogReadOnly, NoSuchTopic, OffsetOutOfRange
from shared.eventlog.port import Ack, Failed, LogUnavailable, Message, Record, StartAt, TopicPartition, TopicSpec

DEFAULT_MAX_BYTES = 1_048_588
HELD_BACK = "held back: an earlier message of its key failed"


class EmbeddedLog:
    """The port's EventLog in one file. Open for writing in one process at a time, in which any thread may use it.

    A consumer that has not polled for `max_poll_interval` seconds loses its partitions, as with Kafka. What Kafka can and
    this cannot: several processes that write or share a group, copies on other machines, and going on without this one.
    """

    def __init__(self, path: Path, *, read_only: bool = False, max_poll_interval: float = 300.0) -> None:
        self._store = Store(path, read_only=read_only)
        self._read_only = read_only
        self.max_poll_interval = max_poll_interval
        self.changed = threading.Condition()
        self.closed = False
        self.groups: dict[str, Group] = {}
        self._writing = threading.Lock()
        self._topics: dict[str, TopicRow] = {}
        self._ends: dict[TopicPartition, int] = {}
        self._reload()

    def create_topics(self, topics: Sequence[TopicSpec]) -> None:
        if self._read_only:
            raise LogReadOnly
        with self._writing:
            there = self.topics()
            for spec in topics:
                if there.get(spec.name, spec.partitions) != spec.partitions:
                    raise ValueError(f"topic {spec.name} has {there[spec.name]} partitions, not {spec.partitions}")
            missing = [spec for spec in topics if spec.name not in there]
            limits = {spec.name: int(spec.settings.get("max.message.bytes", DEFAULT_MAX_BYTES)) for spec in missing}
            self._store.add_topics(missing, max_bytes=limits)
            self._reload()

    def topics(self) -> Mapping[str, int]:
        self._refresh()
        return {name: len(row.partitions) for name, row in self._topics.items()}

    def producer(self) -> "EmbeddedProducer":
        if self._read_only:
            raise LogReadOnly
        return EmbeddedProducer(self)

    def consumer(self, *, group: str, topics: Sequence[str], start: StartAt) -> EmbeddedConsumer:
        if self._read_only:
            raise LogReadOnly
        self._known(topics)
        return EmbeddedConsumer(self, group=group, topics=frozenset(topics), start=start)

    def end_offsets(self, topics: Sequence[str]) -> Mapping[TopicPartition, int]:
        self._refresh()
        return {partition: self._ends[partition] for partition in self._partitions(topics)}

    def committed(self, group: str, topics: Sequence[str]) -> Mapping[TopicPartition, int]:
        self._refresh()
        wanted = set(self._partitions(topics))
        return {partition: offset for partition, offset in self._store.committed(group).items() if partition in wanted}

    def read(self, partition: TopicPartition, offset: int, *, max_records: int = 500, timeout: float = 5.0) -> list[Record]:
        self._refresh()
        self._known([partition.topic])
        end = self.end_of(partition)
        if not 0 <= offset <= end:
            raise OffsetOutOfRange(partition, offset, first=0, end=end)
        return self.fetch(partition, offset, limit=max_records)

    def close(self) -> None:
        """Ends every poll that is waiting; a publish that is running finishes first."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        with self._writing:
            self._store.close()

    # For producers and consumers.

    def end_of(self, partition: TopicPartition) -> int:
        try:
            return self._ends[partition]
        except KeyError:
            raise NoSuchTopic(f"{partition.topic}/{partition.partition}") from None

    def fetch(self, partition: TopicPartition, offset: int, *, limit: int) -> list[Record]:
        topic, number = partition
        ids = self._topics[topic].partitions
        rows = self._store.fetch(ids[number], offset=offset, end=self._ends[partition], limit=limit)
        return _records(topic, number, rows)

    def partition_counts(self) -> Mapping[str, int]:
        return {name: len(row.partitions) for name, row in self._topics.items()}

    def save_committed(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        with self._writing:
            self._store.save_committed(group, offsets)

    def append(self, messages: Sequence[Message], *, timeout: float) -> list[Ack | Failed]:
        if self.closed:
            raise LogClosed
        if not self._writing.acquire(timeout=timeout):
            raise LogUnavailable("others were writing for longer than the timeout")
        try:
            return self._append(messages)
        finally:
            self._writing.release()

    def _append(self, messages: Sequence[Message]) -> list[Ack | Failed]:
        outcomes, rows, ends = self._place(messages)
        try:
            self._store.append(rows)
        except OutcomeUnknown as error:
            return [outcome if isinstance(outcome, Failed) else Failed(str(error)) for outcome in outcomes]
        with self.changed:
            self._ends.update(ends)
            self.changed.notify_all()
        return outcomes

    def _place(self, messages: Sequence[Message]) -> tuple[list[Ack | Failed], list[Row], dict[TopicPartition, int]]:
        """Give each message its partition and offset. After one that fails, later ones of its key wait for another call."""
        outcomes: list[Ack | Failed] = []
        rows: list[Row] = []
        ends: dict[TopicPartition, int] = {}
        failed: set[tuple[str, bytes]] = set()
        timestamp = int(clock.now().timestamp() * 1000)
        for message in messages:
            refusal = self._refusal(message, failed)
            if refusal is not None:
                failed.add((message.topic, message.key))
                outcomes.append(refusal)
                continue
            ids = self._topics[message.topic].partitions
            number = partition_of(message.key, len(ids))
            partition = TopicPartition(message.topic, number)
            offset = ends[partition] if partition in ends else self._ends[partition]
            ends[partition] = offset + 1
            headers = _write_headers(message.headers)
            rows.append(Row(ids[number] << OFFSET_BITS | offset, timestamp, message.key, message.value, headers))
            outcomes.append(Ack(message.topic, number, offset))
        return outcomes, rows, ends

    def _refusal(self, message: Message, failed: set[tuple[str, bytes]]) -> Failed | None:
        if failed and (message.topic, message.key) in failed:
            return Failed(HELD_BACK)
        topic = self._topics.get(message.topic)
        if topic is None:
            return Failed(f"there is no topic {message.topic}")
        if _size(message) > topic.max_bytes:
            return Failed(f"larger than {topic.max_bytes} bytes", permanent=True)
        return None

    def _partitions(self, topics: Sequence[str]) -> list[TopicPartition]:
        self._known(topics)
        return [TopicPartition(topic, number) for topic in topics for number in range(len(self._topics[topic].partitions))]

    def _known(self, topics: Sequence[str]) -> None:
        if missing := [topic for topic in topics if topic not in self._topics]:
            raise NoSuchTopic(*missing)

    def _refresh(self) -> None:
        """The writing process knows all by itself; a reader beside it looks."""
        if self.closed:
            raise LogClosed
        if self._read_only:
            self._reload()

    def _reload(self) -> None:
        topics = self._store.topics()
        ends = {
            TopicPartition(topic, number): self._store.end(id_)
            for topic, row in topics.items()
            for number, id_ in enumerate(row.partitions)
        }
        with self.changed:
            self._topics, self._ends = topics, ends


class EmbeddedProducer:
    """The port's Producer. Each call is one transaction, synced to the disk before it answers."""

    def __init__(self, log: EmbeddedLog) -> None:
        self._log = log

    def publish(self, messages: Sequence[Message], *, timeout: float = 30.0) -> list[Ack | Failed]:
        return self._log.append(messages, timeout=timeout) if messages else []

    def close(self) -> None:
        """Nothing is pending between calls."""


def _size(message: Message) -> int:
    value = 0 if message.value is None else len(message.value)
    return len(message.key) + value + sum(len(name) + len(content) for name, content in message.headers)


def _write_headers(headers: Iterable[tuple[str, bytes]]) -> bytes:
    """Names and values in turn, as JSON; bytes become the characters of the same numbers, so any byte survives."""
    return orjson.dumps([part for name, content in headers for part in (name, content.decode("latin-1"))])


def _records(topic: str, number: int, rows: Iterable[tuple[int, Row]]) -> list[Record]:
    records = []
    taken: tuple[int, datetime] = (-1, datetime.fromtimestamp(0, UTC))
    for offset, row in rows:
        if row.timestamp != taken[0]:
            taken = (row.timestamp, datetime.fromtimestamp(row.timestamp / 1000, UTC))
        parts = orjson.loads(row.headers)
        headers = tuple(zip(parts[::2], [content.encode("latin-1") for content in parts[1::2]], strict=True))
        records.append(Record(topic, number, offset, row.key, row.value, headers, taken[1]))
    return records
