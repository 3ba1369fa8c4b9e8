"""The promises of the event log's port, held by both engines: the members of a group share the partitions out."""

import pytest

from shared.eventlog.port import EventLog, TopicPartition
from tests.shared.eventlog.conftest import MakeTopic
from tests.shared.eventlog.reading import Ledger, Member, acks, from_beginning, messages, take
from tests.waiting import until


@pytest.mark.unhurried
def test_every_partition_belongs_to_one_member_while_members_come_and_go(
    event_log: EventLog, make_topic: MakeTopic, group: str
) -> None:
    topic, other = make_topic(6), make_topic(2)
    everything = {TopicPartition(topic, n) for n in range(6)} | {TopicPartition(other, n) for n in range(2)}
    ledger = Ledger()
    producer = event_log.producer()
    members: list[Member] = []
    sent = 0

    def shared_out() -> bool:
        held = [partition for member in members for partition in member.held()]
        return len(held) == len(everything) and set(held) == everything

    def settle(count: int) -> None:
        nonlocal sent
        acks(producer.publish(messages(topic, 150, keys=40, first=sent) + messages(other, 30, keys=40, first=sent)))
        sent += 180
        until(shared_out, what=f"{count} members hold every partition once")
        until(lambda: len(ledger.taken) == sent, what="everything was taken in")

    try:
        for count in (1, 2, 3):
            members.append(Member(f"m{count}", event_log, ledger, group=group, topics=[topic, other]))
            settle(count)
        for count in (2, 1):
            members.pop(0).leave()
            settle(count)
    finally:
        for member in members:
            member.leave()
    assert ledger.wrong == []


def test_each_group_gets_everything(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic()
    acks(event_log.producer().publish(messages(topic, 50)))
    for name in (group, group + "-other"):
        consumer = event_log.consumer(group=name, topics=[topic], start=from_beginning)
        assert sorted(int(record.value or b"") for record in take(consumer, 50)) == list(range(50))
        consumer.close()


@pytest.mark.unhurried
def test_members_of_a_group_may_listen_to_different_topics(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    left, right = make_topic(2), make_topic(2)
    ledger = Ledger()
    with (
        Member("left", event_log, ledger, group=group, topics=[left]) as one,
        Member("right", event_log, ledger, group=group, topics=[right]) as two,
    ):
        acks(event_log.producer().publish(messages(left, 20) + messages(right, 20)))
        until(lambda: len(ledger.taken) == 40, what="both topics are read")
        assert {partition.topic for partition in one.held()} == {left}
        assert {partition.topic for partition in two.held()} == {right}
    assert ledger.wrong == []
