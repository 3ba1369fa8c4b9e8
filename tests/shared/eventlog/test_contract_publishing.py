"""The promises of the event log's port, held by both engines: what is published is stored once, whole and in order."""

from datetime import UTC, timedelta
from threading import Thread

from shared import clock
from shared.eventlog.embedded.partitioner import partition_of
from shared.eventlog.port import Ack, EventLog, Failed, Message, TopicPartition
from tests.shared.eventlog.conftest import MakeTopic
from tests.shared.eventlog.reading import acks, all_of, messages


def test_records_of_one_key_are_in_one_partition_in_the_order_published(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(6)
    producer = event_log.producer()
    for first in range(0, 600, 200):
        acks(producer.publish(messages(topic, 200, keys=25, first=first)))
    places: dict[bytes | None, set[int]] = {}
    values: dict[bytes | None, list[int]] = {}
    for partition, records in all_of(event_log, topic).items():
        for record in records:
            places.setdefault(record.key, set()).add(partition.partition)
            values.setdefault(record.key, []).append(int(record.value or b""))
    assert len(values) == 25
    assert all(len(partitions) == 1 for partitions in places.values())
    assert all(numbers == sorted(numbers) and len(numbers) == 24 for numbers in values.values())


def test_an_acknowledgement_says_where_the_message_is(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(6)
    sent = messages(topic, 100)
    for message, ack in zip(sent, acks(event_log.producer().publish(sent)), strict=True):
        [record] = event_log.read(TopicPartition(ack.topic, ack.partition), ack.offset, max_records=1)
        assert (record.topic, record.partition, record.offset) == (ack.topic, ack.partition, ack.offset)
        assert (record.key, record.value) == (message.key, message.value)


def test_offsets_count_from_zero_without_gaps(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic()
    producer = event_log.producer()
    given = [ack for first in range(0, 90, 30) for ack in acks(producer.publish(messages(topic, 30, first=first)))]
    for number in range(3):
        offsets = [ack.offset for ack in given if ack.partition == number]
        assert offsets == list(range(len(offsets)))


def test_a_key_has_the_same_partition_on_every_engine(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(6)
    sent = [Message(topic, key, b"") for key in (b"", b"a", b"abc", b"abcd", "김하늘".encode(), bytes(range(256)), b"0" * 36)]
    found = [ack.partition for ack in acks(event_log.producer().publish(sent))]
    assert found == [partition_of(message.key, 6) for message in sent]


def test_a_message_arrives_as_it_was_sent(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(1)
    headers = (("b", b"1"), ("a", b"2"), ("b", b""), ("b", b"1"), ("이름", bytes(range(256))), ("", b"no name"))
    sent = [
        Message(topic, "열쇠".encode(), "값".encode(), headers),
        Message(topic, b"\x00\xff", bytes(range(256))),
        Message(topic, b"", b""),
    ]
    before = clock.now() - timedelta(seconds=5)
    acks(event_log.producer().publish(sent))
    records = event_log.read(TopicPartition(topic, 0), 0)
    assert [(record.key, record.value, record.headers) for record in records] == [(m.key, m.value, m.headers) for m in sent]
    assert all(
        record.timestamp.tzinfo is UTC and before < record.timestamp < clock.now() + timedelta(seconds=5) for record in records
    )


def test_a_tombstone_has_no_value_and_is_not_an_empty_one(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(1)
    acks(event_log.producer().publish([Message(topic, b"k", None), Message(topic, b"k", b"")]))
    assert [record.value for record in event_log.read(TopicPartition(topic, 0), 0)] == [None, b""]


def test_a_batch_may_be_big(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(6)
    given = acks(event_log.producer().publish([Message(topic, b"%d" % n, b"v" * 500) for n in range(5000)]))
    assert len(given) == 5000
    assert sum(event_log.end_offsets([topic]).values()) == 5000


def test_a_message_may_be_large(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(1)
    acks(event_log.producer().publish([Message(topic, b"k", b"v" * 900_000)] * 3))
    [records] = all_of(event_log, topic).values()
    assert [len(record.value or b"") for record in records] == [900_000] * 3


def test_a_message_that_is_too_large_fails_for_good_and_alone(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(1)
    huge = Message(topic, b"big", b"v" * 2_000_000)
    first, refused, last = event_log.producer().publish([Message(topic, b"a", b"1"), huge, Message(topic, b"b", b"2")])
    assert isinstance(refused, Failed)
    assert refused.permanent
    assert isinstance(first, Ack)
    assert isinstance(last, Ack)
    assert [record.value for record in event_log.read(TopicPartition(topic, 0), 0)] == [b"1", b"2"]


def test_what_follows_a_failed_message_of_its_key_is_held_back(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(1)
    outcomes = event_log.producer().publish([Message(topic, b"k", b"v" * 2_000_000), Message(topic, b"k", b"after")])
    assert [isinstance(outcome, Failed) and outcome.permanent for outcome in outcomes] == [True, False]
    assert event_log.end_offsets([topic]) == {TopicPartition(topic, 0): 0}


def test_nothing_to_publish_is_nothing(event_log: EventLog) -> None:
    assert event_log.producer().publish([]) == []


def test_producers_may_publish_at_once(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(3)

    def publish(name: int) -> None:
        producer = event_log.producer()
        for n in range(0, 100, 10):
            acks(producer.publish([Message(topic, b"writer-%d" % name, b"%d" % (n + i)) for i in range(10)]))
        producer.close()

    threads = [Thread(target=publish, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    by_key: dict[bytes | None, list[int]] = {}
    for records in all_of(event_log, topic).values():
        assert [record.offset for record in records] == list(range(len(records)))
        for record in records:
            by_key.setdefault(record.key, []).append(int(record.value or b""))
    assert by_key == {b"writer-%d" % name: list(range(100)) for name in range(6)}


def test_one_producer_serves_many_threads(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(3)
    producer = event_log.producer()
    given: list[Ack] = []
    threads = [
        Thread(target=lambda first=n: given.extend(acks(producer.publish(messages(topic, 50, first=first))))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given)) == 400
    assert sum(event_log.end_offsets([topic]).values()) == 400
