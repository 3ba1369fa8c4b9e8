"""What only the embedded log promises: one file, one writing process, and no record lost to a kill."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread, Timer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as murmur2_of_kafka

from shared.eventlog import open_log
from shared.eventlog.embedded import EmbeddedLog
from shared.eventlog.embedded.partitioner import murmur2
from shared.eventlog.errors import LogClosed, LogHeld, LogReadOnly
from shared.eventlog.port import LogUnavailable, TopicPartition, TopicSpec
from shared.settings import load_settings
from tests.shared.eventlog.endless_publisher import PARTITIONS
from tests.shared.eventlog.reading import acks, from_beginning, messages, take
from tests.waiting import until

T0 = TopicPartition("t", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[EmbeddedLog]:
    """A log with the topic `t` of two partitions."""
    log = EmbeddedLog(path, max_poll_interval=0.3)
    log.create_topics([TopicSpec("t", 2)])
    yield log
    log.close()


@pytest.mark.unhurried
@given(st.binary(max_size=200))
def test_keys_are_hashed_as_kafka_does(key: bytes) -> None:
    assert murmur2(key) == murmur2_of_kafka(key)


@pytest.mark.slow
def test_what_was_acknowledged_survives_kill_9(path: Path) -> None:
    chance = random.Random(20260701)
    known: dict[tuple[int, int], str] = {}
    for run in range(5):
        known |= _killed_run(path, run, after=0.15 + chance.random() * 0.5)
        log = EmbeddedLog(path, read_only=True)
        for number in range(PARTITIONS):
            partition = TopicPartition("t", number)
            end = log.end_offsets(["t"])[partition]
            records = log.read(partition, 0, max_records=end + 1)
            assert [record.offset for record in records] == list(range(end))
            found = {(number, record.offset): (record.value or b"").decode() for record in records}
            acknowledged = {place: value for place, value in known.items() if place[0] == number}
            assert acknowledged.items() <= found.items()
            assert log.committed("g", ["t"]).get(partition, 0) <= end
        log.close()
        database = sqlite3.connect(path)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
    assert len(known) > 1000


def _killed_run(path: Path, run: int, *, after: float) -> dict[tuple[int, int], str]:
    command = [sys.executable, "-m", "tests.shared.eventlog.endless_publisher", str(path), str(run)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        timer = Timer(after, process.kill)
        timer.start()
        lines += process.stdout.readlines()
        timer.join()
    complete = [line.split() for line in lines if line.endswith("\n")]
    return {(int(partition), int(offset)): value for partition, offset, value in complete}


def test_offsets_and_hints_go_on_after_a_restart(path: Path, log: EmbeddedLog) -> None:
    first = acks(log.producer().publish(messages("t", 20)))
    consumer = log.consumer(group="g", topics=["t"], start=from_beginning)
    take(consumer, 20)
    consumer.commit({T0: 3})
    log.close()
    again = EmbeddedLog(path)
    second = acks(again.producer().publish(messages("t", 20)))
    assert {ack.partition: ack.offset for ack in second} == {
        ack.partition: ack.offset * 2 + 1 for ack in dict.fromkeys(sorted(first, key=lambda ack: ack.offset))
    }
    assert again.committed("g", ["t"]) == {T0: 3}
    again.close()


@pytest.mark.unhurried
def test_one_process_writes_and_the_next_one_learns_which(path: Path, log: EmbeddedLog) -> None:
    with pytest.raises(LogHeld, match=f"held by process {os.getpid()}"):
        EmbeddedLog(path)
    script = f"from pathlib import Path; from shared.eventlog.embedded import EmbeddedLog; EmbeddedLog(Path({str(path)!r}))"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert f"held by process {os.getpid()}" in other.stderr
    log.close()
    EmbeddedLog(path).close()


def test_an_operator_may_look_while_another_process_writes(path: Path, log: EmbeddedLog) -> None:
    operator = open_log(load_settings(data=path.parent), read_only=True)
    assert operator.topics() == {"t": 2}
    acks(log.producer().publish(messages("t", 10)))
    consumer = log.consumer(group="g", topics=["t"], start=from_beginning)
    take(consumer, 10)
    consumer.commit({T0: 2})
    log.create_topics([TopicSpec("u", 1)])
    assert operator.end_offsets(["t"]) == log.end_offsets(["t"])
    assert operator.read(T0, 1) == log.read(T0, 1)
    assert operator.committed("g", ["t"]) == {T0: 2}
    assert operator.topics() == {"t": 2, "u": 1}
    operator.close()


def test_an_operator_may_look_at_a_log_that_nobody_writes(path: Path, log: EmbeddedLog) -> None:
    acks(log.producer().publish(messages("t", 10)))
    log.close()
    operator = EmbeddedLog(path, read_only=True)
    assert sum(operator.end_offsets(["t"]).values()) == 10
    operator.close()


def test_looking_changes_nothing(path: Path, log: EmbeddedLog) -> None:
    operator = EmbeddedLog(path, read_only=True)
    with pytest.raises(LogReadOnly):
        operator.producer()
    with pytest.raises(LogReadOnly):
        operator.consumer(group="g", topics=["t"], start=from_beginning)
    with pytest.raises(LogReadOnly):
        operator.create_topics([TopicSpec("u", 1)])
    operator.close()


def test_there_must_be_something_to_look_at(path: Path) -> None:
    with pytest.raises(LogUnavailable, match="there is no event log"):
        EmbeddedLog(path, read_only=True)


@pytest.mark.unhurried
def test_a_member_that_falls_silent_loses_its_partitions_and_delivers_nothing_of_them(log: EmbeddedLog) -> None:
    producer = log.producer()
    silent = log.consumer(group="g", topics=["t"], start=from_beginning)
    silent.poll(timeout=0)
    assert len(silent.assignment()) == 2
    acks(producer.publish(messages("t", 10)))
    other = log.consumer(group="g", topics=["t"], start=from_beginning)
    assert other.poll(timeout=0) == []
    assert len(take(other, 10)) == 10
    assert len(other.assignment()) == 2
    assert silent.assignment() == frozenset()
    assert silent.poll(timeout=0) == []
    other.poll(timeout=0)
    silent.poll(timeout=0)
    assert len(silent.assignment()) == len(other.assignment()) == 1
    assert not silent.assignment() & other.assignment()


def test_a_member_keeps_a_partition_until_it_polls_again(log: EmbeddedLog) -> None:
    acks(log.producer().publish(messages("t", 10)))
    working = log.consumer(group="g", topics=["t"], start=from_beginning)
    assert len(working.poll()) == 10
    newcomer = log.consumer(group="g", topics=["t"], start=from_beginning)
    assert newcomer.poll(timeout=0.05) == []
    assert len(working.assignment()) == 2
    working.poll(timeout=0)
    assert len(working.assignment()) == 1
    assert newcomer.poll(timeout=1) != []


@pytest.mark.slow
def test_waiting_costs_nothing(log: EmbeddedLog) -> None:
    consumer = log.consumer(group="g", topics=["t"], start=from_beginning)
    consumer.poll(timeout=0)
    before = time.process_time()
    consumer.poll(timeout=1.5)
    assert time.process_time() - before < 0.1


@pytest.mark.unhurried
def test_closing_the_log_ends_polls_that_wait(log: EmbeddedLog) -> None:
    consumer = log.consumer(group="g", topics=["t"], start=from_beginning)
    polled: list[object] = []
    thread = Thread(target=lambda: polled.append(consumer.poll(timeout=30)))
    thread.start()
    time.sleep(0.1)
    log.close()
    thread.join(5)
    assert polled == [[]]
    with pytest.raises(LogClosed):
        log.producer().publish(messages("t", 1))
    with pytest.raises(LogClosed):
        log.end_offsets(["t"])


@pytest.mark.unhurried
def test_the_write_ahead_log_stays_small_while_others_read(path: Path, log: EmbeddedLog) -> None:
    consumer = log.consumer(group="g", topics=["t"], start=from_beginning)
    producer = log.producer()
    largest = 0
    for first in range(0, 20_000, 1000):
        acks(producer.publish(messages("t", 1000, first=first)))
        take(consumer, 1000)
        largest = max(largest, path.with_name("log.db-wal").stat().st_size)
    assert largest < 20_000_000


def test_people_can_read_the_file(path: Path, log: EmbeddedLog) -> None:
    acks(log.producer().publish(messages("t", 30)))
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = database.execute("SELECT topic, partition, count(*), max(offset) FROM records GROUP BY topic, partition").fetchall()
    database.close()
    assert rows == [("t", number, end, end - 1) for (_, number), end in sorted(log.end_offsets(["t"]).items())]


def test_a_log_of_a_newer_release_is_refused(path: Path, log: EmbeddedLog) -> None:
    log.close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 2")
    database.close()
    with pytest.raises(LogUnavailable, match="format 2"):
        EmbeddedLog(path)


def test_a_file_that_is_no_log_is_refused(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(LogUnavailable, match="cannot be opened"):
        EmbeddedLog(path)


@pytest.mark.slow
def test_a_waiting_member_takes_over_when_another_one_leaves(log: EmbeddedLog) -> None:
    first = log.consumer(group="g", topics=["t"], start=from_beginning)
    second = log.consumer(group="g", topics=["t"], start=from_beginning)
    first.poll(timeout=0)
    second.poll(timeout=0)
    thread = Thread(target=lambda: second.poll(timeout=1))
    thread.start()
    first.close()
    until(lambda: len(second.assignment()) == 2, what="the other one has everything")
    thread.join()
