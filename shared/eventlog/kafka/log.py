"""The event log on Kafka: what the port asks for, on kafka-python's clients."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any

from kafka import IsolationLevel, KafkaAdminClient
from kafka.admin import OffsetSpec
from kafka.errors import AuthorizationError, CoordinatorNotAvailableError, KafkaError, UnknownTopicOrPartitionError, for_code

from shared.eventlog.errors import LogClosed, NoSuchTopic
from shared.eventlog.kafka.brokers import NOT_ALLOWED, Brokers
from shared.eventlog.kafka.clients import ADMIN, connect, require_client, translated, within
from shared.eventlog.kafka.consumer import Consumer
from shared.eventlog.kafka.producer import Producer
from shared.eventlog.kafka.reader import Reader
from shared.eventlog.kafka.records import kafka_partition
from shared.eventlog.port import LogUnavailable, Record, StartAt, TopicPartition, TopicSpec

_ASK_SECONDS = 12.0
_EXISTS_ALREADY = 36


class KafkaLog:
    """The port's EventLog on a Kafka cluster. Making it contacts nobody; what cannot be reached is LogUnavailable.

    A consumer that sends no sign of life for `session_timeout` seconds loses its partitions to the others. Kafka's own
    default of 45 is longer than the 30 within which everything has to flow again after a process was killed.
    """

    def __init__(self, brokers: Brokers | str, *, session_timeout: float = 10.0) -> None:
        require_client()
        self._brokers = Brokers(brokers) if isinstance(brokers, str) else brokers
        self._session_timeout = session_timeout
        self._guard = Lock()
        self._connecting = Lock()
        self._closed = False
        self._admin: Any = None
        self._away: tuple[float, str] = (0.0, "")
        self._counts: dict[str, int] = {}
        self._readers: list[Reader] = []
        self._open: set[Producer | Consumer] = set()

    def create_topics(self, topics: Sequence[TopicSpec]) -> None:
        there = self.topics()
        missing = [spec for spec in topics if spec.name not in there]
        if missing:
            self._create(missing)
            there = self.topics()
        for spec in topics:
            if there[spec.name] != spec.partitions:
                raise ValueError(f"topic {spec.name} has {there[spec.name]} partitions, not {spec.partitions}")

    def topics(self) -> Mapping[str, int]:
        found = self._ask(lambda admin: admin.describe_topics())
        self._counts = {topic["name"]: len(topic["partitions"]) for topic in found if not topic["is_internal"]}
        return dict(self._counts)

    def producer(self) -> Producer:
        producer = Producer(self._brokers, exists=self._exists, on_close=self._open.discard)
        self._open.add(producer)
        return producer

    def consumer(self, *, group: str, topics: Sequence[str], start: StartAt) -> Consumer:
        self._partitions(topics)
        consumer = Consumer(
            self._brokers,
            group=group,
            topics=topics,
            start=start,
            bounds=self._bounds,
            session_timeout=self._session_timeout,
            on_close=self._open.discard,
        )
        self._open.add(consumer)
        return consumer

    def end_offsets(self, topics: Sequence[str]) -> Mapping[TopicPartition, int]:
        return self._offsets(self._partitions(topics), OffsetSpec.LATEST)

    def committed(self, group: str, topics: Sequence[str]) -> Mapping[TopicPartition, int]:
        partitions = [kafka_partition(partition) for partition in self._partitions(topics)]
        found = self._ask_coordinator(lambda admin: admin.list_group_offsets({group: partitions}))
        return {TopicPartition(*partition): hint.offset for partition, hint in found[group].items() if hint.offset >= 0}

    def read(self, partition: TopicPartition, offset: int, *, max_records: int = 500, timeout: float = 5.0) -> list[Record]:
        if partition not in self._partitions([partition.topic]):
            raise NoSuchTopic(f"{partition.topic}/{partition.partition}")
        reader = self._reader_for(partition, offset)
        try:
            records = reader.read(partition, offset, max_records=max_records, timeout=timeout)
        except BaseException:
            reader.close()
            raise
        with self._guard:
            self._readers.append(reader)
        return records

    def close(self) -> None:
        """Closes its producers and consumers, too."""
        self._closed = True
        with self._guard:
            readers, self._readers = self._readers, []
        with self._connecting:
            admin, self._admin = self._admin, None
        for client in [*self._open, *readers]:
            client.close()
        _drop(admin)

    def _create(self, specs: Sequence[TopicSpec]) -> None:
        wanted = {
            spec.name: {
                "num_partitions": spec.partitions,
                "replication_factor": spec.replication,
                "configs": dict(spec.settings),
            }
            for spec in specs
        }
        answer = self._ask(lambda admin: admin.create_topics(wanted, raise_errors=False))
        for topic in answer["topics"]:
            code = topic["error_code"]
            if code and code != _EXISTS_ALREADY:
                error = for_code(code)
                if issubclass(error, AuthorizationError):
                    raise LogUnavailable(NOT_ALLOWED)
                refusal = LogUnavailable if error.retriable else ValueError
                raise refusal(f"topic {topic['name']} was not created: {topic['error_message'] or error.__name__}")
        self._ask(lambda admin: admin.wait_for_topics(list(wanted)))

    def _exists(self, topic: str) -> bool:
        return topic in self._counts or topic in self.topics()

    def _partitions(self, topics: Sequence[str]) -> list[TopicPartition]:
        """Partition counts never change, so they are asked for once."""
        counts = self._counts
        if any(topic not in counts for topic in topics):
            counts = dict(self.topics())
        if missing := [topic for topic in topics if topic not in counts]:
            raise NoSuchTopic(*missing)
        return [TopicPartition(topic, number) for topic in topics for number in range(counts[topic])]

    def _bounds(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, tuple[int, int]]:
        firsts = self._offsets(partitions, OffsetSpec.EARLIEST)
        ends = self._offsets(partitions, OffsetSpec.LATEST)
        return {partition: (firsts[partition], ends[partition]) for partition in partitions}

    def _offsets(self, partitions: Sequence[TopicPartition], at: Any) -> dict[TopicPartition, int]:
        wanted = {kafka_partition(partition): at for partition in partitions}
        try:
            found = self._ask(lambda admin: admin.list_partition_offsets(wanted, isolation_level=IsolationLevel.READ_COMMITTED))
        except UnknownTopicOrPartitionError:
            self._counts = {}
            raise NoSuchTopic(*{partition.topic for partition in partitions}) from None
        return {partition: found[partition].offset for partition in partitions}

    def _reader_for(self, partition: TopicPartition, offset: int) -> Reader:
        """The reader that stopped just there, else any that is idle, else a new one."""
        with self._guard:
            if self._closed:
                raise LogClosed
            for reader in self._readers:
                if reader.at == (partition, offset):
                    self._readers.remove(reader)
                    return reader
            if self._readers:
                return self._readers.pop()
        return Reader(self._brokers, bounds=self._bounds)

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        """Put a question to the cluster; a connection that had been idle may be stale, so then once more through a new one."""
        fresh = self._admin is None
        try:
            return self._ask_once(question)
        except LogUnavailable:
            if fresh:
                raise
        return self._ask_once(question)

    def _ask_coordinator(self, question: Callable[[Any], Any]) -> Any:
        """The same where a group's coordinator answers: on a new broker there is none for the first moments."""
        deadline = time.monotonic() + _ASK_SECONDS
        while True:
            try:
                return self._ask(question)
            except LogUnavailable as error:
                if not isinstance(error.__cause__, CoordinatorNotAvailableError) or time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def _ask_once(self, question: Callable[[Any], Any]) -> Any:
        admin = self._connected_admin()
        try:
            return within(_ASK_SECONDS, lambda: question(admin))
        except UnknownTopicOrPartitionError:
            raise
        except KafkaError as error:
            self._forget(admin)
            raise translated(error) from error
        except LogUnavailable:
            self._forget(admin)
            raise

    def _connected_admin(self) -> Any:
        """One at a time connects; those who wait for it share its failure instead of waiting again, one after the other."""
        asked = time.monotonic()
        with self._connecting:
            if self._closed:
                raise LogClosed
            if self._admin is not None:
                return self._admin
            failed_at, reason = self._away
            if failed_at > asked:
                raise LogUnavailable(reason)
            try:
                self._admin = connect(KafkaAdminClient, self._brokers, **ADMIN)
            except LogUnavailable as error:
                self._away = time.monotonic(), str(error)
                raise
            return self._admin

    def _forget(self, admin: Any) -> None:
        with self._connecting:
            if self._admin is admin:
                self._admin = None
        _drop(admin)


def _drop(admin: Any) -> None:
    """Close it, but not wait for one that hangs."""
    if admin is not None:
        with suppress(LogUnavailable):
            within(2.0, admin.close)
