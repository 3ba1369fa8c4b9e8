"""The event log on Apache Kafka: the only part of the product that imports kafka."""

from shared.eventlog.kafka.brokers import Brokers
from shared.eventlog.kafka.log import KafkaLog

__all__ = ["Brokers", "KafkaLog"]
