"""Publishing to Kafka: every message has its own outcome, and an acknowledgement is believed only with an offset in it."""

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import structlog
from kafka import KafkaProducer
from kafka.errors import (
    InvalidRecordError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)
from kafka.producer.transaction_manager import TransactionState

from shared.eventlog.errors import LogClosed
from shared.eventlog.kafka.brokers import Brokers
from shared.eventlog.kafka.clients import PRODUCER, connect
from shared.eventlog.port import Ack, Failed, LogUnavailable, Message

log = structlog.get_logger()

HELD_BACK = "held back: an earlier message of its key failed"
_CLOSE_SECONDS = 5.0
_PERMANENT = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)


class Producer:
    """The port's Producer. A client whose state is beyond recovery is replaced before the next call."""

    def __init__(self, servers: Brokers, *, exists: Callable[[str], bool], on_close: Callable[["Producer"], None]) -> None:
        self._servers = servers
        self._on_close = on_close
        self._exists = exists
        self._guard = Lock()
        self._closed = False
        self._client: Any = connect(KafkaProducer, servers, **PRODUCER)

    def publish(self, messages: Sequence[Message], *, timeout: float = 30.0) -> list[Ack | Failed]:
        deadline = time.monotonic() + timeout
        client = self._usable()
        pending = [] if not messages else self._send(client, messages)
        return [sent if isinstance(sent, Failed) else self._outcome(sent, deadline) for sent in pending]

    def close(self) -> None:
        with self._guard:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            _close(client)
        self._on_close(self)

    def _usable(self) -> Any:
        with self._guard:
            if self._closed:
                raise LogClosed
            if self._client is not None and _is_broken(self._client):
                log.error("kafka_producer_replaced")
                _abandon(self._client)
                self._client = None
            if self._client is None:
                self._client = connect(KafkaProducer, self._servers, **PRODUCER)
            return self._client

    def _send(self, client: Any, messages: Sequence[Message]) -> list[Any]:
        """Hand all to the client. After one that it refuses, later ones of its key wait for another call."""
        pending: list[Any] = []
        failed: set[tuple[str, bytes]] = set()
        away: KafkaError | None = None
        for message in messages:
            if away is not None:
                pending.append(Failed(f"not sent: {away}"))
                continue
            if failed and (message.topic, message.key) in failed:
                pending.append(Failed(HELD_BACK))
                continue
            try:
                sent = self._send_one(client, message)
            except KafkaTimeoutError as error:
                away = error
                sent = Failed(f"not sent: {error}")
            if isinstance(sent, Failed):
                failed.add((message.topic, message.key))
            pending.append(sent)
        if away is not None and all(isinstance(sent, Failed) for sent in pending):
            raise LogUnavailable(f"nothing was sent: {away}")
        return pending

    def _send_one(self, client: Any, message: Message) -> Any:
        if not self._exists(message.topic):
            return Failed(f"there is no topic {message.topic}")
        try:
            return client.send(message.topic, value=message.value, key=message.key, headers=list(message.headers))
        except MessageSizeTooLargeError:
            return Failed("larger than a message may be", permanent=True)

    def _outcome(self, sent: Any, deadline: float) -> Ack | Failed:
        try:
            stored = sent.get(timeout=max(0.0, deadline - time.monotonic()))
        except _PERMANENT as error:
            return Failed(f"refused by the broker: {type(error).__name__}", permanent=True)
        except KafkaTimeoutError:
            return Failed("not confirmed in time")
        except KafkaError as error:
            return Failed(f"not confirmed: {type(error).__name__}")
        if stored is None or stored.offset is None or stored.offset < 0:
            return Failed("confirmed without an offset")
        return Ack(stored.topic, stored.partition, stored.offset)


def _is_broken(client: Any) -> bool:
    """Whether its sending thread has died or its identity at the broker is lost for good.

    A batch that was not confirmed within `delivery_timeout_ms`, as when the broker is frozen, takes the identity with it.
    The client then means to ask for another one, but does so only before its first: from then on it sends nothing, says
    nothing, and is "ready" (kafka-python 3.0.12, `TransactionManager.init_producer_id`).
    """
    identity = client._transaction_manager
    is_lost = identity._current_state is TransactionState.READY and not identity.has_producer_id()
    return is_lost or not client._sender.is_alive() or identity.has_fatal_error()


def _close(client: Any) -> None:
    try:
        client.close(timeout=_CLOSE_SECONDS)
    except KafkaError as error:
        # Its flush timed out, which leaves the sender running: what is pending has been answered as Failed already.
        log.warning("kafka_producer_closed_by_force", reason=type(error).__name__)
        _abandon(client)


def _abandon(client: Any) -> None:
    """End it without waiting: whatever it still holds was answered as Failed, or will be now."""
    client._unregister_cleanup()
    client._sender.force_close()
    client._closed = True
