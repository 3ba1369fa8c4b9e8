"""Whatever happens to a posting and its placements, in whatever order: its seats add up to the seats posted."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.employers.domain.positions import CloseReason, PositionState
from services.employers.domain.seats import HELD, SeatState
from shared.contracts.matching import (
    PlacementDeclined,
    PlacementEnded,
    PlacementEvent,
    PlacementExpired,
    PlacementOffered,
    PlacementStarted,
    PlacementWithdrawn,
)
from shared.errors import Conflict, Invalid
from shared.ids import new_id
from tests.employers.story import Story, day, placement

SEATS = 3
NEWS = [PlacementOffered, PlacementStarted, PlacementDeclined, PlacementWithdrawn, PlacementExpired, PlacementEnded]
Step = tuple[date, PositionState, CloseReason] | tuple[date, type[PlacementEvent], int, int]

DAYS = st.integers(-12, 0).map(day)
STATES = st.sampled_from([PositionState.OPEN, PositionState.PAUSED, PositionState.CLOSED])
MOVES = st.tuples(DAYS, STATES, st.sampled_from(CloseReason))
TOLD = st.tuples(DAYS, st.sampled_from(NEWS), st.integers(0, SEATS - 1), st.integers(0, 3))
STEPS = st.lists(st.one_of(MOVES, TOLD, TOLD, TOLD), max_size=20)

# What each event says the seat's state is from then on, by hand; a refused reservation says nothing about it.
SAID = {
    "seat.posted": SeatState.OPEN,
    "seat.reserved": SeatState.RESERVED,
    "seat.filled": SeatState.FILLED,
    "seat.reopened": SeatState.OPEN,
    "seat.lapsed": SeatState.LAPSED,
    "seat.withdrawn": SeatState.WITHDRAWN,
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
@pytest.mark.slow
def test_seats_always_add_up_to_the_seats_posted(story: Story, steps: Sequence[Step]) -> None:
    position_id = story.opened(seats=SEATS).id
    seats = [seat.id for seat in story.seats(position_id)]
    placements = [new_id() for _ in range(4)]
    for step in steps:
        with suppress(Conflict, Invalid):
            _take(story, position_id, seats, placements, step)
        _check(story, position_id, seats)


def _take(story: Story, position_id: UUID, seats: Sequence[UUID], placements: Sequence[UUID], step: Step) -> None:
    if len(step) == 3:
        on, to, reason = step
        story.move(position_id, to, reason=reason, effective_on=on)
    else:
        on, kind, seat, who = step
        story.news(placement(kind, seat_id=seats[seat], placement_id=placements[who], on=on))


def _check(story: Story, position_id: UUID, posted: Sequence[UUID]) -> None:
    position = story.position(position_id)
    assert sum(position["seat_counts"].values()) == SEATS
    assert position["state"] is not PositionState.CLOSED or position["seat_counts"]["open"] == 0
    assert position["state"] is PositionState.CLOSED or not (
        position["seat_counts"]["lapsed"] or position["seat_counts"]["withdrawn"]
    )
    rows = story.seats(position_id)
    assert [row.id for row in rows] == list(posted)
    for row in rows:
        events = story.events(row.id)
        assert row.version == len(events)
        assert row.state is [SAID[event] for event in events if event in SAID][-1]
        assert (row.placement_id is not None) == (row.state in HELD)
        days = [content["effective_on"] for event, content in zip(events, story.contents(row.id), strict=True) if event in SAID]
        assert days == sorted(days)
        assert row.since.isoformat() == days[-1]
