"""More workers: two processes that share reporting's partitions, beside one alone."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import perf_counter

from sqlalchemy import func, select

from services.reporting.app import service as reporting
from services.reporting.tables import FACT
from shared.db import Database
from shared.db.migrations import migrate
from shared.eventlog import open_log, topic_for, topic_specs
from shared.settings import load_settings
from tests.benchmarks.engines import Engines
from tests.benchmarks.events import AGGREGATE, envelopes, messages
from tests.benchmarks.floors import kafka_producing
from tests.benchmarks.frame import Contest, Unit, benchmarks
from tests.chaos.spawner import Spawner

_PATIENCE = 120.0


@benchmarks.add(
    "two-workers",
    what="enrolment events taken into reporting by two worker processes that share the topic's six partitions",
    floor="one worker process of the same, which has all six",
    engine="PostgreSQL + Kafka",
    unit=Unit.EVENTS,
    sizes=(4_000, 12_000, 40_000),
    quick_sizes=(1_000, 3_000, 10_000),
    goal=1.5,
    needs=("postgres", "kafka"),
)
def two_workers(engines: Engines) -> Iterator[Contest]:
    with ExitStack() as stack:
        crew = _Crew(engines, stack)
        yield Contest(lambda size: crew.take(size, workers=2), lambda size: crew.take(size, workers=1))


class _Crew:
    """Worker processes of reporting over one database, one group and one topic."""

    def __init__(self, engines: Engines, stack: ExitStack) -> None:
        servers = engines.kafka.bootstrap_servers
        prefix = engines.database_prefix("reporting")
        self.settings = load_settings(
            data=engines.scratch(), kafka_bootstrap_servers=servers, topic_prefix=engines.topic_prefix("workers")
        )
        url = engines.database("reporting")
        self.database = Database(url, service="reporting")
        stack.callback(self.database.close)
        migrate(self.database, reporting.migrations)
        self.event_log = open_log(self.settings)
        stack.callback(self.event_log.close)
        self.event_log.create_topics(topic_specs(self.settings))
        self.client = kafka_producing.producer(servers)
        stack.callback(self.client.close)
        self.spawner = Spawner()
        stack.callback(self.spawner.close)
        self.running: list[int] = []
        self.environment = {
            "HUSTAR_DATA": str(self.settings.data),
            "POSTGRES_URL": engines.postgres.server_url,
            "HUSTAR_DATABASE_PREFIX": prefix,
            "KAFKA_BOOTSTRAP_SERVERS": servers,
            "HUSTAR_TOPIC_PREFIX": self.settings.topic_prefix,
            "LOG_LEVEL": "ERROR",
        }

    def take(self, size: int, *, workers: int) -> float:
        """Seconds from publishing until `size` events are facts, committed. Starting and sharing is not counted."""
        self._staff(workers)
        before = self._facts()
        ready = kafka_producing.ready(messages(envelopes(size), topic=topic_for(self.settings.topic_prefix, AGGREGATE)))
        begun = perf_counter()
        kafka_producing.produce(self.client, ready)
        _until(lambda: self._facts() >= before + size)
        return perf_counter() - begun

    def _staff(self, workers: int) -> None:
        while len(self.running) > workers:
            pid = self.running.pop()
            os.kill(pid, signal.SIGTERM)
            _until(lambda pid=pid: not self.spawner.is_alive(pid))  # type: ignore[misc]
        while len(self.running) < workers:
            log = self.settings.data / f"worker-{len(self.running)}.log"
            self.running.append(self.spawner.start(["reporting", "--role", "worker"], environment=self.environment, log=log))
        _until(lambda: self._members() == workers)

    def _members(self) -> int:
        """How many of the group hold partitions now."""
        from kafka.admin import KafkaAdminClient  # half a second that only this needs
        from kafka.errors import KafkaError

        admin = KafkaAdminClient(bootstrap_servers=self.settings.kafka_bootstrap_servers)
        try:
            group = f"{self.settings.topic_prefix}.reporting"
            found = admin.describe_groups([group])[group]["members"]
        except KafkaError:
            return 0  # a new broker has no coordinator for the first moments
        finally:
            admin.close()
        return sum(bool((member["member_assignment"] or {}).get("assigned_partitions")) for member in found)

    def _facts(self) -> int:
        with self.database.read() as session:
            number: int = session.execute(select(func.count()).select_from(FACT)).scalar_one()
            return number


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)
