"""Kafka's clients as this product must set them up, made within seconds or not at all, and what their errors mean."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import kafka
from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, UnknownBrokerIdError
from kafka.net.compat import KafkaNetClient
from kafka.record import util as record_util

from shared.eventlog.errors import LogBroken
from shared.eventlog.port import LogUnavailable

OLDEST_CLIENT = (3, 0, 12)
CONNECT_SECONDS = 5.0
MAX_MESSAGE_BYTES = 1_048_576

Answer = TypeVar("Answer")

# Nothing is left to the library's defaults that decides about loss, duplicates or waiting.
PRODUCER = {
    "acks": "all",
    "enable_idempotence": True,
    "allow_auto_create_topics": False,
    "delivery_timeout_ms": 30_000,
    "request_timeout_ms": 10_000,
    "max_block_ms": 5_000,
    "linger_ms": 0,  # a publish waits for its answer: there is nothing to linger for
    "batch_size": 262_144,  # one request a partition instead of one per 30 events
    "max_request_size": MAX_MESSAGE_BYTES,
    "metrics_enabled": False,
}
CONSUMER = {
    "enable_auto_commit": False,  # what is processed is known to the database, not to the client
    "auto_offset_reset": "earliest",  # keeps the first poll alive; positions come from `start` before anything is delivered
    "isolation_level": "read_committed",
    "allow_auto_create_topics": False,
    "max_poll_interval_ms": 300_000,
    "fetch_max_wait_ms": 100,  # a record that comes while a fetch for other partitions waits is late by no more than this
    "request_timeout_ms": 10_000,
    "metrics_enabled": False,
}
ADMIN = {"request_timeout_ms": 5_000}


def require_client() -> None:
    """Refuse a client that is known to lose acknowledgements, or that computes checksums five times slower."""
    version = tuple(int(part) for part in kafka.__version__.split(".")[:3])
    if version < OLDEST_CLIENT:
        raise LogBroken(f"kafka-python {kafka.__version__} acknowledges what is not stored; 3.0.12 or newer is needed")
    if record_util.crc32c_c is None:
        raise LogBroken("the package crc32c is missing: install kafka-python[crc32c]")


def connect(kind: Callable[..., Any], servers: str, **settings: object) -> Any:
    """A client of this kind, connected. Raises LogUnavailable within CONNECT_SECONDS, leaving no thread behind."""
    made: list[Any] = []

    def network(**options: object) -> Any:
        made.append(KafkaNetClient(**options))
        return made[-1]

    try:
        return kind(
            bootstrap_servers=[server.strip() for server in servers.split(",")],
            bootstrap_timeout_ms=int(CONNECT_SECONDS * 1000),
            reconnect_backoff_max_ms=1_000,
            kafka_client=network,
            **settings,
        )
    except KafkaError as error:
        for client in made:
            client.close()
        raise translated(error) from error


def translated(error: Exception) -> Exception:
    """LogUnavailable for what passes, LogBroken for everything else. The client's texts hold addresses, never content.

    The client calls a broker unknown (and that permanent) while it has none to ask, as after a silence.
    """
    if isinstance(error, KafkaConnectionError | KafkaTimeoutError | UnknownBrokerIdError) or getattr(error, "retriable", False):
        return LogUnavailable(str(error))
    return LogBroken(f"{type(error).__name__}: {error}")


def within(seconds: float, call: Callable[[], Answer]) -> Answer:
    """The answer of a call that has no dependable timeout of its own. Raises LogUnavailable when it takes too long."""
    answers: SimpleQueue[tuple[Answer | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - it is raised again, in the thread that asked
            answers.put((None, error))

    threading.Thread(target=run, name="kafka-ask", daemon=True).start()
    try:
        answer, error = answers.get(timeout=seconds)
    except Empty:
        raise LogUnavailable(f"Kafka did not answer within {seconds:.0f} s") from None
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]
