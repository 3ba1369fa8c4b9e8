"""Topics for tests of the event log, and a broker that may be hurt."""

import gc
import logging
import uuid
from collections.abc import Callable, Iterator

import pytest
from kafka import KafkaAdminClient

from infra.local import KafkaServer, LocalKafka
from shared.eventlog.kafka import KafkaLog
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


@pytest.fixture(scope="session")
def broker(kafka: KafkaServer) -> Iterator[LocalKafka]:
    """A broker that may be frozen, stopped and killed, and that goes on afterwards."""
    if isinstance(kafka, LocalKafka):
        yield kafka
        return
    with available(LocalKafka) as server:
        yield server


@pytest.fixture
def hurt(broker: LocalKafka) -> Iterator[LocalKafka]:
    """The same for a test that hurts it: it is well again afterwards, whatever happened."""
    yield broker
    broker.resume()
    broker.start()


@pytest.fixture
def on_kafka(broker: LocalKafka) -> Iterator[KafkaLog]:
    """A log on that broker."""
    log = KafkaLog(broker.bootstrap_servers)
    yield log
    log.close()


@pytest.fixture
def topic(on_kafka: KafkaLog) -> str:
    """A topic of one partition on that broker."""
    name = f"k{uuid.uuid4().hex[:12]}"
    on_kafka.create_topics([TopicSpec(name, 1)])
    return name


@pytest.fixture
def admin(broker: LocalKafka) -> Iterator[KafkaAdminClient]:
    """Does to that broker what an operator may do."""
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    yield client
    client.close()


@pytest.fixture
def refused_sockets_go_here() -> Iterator[None]:
    """Not in some later test, whose warnings are errors: so nothing that the client logs may hold on to them."""
    client_log = logging.getLogger("kafka")
    client_log.setLevel(logging.CRITICAL)
    yield
    client_log.setLevel(logging.NOTSET)
    gc.collect()
