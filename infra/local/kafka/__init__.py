"""An Apache Kafka broker (KRaft, one node) from its jars, or the cluster that KAFKA_BOOTSTRAP_SERVERS names."""

import os

from infra.local.kafka.broker import KafkaServer, LocalKafka
from infra.local.kafka.secured import SecuredKafka

__all__ = ["KafkaServer", "LocalKafka", "SecuredKafka", "open_kafka"]


def open_kafka() -> KafkaServer:
    """The cluster that KAFKA_BOOTSTRAP_SERVERS names, else a running broker of our own. Raises EngineUnavailable."""
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given:
        return KafkaServer(given)
    broker = LocalKafka()
    broker.start()
    return broker
