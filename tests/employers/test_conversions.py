"""Seats that grew from an internship's, hires that never were, and employments that run on after all."""

from uuid import UUID, uuid4

import pytest

from services.employers.domain.positions import PositionKind, PositionState
from services.employers.domain.seats import SeatState
from services.employers.queries import SeatTruth
from shared.contracts.matching import PlacementEnded, PlacementEvent, PlacementReopened, PlacementReversed, PlacementStarted
from tests.employers.story import Story, day, placement


def _seat(story: Story, position_id: UUID) -> SeatTruth:
    return story.seats(position_id)[0]


def _told(story: Story, kind: type[PlacementEvent], seat_id: UUID, hire: UUID, *, grew_from: UUID | None = None) -> None:
    event = placement(kind, seat_id=seat_id, placement_id=hire)
    story.news(event.model_copy(update={"converted_from_seat_id": grew_from}))


def _two_seats(story: Story) -> tuple[UUID, UUID, UUID]:
    """The seat of an internship that is filled, one of a permanent posting, and that posting."""
    internship, permanent = story.opened(seats=1, kind=PositionKind.INTERNSHIP), story.opened(seats=1)
    intern = _seat(story, internship.id).id
    _told(story, PlacementStarted, intern, uuid4())
    return intern, _seat(story, permanent.id).id, permanent.id


def test_a_seat_that_grew_from_an_internships_is_a_conversion_whatever_it_was_posted_as(story: Story) -> None:
    intern, seat, position = _two_seats(story)
    hire = uuid4()
    _told(story, PlacementStarted, seat, hire, grew_from=intern)
    assert story.contents(seat)[-1]["origin"] == "conversion"
    _told(story, PlacementReversed, seat, hire)
    assert (_seat(story, position).state, story.contents(seat)[-1]["origin"]) == (SeatState.OPEN, "new")
    _told(story, PlacementStarted, seat, uuid4())
    assert story.contents(seat)[-1]["origin"] == "new", "the next one is somebody else's job"


@pytest.mark.unhurried
def test_from_one_internship_grows_one_seat(story: Story) -> None:
    intern, seat, _ = _two_seats(story)
    other = _seat(story, story.opened(seats=1).id).id
    _told(story, PlacementStarted, seat, uuid4(), grew_from=intern)
    _told(story, PlacementStarted, other, uuid4(), grew_from=intern)
    assert [story.contents(each)[-1]["origin"] for each in (seat, other)] == ["conversion", "new"]


def test_a_reversed_hire_gives_its_seat_back_and_in_a_closed_posting_it_lapses(story: Story) -> None:
    position = story.opened(seats=1)
    seat, hire = _seat(story, position.id).id, uuid4()
    _told(story, PlacementStarted, seat, hire)
    story.move(position.id, PositionState.CLOSED, reason="filled")
    _told(story, PlacementReversed, seat, hire)
    _told(story, PlacementReversed, seat, hire)
    assert story.events(seat)[-2:] == ["seat.reopened", "seat.lapsed"]


def test_an_employment_that_runs_on_fills_its_seat_again(story: Story) -> None:
    seat, hire = _seat(story, story.opened(seats=1).id).id, uuid4()
    _told(story, PlacementStarted, seat, hire)
    _told(story, PlacementEnded, seat, hire)
    assert story.events(seat)[-1] == "seat.reopened"
    _told(story, PlacementReopened, seat, hire)
    assert story.events(seat)[-1] == "seat.filled"


def test_an_employment_that_runs_on_without_its_seat_is_told_so(story: Story) -> None:
    seat, hire = _seat(story, story.opened(seats=1).id).id, uuid4()
    _told(story, PlacementStarted, seat, hire)
    _told(story, PlacementEnded, seat, hire)
    _told(story, PlacementStarted, seat, uuid4())
    _told(story, PlacementReopened, seat, hire)
    assert story.events(seat)[-1] == "seat.reservation_refused"
    assert story.contents(seat)[-1]["placement_id"] == str(hire)
    assert day(0).isoformat() == story.contents(seat)[-1]["effective_on"]
