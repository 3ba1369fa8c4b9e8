"""One member of a consumer group on Kafka.

Without a rebalance listener: the client's known failures live there. Instead each poll looks whether the group's
generation or the assignment has changed, begins what is new where `start` says, and drops what that poll had already
fetched from elsewhere.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Event, Lock
from typing import Any

import structlog
from kafka import KafkaConsumer
from kafka.errors import (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from kafka.structs import OffsetAndMetadata

from shared.eventlog.errors import LogBroken, LogClosed, NotAssigned
from shared.eventlog.kafka.brokers import Brokers
from shared.eventlog.kafka.clients import CONSUMER, connect, translated, within
from shared.eventlog.kafka.records import Bounds, check_bounds, kafka_partition, records_of
from shared.eventlog.port import LogUnavailable, Record, StartAt, TopicPartition

log = structlog.get_logger()

_ASK_SECONDS = 5.0
_SLICE_SECONDS = 0.25  # how long a poll that waits takes to notice that it is being closed
_MOVED = (CommitFailedError, FencedInstanceIdError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)


class Consumer:
    """The port's Consumer. One thread polls; any thread may close it.

    `poll` raises LogUnavailable for what passes (go on polling), OffsetOutOfRange when records are gone, whatever `start`
    raises, and LogBroken for everything that the client is not known to survive: close it and begin again. While the
    broker is away a poll usually just finds nothing.
    """

    def __init__(
        self,
        brokers: Brokers,
        *,
        group: str,
        topics: Sequence[str],
        start: StartAt,
        bounds: Bounds,
        session_timeout: float,
        on_close: Callable[["Consumer"], None],
    ) -> None:
        self._on_close = on_close
        self._start = start
        self._bounds = bounds
        self._busy = Lock()
        self._closing = Event()
        self._generation: int | None = None
        self._positions: dict[TopicPartition, int] = {}
        self._held: frozenset[TopicPartition] = frozenset()
        self._client: Any = connect(
            KafkaConsumer,
            brokers,
            **CONSUMER,
            group_id=group,
            session_timeout_ms=int(session_timeout * 1000),
            heartbeat_interval_ms=int(session_timeout * 100),
        )
        self._client.subscribe(topics=list(topics))
        self._learn_topics()

    def poll(self, *, timeout: float = 1.0, max_records: int = 500) -> list[Record]:
        deadline = time.monotonic() + timeout
        with self._busy:
            if self._closing.is_set():
                raise LogClosed
            while True:
                left = max(0.0, deadline - time.monotonic())
                records = self._poll(min(left, _SLICE_SECONDS), max_records)
                if self._closing.is_set():
                    return []
                if records or not left:
                    return records

    def assignment(self) -> frozenset[TopicPartition]:
        return self._held

    def seek(self, partition: TopicPartition, offset: int) -> None:
        with self._busy:
            if partition not in self._positions:
                raise NotAssigned(partition)
            self._seek(partition, offset)

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """A hint that comes too late, for a partition that has moved on, is dropped."""
        hints = {
            kafka_partition(partition): OffsetAndMetadata(offset, "", -1)
            for partition, offset in offsets.items()
            if partition in self._held
        }
        with self._busy:
            if self._closing.is_set():
                raise LogClosed
            try:
                self._client.commit(hints, timeout_ms=int(_ASK_SECONDS * 1000))
            except _MOVED as error:
                log.info("offset_hint_dropped", reason=type(error).__name__)
            except KafkaError as error:
                raise LogUnavailable(str(error)) from error

    def close(self) -> None:
        self._closing.set()
        with self._busy:
            client, self._client = self._client, None
            self._held = frozenset()
        if client is not None:
            try:
                client.close(autocommit=False, timeout_ms=int(_ASK_SECONDS * 1000))
            except (KafkaError, RuntimeError) as error:
                log.warning("kafka_group_left_without_goodbye", reason=type(error).__name__)
        self._on_close(self)

    def _learn_topics(self) -> None:
        """Without this the first member shares out nothing, learns of the partitions, and makes everyone share out again."""
        try:
            within(_ASK_SECONDS, self._client.topics)
        except (KafkaError, LogUnavailable) as error:
            self.close()
            raise LogUnavailable(str(error)) from error

    def _poll(self, seconds: float, max_records: int) -> list[Record]:
        fetched = self._fetched(seconds, max_records)
        try:
            fresh = self._begin_what_is_new()
            records: list[Record] = []
            for partition, batch in fetched.items():
                if partition not in fresh and partition in self._positions:
                    records += self._in_order(TopicPartition(*partition), batch)
            return records
        except KafkaError as error:
            raise translated(error) from error

    def _fetched(self, seconds: float, max_records: int) -> Mapping[TopicPartition, Sequence[Any]]:
        try:
            fetched: Mapping[TopicPartition, Sequence[Any]] = self._client.poll(
                timeout_ms=int(seconds * 1000), max_records=max_records
            )
            return fetched
        except KafkaError as error:
            raise translated(error) from error
        except (RuntimeError, LookupError, TypeError, AttributeError, OSError) as error:
            raise LogBroken(f"{type(error).__name__} in Kafka's client") from error

    def _begin_what_is_new(self) -> set[TopicPartition]:
        """Begin every newly assigned partition where `start` says; after a rebalance all of them are new."""
        generation = self._client.group_metadata().generation_id
        held = {TopicPartition(*partition) for partition in self._client.assignment()}
        fresh = held if generation != self._generation else held - self._positions.keys()
        for partition in self._positions.keys() - held:
            del self._positions[partition]
        self._held = frozenset(self._positions)
        if fresh:
            offsets = {partition: self._start(partition) for partition in fresh}
            check_bounds(self._bounds, offsets)
            for partition, offset in offsets.items():
                self._seek(partition, offset)
        self._generation = generation
        self._held = frozenset(self._positions)
        return fresh

    def _seek(self, partition: TopicPartition, offset: int) -> None:
        try:
            self._client.seek(kafka_partition(partition), offset)
        except (ValueError, LookupError):
            # It moved on between two looks: the next poll sees that.
            self._positions.pop(partition, None)
        else:
            self._positions[partition] = offset

    def _in_order(self, partition: TopicPartition, batch: Sequence[Any]) -> Iterable[Record]:
        """The batch, if it follows what was delivered before. Nothing is skipped or begun again behind our back."""
        expected, found = self._positions[partition], batch[0].offset
        if found != expected:
            check_bounds(self._bounds, {partition: expected})
        if found < expected:
            self._seek(partition, expected)
            return ()
        # Beyond the expected one, and nothing was deleted: transactions of others leave such gaps.
        self._positions[partition] = batch[-1].offset + 1
        return records_of(batch)
