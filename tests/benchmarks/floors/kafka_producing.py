"""Floor: kafka-python sends messages that are ready, with the settings of our adapter, and waits for every acknowledgement."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

from kafka import KafkaProducer

from shared.eventlog.kafka.clients import PRODUCER
from shared.eventlog.port import Message

Ready = tuple[str, bytes, bytes | None, list[tuple[str, bytes]]]


def producer(servers: str) -> Any:
    """A client as our adapter makes it: acks from all, idempotent."""
    return KafkaProducer(bootstrap_servers=servers, **PRODUCER)


def ready(messages: Sequence[Message]) -> list[Ready]:
    """What the client takes, so that nothing is converted while the clock runs."""
    return [(message.topic, message.key, message.value, list(message.headers)) for message in messages]


def produce(client: Any, messages: Sequence[Ready]) -> float:
    """Seconds until all are acknowledged."""
    begun = perf_counter()
    pending = [client.send(topic, value=value, key=key, headers=headers) for topic, key, value, headers in messages]
    client.flush()
    for sent in pending:
        sent.get(timeout=0)
    return perf_counter() - begun
