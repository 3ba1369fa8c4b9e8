"""Internships that become permanent placements, and hires that turn out never to have been."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from services.matching.domain.conversions import NotConvertible
from services.matching.domain.placements import AlreadyPutForward
from services.matching.queries.mismatches import MismatchFilter, mismatches
from services.matching.tables import Mismatch, Placement
from shared.contracts.employers import SeatReopened
from shared.errors import IllegalMove
from tests.matching.market import MANAGER, Market, Opening, S, Trainee, day


@dataclass(frozen=True)
class Internship:
    trainee: Trainee
    opening: Opening
    placement: Placement

    @property
    def company(self) -> UUID:
        return self.opening.company_id


def interning(market: Market) -> Internship:
    """Somebody who works as an intern since day -50."""
    trainee, opening = market.completer(), market.opening(kind="internship")
    placement = market.move(market.propose(trainee, opening), S.OFFERED, S.ACCEPTED, S.STARTED)
    return Internship(trainee, opening, placement)


def converting(market: Market, intern: Internship) -> Placement:
    permanent = market.opening(company_id=intern.company)
    return market.propose(intern.trainee, permanent, converts=intern.placement.id, on=day(-20))


def open_mismatches(market: Market, placement: Placement) -> list[Mismatch]:
    wanted = MismatchFilter(open=True, placement_id=placement.id)
    return market.ask(lambda session: list(session.scalars(mismatches(wanted, by=MANAGER))))


def test_an_internship_becomes_a_permanent_placement_and_the_seats_are_linked(market: Market) -> None:
    intern = interning(market)
    hired = market.move(converting(market, intern), S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-10))
    assert (hired.converted_from, hired.converted_from_seat_id) == (intern.placement.id, intern.placement.seat_id)
    assert hired.origin == "conversion"
    over = market.read(intern.placement)
    assert (over.placement.state, over.placement.ended_on) == (S.ENDED, day(-11))
    assert (over.steps[-1].reason, over.steps[-1].by) == ("converted", "system")
    said = market.contents(hired)[-1]
    assert (said["converted_from"], said["origin"]) == (str(intern.placement.id), "conversion")
    assert said["converted_from_seat_id"] == str(intern.placement.seat_id)


def test_only_the_same_persons_internship_at_the_same_company_converts_and_once(small_market: Market) -> None:
    intern = interning(small_market)
    elsewhere, fixed = small_market.opening(), small_market.opening(company_id=intern.company, kind="fixed_term")
    stranger = small_market.completer()
    there = small_market.opening(company_id=intern.company)
    for trainee, opening in ((intern.trainee, elsewhere), (intern.trainee, fixed), (stranger, there)):
        with pytest.raises(NotConvertible):
            small_market.propose(trainee, opening, converts=intern.placement.id)
    first = converting(small_market, intern)
    with pytest.raises(NotConvertible):
        converting(small_market, intern)
    small_market.move(first, S.WITHDRAWN, on=day(-15))
    assert converting(small_market, intern).converted_from == intern.placement.id, "the first attempt fell through"


def test_of_several_conversions_at_once_one_is_made(market: Market) -> None:
    intern = interning(market)
    openings = [market.opening(company_id=intern.company) for _ in range(5)]

    def convert(opening: Opening) -> bool:
        try:
            market.propose(intern.trainee, opening, converts=intern.placement.id, on=day(-20))
        except NotConvertible:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(convert, openings)) == [False] * 4 + [True]


def test_an_internship_that_ended_long_ago_converts_no_more(small_market: Market) -> None:
    trainee, opening = small_market.completer(), small_market.opening(kind="internship", opens_on=day(-300))
    placement = small_market.propose(trainee, opening, on=day(-290))
    placement = small_market.move(placement, S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-280))
    ended = small_market.move(placement, S.ENDED, on=day(-120))
    with pytest.raises(NotConvertible):
        converting(small_market, Internship(trainee, opening, ended))


def test_a_reversed_hire_counts_as_if_nobody_had_worked_and_its_seat_is_free_again(market: Market) -> None:
    opening = market.opening()
    hired = market.move(market.propose(market.completer(), opening), S.OFFERED, S.ACCEPTED, S.STARTED)
    gone = market.move(hired, S.REVERSED, on=day(-5))
    assert (gone.started_on, gone.evidence_grade, gone.ended_on) == (None, None, None)
    assert market.events(hired)[-1] == "reversed"
    said = market.contents(hired)[-1]
    assert (said["reason"], said["by"], said["seat_id"]) == ("never_started", "employer", str(opening.seats[0]))
    market.news(opening.seat_news(SeatReopened, placement_id=hired.id))
    other = market.move(market.propose(market.completer(), opening), S.OFFERED)
    assert other.seat_id == opening.seats[0]
    with pytest.raises(IllegalMove):
        market.move(gone, S.STARTED)


def test_whose_hire_was_reversed_can_be_hired_again_on_the_same_days(small_market: Market) -> None:
    trainee, opening = small_market.completer(), small_market.opening(seats=2)
    first = small_market.move(small_market.propose(trainee, opening), S.OFFERED, S.ACCEPTED, S.STARTED, S.ENDED)
    small_market.move(first, S.REVERSED, on=day(-5))
    again = small_market.propose(trainee, opening)
    assert small_market.move(again, S.OFFERED, S.ACCEPTED, S.STARTED).started_on == day(-50)
    with pytest.raises(AlreadyPutForward):
        small_market.propose(trainee, opening)


def test_reversing_a_conversion_reopens_the_internship_that_it_ended(market: Market) -> None:
    intern = interning(market)
    hired = market.move(converting(market, intern), S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-10))
    market.move(hired, S.REVERSED, on=day(-5))
    back = market.read(intern.placement)
    assert (back.placement.state, back.placement.ended_on, back.placement.evidence_grade) == (S.STARTED, None, 1)
    assert market.events(intern.placement)[-2:] == ["ended", "reopened"]
    assert market.seat(intern.opening.seats[0]).placement_id == intern.placement.id
    assert open_mismatches(market, intern.placement) == []
    assert market.move(back.placement, S.ENDED, on=day(-1)).ended_on == day(-1)


def test_an_internship_whose_seat_somebody_else_has_by_now_is_reopened_without_one(market: Market) -> None:
    intern = interning(market)
    hired = market.move(converting(market, intern), S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-10))
    market.news(intern.opening.seat_news(SeatReopened, placement_id=intern.placement.id))
    market.move(market.propose(market.completer(), intern.opening), S.OFFERED, on=day(-8))
    market.move(hired, S.REVERSED, on=day(-5))
    assert market.read(intern.placement).placement.state is S.STARTED
    found = open_mismatches(market, intern.placement)
    assert [(each.code, each.owner) for each in found] == [("employed_without_seat", "employer")]


def test_an_internship_that_had_ended_by_itself_stays_ended(small_market: Market) -> None:
    intern = interning(small_market)
    small_market.move(intern.placement, S.ENDED, on=day(-30))
    hired = small_market.move(converting(small_market, intern), S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-10))
    small_market.move(hired, S.REVERSED, on=day(-5))
    assert small_market.read(intern.placement).placement.ended_on == day(-30)


def test_a_conversion_of_nothing_is_not_found(small_market: Market) -> None:
    with pytest.raises(Exception, match="not_found"):
        small_market.propose(small_market.completer(), small_market.opening(), converts=uuid4())
