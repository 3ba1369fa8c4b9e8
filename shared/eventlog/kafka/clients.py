"""Kafka's clients as this product must set them up, made within seconds or not at all, and what their errors mean."""

import logging
import threading
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import kafka
from kafka.errors import (
    AuthorizationError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    UnknownBrokerIdError,
    UnsupportedSaslMechanismError,
)
from kafka.net.compat import KafkaNetClient
from kafka.record import util as record_util

from shared.eventlog.errors import LogBroken
from shared.eventlog.kafka.brokers import NOT_ALLOWED, USER_REFUSED, Brokers
from shared.eventlog.port import LogUnavailable
from shared.kafka_settings import Protocol

OLDEST_CLIENT = (3, 0, 12)
CONNECT_SECONDS = 5.0
_GREETING_MS = 2_000
MAX_MESSAGE_BYTES = 1_048_576

Answer = TypeVar("Answer")

# Whatever LOG_LEVEL says: at DEBUG these log what they send, the password of PLAIN and records among it.
for _talkative in ("kafka.net.connection", "kafka.net.transport", "kafka.protocol.parser"):
    logging.getLogger(_talkative).addFilter(lambda record: record.levelno > logging.DEBUG)

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


def connect(kind: Callable[..., Any], brokers: Brokers, **settings: object) -> Any:
    """A client of this kind, connected. Raises LogUnavailable within CONNECT_SECONDS, leaving no thread behind.

    With TLS or a user it takes a moment more to find out why not.
    """
    made: list[Any] = []
    asked: dict[str, object] = {}

    def network(**options: object) -> Any:
        asked.update(options)
        made.append(KafkaNetClient(**options))
        return made[-1]

    try:
        return kind(
            **brokers.for_clients(),
            bootstrap_timeout_ms=int(CONNECT_SECONDS * 1000),
            reconnect_backoff_max_ms=1_000,
            kafka_client=network,
            **settings,
        )
    except KafkaError as error:
        for client in made:
            client.close()
        if brokers.protocol is not Protocol.PLAINTEXT and isinstance(error, KafkaTimeoutError | KafkaConnectionError):
            answers, reason = brokers.look()
            if reason is None and answers and brokers.protocol.signs_in and _hangs_up(asked):
                reason = USER_REFUSED
            if reason is not None:
                raise LogUnavailable(reason) from error
        raise translated(error) from error


def _hangs_up(options: Mapping[str, object]) -> bool:
    """Whether brokers end the connection while it is signed in. The client, told so, asks again and again and does not say it."""
    if not options:
        return False
    client: Any = KafkaNetClient(**{**options, "metrics": None})
    try:
        greeting = client._manager.get_connection(client._manager.cluster.bootstrap_brokers()[0].node_id).init_future
        client._net.poll(timeout_ms=_GREETING_MS, future=greeting)
        return bool(greeting.failed())
    finally:
        client.close()


def translated(error: Exception) -> Exception:
    """LogUnavailable for what passes, LogBroken for everything else. The client's texts hold addresses, never content.

    A refused user passes, too: when somebody repairs it at the brokers. The client calls a broker unknown (and that
    permanent) while it has none to ask, as after a silence.
    """
    if isinstance(error, SaslAuthenticationFailedError | UnsupportedSaslMechanismError):
        return LogUnavailable(USER_REFUSED)
    if isinstance(error, AuthorizationError):
        return LogUnavailable(NOT_ALLOWED)
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
