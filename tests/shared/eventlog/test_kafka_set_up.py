"""How Kafka's topics and clients are set up, and which clients and messages are refused."""

import uuid

import kafka
import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.record import util as record_util

from infra.local import LocalKafka
from shared.eventlog import open_log, topic_specs
from shared.eventlog.errors import LogBroken
from shared.eventlog.kafka import KafkaLog
from shared.eventlog.port import Ack, Failed, Message, TopicSpec
from shared.settings import load_settings
from tests.shared.eventlog.kafka_watching import KAFKA_MARKS
from tests.shared.eventlog.reading import from_beginning

pytestmark = KAFKA_MARKS


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
