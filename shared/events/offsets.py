"""How far a consumer is, partition by partition: the rows that are also the fence against a second one."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import bindparam, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from shared.db import WriteSession
from shared.eventlog.port import TopicPartition
from shared.events.tables import consumer_offset

_ADVANCE: Final = (
    update(consumer_offset)
    .where(
        consumer_offset.c.consumer == bindparam("who"),
        consumer_offset.c.topic == bindparam("on"),
        consumer_offset.c.partition == bindparam("number"),
    )
    .values(next_offset=bindparam("next_offset"))
)


def advance(session: WriteSession, consumer: str, reached: Mapping[TopicPartition, int]) -> None:
    """Move the offsets of partitions whose rows are locked."""
    if reached:
        session.connection().execute(
            _ADVANCE,
            [
                {"who": consumer, "on": at.topic, "number": at.partition, "next_offset": offset}
                for at, offset in sorted(reached.items())
            ],
        )


def locked_offsets(session: WriteSession, consumer: str, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """The next offset to take in of each partition, in order, its row locked until the transaction ends.

    That is the fence against a second consumer. Everybody locks in the order of the partitions.
    """
    found = _lock(session, consumer, partitions)
    missing = [partition for partition in partitions if partition not in found]
    if missing:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        rows = [{"consumer": consumer, "topic": at.topic, "partition": at.partition, "next_offset": 0} for at in missing]
        session.execute(dialect.insert(consumer_offset).values(rows).on_conflict_do_nothing())
        found = _lock(session, consumer, partitions)
    return {partition: found[partition] for partition in sorted(partitions)}


def _lock(session: WriteSession, consumer: str, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    place = consumer_offset.c.topic, consumer_offset.c.partition
    statement = (
        select(*place, consumer_offset.c.next_offset)
        .where(consumer_offset.c.consumer == consumer, tuple_(*place).in_([tuple(at) for at in partitions]))
        .order_by(*place)
        .with_for_update()
    )
    return {TopicPartition(topic, number): offset for topic, number, offset in session.execute(statement)}
