"""What only Kafka can do to us, and what the adapter makes of it: brokers that are away, frozen, killed or cut short."""

import gc
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import kafka
import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType, MemberToRemove
from kafka.record import util as record_util

from infra.local import LocalKafka
from infra.local.ports import free_ports
from shared.eventlog import open_log, topic_specs
from shared.eventlog.errors import LogBroken, OffsetOutOfRange
from shared.eventlog.kafka import KafkaLog
from shared.eventlog.kafka.records import kafka_partition
from shared.eventlog.port import Ack, Failed, LogUnavailable, Message, TopicPartition, TopicSpec
from shared.settings import load_settings
from tests.shared.eventlog.reading import Ledger, Member, acks, all_of, from_beginning, messages, take, until

pytestmark = [
    pytest.mark.engines("kafka"),
    # kafka-python leaves a socket whose connection was refused to the garbage collector.
    pytest.mark.filterwarnings("ignore:Exception ignored in. .socket.socket:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def topic(on_kafka: KafkaLog) -> str:
    name = f"k{uuid.uuid4().hex[:12]}"
    on_kafka.create_topics([TopicSpec(name, 1)])
    return name


@pytest.fixture
def admin(broker: LocalKafka) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    yield client
    client.close()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


def kafka_threads() -> int:
    return sum("kafka" in thread.name for thread in threading.enumerate())


@pytest.fixture(autouse=True)
def _refused_sockets_go_here() -> Iterator[None]:
    """Not in some later test, whose warnings are errors: so nothing that the client logs may hold on to them."""
    client_log = logging.getLogger("kafka")
    client_log.setLevel(logging.CRITICAL)
    yield
    client_log.setLevel(logging.NOTSET)
    gc.collect()


# A broker that is away


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
    with at_most(0.5):
        open_log(load_settings(kafka_bootstrap_servers=f"127.0.0.1:{free_ports(1)[0]}")).close()


def all_unavailable(calls: list[Callable[[], object]], *, within: float) -> None:
    """Every one of them, at the same time, says in time that the log is away."""

    def call(one: Callable[[], object]) -> None:
        with at_most(within), pytest.raises(LogUnavailable):
            one()

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(call, calls))


@pytest.mark.slow
def test_a_broker_that_is_down_is_said_to_be_so_within_seconds() -> None:
    log = KafkaLog(f"127.0.0.1:{free_ports(1)[0]}")
    before = kafka_threads()
    all_unavailable(every_way_in(log), within=7)
    log.close()
    assert kafka_threads() == before


@pytest.mark.slow
def test_a_broker_that_does_not_answer_is_unavailable_within_seconds(hurt: LocalKafka) -> None:
    log = KafkaLog(hurt.bootstrap_servers)
    before = kafka_threads()
    hurt.pause()
    all_unavailable(every_way_in(log), within=9)
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
    with at_most(3):
        outcomes = producer.publish(messages(topic, 10, first=10), timeout=2)
    assert all(isinstance(outcome, Failed) and not outcome.permanent for outcome in outcomes)
    with at_most(2):
        assert consumer.poll(timeout=1) == []
    questions: list[Callable[[], object]] = [
        lambda: consumer.commit({partition: 10}),
        lambda: on_kafka.end_offsets([topic]),
        lambda: on_kafka.committed(topic, [topic]),
        lambda: on_kafka.read(partition, 0, timeout=3),
    ]
    all_unavailable(questions, within=15)
    hurt.resume()
    later = acks(producer.publish(messages(topic, 10, first=20)))
    stored = all_of(on_kafka, topic)[partition]
    assert [record.offset for record in stored] == list(range(len(stored)))
    assert [int(stored[ack.offset].value or b"") for ack in first + later] == [*range(10), *range(20, 30)]
    assert [record.offset for record in take(consumer, len(stored) - 10)] == list(range(10, len(stored)))


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
    with at_most(8):
        consumer.close()
    with at_most(8):
        producer.close()
    with at_most(4):
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


# Records that are gone


def test_records_that_were_deleted_are_not_skipped_silently(on_kafka: KafkaLog, topic: str, admin: KafkaAdminClient) -> None:
    acks(on_kafka.producer().publish(messages(topic, 20)))
    admin.delete_records({kafka_partition(TopicPartition(topic, 0)): 10})
    consumer = on_kafka.consumer(group=topic, topics=[topic], start=lambda _: 5)
    with pytest.raises(OffsetOutOfRange) as caught:
        take(consumer, 1)
    assert (caught.value.offset, caught.value.first, caught.value.end) == (5, 10, 20)
    with pytest.raises(OffsetOutOfRange):
        on_kafka.read(TopicPartition(topic, 0), 5)
    assert on_kafka.read(TopicPartition(topic, 0), 10)[0].offset == 10


def test_records_that_are_deleted_while_reading_are_not_skipped_silently(
    on_kafka: KafkaLog, topic: str, admin: KafkaAdminClient
) -> None:
    producer = on_kafka.producer()
    acks(producer.publish(messages(topic, 20)))
    consumer = on_kafka.consumer(group=topic, topics=[topic], start=from_beginning)
    take(consumer, 20)
    consumer.seek(TopicPartition(topic, 0), 3)
    admin.delete_records({kafka_partition(TopicPartition(topic, 0)): 10})
    with pytest.raises(OffsetOutOfRange):
        take(consumer, 1)


def test_marks_of_other_peoples_transactions_are_passed(broker: LocalKafka, on_kafka: KafkaLog, topic: str) -> None:
    other = KafkaProducer(bootstrap_servers=broker.bootstrap_servers, transactional_id=topic, metrics_enabled=False)
    other.init_transactions()
    for value, finish in [(b"1", other.commit_transaction), (b"2", other.abort_transaction), (b"3", other.commit_transaction)]:
        other.begin_transaction()
        other.send(topic, value=value, key=b"k").get(timeout=10)
        finish()
    other.close()
    consumer = on_kafka.consumer(group=topic, topics=[topic], start=from_beginning)
    assert [(record.offset, record.value) for record in take(consumer, 2)] == [(0, b"1"), (4, b"3")]
    partition = TopicPartition(topic, 0)
    assert [record.value for record in on_kafka.read(partition, 0, max_records=1)] == [b"1"]
    assert [record.value for record in on_kafka.read(partition, 1)] == [b"3"]
    with at_most(4):
        assert on_kafka.read(partition, 5) == []


# Membership


def test_a_member_that_was_put_out_begins_again_where_start_says(on_kafka: KafkaLog, topic: str, admin: KafkaAdminClient) -> None:
    acks(on_kafka.producer().publish(messages(topic, 20)))
    starts = [0, 8]
    consumer = on_kafka.consumer(group=topic, topics=[topic], start=lambda _: starts.pop(0))
    take(consumer, 5, max_records=5)
    consumer.commit({TopicPartition(topic, 0): 2})
    [found] = admin.describe_groups([topic]).values()
    admin.remove_group_members(topic, [MemberToRemove(member["member_id"]) for member in found["members"]])
    deadline = time.monotonic() + 30
    seen: list[int] = []
    while starts or not seen or seen[-1] < 19:
        assert time.monotonic() < deadline
        fetched = [record.offset for record in consumer.poll(timeout=0.5, max_records=2)]
        seen = fetched if fetched[:1] == [8] else seen + fetched
        time.sleep(0.2)
    assert seen == list(range(8, 20))


def test_a_member_that_died_loses_its_partitions_after_the_session(broker: LocalKafka, topic: str) -> None:
    log = KafkaLog(broker.bootstrap_servers, session_timeout=2.0)
    dead = log.consumer(group=topic, topics=[topic], start=from_beginning)
    until(lambda: dead.poll(timeout=0.1) == [] and bool(dead.assignment()), what="assigned")
    dead._client._coordinator._heartbeat_enabled = False
    dead._client._client.close()
    heir = log.consumer(group=topic, topics=[topic], start=from_beginning)
    with at_most(10):
        until(lambda: heir.poll(timeout=0.2) == [] and bool(heir.assignment()), what="inherited")
    log.close()


# How things are set up


def test_topics_are_made_as_the_file_says(broker: LocalKafka, admin: KafkaAdminClient) -> None:
    settings = load_settings(kafka_bootstrap_servers=broker.bootstrap_servers, topic_prefix=f"k{uuid.uuid4().hex[:8]}")
    specs = topic_specs(settings)
    log = open_log(settings)
    log.create_topics(specs)
    log.create_topics(specs)
    counts = log.topics()
    assert all(counts[spec.name] == spec.partitions for spec in specs)
    resources = [ConfigResource(ConfigResourceType.TOPIC, spec.name) for spec in specs]
    found = admin.describe_configs(resources, config_filter="all")["topic"]
    for spec in specs:
        set_up = {key: entry["value"] for key, entry in found[spec.name].items()}
        assert spec.settings.items() <= set_up.items()
    log.close()
    admin.delete_topics([spec.name for spec in specs])


def test_a_topic_that_the_cluster_cannot_hold_is_refused(on_kafka: KafkaLog) -> None:
    with pytest.raises(ValueError, match="was not created"):
        on_kafka.create_topics([TopicSpec(f"k{uuid.uuid4().hex[:12]}", 1, replication=3)])


def test_clients_are_set_up_against_loss(on_kafka: KafkaLog, topic: str) -> None:
    producer = on_kafka.producer()._client.config
    assert (producer["acks"], producer["enable_idempotence"], producer["allow_auto_create_topics"]) == (-1, True, False)
    assert (producer["max_block_ms"], producer["delivery_timeout_ms"]) == (5_000, 30_000)
    consumer = on_kafka.consumer(group=topic, topics=[topic], start=from_beginning)._client.config
    assert (consumer["enable_auto_commit"], consumer["allow_auto_create_topics"]) == (False, False)
    assert consumer["isolation_level"] == "read_committed"


@pytest.mark.parametrize("version", ["3.0.11", "2.3.1", "2.9.99"])
def test_a_client_with_known_losses_is_refused(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(kafka, "__version__", version)
    with pytest.raises(LogBroken, match=version):
        KafkaLog("127.0.0.1:1")


def test_a_client_without_fast_checksums_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_util, "crc32c_c", None)
    with pytest.raises(LogBroken, match="crc32c"):
        KafkaLog("127.0.0.1:1")


def test_a_value_at_the_limit_of_the_client_is_refused_by_it_and_beyond_the_topics_by_the_broker(on_kafka: KafkaLog) -> None:
    name = f"k{uuid.uuid4().hex[:12]}"
    on_kafka.create_topics([TopicSpec(name, 1, settings={"max.message.bytes": "10000"})])
    small, large = on_kafka.producer().publish([Message(name, b"a", b"v"), Message(name, b"b", b"v" * 20_000)])
    assert isinstance(small, Ack)
    assert isinstance(large, Failed)
    assert large.permanent
