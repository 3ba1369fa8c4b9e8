"""What a placement does to the seat that it names."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.employers.domain.positions import PositionState
from services.employers.domain.seats import SeatState
from services.employers.handlers import SeatNotNamed
from shared.contracts.matching import (
    PlacementDeclined,
    PlacementEnded,
    PlacementEvent,
    PlacementExpired,
    PlacementOffered,
    PlacementStarted,
    PlacementWithdrawn,
)
from shared.errors import NotFound
from shared.ids import new_id
from tests.employers.story import OPENED, TODAY, Story, day, placement

OVER = [PlacementDeclined, PlacementWithdrawn, PlacementExpired]


class Told:
    """One placement, and what the service makes of the news about it."""

    def __init__(self, story: Story, seat_id: UUID | None) -> None:
        self.story = story
        self.seat_id = seat_id
        self.id = new_id()

    def tell(self, kind: type[PlacementEvent], *, on: date = TODAY) -> None:
        self.story.news(placement(kind, seat_id=self.seat_id, placement_id=self.id, on=on))


@pytest.fixture
def seat(story: Story) -> UUID:
    """The one seat of an open posting."""
    return story.seats(story.opened(seats=1).id)[0].id


def _state(story: Story, seat_id: UUID) -> tuple[str, UUID | None, date]:
    (row,) = [row for row in story.all_seats() if row.id == seat_id]
    return row.state, row.placement_id, row.since


def test_an_offer_reserves_and_a_start_fills(story: Story, seat: UUID) -> None:
    hire = Told(story, seat)
    hire.tell(PlacementOffered, on=day(-4))
    assert _state(story, seat) == (SeatState.RESERVED, hire.id, day(-4))
    hire.tell(PlacementStarted, on=day(-2))
    assert _state(story, seat) == (SeatState.FILLED, hire.id, day(-2))
    assert story.events(seat) == ["seat.posted", "seat.reserved", "seat.filled"]
    assert [content.get("placement_id") for content in story.contents(seat)] == [None, str(hire.id), str(hire.id)]
    assert story.contents(seat)[-1]["effective_on"] == day(-2).isoformat()


def test_a_second_offer_is_refused_and_changes_nothing_else(story: Story, seat: UUID) -> None:
    first, second = Told(story, seat), Told(story, seat)
    first.tell(PlacementOffered)
    second.tell(PlacementOffered)
    assert _state(story, seat) == (SeatState.RESERVED, first.id, TODAY)
    assert story.events(seat) == ["seat.posted", "seat.reserved", "seat.reservation_refused"]
    assert story.contents(seat)[-1]["placement_id"] == str(second.id)
    second.tell(PlacementWithdrawn)
    assert _state(story, seat) == (SeatState.RESERVED, first.id, TODAY)


@pytest.mark.parametrize("kind", [PlacementOffered, PlacementStarted])
def test_the_same_news_twice_has_one_effect(story: Story, seat: UUID, kind: type[PlacementEvent]) -> None:
    hire = Told(story, seat)
    hire.tell(kind)
    before = story.events(seat)
    hire.tell(kind)
    assert story.events(seat) == before


def test_an_offer_that_is_told_again_after_the_start_changes_nothing(story: Story, seat: UUID) -> None:
    hire = Told(story, seat)
    hire.tell(PlacementStarted)
    hire.tell(PlacementOffered)
    assert _state(story, seat) == (SeatState.FILLED, hire.id, TODAY)


def test_a_start_fills_a_seat_that_nobody_holds(story: Story, seat: UUID) -> None:
    hire = Told(story, seat)
    hire.tell(PlacementStarted)
    assert _state(story, seat) == (SeatState.FILLED, hire.id, TODAY)


@pytest.mark.parametrize("holding", [PlacementOffered, PlacementStarted])
def test_a_start_on_somebody_elses_seat_is_refused(story: Story, seat: UUID, holding: type[PlacementEvent]) -> None:
    holder, other = Told(story, seat), Told(story, seat)
    holder.tell(holding)
    other.tell(PlacementStarted)
    assert _state(story, seat)[1] == holder.id
    assert story.events(seat)[-1] == "seat.reservation_refused"


@pytest.mark.parametrize("kind", [PlacementOffered, PlacementStarted])
@pytest.mark.parametrize("reason", ["lapsed", "withdrawn"])
def test_a_seat_that_lapsed_or_was_withdrawn_takes_nobody(story: Story, kind: type[PlacementEvent], reason: str) -> None:
    position = story.opened(seats=1)
    seat = story.seats(position.id)[0].id
    story.move(position.id, PositionState.CLOSED, reason=reason)
    Told(story, seat).tell(kind)
    assert _state(story, seat) == (reason, None, TODAY)
    assert story.events(seat)[-1] == "seat.reservation_refused"


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("holding", [PlacementOffered, PlacementStarted])
def test_what_falls_through_reopens_its_seat(
    story: Story, seat: UUID, over: type[PlacementEvent], holding: type[PlacementEvent]
) -> None:
    hire, next_one = Told(story, seat), Told(story, seat)
    hire.tell(holding)
    hire.tell(over)
    assert _state(story, seat) == (SeatState.OPEN, None, TODAY)
    assert story.contents(seat)[-1]["placement_id"] == str(hire.id)
    hire.tell(over)
    assert story.events(seat)[-1] == "seat.reopened"
    assert story.events(seat).count("seat.reopened") == 1
    next_one.tell(PlacementOffered)
    assert _state(story, seat) == (SeatState.RESERVED, next_one.id, TODAY)


@pytest.mark.parametrize("over", OVER)
def test_a_placement_that_was_never_offered_gives_nothing_back(story: Story, seat: UUID, over: type[PlacementEvent]) -> None:
    Told(story, None).tell(over)
    Told(story, seat).tell(over)
    assert story.events(seat) == ["seat.posted"]


@pytest.mark.parametrize(("reason", "settled"), [("lapsed", "lapsed"), ("withdrawn", "withdrawn"), ("filled", "lapsed")])
def test_a_seat_that_falls_free_under_a_closed_posting_goes_the_way_of_the_others(
    story: Story, reason: str, settled: str
) -> None:
    position = story.opened(seats=1)
    seat = story.seats(position.id)[0].id
    hire = Told(story, seat)
    hire.tell(PlacementOffered)
    story.move(position.id, PositionState.CLOSED, reason=reason)
    assert story.counts(position.id) == {"reserved": 1}
    hire.tell(PlacementDeclined)
    assert story.counts(position.id) == {settled: 1}
    assert story.events(seat) == ["seat.posted", "seat.reserved", "seat.reopened", f"seat.{settled}"]
    story.move(position.id, PositionState.OPEN)
    assert story.counts(position.id) == {"open": 1}


def test_the_days_of_a_seat_never_run_backwards(story: Story, seat: UUID) -> None:
    early, late = Told(story, seat), Told(story, seat)
    early.tell(PlacementOffered, on=OPENED - timedelta(days=5))
    assert _state(story, seat) == (SeatState.RESERVED, early.id, OPENED)
    early.tell(PlacementDeclined, on=day(-3))
    late.tell(PlacementOffered, on=day(-6))
    assert _state(story, seat) == (SeatState.RESERVED, late.id, day(-3))
    assert [content["effective_on"] for content in story.contents(seat)] == [
        OPENED.isoformat(), OPENED.isoformat(), day(-3).isoformat(), day(-3).isoformat(),
    ]  # fmt: skip


def test_a_closing_settles_a_seat_no_earlier_than_its_last_step(story: Story) -> None:
    position = story.opened(seats=1)
    seat = story.seats(position.id)[0].id
    hire = Told(story, seat)
    hire.tell(PlacementOffered, on=day(-5))
    hire.tell(PlacementDeclined, on=day(-2))
    story.move(position.id, PositionState.CLOSED, reason="lapsed", effective_on=day(-4))
    assert _state(story, seat) == (SeatState.LAPSED, None, day(-2))


def test_an_accepted_hire_starts_in_its_seat_after_the_posting_closed(story: Story) -> None:
    position = story.opened(seats=2)
    seat = story.seats(position.id)[0].id
    hire = Told(story, seat)
    hire.tell(PlacementOffered)
    story.move(position.id, PositionState.CLOSED, reason="lapsed")
    hire.tell(PlacementStarted)
    assert story.counts(position.id) == {"filled": 1, "lapsed": 1}


@pytest.mark.parametrize("state", [PositionState.OPEN, PositionState.PAUSED])
def test_the_end_of_an_employment_opens_the_seat_while_its_posting_recruits(story: Story, state: PositionState) -> None:
    position = story.opened(seats=1)
    seat = story.seats(position.id)[0].id
    hire = Told(story, seat)
    hire.tell(PlacementStarted)
    if state is PositionState.PAUSED:
        story.move(position.id, state)
    hire.tell(PlacementEnded)
    assert _state(story, seat) == (SeatState.OPEN, None, TODAY)
    assert story.events(seat)[-1] == "seat.reopened"


def test_what_a_closed_posting_filled_stays_filled_when_the_employment_ends(story: Story, seat: UUID) -> None:
    position = next(row.position_id for row in story.all_seats() if row.id == seat)
    hire = Told(story, seat)
    hire.tell(PlacementStarted)
    story.move(position, PositionState.CLOSED, reason="filled")
    hire.tell(PlacementEnded)
    assert _state(story, seat) == (SeatState.FILLED, hire.id, TODAY)
    assert story.events(seat)[-1] == "seat.filled"


def test_the_end_of_somebody_elses_employment_changes_nothing(story: Story, seat: UUID) -> None:
    hire = Told(story, seat)
    hire.tell(PlacementStarted)
    Told(story, seat).tell(PlacementEnded)
    assert _state(story, seat)[1] == hire.id


@pytest.mark.parametrize("kind", [PlacementOffered, PlacementStarted, PlacementEnded])
def test_news_that_cannot_be_true_is_refused(story: Story, kind: type[PlacementEvent]) -> None:
    with pytest.raises(SeatNotNamed):
        Told(story, None).tell(kind)
    with pytest.raises(NotFound):
        Told(story, new_id()).tell(kind)
