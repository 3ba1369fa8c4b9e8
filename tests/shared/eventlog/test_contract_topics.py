"""The promises of the event log's port, held by both engines: topics are made on purpose and can be looked into at will."""

import pytest

from shared.eventlog.errors import NoSuchTopic, OffsetOutOfRange
from shared.eventlog.port import Ack, EventLog, Failed, Message, TopicPartition, TopicSpec
from tests.shared.eventlog.conftest import MakeTopic
from tests.shared.eventlog.reading import acks, from_beginning, messages
from tests.waiting import PATIENCE, no_hanging

NO_SUCH = "nobody.made.this.v1"


def test_creating_topics_again_changes_nothing(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(3)
    acks(event_log.producer().publish(messages(topic, 3)))
    event_log.create_topics([TopicSpec(topic, 3)])
    assert event_log.topics()[topic] == 3
    assert sum(event_log.end_offsets([topic]).values()) == 3


def test_a_topic_with_another_number_of_partitions_is_refused(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(3)
    with pytest.raises(ValueError, match="has 3 partitions, not 4"):
        event_log.create_topics([TopicSpec(topic, 4)])


def test_using_a_topic_does_not_make_it(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    missing, stored = event_log.producer().publish([Message(NO_SUCH, b"k", b"v"), Message(topic, b"k", b"v")])
    assert isinstance(missing, Failed)
    assert NO_SUCH in missing.reason
    assert not missing.permanent
    assert isinstance(stored, Ack)
    with pytest.raises(NoSuchTopic, match=NO_SUCH):
        event_log.consumer(group=group, topics=[topic, NO_SUCH], start=from_beginning)
    with pytest.raises(NoSuchTopic, match=NO_SUCH):
        event_log.end_offsets([NO_SUCH])
    with pytest.raises(NoSuchTopic, match=NO_SUCH):
        event_log.committed(group, [NO_SUCH])
    with pytest.raises(NoSuchTopic, match=NO_SUCH):
        event_log.read(TopicPartition(NO_SUCH, 0), 0)
    with pytest.raises(NoSuchTopic):
        event_log.read(TopicPartition(topic, 1), 0)
    assert NO_SUCH not in event_log.topics()


def test_end_offsets_are_those_of_the_next_records(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(3)
    assert event_log.end_offsets([topic]) == {TopicPartition(topic, number): 0 for number in range(3)}
    given = acks(event_log.producer().publish(messages(topic, 50)))
    counts = {TopicPartition(topic, number): sum(ack.partition == number for ack in given) for number in range(3)}
    assert event_log.end_offsets([topic]) == counts


def test_a_partition_can_be_read_from_anywhere_and_is_empty_at_its_end(event_log: EventLog, make_topic: MakeTopic) -> None:
    topic = make_topic(1)
    partition = TopicPartition(topic, 0)
    assert event_log.read(partition, 0) == []
    acks(event_log.producer().publish(messages(topic, 30)))
    assert [record.offset for record in event_log.read(partition, 10, max_records=5)] == [10, 11, 12, 13, 14]
    assert [record.offset for record in event_log.read(partition, 15, max_records=5)] == [15, 16, 17, 18, 19]
    assert [record.offset for record in event_log.read(partition, 2, max_records=2)] == [2, 3]
    with no_hanging():
        assert event_log.read(partition, 30, timeout=2 * PATIENCE) == []


@pytest.mark.parametrize("offset", [-1, 31])
def test_reading_beyond_what_a_partition_holds_is_refused(event_log: EventLog, make_topic: MakeTopic, offset: int) -> None:
    topic = make_topic(1)
    acks(event_log.producer().publish(messages(topic, 30)))
    with pytest.raises(OffsetOutOfRange):
        event_log.read(TopicPartition(topic, 0), offset)
