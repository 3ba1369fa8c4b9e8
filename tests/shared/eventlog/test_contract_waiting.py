"""The promises of the event log's port, held by both engines: a poll waits as long as asked and ends when it is closed."""

import time
from threading import Thread

import pytest

from shared.eventlog.errors import LogClosed
from shared.eventlog.port import EventLog
from tests.shared.eventlog.conftest import MakeTopic
from tests.shared.eventlog.reading import acks, from_beginning, messages
from tests.waiting import PATIENCE, no_hanging, until


@pytest.mark.slow
def test_a_poll_that_finds_nothing_takes_as_long_as_asked(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    consumer = event_log.consumer(group=group, topics=[make_topic(1)], start=from_beginning)
    until(lambda: consumer.poll(timeout=0.1) == [] and bool(consumer.assignment()), what="assigned")
    for timeout in (0.0, 0.3, 1.2):
        started = time.monotonic()
        with no_hanging():
            assert consumer.poll(timeout=timeout) == []
        assert timeout - 0.05 <= time.monotonic() - started
    consumer.close()


@pytest.mark.unhurried
def test_a_waiting_poll_wakes_when_something_is_published(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    topic = make_topic(1)
    consumer = event_log.consumer(group=group, topics=[topic], start=from_beginning)
    until(lambda: consumer.poll(timeout=0.1) == [] and bool(consumer.assignment()), what="assigned")
    producer = event_log.producer()

    def publish() -> None:
        time.sleep(0.3)
        acks(producer.publish(messages(topic, 1)))

    thread = Thread(target=publish)
    thread.start()
    with no_hanging():
        records = consumer.poll(timeout=2 * PATIENCE)
    thread.join()
    consumer.close()
    assert len(records) == 1


@pytest.mark.unhurried
def test_a_consumer_can_be_closed_while_it_polls(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    consumer = event_log.consumer(group=group, topics=[make_topic(1)], start=from_beginning)
    until(lambda: consumer.poll(timeout=0.1) == [] and bool(consumer.assignment()), what="assigned")
    polled: list[object] = []
    thread = Thread(target=lambda: polled.append(consumer.poll(timeout=2 * PATIENCE)))
    thread.start()
    time.sleep(0.3)
    consumer.close()
    thread.join(PATIENCE)
    assert polled == [[]]
    assert consumer.assignment() == frozenset()
    with pytest.raises(LogClosed):
        consumer.poll(timeout=0)


def test_closing_twice_is_closing_once(event_log: EventLog, make_topic: MakeTopic, group: str) -> None:
    consumer = event_log.consumer(group=group, topics=[make_topic(1)], start=from_beginning)
    producer = event_log.producer()
    for part in (consumer, producer, event_log):
        part.close()
        part.close()
