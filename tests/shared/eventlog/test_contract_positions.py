"""The promises of the event log's port, held by both engines: where a consumer begins and goes on."""

import pytest

from shared.eventlog.embedded import EmbeddedLog
from shared.eventlog.errors import NotAssigned, OffsetOutOfRange
from shared.eventlog.port import EventLog, TopicPartition
from tests.shared.eventlog.conftest import MakeTopic
from tests.shared.eventlog.reading import acks, from_beginning, messages, take
from tests.waiting import until


def test_a_consumer_starts_where_start_says_whatever_was_committed(
    event_log: EventLog, make_topic: MakeTopic, group: str
) -> None:
    topic = make_topic(1)
    partition = TopicPartition(topic, 0)
    acks(event_log.producer().publish(messages(topic, 20)))
    first = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    take(first, 20)
    first.commit({partition: 15})
    first.close()
    second = event_log.consumer(group=group, topics=[topic], start=lambda _: 3)
    assert take(second, 17)[0].offset == 3
    second.close()


def test_a_start_that_fails_is_asked_again_and_nothing_is_delivered_meanwhile(
    event_log: EventLog, make_topic: MakeTopic, group: str
) -> None:
    topic = make_topic(1)
    acks(event_log.producer().publish(messages(topic, 20)))
    answers: list[int | Exception] = [ConnectionError("the database is away"), ConnectionError("still"), 7]

    def start(_: TopicPartition) -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    consumer = event_log.consumer(group=group, topics=[topic], start=start)
    failures, records = 0, []
    for _ in range(60):
        try:
            records = consumer.poll(timeout=0.5)
        except ConnectionError:
            failures += 1
        if records:
            break
    consumer.close()
    assert failures == 2
    assert records[0].offset == 7


@pytest.mark.parametrize("count", [0, 5])
def test_a_start_beyond_what_the_log_holds_is_not_skipped_silently(
    event_log: EventLog, make_topic: MakeTopic, group: str, count: int
) -> None:
    topic = make_topic(1)
    acks(event_log.producer().publish(messages(topic, count)))
    consumer = event_log.consumer(group=group, topics=[topic], start=lambda _: 6)
    with pytest.raises(OffsetOutOfRange) as caught:
        take(consumer, 1)
    consumer.close()
    assert (caught.value.offset, caught.value.first, caught.value.end) == (6, 0, count)


@pytest.mark.unhurried
def test_a_start_at_the_end_waits_for_what_comes(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    producer = event_log.producer()
    acks(producer.publish(messages(topic, 5)))
    consumer = event_log.consumer(group=group, topics=[topic], start=lambda _: 5)
    until(lambda: consumer.poll(timeout=0.1) == [] and bool(consumer.assignment()), what="assigned")
    acks(producer.publish(messages(topic, 1, first=5)))
    assert [record.offset for record in take(consumer, 1)] == [5]
    consumer.close()


def test_after_a_seek_the_next_poll_reads_from_there(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    partition = TopicPartition(topic, 0)
    acks(event_log.producer().publish(messages(topic, 30)))
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    take(consumer, 10, max_records=10)
    consumer.seek(partition, 2)
    assert [record.offset for record in take(consumer, 5, max_records=5)] == [2, 3, 4, 5, 6]
    consumer.seek(partition, 28)
    assert [record.offset for record in take(consumer, 2)] == [28, 29]
    consumer.close()


def test_only_an_assigned_partition_can_be_sought(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    with pytest.raises(NotAssigned):
        consumer.seek(TopicPartition(topic, 0), 0)
    consumer.close()


def test_no_more_records_come_than_asked_for_and_no_partition_starves(
    event_log: EventLog, make_topic: MakeTopic, group: str
) -> None:
    topic = make_topic(3)
    acks(event_log.producer().publish(messages(topic, 600, keys=60)))
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    seen: list[int] = []
    while len(seen) < 120:
        records = consumer.poll(timeout=0.5, max_records=20)
        assert len(records) <= 20
        seen += [record.partition for record in records]
    consumer.close()
    if isinstance(event_log, EmbeddedLog):
        assert set(seen) == {0, 1, 2}  # Kafka's client empties what it has fetched first
