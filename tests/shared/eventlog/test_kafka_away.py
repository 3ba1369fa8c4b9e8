"""What only Kafka can do to us: brokers and clients that are away, frozen, killed or left open."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from infra.local import LocalKafka
from infra.local.ports import free_ports
from shared.eventlog import open_log
from shared.eventlog.kafka import KafkaLog
from shared.eventlog.kafka.clients import PRODUCER
from shared.eventlog.kafka.producer import Producer
from shared.eventlog.port import Ack, Consumer, Failed, LogUnavailable, Message, TopicPartition, TopicSpec
from shared.settings import load_settings
from tests.shared.eventlog.kafka_watching import KAFKA_MARKS, kafka_threads
from tests.shared.eventlog.reading import Ledger, Member, acks, all_of, from_beginning, messages, take
from tests.waiting import no_hanging, until

pytestmark = KAFKA_MARKS


def every_way_in(log: KafkaLog) -> list[Callable[[], object]]:
    return [
        log.producer,
        lambda: log.consumer(group="g", topics=["t"], start=from_beginning),
        lambda: log.create_topics([TopicSpec("t", 1)]),
        log.topics,
        lambda: log.end_offsets(["t"]),
        lambda: log.committed("g", ["t"]),
        lambda: log.read(TopicPartition("t", 0), 0),
    ]


def test_making_the_log_contacts_nobody() -> None:
    open_log(load_settings(kafka_bootstrap_servers=f"127.0.0.1:{free_ports(1)[0]}")).close()


def all_unavailable(calls: list[Callable[[], object]]) -> None:
    """Every one of them, at the same time, says that the log is away instead of waiting for it."""

    def call(one: Callable[[], object]) -> None:
        with no_hanging(), pytest.raises(LogUnavailable):
            one()

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(call, calls))


@pytest.mark.slow
def test_a_broker_that_is_down_is_said_to_be_so_within_seconds() -> None:
    log = KafkaLog(f"127.0.0.1:{free_ports(1)[0]}")
    before = kafka_threads()
    all_unavailable(every_way_in(log))
    log.close()
    assert kafka_threads() == before


@pytest.mark.slow
def test_a_broker_that_does_not_answer_is_unavailable_within_seconds(hurt: LocalKafka) -> None:
    log = KafkaLog(hurt.bootstrap_servers)
    before = kafka_threads()
    hurt.pause()
    all_unavailable(every_way_in(log))
    log.close()
    assert kafka_threads() == before


@pytest.mark.slow
def test_nothing_hangs_while_the_broker_is_frozen_and_all_goes_on_afterwards(
    hurt: LocalKafka, on_kafka: KafkaLog, topic: str
) -> None:
    partition = TopicPartition(topic, 0)
    producer = on_kafka.producer()
    first = acks(producer.publish(messages(topic, 10)))
    consumer = on_kafka.consumer(group=topic, topics=[topic], start=from_beginning)
    take(consumer, 10)
    hurt.pause()
    with no_hanging():
        outcomes = producer.publish(messages(topic, 10, first=10), timeout=2)
    assert all(isinstance(outcome, Failed) and not outcome.permanent for outcome in outcomes)
    with no_hanging(), suppress(LogUnavailable):
        assert consumer.poll(timeout=1) == []
    with no_hanging(), suppress(LogUnavailable):
        consumer.commit({partition: 10})  # dropped in silence if the group has already given this member up
    questions: list[Callable[[], object]] = [
        lambda: on_kafka.end_offsets([topic]),
        lambda: on_kafka.committed(topic, [topic]),
        lambda: on_kafka.read(partition, 0, timeout=3),
    ]
    all_unavailable(questions)
    hurt.resume()
    later = confirmed(producer, messages(topic, 10, first=20))
    stored = all_of(on_kafka, topic)[partition]
    assert [record.offset for record in stored] == list(range(len(stored)))
    assert [int(stored[ack.offset].value or b"") for ack in first + later] == [*range(10), *range(20, 30)]
    assert read_on(consumer, until=len(stored)) in (list(range(10, len(stored))), list(range(len(stored))))


@pytest.mark.slow
def test_a_producer_goes_on_after_a_freeze_that_outlasted_the_delivery_timeout(
    monkeypatch: pytest.MonkeyPatch, hurt: LocalKafka, on_kafka: KafkaLog, topic: str
) -> None:
    monkeypatch.setitem(PRODUCER, "request_timeout_ms", 500)
    monkeypatch.setitem(PRODUCER, "delivery_timeout_ms", 1_000)
    producer = on_kafka.producer()
    client = producer._client
    acks(producer.publish(messages(topic, 10)))
    hurt.pause()
    assert all(isinstance(outcome, Failed) for outcome in producer.publish(messages(topic, 10, first=10), timeout=1))
    until(lambda: not client._transaction_manager.has_producer_id(), what="what was sent is given up, the identity with it")
    hurt.resume()
    later = confirmed(producer, messages(topic, 10, first=10))
    assert producer._client is not client
    stored = all_of(on_kafka, topic)[TopicPartition(topic, 0)]
    assert [int(stored[ack.offset].value or b"") for ack in later] == list(range(10, 20))
    until(lambda: not client._sender.is_alive(), what="the thread of the one that was replaced ends")


def confirmed(producer: Producer, batch: list[Message]) -> list[Ack]:
    """Publish it again and again, as a relay does, until all of it is acknowledged at once."""
    outcomes: list[Ack | Failed] = []

    def publish() -> bool:
        outcomes[:] = producer.publish(batch, timeout=5)
        return all(isinstance(outcome, Ack) for outcome in outcomes)

    until(publish, what="published")
    return acks(outcomes)


def read_on(consumer: Consumer, *, until: int) -> list[int]:
    """The offsets that come, up to the last one before `until`."""
    offsets: list[int] = []
    while not offsets or offsets[-1] < until - 1:
        offsets += [record.offset for record in take(consumer, 1)]
    return offsets


@pytest.mark.slow
def test_closing_takes_seconds_even_when_the_broker_is_frozen(hurt: LocalKafka, topic: str) -> None:
    log = KafkaLog(hurt.bootstrap_servers)
    producer = log.producer()
    consumer = log.consumer(group=topic, topics=[topic], start=from_beginning)
    acks(producer.publish(messages(topic, 1)))
    take(consumer, 1)
    before = kafka_threads()
    hurt.pause()
    producer.publish(messages(topic, 1), timeout=0.1)
    with no_hanging():
        consumer.close()
        producer.close()
        log.close()
    until(lambda: kafka_threads() < before, what="their threads end")


@pytest.mark.slow
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_producer_and_consumer_outlive_a_broker_that_comes_back(
    hurt: LocalKafka, on_kafka: KafkaLog, topic: str, end: str
) -> None:
    producer = on_kafka.producer()
    ledger = Ledger()
    given: list[Ack] = []
    stopping = threading.Event()

    def publish() -> None:
        number = 0
        while not stopping.is_set():
            batch = messages(topic, 10, first=number)
            try:
                outcomes = producer.publish(batch, timeout=5)
            except LogUnavailable:
                continue
            given.extend(outcome for outcome in outcomes if isinstance(outcome, Ack))
            number += 10
            time.sleep(0.01)

    publisher = threading.Thread(target=publish)
    with _Persistent("m", on_kafka, ledger, group=topic, topics=[topic]):
        publisher.start()
        until(lambda: len(ledger.taken) > 50, what="events flow")
        getattr(hurt, end)()
        time.sleep(1)
        hurt.start()
        known = len(given)
        until(lambda: len(given) > known + 50, what="publishing goes on")
        stopping.set()
        publisher.join()
        end_offset = on_kafka.end_offsets([topic])[TopicPartition(topic, 0)]
        until(lambda: len(ledger.taken) == end_offset, what="everything is read")
    assert ledger.wrong == []
    assert {ack.offset for ack in given} <= {record.offset for record in ledger.taken}
    assert len({ack.offset for ack in given}) == len(given)


class _Persistent(Member):
    """A member that polls again after LogUnavailable, as a service does."""

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.failure = None
            super()._run()
            if not isinstance(self.failure, LogUnavailable):
                return
        self.failure = None


def test_a_producer_whose_sender_died_is_replaced(on_kafka: KafkaLog, topic: str) -> None:
    producer = on_kafka.producer()
    acks(producer.publish(messages(topic, 1)))
    producer._client._sender.force_close()
    producer._client._sender.join()
    assert [ack.offset for ack in acks(producer.publish(messages(topic, 1)))] == [1]


def test_closing_the_log_closes_what_was_left_open(broker: LocalKafka, topic: str) -> None:
    before = kafka_threads()
    log = KafkaLog(broker.bootstrap_servers)
    acks(log.producer().publish(messages(topic, 3)))
    take(log.consumer(group=topic, topics=[topic], start=from_beginning), 3)
    assert len(log.read(TopicPartition(topic, 0), 0)) == 3
    log.close()
    assert kafka_threads() == before
