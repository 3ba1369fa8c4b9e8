"""The promises of the event log's port, held by both engines: a commit is a hint for operators, no more."""

from shared.eventlog.port import EventLog, TopicPartition
from tests.shared.eventlog.conftest import MakeTopic
from tests.shared.eventlog.reading import acks, from_beginning, messages, take


def test_a_commit_is_seen_by_operators_and_only_for_its_group(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic, other = make_topic(3), make_topic(1)
    acks(event_log.producer().publish(messages(topic, 30)))
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    take(consumer, 30)
    assert event_log.committed(group, [topic, other]) == {}
    consumer.commit({TopicPartition(topic, 0): 4, TopicPartition(topic, 2): 1})
    consumer.commit({TopicPartition(topic, 0): 5})
    consumer.close()
    assert event_log.committed(group, [topic, other]) == {TopicPartition(topic, 0): 5, TopicPartition(topic, 2): 1}
    assert event_log.committed(group, [other]) == {}
    assert event_log.committed(group + "-other", [topic]) == {}


def test_closing_commits_nothing(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    acks(event_log.producer().publish(messages(topic, 10)))
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    take(consumer, 10)
    consumer.close()
    assert event_log.committed(group, [topic]) == {}


def test_a_hint_for_a_partition_that_is_not_held_is_dropped(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    consumer.commit({TopicPartition(topic, 0): 1})
    consumer.close()
    assert event_log.committed(group, [topic]) == {}
