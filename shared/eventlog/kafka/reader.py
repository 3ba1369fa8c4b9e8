"""Reading a partition from anywhere, in no group. A reader that goes on where it stopped keeps what it has prefetched."""

import time
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import KafkaError

from shared.eventlog.kafka.brokers import Brokers
from shared.eventlog.kafka.clients import CONSUMER, connect, translated
from shared.eventlog.kafka.records import Bounds, check_bounds, kafka_partition, records_of
from shared.eventlog.port import LogUnavailable, Record, TopicPartition

_FETCH_WAIT_MS = 20  # at the end of a partition the broker would otherwise hold the next question back for longer


class Reader:
    """For one thread at a time. After an exception it is of no more use."""

    def __init__(self, brokers: Brokers, *, bounds: Bounds) -> None:
        self._bounds = bounds
        self._client: Any = connect(KafkaConsumer, brokers, **(CONSUMER | {"fetch_max_wait_ms": _FETCH_WAIT_MS}))
        self.at: tuple[TopicPartition, int] | None = None

    def read(self, partition: TopicPartition, offset: int, *, max_records: int, timeout: float) -> list[Record]:
        try:
            return self._read(partition, offset, max_records=max_records, deadline=time.monotonic() + timeout)
        except KafkaError as error:
            raise translated(error) from error

    def close(self) -> None:
        self._client.close(autocommit=False)

    def _read(self, partition: TopicPartition, offset: int, *, max_records: int, deadline: float) -> list[Record]:
        prefetched = self._client.poll(timeout_ms=0, max_records=max_records) if self.at == (partition, offset) else {}
        fetched = prefetched or self._fetch(partition, offset, max_records=max_records, deadline=deadline)
        records = records_of(fetched.get(partition, ()))
        self.at = (partition, records[-1].offset + 1 if records else offset)
        return records

    def _fetch(self, partition: TopicPartition, offset: int, *, max_records: int, deadline: float) -> Any:
        end = check_bounds(self._bounds, {partition: offset})[partition]
        if offset < end and self.at != (partition, offset):
            self._client.assign([kafka_partition(partition)])
            self._client.seek(kafka_partition(partition), offset)
        # A position that moves without records has passed markers of transactions.
        while offset < end and self._client.position(kafka_partition(partition), timeout_ms=1000) < end:
            if not _left(deadline):
                raise LogUnavailable(f"{partition.topic}/{partition.partition} was not delivered in time")
            fetched = self._client.poll(timeout_ms=int(_left(deadline) * 1000), max_records=max_records)
            if fetched:
                return fetched
        return {}


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
