"""The consumer: from the log into reporting, beside a client that polls and copies."""

from collections.abc import Iterator
from contextlib import ExitStack
from time import perf_counter
from typing import Any

import psycopg
from sqlalchemy import func, select
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateTable

from services.reporting.app import service as reporting
from services.reporting.tables import FACT
from shared.db import Database
from shared.db.migrations import migrate
from shared.eventlog import open_log, topic_for, topic_specs
from shared.events.consumer import EventConsumer
from shared.events.dead_letters import counts
from shared.settings import Settings, load_settings
from tests.benchmarks.engines import Engines
from tests.benchmarks.events import AGGREGATE, envelopes, messages
from tests.benchmarks.floors import kafka_producing, polling_and_copying
from tests.benchmarks.frame import Contest, Unit, benchmarks


@benchmarks.add(
    "consumer",
    what="enrolment events taken into reporting by EventConsumer: decoded, checked, each once and in order, made into facts",
    floor="kafka-python polls the same records and their fact rows are copied in binary",
    engine="PostgreSQL + Kafka",
    unit=Unit.EVENTS,
    sizes=(2_000, 6_000, 20_000),
    quick_sizes=(1_000, 3_000, 10_000),
    goal=0.4,
    needs=("postgres", "kafka"),
)
def consumer_into_reporting(engines: Engines) -> Iterator[Contest]:
    with ExitStack() as stack:
        ours, floor = _Reporting(engines, stack), _Floor(engines, stack)
        yield Contest(ours.take, floor.take)


class _Reporting:
    """Reporting's consumer, a member of its group, over a database of its own."""

    def __init__(self, engines: Engines, stack: ExitStack) -> None:
        servers = engines.kafka.bootstrap_servers
        settings = load_settings(
            data=engines.scratch(), kafka_bootstrap_servers=servers, topic_prefix=engines.topic_prefix("consumer")
        )
        self.database = Database(engines.database("reporting"), service="reporting")
        stack.callback(self.database.close)
        migrate(self.database, reporting.migrations)
        event_log = open_log(settings)
        stack.callback(event_log.close)
        event_log.create_topics(topic_specs(settings))
        self.publisher = _Publisher(servers, topic_for(settings.topic_prefix, AGGREGATE), stack)
        self.consumer = EventConsumer(
            self.database, event_log, reporting.handlers, name="reporting", topic_prefix=settings.topic_prefix
        )
        stack.callback(self.consumer.disconnect)
        self._join_the_group()

    def take(self, size: int) -> float:
        """Seconds from the first poll until `size` events are facts, committed."""
        self.publisher.publish(size)
        before, taken = self._facts(), 0
        begun = perf_counter()
        while taken < size:
            taken += self.consumer.run_once(timeout=1.0)
        seconds = perf_counter() - begun
        assert self._facts() - before == size
        return seconds

    def _join_the_group(self) -> None:
        while not self.consumer.assignment():
            self.consumer.run_once(timeout=1.0)

    def _facts(self) -> int:
        with self.database.read() as session:
            assert counts(session) == []
            number: int = session.execute(select(func.count()).select_from(FACT)).scalar_one()
            return number


class _Floor:
    """A bare client and a table like reporting's facts, with the same key."""

    def __init__(self, engines: Engines, stack: ExitStack) -> None:
        servers = engines.kafka.bootstrap_servers
        settings = load_settings(
            data=engines.scratch(), kafka_bootstrap_servers=servers, topic_prefix=engines.topic_prefix("polling")
        )
        event_log = open_log(settings)
        stack.callback(event_log.close)
        event_log.create_topics(topic_specs(settings))
        topic = topic_for(settings.topic_prefix, AGGREGATE)
        partitions = event_log.topics()[topic]
        self.publisher = _Publisher(servers, topic, stack)
        self.connection = stack.enter_context(psycopg.connect(engines.database("floor").replace("+psycopg", "")))
        with self.connection.transaction():
            self.connection.execute(str(CreateTable(FACT).compile(dialect=registry.load("postgresql")())))
        self.client = polling_and_copying.consumer(servers, topic=topic, partitions=partitions)
        stack.callback(self.client.close)

    def take(self, size: int) -> float:
        """Seconds from the first poll until `size` rows are committed."""
        rows = polling_and_copying.facts(self.publisher.publish(size))
        return polling_and_copying.take(self.client, self.connection, rows, table=FACT.name)


def _settings(engines: Engines, name: str) -> Settings:
    return load_settings(
        data=engines.scratch(),
        kafka_bootstrap_servers=engines.kafka.bootstrap_servers,
        topic_prefix=engines.topic_prefix(name),
    )


class _Publisher:
    """Puts events on the log while no clock runs."""

    def __init__(self, servers: str, topic: str, stack: ExitStack) -> None:
        self.topic = topic
        self.client: Any = kafka_producing.producer(servers)
        stack.callback(self.client.close)

    def publish(self, size: int) -> list[Any]:
        published = envelopes(size)
        kafka_producing.produce(self.client, kafka_producing.ready(messages(published, topic=self.topic)))
        return published
