"""A database restored from a backup lacks what the log has: noticed, refused, settled, and no version is issued twice."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, delete, insert, select

from shared.db import WriteSession
from shared.db.errors import BehindLog
from shared.eventlog.port import LogUnavailable, TopicPartition
from shared.events.behind import Guard, Own, given_up, take_stand
from shared.events.cloudevents import from_record
from shared.events.contract import Event
from shared.events.outbox import VersionTaken, emit, emit_version
from shared.events.rebuild import rebuild
from shared.events.recovery import open_lost, settle
from shared.events.relay import Relay
from shared.events.tables import outbox, own_position
from tests.shared.events import world
from tests.shared.events.world import Row, Shop, Thing, ThingRenamed

KEPT = (Row.metadata.tables["thing"], own_position, outbox)


def backup(shop: Shop) -> Callable[[], None]:
    """What brings the producer's tables back to how they are now."""
    with shop.database.read() as session:
        kept: Mapping[Table, list[dict[str, Any]]] = {
            table: [dict(row) for row in session.execute(select(table)).mappings()] for table in KEPT
        }

    def restore() -> None:
        with shop.database.write() as session:
            for table, rows in kept.items():
                session.execute(delete(table))
                if rows:
                    session.execute(insert(table), rows)

    return restore


def guarded(shop: Shop, done: list[str]) -> Relay:
    """The producer's relay as a process has it that starts now."""

    def again(session: WriteSession, event: Event, told: bool) -> bool:
        done.append(getattr(event, "label", ""))
        return getattr(event, "label", "") == "destroyed"

    tables = {"shop.thing": Row.metadata.tables["thing"]}
    guard = Guard(shop.database, shop.log, Own([world.TOPIC], tables, again))
    return Relay(shop.database, shop.log, topic_prefix=world.PREFIX, guard=guard)


def on_log(shop: Shop, thing: UUID) -> list[tuple[int, str]]:
    """Versions and contents that the log has of a thing, in its order, each once."""
    found: dict[tuple[int, str], None] = {}
    for partition, end in shop.log.end_offsets([world.TOPIC]).items():
        for record in shop.log.read(TopicPartition(*partition), 0) if end else ():
            envelope = from_record(record)
            if envelope.subject == str(thing):
                found[envelope.aggregateversion, envelope.data.decode()] = None
    return list(found)


def test_what_a_restored_database_lacks_is_refused_shown_and_given_up_and_no_version_is_issued_twice(shop: Shop) -> None:
    shop.relay = guarded(shop, [])
    old = shop.make("a1", "a2")
    shop.publish()
    restore = backup(shop)
    shop.rename(old, "a3")
    shop.rename(old, "destroyed")
    young = shop.make("b1")
    shop.publish()
    handlers = shop.projecting()
    consumer = shop.new_consumer(handlers)
    shop.consume(consumer)
    restore()
    shop.relay.close()

    shop.rename(old, "written before anybody looked")
    done: list[str] = []
    shop.relay = guarded(shop, done)
    with pytest.raises(BehindLog):
        shop.relay.run_once()
    with pytest.raises(BehindLog):
        shop.rename(old, "refused")
    with pytest.raises(BehindLog):
        shop.relay.run_once()
    with shop.database.read() as session:
        lost = [(row.version, row.payload) for row in open_lost(session)]
    assert [version for version, _ in lost] == [3, 4, 1]
    assert set(done) == {"a3", "destroyed", "b1"}

    shop.database.refusing = None
    settled = shop.database.run(lambda session: settle(session, {"shop.thing": Row.metadata.tables["thing"]}))
    assert (settled.given_up, settled.done_again, settled.renumbered, settled.only_on_log) == (2, 1, 1, 1)
    take_stand(shop.database)
    shop.publish()
    shop.rename(old, "a6")
    shop.publish()
    told = on_log(shop, old)
    assert sorted(version for version, _ in told) == [1, 2, 3, 4, 5, 6]
    assert "written before anybody looked" in dict(told)[5]
    with shop.database.write() as session, pytest.raises(VersionTaken):
        emit_version(session, ThingRenamed(label="b1 with other content"), aggregate_id=young, version=1)
    shop.database.run(lambda session: _made_anew(session, young))
    shop.publish()
    assert sorted(version for version, _ in on_log(shop, young)) == [1, 2]

    with shop.database.read() as session:
        without = given_up(session)
    assert len(without) == 2
    rebuild(shop.listener, shop.log, handlers, name="listener", topic_prefix=world.PREFIX, forget=shop.forget, without=without)
    labels = sorted(label for _, label in shop.projection(2))
    assert labels == ["a1", "a2", "a6", "b2", "destroyed", "written before anybody looked"]
    with suppress(LogUnavailable):
        consumer.run_once(timeout=0.2)


def _made_anew(session: WriteSession, id_: UUID) -> None:
    thing = Thing(id=id_, version=0)
    session.add(thing)
    emit(session, thing, ThingRenamed(label="b2"))


def test_a_relay_that_died_between_publishing_and_deleting_has_lost_nothing(shop: Shop) -> None:
    shop.relay = guarded(shop, [])
    thing = shop.make("a1")
    shop.publish()
    restore = backup(shop)
    shop.rename(thing, "a2")
    with shop.database.read() as session:
        waiting = [dict(row) for row in session.execute(select(outbox)).mappings()]
        version = session.get_one(Thing, thing).version
    shop.publish()
    restore()
    with shop.database.write() as session:
        session.get_one(Thing, thing).version = version
        session.execute(insert(outbox), waiting)
    shop.relay.close()
    shop.relay = guarded(shop, [])
    assert shop.publish() == 1
    shop.relay.close()
    shop.relay = guarded(shop, [])
    assert shop.publish() == 0
    assert [version for version, _ in on_log(shop, thing)] == [1, 2]
