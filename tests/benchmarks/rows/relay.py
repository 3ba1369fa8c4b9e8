"""The relay: from the outbox to the log, beside a client that only sends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import Final

from sqlalchemy import MetaData
from sqlalchemy.engine import make_url

from shared.db import Database
from shared.db.bulk import bulk_insert
from shared.eventlog import open_log, topic_for, topic_specs
from shared.eventlog.port import EventLog
from shared.events.outbox import COLUMNS
from shared.events.relay import Relay
from shared.events.tables import include_event_tables, outbox
from shared.settings import Settings, load_settings
from tests.benchmarks.engines import Engines
from tests.benchmarks.events import AGGREGATE, envelopes, messages, outbox_rows
from tests.benchmarks.floors import kafka_producing, sqlite_append
from tests.benchmarks.frame import Contest, Unit, benchmarks

SIZES: Final = (2_000, 6_000, 20_000)
QUICK: Final = (500, 1_500, 5_000)


@benchmarks.add(
    "relay",
    what="events moved from an outbox to the log by shared.events.relay.Relay: read, publish, await, delete",
    floor="kafka-python sends the same bytes with the same settings and waits for every acknowledgement",
    engine="PostgreSQL + Kafka",
    unit=Unit.EVENTS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=0.8,
    needs=("postgres", "kafka"),
)
def relay_in_production(engines: Engines) -> Iterator[Contest]:
    servers = engines.kafka.bootstrap_servers
    settings = load_settings(data=engines.scratch(), kafka_bootstrap_servers=servers, topic_prefix=engines.topic_prefix("relay"))
    with ExitStack() as stack:
        relaying = stack.enter_context(_relaying(engines.database("relay"), settings))
        client = kafka_producing.producer(servers)
        stack.callback(client.close)
        topic = topic_for(settings.topic_prefix, AGGREGATE)

        def floor(size: int) -> float:
            return kafka_producing.produce(client, kafka_producing.ready(messages(envelopes(size), topic=topic)))

        yield Contest(relaying.relay_all, floor)


@benchmarks.add(
    "relay-embedded",
    what="the same from an outbox in SQLite to the embedded log",
    floor="the same bytes appended to a bare SQLite table, a thousand a transaction, each synced",
    engine="SQLite + embedded log",
    unit=Unit.EVENTS,
    sizes=SIZES,
    quick_sizes=QUICK,
)
def relay_embedded(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    settings = load_settings(data=folder, kafka_bootstrap_servers=None, topic_prefix="bench-relay")
    with ExitStack() as stack:
        relaying = stack.enter_context(_relaying(f"sqlite:///{folder / 'outbox.db'}", settings))
        connection = sqlite_append.opened(folder / "floor.db")
        stack.callback(connection.close)

        def floor(size: int) -> float:
            return sqlite_append.append(connection, sqlite_append.ready(messages(envelopes(size), topic="floor")))

        yield Contest(relaying.relay_all, floor)


class _Relaying:
    """An outbox that can be filled, and the relay that empties it."""

    def __init__(self, database: Database, event_log: EventLog, *, prefix: str) -> None:
        self.database = database
        self.relay = Relay(database, event_log, topic_prefix=prefix)

    def relay_all(self, size: int) -> float:
        """Seconds in which `size` events left the outbox."""
        rows = list(outbox_rows(envelopes(size)))
        self.database.run(lambda session: bulk_insert(session, outbox, COLUMNS, rows))
        begun = perf_counter()
        moved = 0
        while now := self.relay.run_once():
            moved += now
        seconds = perf_counter() - begun
        assert moved == size
        return seconds


@contextmanager
def _relaying(url: str, settings: Settings) -> Iterator[_Relaying]:
    with ExitStack() as stack:
        metadata = MetaData()
        include_event_tables(metadata)
        database = Database(url, service=str(make_url(url).database))
        stack.callback(database.close)
        metadata.create_all(database.writer)
        event_log = open_log(settings)
        stack.callback(event_log.close)
        event_log.create_topics(topic_specs(settings))
        relaying = _Relaying(database, event_log, prefix=settings.topic_prefix)
        stack.callback(relaying.relay.close)
        yield relaying
