"""Putting records back into a partition that lost them: each at the offset that it had."""

from collections.abc import Sequence
from typing import Any, Final, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError

from shared.eventlog.errors import LogBroken
from shared.eventlog.kafka.brokers import Brokers
from shared.eventlog.kafka.clients import PRODUCER, connect, translated
from shared.eventlog.port import Record, TopicPartition

_CONFIRM_SECONDS: Final = 60.0


class Restorer:
    """Writes to partitions that are named, as nothing else does. Use it in a `with` statement."""

    def __init__(self, brokers: Brokers) -> None:
        self._client: Any = connect(KafkaProducer, brokers, **PRODUCER)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close(timeout=5.0)

    def write(self, partition: TopicPartition, records: Sequence[Record]) -> None:
        """Write records that follow each other. Raises LogUnavailable, and LogBroken when one lands at another offset."""
        try:
            pending = [
                (record.offset, self._client.send(
                    partition.topic, partition=partition.partition,
                    key=record.key, value=record.value, headers=list(record.headers),
                ))
                for record in records
            ]  # fmt: skip
            for offset, sent in pending:
                found = sent.get(timeout=_CONFIRM_SECONDS).offset
                if found != offset:
                    raise LogBroken(
                        f"{partition.topic}/{partition.partition}: {offset} was put at {found}; who else writes there?"
                    )
        except KafkaError as error:
            raise translated(error) from error
