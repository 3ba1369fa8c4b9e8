"""What the service says it holds is what it told the log, for every aggregate and to the version."""

from collections import Counter

from sqlalchemy import select

from services.employers import queries
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.domain.seats import SeatOrigin, SeatState
from shared.contracts.matching import PlacementOffered, PlacementStarted
from shared.events.tables import outbox
from shared.ids import new_id
from tests.employers.story import OPENED, Story, day, placement


def test_every_seat_is_told_whole(story: Story) -> None:
    position = story.opened(seats=2, region="27260", field="medical", origin=SeatOrigin.CONVERSION)
    hire = new_id()
    first, second = story.seats(position.id)
    story.news(placement(PlacementStarted, seat_id=second.id, placement_id=hire, on=day(-1)))
    assert story.all_seats() == [
        first,
        queries.SeatTruth(
            id=second.id,
            position_id=position.id,
            company_id=position.company_id,
            field="medical",
            kind=PositionKind.PERMANENT,
            origin=SeatOrigin.CONVERSION,
            region="27260",
            state=SeatState.FILLED,
            placement_id=hire,
            version=2,
            posted_on=OPENED,
            since=day(-1),
        ),
    ]
    assert [seat.filled_on for seat in story.all_seats()] == [None, day(-1)]


def test_the_versions_of_all_aggregates_are_the_numbers_of_their_events(story: Story) -> None:
    position = story.opened(seats=3)
    seats = [seat.id for seat in story.seats(position.id)]
    for seat in (seats[0], seats[0], seats[1]):
        story.news(placement(PlacementOffered, seat_id=seat, placement_id=new_id()))
    story.move(position.id, PositionState.CLOSED, reason="withdrawn")
    story.move(position.id, PositionState.OPEN)
    with story.database.read() as session:
        held = {(type_, str(id_)): version for type_, id_, version in queries.aggregate_versions(session)}
        told = session.execute(select(outbox.c.aggregatetype, outbox.c.aggregateid)).all()
    assert held == Counter((type_, id_) for type_, id_ in told)
    assert {type_ for type_, _ in held} == {"employers.company", "employers.agreement", "employers.position", "employers.seat"}
