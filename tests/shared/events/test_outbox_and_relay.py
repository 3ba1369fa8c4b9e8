"""State and event leave together; the relay publishes what is there, in order, and deletes exactly what was acknowledged."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from shared.db import WriteSession
from shared.errors import TooLarge
from shared.eventlog.port import Ack, EventLog, Failed, LogUnavailable, Message, TopicPartition
from shared.events.cloudevents import from_record
from shared.events.outbox import emit
from shared.events.relay import Relay, backlog
from shared.events.tables import outbox
from shared.ids import new_id
from shared.telemetry.context import Trace, tracing
from tests.shared.events import world
from tests.shared.events.world import Shop, Thing, ThingRenamed
from tests.waiting import until


def on_the_log(shop: Shop) -> list[tuple[str, int, str]]:
    """(subject, version, label) of every record, partition by partition."""
    found = []
    for partition, end in sorted(shop.log.end_offsets([world.TOPIC]).items()):
        position = 0
        while position < end:
            records = shop.log.read(partition, position)
            found += [
                (e.subject, e.aggregateversion, ThingRenamed.model_validate_json(e.data).label) for e in map(from_record, records)
            ]
            position = records[-1].offset + 1
    return found


def test_a_change_that_is_rolled_back_leaves_no_event(shop: Shop) -> None:
    def unit(session: WriteSession) -> None:
        thing = Thing(id=new_id(), version=0)
        session.add(thing)
        emit(session, thing, ThingRenamed(label="never"))
        raise LookupError

    with pytest.raises(LookupError):
        shop.database.run(unit)
    assert shop.count(shop.database, outbox) == 0


def test_events_leave_in_order_and_the_outbox_is_empty_after(shop: Shop) -> None:
    thing = shop.make("a", "b", "c")
    shop.rename(thing, "d")
    assert backlog(shop.database)[0] == 4
    assert shop.publish() == 4
    assert backlog(shop.database) == (0, 0.0)
    assert on_the_log(shop) == [(str(thing), n, label) for n, label in enumerate("abcd", start=1)]


@pytest.mark.unhurried
def test_many_events_of_one_transaction_leave_in_order(shop: Shop) -> None:
    labels = [str(n) for n in range(700)]
    thing = shop.make(*labels)
    shop.publish()
    assert on_the_log(shop) == [(str(thing), n + 1, label) for n, label in enumerate(labels)]


def test_an_event_carries_the_story_it_belongs_to(shop: Shop) -> None:
    trace = Trace(correlation_id="c-1", causation_id="e-1", traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    with tracing(trace):
        shop.make("x")
    shop.publish()
    partition = next(p for p, end in shop.log.end_offsets([world.TOPIC]).items() if end)
    envelope = from_record(shop.log.read(partition, 0)[0])
    assert (envelope.correlationid, envelope.causationid, envelope.traceparent) == ("c-1", "e-1", trace.traceparent)
    assert (envelope.type, envelope.source) == ("kr.hustar.shop.thing.renamed.v1", "/services/shop")


def test_an_event_that_is_too_large_is_refused_before_it_is_stored(shop: Shop) -> None:
    with pytest.raises(TooLarge):
        shop.make("가" * 100_000)
    assert shop.count(shop.database, outbox) == 0


@pytest.mark.slow
def test_nothing_is_lost_or_reversed_under_eight_writers_and_three_relays(shop: Shop) -> None:
    things = [shop.make("0") for _ in range(6)]
    stop = threading.Event()
    relays = [Relay(shop.database, shop.log, topic_prefix=world.PREFIX) for _ in range(3)]

    def relay(one: Relay) -> int:
        moved = 0
        while not stop.is_set() or backlog(shop.database)[0]:
            moved += one.run_once()
            time.sleep(0.001)
        return moved

    def write(seed: int) -> None:
        for n in range(25):
            shop.rename(things[(seed + n) % len(things)], f"{seed}-{n}")

    with ThreadPoolExecutor(11) as pool:
        moving = (
            [pool.submit(relay, one) for one in relays]
            if shop.database.engine_name == "postgresql"
            else [pool.submit(relay, relays[0])]
        )
        list(pool.map(write, range(8)))
        stop.set()
        moved = [future.result() for future in moving]
    for one in relays:
        one.close()
    assert sum(moved) == 206
    assert sorted(moved)[:-1] == [0] * (len(moved) - 1), "only one relay is active at a time"
    versions: dict[str, list[int]] = {}
    for subject, version, _ in on_the_log(shop):
        versions.setdefault(subject, []).append(version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    assert sum(map(len, versions.values())) == 206


@pytest.mark.parametrize("shop", [pytest.param("production", marks=pytest.mark.engines("postgres", "kafka"))], indirect=True)
def test_another_relay_takes_over_when_the_lock_connection_dies(shop: Shop) -> None:
    shop.make("a")
    assert shop.relay.run_once() == 1
    other = Relay(shop.database, shop.log, topic_prefix=world.PREFIX)
    shop.make("b")
    assert other.run_once() == 0
    with shop.database.write() as session:
        held = (
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # others use the same server
        )
        assert session.execute(text(held)).all() == [(True,)]
    until(other.run_once, what="the other one publishes")
    assert backlog(shop.database)[0] == 0
    shop.make("c")
    assert shop.relay.run_once() == 0, "the first one must not publish without the lock"
    assert other.run_once() == 1
    other.close()


class _Deaf:
    """A log whose broker refuses some messages: the party outside that a test cannot make a real broker play."""

    def __init__(self, log: EventLog, refuse: set[str]) -> None:
        self._log = log
        self.refuse = refuse

    def producer(self) -> "_Deaf":
        return self

    def publish(self, messages: Sequence[Message], *, timeout: float = 30.0) -> list[Ack | Failed]:
        good = [m for m in messages if ThingRenamed.model_validate_json(m.value or b"").label not in self.refuse]
        acks = iter(self._log.producer().publish(good, timeout=timeout))
        return [next(acks) if message in good else Failed("no answer") for message in messages]

    def close(self) -> None: ...


def test_a_message_that_fails_holds_back_only_its_own_aggregate(shop: Shop) -> None:
    deaf = _Deaf(shop.log, {"bad"})
    relay = Relay(shop.database, deaf, topic_prefix=world.PREFIX)  # type: ignore[arg-type]
    held, free = shop.make("bad", "after"), shop.make("good")
    with pytest.raises(LogUnavailable, match="2 events stay"):
        relay.run_once()
    with shop.database.read() as session:
        assert set(session.execute(select(outbox.c.aggregateid)).scalars()) == {str(held)}
    deaf.refuse.clear()
    relay.run_once()
    relay.close()
    shop.consume()
    assert sorted(shop.labels()) == ["after", "bad", "good"]
    assert shop.letters() == []
    assert free != held


def test_offsets_count_from_zero_in_each_partition(shop: Shop) -> None:
    shop.make("a")
    shop.publish()
    ends = shop.log.end_offsets([world.TOPIC])
    assert sorted(ends.values()) == [0, 0, 1]
    assert all(isinstance(partition, TopicPartition) for partition in ends)
