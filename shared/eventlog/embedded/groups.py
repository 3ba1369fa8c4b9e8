"""Who reads which partition: consumer groups inside one process. Pure bookkeeping; the caller holds the lock.

A partition changes hands in two steps: its holder lets go when it polls next (or leaves, or has been silent for too
long), and only then may the next one take it. So no partition is ever with two live consumers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.eventlog.port import TopicPartition


@dataclass(eq=False, slots=True)
class Member:
    """One consumer. `seen` is when it last polled (monotonic seconds); while it is polling it counts as alive."""

    topics: frozenset[str]
    seen: float
    polling: bool = False


@dataclass(slots=True)
class Group:
    members: list[Member] = field(default_factory=list)
    holders: dict[TopicPartition, Member] = field(default_factory=dict)
    targets: dict[TopicPartition, Member] = field(default_factory=dict)

    def join(self, member: Member, partitions: Mapping[str, int]) -> None:
        self.members.append(member)
        self.targets = shares(self.members, partitions)

    def leave(self, member: Member, partitions: Mapping[str, int]) -> None:
        """Take a member out; what it held is free at once."""
        if member in self.members:
            self.members.remove(member)
            self.holders = {held: holder for held, holder in self.holders.items() if holder is not member}
            self.targets = shares(self.members, partitions)

    def silent(self, since: float) -> list[Member]:
        """Members that are not polling and have not done so since then."""
        return [member for member in self.members if not member.polling and member.seen < since]

    def held(self, member: Member) -> frozenset[TopicPartition]:
        return frozenset(held for held, holder in self.holders.items() if holder is member)

    def due(self, member: Member) -> tuple[list[TopicPartition], list[TopicPartition]]:
        """What the member has to let go of, and what it can take."""
        lost = [held for held, holder in self.holders.items() if holder is member and self.targets.get(held) is not member]
        free = [wanted for wanted, target in self.targets.items() if target is member and wanted not in self.holders]
        return lost, free

    def take(self, member: Member, partitions: Iterable[TopicPartition]) -> None:
        self.holders.update(dict.fromkeys(partitions, member))

    def let_go(self, partitions: Iterable[TopicPartition]) -> None:
        for partition in partitions:
            self.holders.pop(partition, None)


def shares(members: list[Member], partitions: Mapping[str, int]) -> dict[TopicPartition, Member]:
    """Each topic's partitions in contiguous, even ranges over the members that want it, in order of joining.

    Kafka's range assignor, which the Kafka adapter uses.
    """
    result: dict[TopicPartition, Member] = {}
    for topic in sorted({topic for member in members for topic in member.topics}):
        takers = [member for member in members if topic in member.topics]
        count = partitions.get(topic, 0)
        for number in range(count):
            result[TopicPartition(topic, number)] = takers[_range_of(number, count, len(takers))]
    return result


def _range_of(number: int, count: int, takers: int) -> int:
    """The first `count % takers` takers get one partition more than the others."""
    size, extra = divmod(count, takers)
    bigger = extra * (size + 1)
    return number // (size + 1) if number < bigger else extra + (number - bigger) // size
