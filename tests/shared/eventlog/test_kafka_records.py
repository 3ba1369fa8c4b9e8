"""What only Kafka can do to us: records that were deleted, and marks among them that are no records."""

import pytest
from kafka import KafkaAdminClient, KafkaProducer

from infra.local import LocalKafka
from shared.eventlog.errors import OffsetOutOfRange
from shared.eventlog.kafka import KafkaLog
from shared.eventlog.kafka.records import kafka_partition
from shared.eventlog.port import TopicPartition
from tests.shared.eventlog.kafka_watching import KAFKA_MARKS
from tests.shared.eventlog.reading import acks, from_beginning, messages, take
from tests.waiting import PATIENCE, no_hanging

pytestmark = KAFKA_MARKS


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
        other.send(topic, value=value, key=b"k").get(timeout=PATIENCE)
        finish()
    other.close()
    consumer = on_kafka.consumer(group=topic, topics=[topic], start=from_beginning)
    assert [(record.offset, record.value) for record in take(consumer, 2)] == [(0, b"1"), (4, b"3")]
    partition = TopicPartition(topic, 0)
    assert [record.value for record in on_kafka.read(partition, 0, max_records=1)] == [b"1"]
    assert [record.value for record in on_kafka.read(partition, 1)] == [b"3"]
    with no_hanging():
        assert on_kafka.read(partition, 5, timeout=2 * PATIENCE) == []
