"""Records and positions in the port's words, and where a partition begins and ends."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kafka import TopicPartition as KafkaPartition

from shared.eventlog.errors import OffsetOutOfRange
from shared.eventlog.port import Record, TopicPartition

# The first offset that a partition still holds and the one that its next record gets. Asked for over a connection of
# its own: on the consumer's it would wait behind a fetch that waits for records.
Bounds = Callable[[Sequence[TopicPartition]], Mapping[TopicPartition, tuple[int, int]]]


def kafka_partition(partition: TopicPartition) -> Any:
    return KafkaPartition(partition.topic, partition.partition)


def records_of(fetched: Iterable[Any]) -> list[Record]:
    taken: tuple[int, datetime] = (-1, datetime.fromtimestamp(0, UTC))
    records = []
    for record in fetched:
        if record.timestamp != taken[0]:
            taken = (record.timestamp, datetime.fromtimestamp(record.timestamp / 1000, UTC))
        headers = tuple((name, value or b"") for name, value in record.headers)
        records.append(Record(record.topic, record.partition, record.offset, record.key, record.value, headers, taken[1]))
    return records


def check_bounds(bounds: Bounds, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """The partitions' ends. Raises OffsetOutOfRange when one does not hold the offset from which it is to be read."""
    found = bounds(list(offsets))
    for partition, offset in offsets.items():
        first, end = found[partition]
        if not first <= offset <= end:
            raise OffsetOutOfRange(partition, offset, first=first, end=end)
    return {partition: end for partition, (_, end) in found.items()}
