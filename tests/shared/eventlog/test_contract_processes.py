"""The promises of the event log's port, held by both engines: several processes on one log."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shared.eventlog.embedded import EmbeddedLog
from shared.eventlog.port import EventLog, TopicPartition
from tests.shared.eventlog.conftest import MakeTopic
from tests.shared.eventlog.reading import Ledger, Member, acks, messages
from tests.waiting import PATIENCE, until


@pytest.mark.unhurried
def test_two_processes_share_a_group(
    event_log: EventLog, make_topic: MakeTopic, group: str, request: pytest.FixtureRequest
) -> None:
    if isinstance(event_log, EmbeddedLog):
        reason = "the embedded log is written by one process; several processes on one group need Kafka"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))
    topic = make_topic(2)
    ledger = Ledger()
    acks(event_log.producer().publish(messages(topic, 20)))
    with Member("here", event_log, ledger, group=group, topics=[topic]) as here, _other_process(request, "consume", topic, group):
        until(lambda: len(here.held()) == 1, what="the other process holds the other partition")


@pytest.mark.unhurried
def test_two_processes_publish(event_log: EventLog, make_topic: MakeTopic, request: pytest.FixtureRequest) -> None:
    if isinstance(event_log, EmbeddedLog):
        reason = "the embedded log is written by one process; several need Kafka"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))
    topic = make_topic(1)
    with _other_process(request, "publish", topic, "-"):
        until(lambda: event_log.end_offsets([topic])[TopicPartition(topic, 0)] == 1, what="the other's message is there")


@contextmanager
def _other_process(request: pytest.FixtureRequest, what: str, topic: str, group: str) -> Iterator[None]:
    """The same log, opened by another process, which must start well."""
    servers = request.getfixturevalue("kafka").bootstrap_servers if "kafka" in request.node.name else "-"
    data = request.getfixturevalue("tmp_path") / "log"
    command = [sys.executable, "-m", "tests.shared.eventlog.other_process", what, servers, str(data), topic, group]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            process.communicate("", timeout=PATIENCE)
