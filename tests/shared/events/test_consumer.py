"""Each event has its effect once, in version order; what cannot be handled is kept and can be driven through again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from shared.eventlog.port import Message
from shared.events import dead_letters
from shared.events.consumer import ConsumerStopped, resume, stored_offset
from shared.events.intake import Intake, LogTruncated
from shared.events.outbox import emit
from shared.events.redrive import discard, redrive
from shared.events.tables import aggregate_version, dead_letter, inbox
from tests.shared.events import world
from tests.shared.events.world import Shop, seen


def raw(shop: Shop, value: bytes | None, *, key: bytes = b"k", headers: tuple[tuple[str, bytes], ...] = ()) -> None:
    outcomes = shop.log.producer().publish([Message(world.TOPIC, key, value, headers)])
    assert len(outcomes) == 1


def republish(shop: Shop, *, order: list[int] | None = None) -> int:
    """Put every record on the log again, in the given order of their positions."""
    records = [
        r
        for p, end in sorted(shop.log.end_offsets([world.TOPIC]).items())
        if end
        for r in shop.log.read(p, 0, max_records=10_000)
    ]
    chosen = records if order is None else [records[n] for n in order]
    shop.log.producer().publish([Message(r.topic, r.key or b"", r.value, r.headers) for r in chosen])
    return len(chosen)


def test_every_event_has_its_effect_once_and_in_order(shop: Shop) -> None:
    things = [shop.make(f"{n}a", f"{n}b", f"{n}c") for n in range(5)]
    shop.publish()
    assert shop.consume() == 15
    labels = shop.labels()
    assert sorted(labels) == sorted(f"{n}{x}" for n in range(5) for x in "abc")
    assert all(labels.index(f"{n}a") < labels.index(f"{n}b") < labels.index(f"{n}c") for n in range(len(things)))


def test_duplicates_and_replays_change_nothing(shop: Shop) -> None:
    shop.make("a", "b")
    shop.publish()
    shop.consume()
    republish(shop)
    shop.consume()
    assert shop.labels() == ["a", "b"]
    assert shop.count(shop.listener, inbox) == 2


def test_a_new_consumer_goes_on_where_the_database_says_whatever_the_log_remembers(shop: Shop) -> None:
    shop.make("a")
    shop.publish()
    shop.consume()
    shop.consumer.disconnect()
    shop.make("b")
    shop.publish()
    other = shop.new_consumer()
    shop.consume(other)
    other.disconnect()
    assert shop.labels() == ["a", "b"]


def test_two_consumers_of_one_batch_have_one_effect(shop: Shop) -> None:
    """The zombie: an evicted consumer that still applies its batch meets the offset row of the one that took over."""
    shop.make(*[str(n) for n in range(20)])
    shop.publish()
    partition, end = next((p, end) for p, end in shop.log.end_offsets([world.TOPIC]).items() if end)
    records = shop.log.read(partition, 0)
    intakes = [Intake(shop.handlers, name="listener", generation=1) for _ in range(4)]
    start = threading.Barrier(4)

    def take(intake: Intake) -> int:
        start.wait(10)
        return shop.listener.run(lambda session: intake.take(session, records), idempotent=True).applied

    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(take, intakes))
    assert sorted(applied) == [0, 0, 0, 20]
    assert shop.count(shop.listener, seen) == 20
    with shop.listener.read() as session:
        assert stored_offset(session, "listener.g1", partition) == end


def test_an_event_nobody_listens_to_still_counts_as_a_version(shop: Shop) -> None:
    thing_id = shop.make("a")
    with shop.database.write() as session:
        thing = session.execute(select(world.Thing).where(world.Thing.id == thing_id)).scalar_one()
        emit(session, thing, world.Unhandled())
    shop.rename(thing_id, "c")
    shop.publish()
    shop.consume()
    assert shop.labels() == ["a", "c"]
    assert shop.letters() == []


@pytest.mark.parametrize(
    ("value", "headers", "reason"),
    [
        (b"{}", (), "not_an_event"),
        (None, (), "not_an_event"),
        (b"\xff\xfe", (("ce_type", b"\xff"),), "not_an_event"),
        (b"[" * 100_000, (("content-type", b"application/cloudevents+json"),), "not_an_event"),
    ],
)
def test_a_record_that_is_no_event_is_set_aside_while_the_rest_flows(
    shop: Shop, value: bytes | None, headers: tuple[tuple[str, bytes], ...], reason: str
) -> None:
    shop.make("before")
    shop.publish()
    raw(shop, value, headers=headers)
    shop.make("after")
    shop.publish()
    shop.consume()
    assert sorted(shop.labels()) == ["after", "before"]
    assert shop.letters() == [(reason, False)]


def events_of(shop: Shop, changes: dict[str, bytes], data: bytes | None = None) -> None:
    """Publish a copy of the first record with other headers, under its own key."""
    records = [r for p, end in shop.log.end_offsets([world.TOPIC]).items() if end for r in shop.log.read(p, 0)]
    first = records[0]
    headers = tuple((name, changes.get(name, value)) for name, value in first.headers)
    raw(shop, data if data is not None else first.value, key=first.key or b"", headers=headers)


def test_an_unknown_or_newer_or_broken_event_waits_with_its_followers(shop: Shop) -> None:
    thing = shop.make("one")
    shop.publish()
    events_of(
        shop,
        {
            "ce_type": b"kr.hustar.shop.thing.renamed.v9",
            "ce_id": b"01890a5d-ac96-774b-bcce-b302099a8057",
            "ce_aggregateversion": b"2",
        },
    )
    shop.consume()
    assert shop.letters() == [("unknown_type", False)]
    with shop.database.write() as session:  # the producer's next version is 3: 2 was the unknown one
        found = session.execute(select(world.Thing).where(world.Thing.id == thing)).scalar_one()
        found.version = 2
    shop.rename(thing, "three")
    shop.make("somebody else")
    shop.publish()
    shop.consume()
    assert sorted(shop.labels()) == ["one", "somebody else"]
    assert sorted(shop.letters()) == [("behind_dead_letter", True), ("unknown_type", False)]
    with shop.listener.read() as session:
        letter = next(row for row in dead_letters.open_letters(session, "listener.g1") if not row.waiting)
    assert discard(shop.listener, [letter.id]) == 1
    assert discard(shop.listener, [letter.id]) == 0
    result = redrive(shop.listener, shop.handlers, name="listener")
    assert (result.settled, result.failed) == (1, [])
    assert shop.labels()[-1] == "three"


def test_broken_content_is_set_aside_and_its_values_are_not_in_the_reason(shop: Shop) -> None:
    shop.make("one")
    shop.publish()
    events_of(
        shop, {"ce_id": b"01890a5d-ac96-774b-bcce-b302099a8058", "ce_aggregateversion": b"2"}, data=b'{"label": {"canary": "x"}}'
    )
    shop.consume()
    with shop.listener.read() as session:
        (letter,) = dead_letters.open_letters(session, "listener.g1")
    assert (letter.reason, letter.detail) == ("broken_content", "label string_type")


def test_a_handler_that_fails_sets_aside_one_event_and_its_followers_until_redriven(shop: Shop) -> None:
    shop.broken_labels = {"bad"}
    shop.make("a", "bad", "c", "d")
    shop.make("other")
    shop.publish()
    shop.consume()
    assert sorted(shop.labels()) == ["a", "other"]
    assert sorted(shop.letters()) == [("behind_dead_letter", True), ("behind_dead_letter", True), ("handler_failed", False)]
    again = redrive(shop.listener, shop.handlers, name="listener")
    assert (again.settled, [reason for _, reason in again.failed], again.waiting) == (0, ["handler_failed"], 2)
    shop.broken_labels = set()
    assert redrive(shop.listener, shop.handlers, name="listener").settled == 3
    assert redrive(shop.listener, shop.handlers, name="listener").settled == 0
    assert [label for label in shop.labels() if label != "other"] == ["a", "bad", "c", "d"]
    shop.make("later")
    shop.publish()
    shop.consume()
    assert shop.labels()[-1] == "later"


@pytest.mark.unhurried
def test_one_event_that_fails_among_many_costs_a_few_transactions_not_one_for_each(shop: Shop) -> None:
    shop.broken_labels.add("77")
    for number in range(128):
        shop.make(str(number))
    shop.publish()
    with capture_logs() as logged:
        assert shop.consume() == 128
    assert sorted(shop.labels(), key=int) == [str(number) for number in range(128) if number != 77]
    assert shop.letters() == [("handler_failed", False)]
    assert sum(line["event"] == "batch_failed" for line in logged) <= 7


def test_a_version_that_comes_too_early_waits_for_the_one_before_it(shop: Shop) -> None:
    shop.make("1", "2", "3", "4")
    shop.publish()
    partition, end = next((p, end) for p, end in shop.log.end_offsets([world.TOPIC]).items() if end)
    records = shop.log.read(partition, 0)
    shop.consumer.disconnect()
    intake = Intake(shop.handlers, name="shuffled", generation=1)
    shuffled = [replace(records[n], offset=place) for place, n in enumerate([2, 0, 3, 3, 1, 0])]
    for record in shuffled:
        shop.listener.run(lambda session, record=record: intake.take(session, [record]))  # type: ignore[misc]
    assert shop.labels() == ["1", "2", "3", "4"]
    with shop.listener.read() as session:
        assert dead_letters.open_letters(session, "shuffled.g1") == []
        assert (
            session.execute(select(aggregate_version.c.version).where(aggregate_version.c.consumer == "shuffled.g1")).scalar()
            == 4
        )
    assert end == 4


@pytest.mark.slow
def test_twenty_in_a_row_stop_the_consumer_instead_of_emptying_the_topic(shop: Shop) -> None:
    for _ in range(60):
        shop.make("bad")
    shop.publish()
    shop.broken_labels = {"bad"}
    with pytest.raises(ConsumerStopped, match="20 records in a row"):
        shop.consume()
    assert 20 <= shop.count(shop.listener, dead_letter) < 60
    with pytest.raises(ConsumerStopped):
        shop.consumer.run_once(timeout=0)
    shop.broken_labels = set()
    shop.listener.run(lambda session: resume(session, "listener"))
    shop.consume()
    redrive(shop.listener, shop.handlers, name="listener")
    assert len(shop.labels()) == 60
    assert shop.letters() == []


def test_records_that_vanished_unread_stop_the_consumer(shop: Shop) -> None:
    shop.make("a", "b", "c")
    shop.publish()
    partition = next(p for p, end in shop.log.end_offsets([world.TOPIC]).items() if end)
    late = shop.log.read(partition, 1)
    intake = Intake(shop.handlers, name="late", generation=1)
    with pytest.raises(LogTruncated, match="expected 0, got 1"):
        shop.listener.run(lambda session: intake.take(session, late))
