"""Topics for tests of the event log, and a broker that may be frozen and killed."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from infra.local import LocalKafka
from shared.eventlog.port import EventLog, TopicSpec
from tests.engines import available, delete_topics

MakeTopic = Callable[..., str]


@pytest.fixture
def make_topic(event_log: EventLog, request: pytest.FixtureRequest) -> Iterator[MakeTopic]:
    """Creates a topic that nobody else uses, and removes it afterwards."""
    prefix = f"c{uuid.uuid4().hex[:12]}"
    count = 0

    def make(partitions: int = 3, **settings: str) -> str:
        nonlocal count
        count += 1
        name = f"{prefix}.{count}"
        given = {key.replace("_", "."): value for key, value in settings.items()}
        event_log.create_topics([TopicSpec(name, partitions, settings={"retention.ms": "-1", **given})])
        return name

    yield make
    if "kafka" in request.node.name:
        delete_topics(request.getfixturevalue("kafka"), prefix=prefix)


@pytest.fixture
def group() -> str:
    """The name of a consumer group that nobody else uses."""
    return f"g{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def broker() -> Iterator[LocalKafka]:
    """A broker of this module's own: its tests freeze, stop and start it."""
    server = available(LocalKafka)
    server.start()
    yield server
    server.resume()
    server.close()
