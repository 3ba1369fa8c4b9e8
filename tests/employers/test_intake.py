"""Placements as they come in from the log: each has its effect once, and one that names no seat of ours is set aside."""

from uuid import UUID

from sqlalchemy import select

from services.employers.app import service
from shared.clock import now
from shared.contracts.matching import PlacementDeclined, PlacementEvent, PlacementOffered, PlacementStarted
from shared.eventlog.port import Record
from shared.events.cloudevents import to_message
from shared.events.envelope import Envelope
from shared.events.intake import Intake
from shared.events.tables import dead_letter, outbox
from shared.ids import new_id
from tests.employers.story import Story, placement

TOPIC = "hustar.matching.placement.v1"


def _record(event: PlacementEvent, *, offset: int, version: int) -> Record:
    envelope = Envelope(
        id=new_id(),
        type=event.type(),
        source="/services/matching",
        subject=str(event.placement_id),
        time=now(),
        dataschema=event.dataschema(),
        aggregateversion=version,
        data=event.model_dump_json().encode(),
    )
    message = to_message(envelope, topic=TOPIC)
    return Record(TOPIC, 0, offset, message.key, message.value, tuple(message.headers), now())


def _records(seat_id: UUID, placement_id: UUID) -> list[Record]:
    life: list[type[PlacementEvent]] = [PlacementOffered, PlacementStarted, PlacementDeclined]
    events = [placement(kind, seat_id=seat_id, placement_id=placement_id) for kind in life]
    return [_record(event, offset=number, version=number + 1) for number, event in enumerate(events)]


def test_a_batch_has_its_effect_once_however_often_it_is_delivered(story: Story) -> None:
    position = story.opened(seats=1)
    seat = story.seats(position.id)[0].id
    records = _records(seat, new_id())
    intake = Intake(service.handlers, name="employers", generation=1)
    assert story.do(intake.take, records).applied == 3
    assert story.do(intake.take, records).duplicates == 3
    assert story.events(seat) == ["seat.posted", "seat.reserved", "seat.filled", "seat.reopened"]
    assert story.counts(position.id) == {"open": 1}


def test_what_follows_from_an_event_carries_its_id_as_the_cause(story: Story) -> None:
    seat = story.seats(story.opened(seats=1).id)[0].id
    record = _records(seat, new_id())[0]
    story.do(Intake(service.handlers, name="employers", generation=1).take, [record])
    with story.database.read() as session:
        cause = session.execute(select(outbox.c.causationid).where(outbox.c.type.like("%seat.reserved%"))).scalar_one()
    assert cause == dict(record.headers)["ce_id"].decode()


def test_a_seat_that_is_not_ours_is_set_aside(story: Story) -> None:
    intake = Intake(service.handlers, name="employers", generation=1)
    record = _records(new_id(), new_id())[0]
    story.do(intake.set_aside, record, reason="not_found", detail="")
    with story.database.read() as session:
        assert session.execute(select(dead_letter.c.reason)).scalars().all() == ["not_found"]
