"""Seats: who gets which, how many at once, and when one can be offered again."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from services.matching.domain.openings import NoFreeSeat, SeatState
from shared.contracts.employers import (
    SeatEvent,
    SeatFilled,
    SeatLapsed,
    SeatPosted,
    SeatReopened,
    SeatReservationRefused,
    SeatReserved,
    SeatWithdrawn,
)
from shared.errors import NotFound
from tests.matching.market import TODAY, Market, Opening, S, day


@pytest.mark.unhurried
def test_of_forty_offers_at_once_five_seats_are_given_out_and_no_more(market: Market) -> None:
    opening = market.opening(seats=5)
    proposals = [market.propose(market.completer(), opening) for _ in range(40)]

    def offer(number: int) -> bool:
        try:
            market.move(proposals[number], S.OFFERED)
        except NoFreeSeat:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(offer, range(len(proposals))))
    offered = [placement for placement in map(market.read, proposals) if placement.placement.state is S.OFFERED]
    assert outcomes.count(True) == len(offered) == 5
    assert {whole.placement.seat_id for whole in offered} == set(opening.seats)


def test_the_free_seat_with_the_lowest_id_is_offered(market: Market) -> None:
    opening = market.opening(seats=3)
    lowest, middle, highest = sorted(opening.seats)
    market.news(opening.seat_news(SeatWithdrawn, middle))
    given = [market.move(market.propose(market.completer(), opening), S.OFFERED).seat_id for _ in range(2)]
    assert given == [lowest, highest]


@pytest.mark.parametrize("kind", [SeatLapsed, SeatWithdrawn])
def test_a_seat_that_employers_does_not_call_open_is_not_offered(small_market: Market, kind: type[SeatEvent]) -> None:
    opening = small_market.opening()
    placement = small_market.propose(small_market.completer(), opening)
    small_market.news(opening.seat_news(kind))
    with pytest.raises(NoFreeSeat):
        small_market.move(placement, S.OFFERED)
    small_market.news(opening.seat_news(SeatReopened))
    assert small_market.move(placement, S.OFFERED).seat_id == opening.seats[0]


@pytest.mark.parametrize("end", [S.DECLINED, S.WITHDRAWN, S.EXPIRED])
def test_a_seat_let_go_of_is_offered_again_once_employers_has_answered(market: Market, end: S) -> None:
    opening = market.opening()
    first, second = (market.propose(market.completer(), opening) for _ in range(2))
    market.move(first, S.OFFERED, end)
    assert _seat(market, opening) == (SeatState.OPEN, None, first.id)
    with pytest.raises(NoFreeSeat):
        market.move(second, S.OFFERED)
    market.news(opening.seat_news(SeatReserved, placement_id=first.id))
    assert _seat(market, opening) == (SeatState.RESERVED, None, first.id)
    market.news(opening.seat_news(SeatReopened, placement_id=first.id))
    assert _seat(market, opening) == (SeatState.OPEN, None, None)
    market.move(second, S.OFFERED)
    assert _seat(market, opening) == (SeatState.OPEN, second.id, None)


def test_the_end_of_an_employment_lets_go_of_the_seat(small_market: Market) -> None:
    opening = small_market.opening()
    placement = small_market.move(small_market.propose(small_market.completer(), opening), S.OFFERED, S.ACCEPTED, S.STARTED)
    small_market.news(
        opening.seat_news(SeatReserved, placement_id=placement.id), opening.seat_news(SeatFilled, placement_id=placement.id)
    )
    assert _seat(small_market, opening) == (SeatState.FILLED, placement.id, None)
    small_market.move(placement, S.ENDED)
    assert _seat(small_market, opening) == (SeatState.FILLED, None, placement.id)
    small_market.news(opening.seat_news(SeatReopened, placement_id=placement.id))
    assert _seat(small_market, opening) == (SeatState.OPEN, None, None)


def test_the_answer_to_another_placement_answers_nothing(small_market: Market) -> None:
    opening = small_market.opening()
    placement = small_market.move(small_market.propose(small_market.completer(), opening), S.OFFERED, S.DECLINED)
    small_market.news(opening.seat_news(SeatReopened, placement_id=uuid4()))
    assert _seat(small_market, opening) == (SeatState.OPEN, None, placement.id)


def test_the_end_of_a_proposal_touches_no_seat(small_market: Market) -> None:
    opening = small_market.opening()
    small_market.move(small_market.propose(small_market.completer(), opening), S.WITHDRAWN)
    assert _seat(small_market, opening) == (SeatState.OPEN, None, None)


@pytest.mark.parametrize("path", [(S.OFFERED,), (S.OFFERED, S.ACCEPTED)])
def test_an_offer_whose_seat_was_refused_is_withdrawn_by_the_system(market: Market, path: tuple[S, ...]) -> None:
    opening = market.opening()
    placement = market.move(market.propose(market.completer(), opening), *path)
    market.news(opening.seat_news(SeatReservationRefused, placement_id=placement.id, on=day(-70)))
    step = market.read(placement).steps[-1]
    assert (step.what, step.reason, step.by, step.actor) == ("withdrawn", "seat_unavailable", "system", "service:matching")
    assert step.effective_on == day(-50), "not before the step before it"
    assert market.contents(placement)[-1]["reason"] == "seat_unavailable"
    assert _seat(market, opening) == (SeatState.OPEN, None, None)


def test_the_same_refusal_twice_withdraws_once(small_market: Market) -> None:
    opening = small_market.opening()
    placement = small_market.move(small_market.propose(small_market.completer(), opening), S.OFFERED)
    refusal = opening.seat_news(SeatReservationRefused, placement_id=placement.id, on=TODAY)
    small_market.news(refusal, refusal)
    assert small_market.events(placement) == ["proposed", "offered", "withdrawn"]


def test_a_refusal_does_not_undo_a_job_that_began(small_market: Market) -> None:
    opening = small_market.opening()
    placement = small_market.move(small_market.propose(small_market.completer(), opening), S.OFFERED, S.ACCEPTED, S.STARTED)
    small_market.news(opening.seat_news(SeatReservationRefused, placement_id=placement.id))
    assert small_market.read(placement).placement.state is S.STARTED
    assert _seat(small_market, opening) == (SeatState.OPEN, None, None), "the seat is not theirs"
    small_market.move(placement, S.ENDED)
    assert _seat(small_market, opening) == (SeatState.OPEN, None, None), "and there is nothing to let go of"


def test_a_refusal_after_a_decline_is_the_answer_to_it(small_market: Market) -> None:
    opening = small_market.opening()
    placement = small_market.move(small_market.propose(small_market.completer(), opening), S.OFFERED, S.DECLINED)
    small_market.news(opening.seat_news(SeatReservationRefused, placement_id=placement.id))
    assert small_market.events(placement)[-1] == "declined"
    assert _seat(small_market, opening) == (SeatState.OPEN, None, None)


def test_a_refusal_for_a_placement_that_is_not_ours_is_not_swallowed(small_market: Market) -> None:
    opening = small_market.opening()
    with pytest.raises(NotFound):
        small_market.news(opening.seat_news(SeatReservationRefused, placement_id=uuid4()))


def test_news_of_a_seat_twice_is_news_once(small_market: Market) -> None:
    opening = small_market.opening()
    placement = small_market.move(small_market.propose(small_market.completer(), opening), S.OFFERED)
    small_market.news(opening.seat_news(SeatPosted))
    assert _seat(small_market, opening) == (SeatState.OPEN, placement.id, None)


def _seat(market: Market, opening: Opening) -> tuple[object, ...]:
    """What employers says of the first seat, who holds it here, and whose end was not answered yet."""
    seat = market.seat(opening.seats[0])
    return seat.state, seat.placement_id, seat.released_by
