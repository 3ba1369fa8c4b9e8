"""What each service may do at the brokers, so that one that was taken over can neither write for others nor read everything."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.eventlog.topics import topic_for


class What(StrEnum):
    """What a right is about. OWN_TOPICS are all whose names begin so, those of later releases among them."""

    OWN_TOPICS = "topics that begin with"
    TOPIC = "topic"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Right:
    """A user of the brokers may read, or also write, this."""

    user: str
    what: What
    name: str
    writes: bool = False


def rights(user: str, *, service: str, consumes: Collection[str], prefix: str) -> Iterator[Right]:
    """What the service needs: its own topics to write and to look back at, those it consumes to read, and its group."""
    yield Right(user, What.OWN_TOPICS, f"{prefix}.{service}.", writes=True)
    yield from (Right(user, What.TOPIC, topic_for(prefix, aggregate)) for aggregate in sorted(consumes))
    yield Right(user, What.GROUP, f"{prefix}.{service}")
