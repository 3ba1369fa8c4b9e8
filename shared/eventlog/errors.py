"""What can go wrong with the event log besides being away (`LogUnavailable` in the port)."""

from shared.eventlog.port import TopicPartition


class NoSuchTopic(Exception):
    """A topic that nobody created. Topics come from infra/kafka/topics.yaml; none is made by using it."""

    def __init__(self, *names: str) -> None:
        self.names = names
        super().__init__("there is no topic " + ", ".join(sorted(names)))


class NotAssigned(Exception):
    """The consumer does not hold this partition (any more)."""

    def __init__(self, partition: TopicPartition) -> None:
        self.partition = partition
        super().__init__(f"{partition.topic}/{partition.partition} is not assigned to this consumer")


class OffsetOutOfRange(Exception):
    """Records that should be there are not: the log was truncated, recreated or restored. Never skipped silently."""

    def __init__(self, partition: TopicPartition, offset: int, *, first: int, end: int) -> None:
        self.partition, self.offset, self.first, self.end = partition, offset, first, end
        super().__init__(
            f"{partition.topic}/{partition.partition} cannot be read from {offset}: it holds {first} up to, not including, {end}"
        )


class LogHeld(Exception):
    """Another process, or another part of this one, has the embedded log open for writing."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"the event log is held by process {holder}; one process at a time may write to it")


class LogReadOnly(Exception):
    """The log was opened to look at, not to write to or to join a group of."""

    def __init__(self) -> None:
        super().__init__("the event log was opened read-only")


class LogClosed(Exception):
    """It was used after it had been closed."""

    def __init__(self) -> None:
        super().__init__("the event log, or this part of it, is closed")


class LogBroken(Exception):
    """The client is in a state from which it does not recover: close it, end, start again. The cause says why."""
