"""Everything that a process of this product holds: databases, event log, apps and workers, opened and closed in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from threading import Event, Thread
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from services.composition.definitions import definitions
from shared.crypto import Keyring, keyring
from shared.db import Database
from shared.db.engines import postgres
from shared.db.errors import BehindLog, is_away
from shared.db.migrations import check, migrate
from shared.db.ownership import DataFolder, own
from shared.eventlog import open_log, topic_for, topic_specs
from shared.eventlog.port import EventLog, LogUnavailable, TopicPartition, TopicSpec
from shared.events.behind import Guard, Own, take_stand
from shared.events.consumer import EventConsumer, state, stored_offset
from shared.events.relay import Relay
from shared.events.watchdog import Watchdog
from shared.events.worker import Worker
from shared.http import forget_old_answers
from shared.service import ServiceDefinition, database_url
from shared.settings import Environment, Settings

log = structlog.get_logger()
CREATING: Final = 0x68757374  # the lock on the server under which databases are created


class Role(StrEnum):
    """What a process does: answer HTTP, move events, or both."""

    ALL = "all"
    API = "api"
    WORKER = "worker"


@dataclass(slots=True)
class ServiceRuntime:
    """One service as it runs here."""

    definition: ServiceDefinition
    database: Database
    worker: Worker | None = None

    def guard(self, event_log: EventLog, *, prefix: str) -> Guard:
        """What looks at the log before anything leaves the service."""
        tables = self.definition.aggregate_tables()
        topics = sorted(topic_for(prefix, aggregate_type) for aggregate_type in tables)
        return Guard(self.database, event_log, Own(topics, tables, self.definition.again))


@dataclass(slots=True)
class Runtime:
    """What is open. `close` is safe to call twice."""

    settings: Settings
    services: list[ServiceRuntime]
    event_log: EventLog | None
    folder: DataFolder | None
    watchdog: Watchdog | None = None
    _stopping: Event = field(default_factory=Event)
    _starter: Thread | None = None
    _warmer: Thread | None = None

    def service(self, name: str) -> ServiceRuntime:
        return next(service for service in self.services if service.definition.name == name)

    @property
    def workers(self) -> list[Worker]:
        return [service.worker for service in self.services if service.worker is not None]

    def start_workers(self) -> None:
        """Start relays, consumers and the watchdog as soon as the topics are there; waits for a log that is away."""
        self._starter = Thread(target=self._start_workers, name="worker-start", daemon=True)
        self._starter.start()

    def _start_workers(self) -> None:
        while not self._stopping.is_set():
            try:
                self.create_topics()
                self._examine()
            except LogUnavailable as error:
                log.warning("log_unavailable", reason=str(error))
                self._stopping.wait(1.0)
                continue
            for worker in self.workers:
                worker.start()
            self.watchdog = Watchdog([beat for worker in self.workers for beat in worker.heartbeats], self.lag)
            self.watchdog.start()
            return

    def _examine(self) -> None:
        """Before anything is taken in or leaves: which databases were restored and lack what the log has from them."""
        assert self.event_log is not None
        for service in self.services:
            try:
                service.guard(self.event_log, prefix=self.settings.topic_prefix).examine()
            except BehindLog:
                continue  # logged; its loops wait for an operator
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("database_away", service=service.definition.name)

    def warm(self) -> None:
        """Do in the background what requests would have to wait for. What fails is left to the request that needs it."""
        self._warmer = Thread(target=self._warm, name="warming", daemon=True)
        self._warmer.start()

    def _warm(self) -> None:
        for service in self.services:
            for job in service.definition.warming:
                try:
                    job(service.database)
                except Exception as error:  # noqa: BLE001 - whoever needs it does it, and is told what fails
                    log.warning("warming_failed", service=service.definition.name, error=type(error).__name__)

    def create_topics(self) -> None:
        assert self.event_log is not None
        self.event_log.create_topics(topics_of([service.definition for service in self.services], self.settings))

    def lag(self) -> Mapping[TopicPartition, tuple[int, int]]:
        """Position and end of every partition that a consumer of this process holds."""
        assert self.event_log is not None
        result: dict[TopicPartition, tuple[int, int]] = {}
        for service in self.services:
            consumer = service.worker.consumer if service.worker else None
            if consumer is not None:
                result.update(consumer_lag(service, self.event_log, topics=consumer.topics, only=consumer.assignment()))
        return result

    def drain(self, *, timeout: float = 0.0, rounds: int = 200) -> int:
        """Move events by hand until nothing moves: relays and consumers step in this thread, polling for `timeout` seconds."""
        total = 0
        for _ in range(rounds):
            moved = sum(worker.drain(timeout=timeout) for worker in self.workers)
            total += moved
            if not moved:
                return total
        raise RuntimeError("events keep moving")

    def close(self, *, timeout: float = 20.0) -> None:
        self._stopping.set()
        if self.watchdog is not None:
            self.watchdog.stop()
        for thread in (self._starter, self._warmer):
            if thread is not None:
                thread.join(timeout)
        for worker in self.workers:
            if not worker.stop(timeout=timeout):
                log.error("worker_did_not_stop", service=worker.service)
        if self.event_log is not None:
            self.event_log.close()
        for service in self.services:
            service.database.close()
        if self.folder is not None:
            self.folder.release()
            self.folder = None


def consumer_lag(
    service: ServiceRuntime, event_log: EventLog, *, topics: Sequence[str], only: frozenset[TopicPartition] | None = None
) -> dict[TopicPartition, tuple[int, int]]:
    """Per partition, the next offset that the service will take in and the end of the log."""
    ends = event_log.end_offsets(topics)
    name = service.definition.name
    with service.database.read() as session:
        generation, _ = state(session, name)
        return {
            partition: (stored_offset(session, f"{name}.g{generation}", partition), end)
            for partition, end in ends.items()
            if only is None or partition in only
        }


def open_runtime(settings: Settings, *, names: Sequence[str], role: Role = Role.ALL) -> Runtime:
    """Open what `role` needs of the services `names`: own the data folder, bring schemas up (development) or check them.

    Raises DataFolderHeld, SchemaError, or the driver's error when a database cannot be reached.
    """
    embedded = not settings.on_postgres or settings.kafka_bootstrap_servers is None
    folder = own(settings.data, address=settings.origin) if embedded else None
    try:
        keys = keyring(settings)
        services = [open_service(settings, definition, keys) for definition in definitions(names)]
        event_log = open_log(settings) if role is not Role.API else None
        runtime = Runtime(settings, services, event_log, folder)
        if event_log is not None:
            for service in services:
                service.worker = _worker(settings, service, event_log)
        return runtime
    except BaseException:
        if folder is not None:
            folder.release()
        raise


def open_service(settings: Settings, definition: ServiceDefinition, keys: Keyring, *, ready: bool = True) -> ServiceRuntime:
    """Open a service's database; with `ready`, at this release's schema: brought up in development, checked in production."""
    if settings.environment is Environment.DEVELOPMENT and settings.on_postgres:
        ensure_database(database_url(settings, definition.name))
    if definition.configure is not None:
        definition.configure(settings)
    info = {"keyring": keys, "cipher": keys.cipher("personal-data"), "keyed_hash": keys.keyed_hash("personal-data")}
    database = Database(database_url(settings, definition.name), service=definition.name, info=info)
    if ready and settings.environment is Environment.DEVELOPMENT:
        migrate(database, definition.migrations)
    elif ready:
        check(database, definition.migrations)
    if ready:
        take_stand(database)
    if ready and definition.opening is not None and database.refusing is None:
        definition.opening(database)
    return ServiceRuntime(definition, database)


def ensure_database(url: str) -> None:
    """Create the database of `url` on its server when there is none. In production that is the operator's to do."""
    target = make_url(url)
    if _can_be_entered(target):
        return  # and its user may be one that gets in nowhere else
    server = postgres(target.set(database="postgres"), pool_size=1)
    try:
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # One after the other, however many start at once: to be the second one to create is an error.
            connection.exec_driver_sql("SET lock_timeout = 0; SET statement_timeout = '2min'")
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": CREATING})
            known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": target.database})
            if known.scalar() is None:
                connection.exec_driver_sql(f'CREATE DATABASE "{target.database}"')
    finally:
        server.dispose()


def _can_be_entered(target: URL) -> bool:
    engine = postgres(target, pool_size=1)
    try:
        engine.connect().close()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


def topics_of(services: Sequence[ServiceDefinition], settings: Settings) -> list[TopicSpec]:
    """The topics that these write or read. A process may be a user of the brokers who cannot even see the others."""
    prefix = settings.topic_prefix
    read = {topic_for(prefix, aggregate) for service in services for aggregate in service.handlers.aggregate_types}
    own = tuple(f"{prefix}.{service.name}." for service in services)
    return [spec for spec in topic_specs(settings) if spec.name in read or spec.name.startswith(own)]


def _worker(settings: Settings, service: ServiceRuntime, event_log: EventLog) -> Worker:
    definition = service.definition
    prefix = settings.topic_prefix
    relay = Relay(service.database, event_log, topic_prefix=prefix, guard=service.guard(event_log, prefix=prefix))
    consumer = None
    if definition.handlers.aggregate_types:
        consumer = EventConsumer(
            service.database, event_log, definition.handlers, name=definition.name, topic_prefix=settings.topic_prefix
        )

    def forget_old(database: Database) -> None:
        database.run(forget_old_answers, idempotent=True)

    chores = [partial(job, service.database) for job in (forget_old, *definition.housekeeping)]
    often = [partial(job, service.database) for job in definition.often]
    work = partial(definition.work, service.database) if definition.work is not None else None
    errand = partial(definition.errand, service.database) if definition.errand is not None else None
    return Worker(
        service=definition.name, relay=relay, consumer=consumer, housekeeping=chores, often=often, work=work, errand=errand
    )
