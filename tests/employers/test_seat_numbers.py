"""How many seats a posting has, what each of them is, and how long it took to fill."""

from uuid import UUID

import pytest

from services.employers.domain.positions import PositionKind, PositionState
from shared.contracts.matching import PlacementDeclined, PlacementOffered, PlacementStarted
from shared.ids import new_id
from tests.employers.callers import MANAGER, Callers
from tests.employers.story import OPENED, Story, business_number, day, placement


def _hire(story: Story, seat_id: UUID, *, started: bool = True, on: int = 0) -> UUID:
    hire = new_id()
    for kind in (PlacementOffered, PlacementStarted)[: 1 + started]:
        story.news(placement(kind, seat_id=seat_id, placement_id=hire, on=day(on)))
    return hire


def test_seats_are_raised_and_reduced_as_far_as_nobody_holds_them(callers: Callers, story: Story) -> None:
    position = story.opened(seats=4)
    path = f"/positions/{position.id}"
    first, second, *_ = story.seats(position.id)
    _hire(story, first.id)
    _hire(story, second.id, started=False)
    refused = callers.put(MANAGER, f"{path}/seats", {"seats": 1})
    [error] = refused.json()["errors"]
    assert (refused.status_code, refused.json()["code"], error["pointer"]) == (409, "seats_taken", "/seats")
    fewer = callers.put(MANAGER, f"{path}/seats", {"seats": 2}).json()
    assert (fewer["seats"], fewer["seat_counts"]) == (2, {"open": 0, "reserved": 1, "filled": 1, "lapsed": 0, "withdrawn": 2})
    more = callers.put(MANAGER, f"{path}/seats", {"seats": 6}).json()
    assert (more["seats"], more["seat_counts"]["open"], more["seat_counts"]["withdrawn"]) == (6, 4, 0)
    assert [seat.version for seat in story.seats(position.id)] == [3, 2, 3, 3, 1, 1]
    stale = callers.put(MANAGER, f"{path}/seats", {"seats": 5}, if_match='"1"')
    assert stale.status_code == 412


def test_a_reopened_posting_has_as_many_seats_as_it_asks_for(callers: Callers, story: Story) -> None:
    position = story.opened(seats=4)
    callers.put(MANAGER, f"/positions/{position.id}/seats", {"seats": 2})
    story.move(position.id, PositionState.CLOSED, reason="lapsed")
    assert story.counts(position.id) == {"lapsed": 2, "withdrawn": 2}
    closed = callers.put(MANAGER, f"/positions/{position.id}/seats", {"seats": 9})
    assert (closed.status_code, closed.json()["code"]) == (409, "position_closed")
    story.move(position.id, PositionState.OPEN)
    assert story.counts(position.id) == {"open": 2, "withdrawn": 2}


def test_a_draft_asks_for_another_number(callers: Callers) -> None:
    number = business_number()
    path = callers.position(number, callers.company(number))
    assert callers.put(f"employer-{number}", f"{path}/seats", {"seats": 7}, if_match='"1"').json()["seats"] == 7


def test_days_to_fill_run_from_the_last_time_that_a_seat_fell_vacant(callers: Callers, story: Story) -> None:
    position = story.opened(seats=2)
    first, second = story.seats(position.id)
    _hire(story, first.id, on=-4)
    declined = _hire(story, second.id, started=False, on=-6)
    story.news(placement(PlacementDeclined, seat_id=second.id, placement_id=declined, on=day(-5)))
    _hire(story, second.id, on=-1)
    rows = callers.get(MANAGER, f"/positions/{position.id}/seats").json()["items"]
    # Who declined did not fill the seat: it was vacant all along.
    assert [(row["days_to_fill"], row["vacant_since"]) for row in rows] == [(6, OPENED.isoformat()), (9, OPENED.isoformat())]
    [line] = callers.get(MANAGER, "/positions/time-to-fill").json()
    assert line == {"field": "robot", "kind": "permanent", "seats": 2, "quarter": 6, "median": 9, "three_quarters": 9}


def test_nothing_that_lapsed_counts_as_filled(callers: Callers, story: Story) -> None:
    position = story.opened(seats=2)
    story.move(position.id, PositionState.CLOSED, reason="lapsed")
    rows = callers.get(MANAGER, f"/positions/{position.id}/seats").json()["items"]
    assert [row["days_to_fill"] for row in rows] == [None, None]
    assert callers.get(MANAGER, "/positions/time-to-fill").json() == []


@pytest.fixture
def internship(story: Story) -> tuple[UUID, UUID]:
    """A company, and the seat of its internship in which somebody works."""
    company = story.company()
    story.agreement(company.id)
    position = story.opened(company_id=company.id, kind=PositionKind.INTERNSHIP, seats=2)
    seat = story.seats(position.id)[0]
    _hire(story, seat.id)
    return company.id, seat.id


def test_a_conversion_names_the_internships_seat_that_it_grew_from(
    callers: Callers, story: Story, internship: tuple[UUID, UUID]
) -> None:
    company_id, source = internship
    position = story.opened(company_id=company_id, seats=2)
    path = f"/positions/{position.id}/seats"
    said = {"origin": "conversion", "grew_from_id": str(source)}
    converted = callers.patch(MANAGER, f"{path}/1", said, if_match='"1"').json()
    assert (converted["origin"], converted["grew_from_id"], converted["version"]) == ("conversion", str(source), 2)
    seat = story.seats(position.id)[0]
    assert story.events(seat.id) == ["seat.posted", "seat.reclassified"]
    assert story.contents(seat.id)[-1]["grew_from_id"] == str(source)
    twice = callers.patch(MANAGER, f"{path}/2", said, if_match='"1"').json()["errors"][0]
    assert (twice["pointer"], twice["code"]) == ("/grew_from_id", "converted_already")


def test_a_seat_grows_only_from_the_filled_internship_of_its_own_company(
    callers: Callers, story: Story, internship: tuple[UUID, UUID]
) -> None:
    company_id, source = internship
    vacant = next(seat for seat in story.all_seats() if seat.company_id == company_id and seat.id != source)
    own, other = story.opened(company_id=company_id, seats=1), story.opened(seats=1)
    permanent = story.seats(own.id)[0]
    for position, grew_from, code in (
        (other, source, "unknown_seat"), (own, new_id(), "unknown_seat"), (own, vacant.id, "never_filled"),
        (own, permanent.id, "not_an_internship"),
    ):  # fmt: skip
        said = {"origin": "conversion", "grew_from_id": str(grew_from)}
        answer = callers.patch(MANAGER, f"/positions/{position.id}/seats/1", said, if_match="*")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
