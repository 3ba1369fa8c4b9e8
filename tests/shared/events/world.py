"""A tiny service that emits and one that listens: enough to hold the kernel to its promises."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid, delete, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from shared.db import Database, WriteSession
from shared.eventlog.port import EventLog, TopicSpec
from shared.events.consumer import EventConsumer, stored_offset
from shared.events.contract import Event
from shared.events.dead_letters import open_letters
from shared.events.handlers import Delivery, Handlers
from shared.events.outbox import emit
from shared.events.relay import Relay
from shared.events.tables import include_event_tables
from shared.ids import new_id

PREFIX = "test"
TOPIC = "test.shop.thing.v1"


class ThingRenamed(Event):
    """A thing has a new name."""

    service: ClassVar[str] = "shop"
    name: ClassVar[str] = "thing.renamed"
    label: str
    boom: str | None = None


class Unhandled(Event):
    """Nobody listens to this one."""

    service: ClassVar[str] = "shop"
    name: ClassVar[str] = "thing.ignored"


class Row(MappedAsDataclass, DeclarativeBase):
    """The producer's tables."""


listening = MetaData()


class Thing(Row):
    """The aggregate."""

    __tablename__ = "thing"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


include_event_tables(Row.metadata)
seen = Table(
    "seen",
    listening,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("thing", String(40)),
    Column("label", String(80)),
)
projected = Table(
    "projected",
    listening,
    Column("generation", Integer, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("label", String(80)),
)
include_event_tables(listening)


class Shop:
    """A producer and a listener over one event log."""

    def __init__(self, producer_url: str, listener_url: str, event_log: EventLog, *, partitions: int = 3) -> None:
        self.log = event_log
        self.database = Database(producer_url, service="shop")
        Row.metadata.create_all(self.database.writer)
        self.listener = Database(listener_url, service="listener")
        listening.create_all(self.listener.writer)
        event_log.create_topics([TopicSpec(TOPIC, partitions)])
        self.relay = Relay(self.database, event_log, topic_prefix=PREFIX)
        self.handlers = Handlers()
        self.handlers.on(ThingRenamed)(self.note)
        self.broken_labels: set[str] = set()
        self.consumer = self.new_consumer()

    def new_consumer(self, handlers: Handlers | None = None) -> EventConsumer:
        return EventConsumer(self.listener, self.log, handlers or self.handlers, name="listener", topic_prefix=PREFIX)

    def note(self, session: WriteSession, event: ThingRenamed) -> None:
        """The effect that must happen once."""
        if event.label in self.broken_labels:
            raise LookupError("a broken rule")
        session.execute(insert(seen).values(thing="x", label=event.label))

    def projecting(self) -> Handlers:
        """Handlers that project instead of reacting."""
        handlers = Handlers()

        @handlers.project("shop.thing")
        def append(session: WriteSession, deliveries: Sequence[Delivery], generation: int) -> None:
            rows = [
                {"generation": generation, "event_id": d.envelope.id, "label": getattr(d.event, "label", "-")} for d in deliveries
            ]
            session.execute(insert(projected), rows)

        return handlers

    def forget(self, session: WriteSession, generation: int) -> None:
        session.execute(delete(projected).where(projected.c.generation == generation))

    def make(self, *labels: str) -> UUID:
        """A new thing with one event per label."""
        thing = Thing(id=new_id(), version=0)
        with self.database.write() as session:
            session.add(thing)
            for label in labels:
                emit(session, thing, ThingRenamed(label=label))
        return thing.id

    def rename(self, thing_id: UUID, label: str) -> None:
        def unit(session: WriteSession) -> None:
            thing = session.execute(select(Thing).where(Thing.id == thing_id).with_for_update()).scalar_one()
            emit(session, thing, ThingRenamed(label=label))

        self.database.run(unit)

    def publish(self) -> int:
        """Empty the outbox."""
        total = 0
        while moved := self.relay.run_once():
            total += moved
        return total

    def consume(self, consumer: EventConsumer | None = None, *, until: int | None = None) -> int:
        """Step the consumer until the offsets stand at the end of the log."""
        chosen, total = consumer or self.consumer, 0
        for _ in range(60):
            total += chosen.run_once(timeout=0.2)
            if self.behind() == 0 and (until is None or total >= until):
                return total
        raise AssertionError(f"still {self.behind()} behind")

    def behind(self, generation: int = 1) -> int:
        with self.listener.read() as session:
            ends = self.log.end_offsets([TOPIC])
            return sum(end - stored_offset(session, f"listener.g{generation}", partition) for partition, end in ends.items())

    def labels(self) -> list[str]:
        """What the listener saw, in the order of the effects."""
        with self.listener.read() as session:
            return list(session.execute(select(seen.c.label).order_by(seen.c.n)).scalars())

    def letters(self) -> list[Any]:
        """Open dead letters as (reason, waiting)."""
        with self.listener.read() as session:
            return [(letter.reason, letter.waiting) for letter in open_letters(session, "listener.g1")]

    def projection(self, generation: int) -> list[tuple[Any, ...]]:
        with self.listener.read() as session:
            statement = select(projected.c.event_id, projected.c.label).where(projected.c.generation == generation)
            return [tuple(row) for row in session.execute(statement.order_by(projected.c.event_id))]

    def count(self, database: Database, table: Table) -> int:
        with database.read() as session:
            number: int = session.execute(select(func.count()).select_from(table)).scalar_one()
            return number

    def close(self) -> None:
        self.consumer.disconnect()
        self.relay.close()
        self.database.close()
        self.listener.close()


__all__ = ["TOPIC", "Shop", "Thing", "ThingRenamed", "Unhandled", "update"]
