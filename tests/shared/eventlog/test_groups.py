"""How partitions are shared out, on paper."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.eventlog.embedded.groups import Group, Member, shares
from shared.eventlog.port import TopicPartition

TOPICS = {"a": 6, "b": 3, "c": 1}
wishes = st.frozensets(st.sampled_from([*TOPICS, "missing"]), min_size=1)


@pytest.mark.unhurried
@given(st.lists(wishes, min_size=1, max_size=7))
def test_every_wanted_partition_has_one_taker_and_loads_are_even(wanted: list[frozenset[str]]) -> None:
    members = [Member(topics=topics, seen=0) for topics in wanted]
    result = shares(members, TOPICS)
    listened = {topic for topics in wanted for topic in topics} & TOPICS.keys()
    assert result.keys() == {TopicPartition(topic, number) for topic in listened for number in range(TOPICS[topic])}
    assert all(partition.topic in member.topics for partition, member in result.items())
    for topic in listened:
        takers = [member for member in members if topic in member.topics]
        loads = Counter({id(member): 0 for member in takers})
        loads.update(id(member) for partition, member in result.items() if partition.topic == topic)
        assert max(loads.values()) - min(loads.values()) <= 1


def test_the_first_members_get_the_first_and_the_larger_ranges() -> None:
    one, two, three, four = members = [Member(topics=frozenset({"a"}), seen=0) for _ in range(4)]
    assert list(shares(members, TOPICS).values()) == [one, one, two, two, three, four]


def test_a_partition_changes_hands_only_after_its_holder_has_let_go() -> None:
    group, first, second = Group(), Member(topics=frozenset({"b"}), seen=0), Member(topics=frozenset({"b"}), seen=0)
    group.join(first, TOPICS)
    _, free = group.due(first)
    group.take(first, free)
    group.join(second, TOPICS)
    assert group.due(second) == ([], [])
    lost, _ = group.due(first)
    group.let_go(lost)
    assert group.due(second) == ([], lost)


def test_what_a_leaving_member_held_is_free_at_once() -> None:
    group, first, second = Group(), Member(topics=frozenset({"c"}), seen=0), Member(topics=frozenset({"c"}), seen=0)
    group.join(first, TOPICS)
    group.take(first, [TopicPartition("c", 0)])
    group.join(second, TOPICS)
    group.leave(first, TOPICS)
    assert group.due(second) == ([], [TopicPartition("c", 0)])
