"""The port: what the product needs from an event log, and what each adapter promises.

Promises, held by the contract suite in tests/shared/eventlog/:

- records of one key are in one partition, in the order in which they were published;
- `publish` returns only after every message is either stored durably (its Ack carries the offset) or has failed;
- within a group each partition belongs to at most one live consumer, and every partition to one of them;
- a consumer starts each newly assigned partition where `start` says, whatever the log remembers for the group;
- `commit` is a hint for operators and for lag, never what correctness rests on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol


class TopicPartition(NamedTuple):
    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it must exist. `settings` are the broker's topic settings, as strings."""

    name: str
    partitions: int
    replication: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """What a producer sends. Headers are ordered and may repeat; `value` None is a tombstone."""

    topic: str
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What a consumer reads. `offset` counts from 0 within its partition; `timestamp` is when the log took it (UTC)."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class Ack:
    """Proof that a message is stored."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A message whose storage was not confirmed. It may still be there: the outcome is unknown unless `permanent`."""

    reason: str
    permanent: bool = False


class LogUnavailable(Exception):
    """The log cannot be reached or did not answer in time. Try again."""


class Producer(Protocol):
    def publish(self, messages: Sequence[Message], *, timeout: float = 30.0) -> list[Ack | Failed]:
        """Send all, wait for every outcome, answer in the order given. Raises LogUnavailable when nothing was sent."""
        ...

    def close(self) -> None: ...


class Consumer(Protocol):
    def poll(self, *, timeout: float = 1.0, max_records: int = 500) -> list[Record]:
        """Up to `max_records` records, waiting at most `timeout` seconds for the first one."""
        ...

    def assignment(self) -> frozenset[TopicPartition]: ...

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """The next poll reads `partition` from `offset`."""
        ...

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Tell the log the next offset to read per partition: a hint. Raises LogUnavailable."""
        ...

    def close(self) -> None:
        """Leave the group. Commits nothing."""
        ...


StartAt = Callable[[TopicPartition], int]


class EventLog(Protocol):
    def create_topics(self, topics: Sequence[TopicSpec]) -> None:
        """Create what is missing. Raises ValueError when a topic exists with another number of partitions."""
        ...

    def topics(self) -> Mapping[str, int]:
        """The topics there are and their partition counts."""
        ...

    def producer(self) -> Producer: ...

    def consumer(self, *, group: str, topics: Sequence[str], start: StartAt) -> Consumer: ...

    def end_offsets(self, topics: Sequence[str]) -> Mapping[TopicPartition, int]:
        """The offset that the next record of each partition will get."""
        ...

    def committed(self, group: str, topics: Sequence[str]) -> Mapping[TopicPartition, int]:
        """The hints last committed by a group; partitions without one are absent."""
        ...

    def read(self, partition: TopicPartition, offset: int, *, max_records: int = 500, timeout: float = 5.0) -> list[Record]:
        """Read from anywhere, in no group: for rebuilds and operators. Empty at the end of the partition."""
        ...

    def close(self) -> None: ...
