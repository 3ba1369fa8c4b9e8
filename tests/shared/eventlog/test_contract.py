"""The promises of the event log's port, held by both engines."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from threading import Thread

import pytest

from shared import clock
from shared.eventlog.embedded import EmbeddedLog
from shared.eventlog.embedded.partitioner import partition_of
from shared.eventlog.errors import LogClosed, NoSuchTopic, NotAssigned, OffsetOutOfRange
from shared.eventlog.port import Ack, EventLog, Failed, Message, TopicPartition, TopicSpec
from tests.shared.eventlog.conftest import MakeTopic
from tests.shared.eventlog.reading import Ledger, Member, acks, all_of, from_beginning, messages, take, until

NO_SUCH = "nobody.made.this.v1"


# Publishing


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


# Groups


def test_every_partition_belongs_to_one_member_while_members_come_and_go(
    event_log: EventLog, make_topic: MakeTopic, group: str
) -> None:
    topic, other = make_topic(6), make_topic(2)
    everything = {TopicPartition(topic, n) for n in range(6)} | {TopicPartition(other, n) for n in range(2)}
    ledger = Ledger()
    producer = event_log.producer()
    members: list[Member] = []
    sent = 0

    def shared_out() -> bool:
        held = [partition for member in members for partition in member.held()]
        return len(held) == len(everything) and set(held) == everything

    def settle(count: int) -> None:
        nonlocal sent
        acks(producer.publish(messages(topic, 150, keys=40, first=sent) + messages(other, 30, keys=40, first=sent)))
        sent += 180
        until(shared_out, what=f"{count} members hold every partition once")
        until(lambda: len(ledger.taken) == sent, what="everything was taken in")

    try:
        for count in (1, 2, 3):
            members.append(Member(f"m{count}", event_log, ledger, group=group, topics=[topic, other]))
            settle(count)
        for count in (2, 1):
            members.pop(0).leave()
            settle(count)
    finally:
        for member in members:
            member.leave()
    assert ledger.wrong == []


def test_each_group_gets_everything(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic()
    acks(event_log.producer().publish(messages(topic, 50)))
    for name in (group, group + "-other"):
        consumer = event_log.consumer(group=name, topics=[topic], start=from_beginning)
        assert sorted(int(record.value or b"") for record in take(consumer, 50)) == list(range(50))
        consumer.close()


def test_members_of_a_group_may_listen_to_different_topics(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    left, right = make_topic(2), make_topic(2)
    ledger = Ledger()
    with (
        Member("left", event_log, ledger, group=group, topics=[left]) as one,
        Member("right", event_log, ledger, group=group, topics=[right]) as two,
    ):
        acks(event_log.producer().publish(messages(left, 20) + messages(right, 20)))
        until(lambda: len(ledger.taken) == 40, what="both topics are read")
        assert {partition.topic for partition in one.held()} == {left}
        assert {partition.topic for partition in two.held()} == {right}
    assert ledger.wrong == []


def test_two_processes_share_a_group(
    event_log: EventLog, make_topic: MakeTopic, group: str, request: pytest.FixtureRequest
) -> None:
    if isinstance(event_log, EmbeddedLog):
        reason = "the embedded log is written by one process; several processes on one group need Kafka"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))
    topic = make_topic(2)
    ledger = Ledger()
    acks(event_log.producer().publish(messages(topic, 20)))
    with Member("here", event_log, ledger, group=group, topics=[topic]) as here, _other_process(request, "consume", topic, group):
        until(lambda: len(here.held()) == 1, what="the other process holds the other partition")


def test_two_processes_publish(event_log: EventLog, make_topic: MakeTopic, request: pytest.FixtureRequest) -> None:
    if isinstance(event_log, EmbeddedLog):
        reason = "the embedded log is written by one process; several need Kafka"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))
    topic = make_topic(1)
    with _other_process(request, "publish", topic, "-"):
        until(lambda: event_log.end_offsets([topic])[TopicPartition(topic, 0)] == 1, what="the other's message is there")


@contextmanager
def _other_process(request: pytest.FixtureRequest, what: str, topic: str, group: str) -> Iterator[None]:
    """The same log, opened by another process, which must start well."""
    servers = request.getfixturevalue("kafka").bootstrap_servers if "kafka" in request.node.name else "-"
    data = request.getfixturevalue("tmp_path") / "log"
    command = [sys.executable, "-m", "tests.shared.eventlog.other_process", what, servers, str(data), topic, group]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            process.communicate("", timeout=30)


# Positions


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


# Hints


def test_a_commit_is_seen_by_operators_and_only_for_its_group(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic, other = make_topic(3), make_topic(1)
    acks(event_log.producer().publish(messages(topic, 30)))
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    take(consumer, 30)
    assert event_log.committed(group, [topic, other]) == {}
    consumer.commit({TopicPartition(topic, 0): 4, TopicPartition(topic, 2): 1})
    consumer.commit({TopicPartition(topic, 0): 5})
    consumer.close()
    assert event_log.committed(group, [topic, other]) == {TopicPartition(topic, 0): 5, TopicPartition(topic, 2): 1}
    assert event_log.committed(group, [other]) == {}
    assert event_log.committed(group + "-other", [topic]) == {}


def test_closing_commits_nothing(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    acks(event_log.producer().publish(messages(topic, 10)))
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    take(consumer, 10)
    consumer.close()
    assert event_log.committed(group, [topic]) == {}


def test_a_hint_for_a_partition_that_is_not_held_is_dropped(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    consumer.commit({TopicPartition(topic, 0): 1})
    consumer.close()
    assert event_log.committed(group, [topic]) == {}


# Looking at the log


def test_end_offsets_are_those_of_the_next_records(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(3)
    assert event_log.end_offsets([topic]) == {TopicPartition(topic, number): 0 for number in range(3)}
    given = acks(event_log.producer().publish(messages(topic, 50)))
    counts = {TopicPartition(topic, number): sum(ack.partition == number for ack in given) for number in range(3)}
    assert event_log.end_offsets([topic]) == counts


def test_a_partition_can_be_read_from_anywhere_and_is_empty_at_its_end(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(1)
    partition = TopicPartition(topic, 0)
    assert event_log.read(partition, 0) == []
    acks(event_log.producer().publish(messages(topic, 30)))
    assert [record.offset for record in event_log.read(partition, 10, max_records=5)] == [10, 11, 12, 13, 14]
    assert [record.offset for record in event_log.read(partition, 15, max_records=5)] == [15, 16, 17, 18, 19]
    assert [record.offset for record in event_log.read(partition, 2, max_records=2)] == [2, 3]
    started = time.monotonic()
    assert event_log.read(partition, 30) == []
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("offset", [-1, 31])
def test_reading_beyond_what_a_partition_holds_is_refused(event_log: EventLog, make_topic: MakeTopic, offset: int) -> None:
    topic = make_topic(1)
    acks(event_log.producer().publish(messages(topic, 30)))
    with pytest.raises(OffsetOutOfRange):
        event_log.read(TopicPartition(topic, 0), offset)


# Waiting


def test_a_poll_that_finds_nothing_takes_as_long_as_asked(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    consumer = event_log.consumer(group=group, topics=[make_topic(1)], start=from_beginning)
    until(lambda: consumer.poll(timeout=0.1) == [] and bool(consumer.assignment()), what="assigned")
    for timeout in (0.0, 0.3, 1.2):
        started = time.monotonic()
        assert consumer.poll(timeout=timeout) == []
        assert timeout - 0.05 <= time.monotonic() - started < timeout + 0.5
    consumer.close()


def test_a_waiting_poll_wakes_when_something_is_published(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    until(lambda: consumer.poll(timeout=0.1) == [] and bool(consumer.assignment()), what="assigned")
    producer = event_log.producer()
    published: list[float] = []

    def publish() -> None:
        time.sleep(0.3)
        acks(producer.publish(messages(topic, 1)))
        published.append(time.monotonic())

    thread = Thread(target=publish)
    thread.start()
    records = consumer.poll(timeout=20)
    arrived = time.monotonic()
    thread.join()
    consumer.close()
    assert len(records) == 1
    assert arrived - published[0] < 1.0


def test_a_consumer_can_be_closed_while_it_polls(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    consumer = event_log.consumer(group=group, topics=[make_topic(1)], start=from_beginning)
    until(lambda: consumer.poll(timeout=0.1) == [] and bool(consumer.assignment()), what="assigned")
    polled: list[object] = []
    thread = Thread(target=lambda: polled.append(consumer.poll(timeout=30)))
    thread.start()
    time.sleep(0.3)
    consumer.close()
    thread.join(5)
    assert polled == [[]]
    assert consumer.assignment() == frozenset()
    with pytest.raises(LogClosed):
        consumer.poll(timeout=0)


def test_closing_twice_is_closing_once(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    consumer = event_log.consumer(group=group, topics=[make_topic(1)], start=from_beginning)
    producer = event_log.producer()
    for part in (consumer, producer, event_log):
        part.close()
        part.close()


# Topics


def test_creating_topics_again_changes_nothing(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(3)
    acks(event_log.producer().publish(messages(topic, 3)))
    event_log.create_topics([TopicSpec(topic, 3)])
    assert event_log.topics()[topic] == 3
    assert sum(event_log.end_offsets([topic]).values()) == 3


def test_a_topic_with_another_number_of_partitions_is_refused(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(3)
    with pytest.raises(ValueError, match="has 3 partitions, not 4"):
        event_log.create_topics([TopicSpec(topic, 4)])


def test_using_a_topic_does_not_make_it(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    missing, stored = event_log.producer().publish([Message(NO_SUCH, b"k", b"v"), Message(topic, b"k", b"v")])
    assert isinstance(missing, Failed)
    assert NO_SUCH in missing.reason
    assert not missing.permanent
    assert isinstance(stored, Ack)
    with pytest.raises(NoSuchTopic, match=NO_SUCH):
        event_log.consumer(group=group, topics=[topic, NO_SUCH], start=from_beginning)
    with pytest.raises(NoSuchTopic, match=NO_SUCH):
        event_log.end_offsets([NO_SUCH])
    with pytest.raises(NoSuchTopic, match=NO_SUCH):
        event_log.committed(group, [NO_SUCH])
    with pytest.raises(NoSuchTopic, match=NO_SUCH):
        event_log.read(TopicPartition(NO_SUCH, 0), 0)
    with pytest.raises(NoSuchTopic):
        event_log.read(TopicPartition(topic, 1), 0)
    assert NO_SUCH not in event_log.topics()
