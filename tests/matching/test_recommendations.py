"""Recommendations both ways, from what is stored, on both engines."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from services.matching.domain.openings import is_free
from services.matching.domain.recommendations.ranking import Ranking
from services.matching.queries.recommendations import FREE, for_position, for_trainee
from services.matching.tables import Seat
from shared.auth.actor import Actor
from shared.contracts.employers import PositionClosed, PositionPaused, SeatReserved
from shared.contracts.trainees import LeaveStarted
from shared.errors import NotFound
from tests.matching.market import MANAGER, TODAY, Market, Opening, S, Trainee, day, employer, university


def candidates_for(market: Market, opening: Opening, *, limit: int = 20, by: Actor = MANAGER) -> Ranking:
    return market.ask(for_position, opening.position_id, by=by, on=TODAY, limit=limit)


def positions_for(market: Market, trainee: Trainee, *, limit: int = 20) -> Ranking:
    return market.ask(for_trainee, trainee.person_id, on=TODAY, limit=limit)


def people(ranking: Ranking) -> list[UUID]:
    return [item.pair.candidate.person_id for item in ranking.items]


@pytest.mark.unhurried
def test_candidates_are_ranked_for_a_position_with_reasons(market: Market) -> None:
    here, there = market.university("knu", region="27"), market.university("inu", region="28")
    cohort_id = market.cohort(training_ends_on=day(10), ends_on=day(45))
    opening = market.opening(region="27")
    far = market.completer(university_id=there)
    best = market.completer(university_id=here)
    later = market.trainee(university_id=here, cohort_id=cohort_id)
    close = market.completer(university_id=here, field="ict")
    ranking = candidates_for(market, opening)
    assert people(ranking) == [best.person_id, later.person_id, far.person_id, close.person_id]
    assert [item.score for item in ranking.items] == [1.0, 0.925, 0.9, 0.85]
    first = ranking.items[0]
    assert [(part.name, part.value) for part in first.parts] == [
        ("field", 1.0), ("skills", 1.0), ("availability", 1.0), ("region", 1.0),
    ]  # fmt: skip
    assert [note.code for note in ranking.items[1].notes.missing] == ["available_later"]


@pytest.mark.unhurried
def test_whom_a_rule_keeps_out_is_counted_and_not_shown(market: Market) -> None:
    opening = market.opening(seats=3)
    placed, met, declined, on_leave, elsewhere = (market.completer() for _ in range(5))
    market.move(market.propose(placed, market.opening()), S.OFFERED)
    market.propose(met, opening)
    market.move(market.propose(declined, opening), S.DECLINED)
    market.news(on_leave.news(LeaveStarted))
    other_field, free = market.completer(field="water"), market.completer()
    interning = market.completer()
    market.move(market.propose(interning, market.opening(kind="internship")), S.OFFERED, S.ACCEPTED)
    withdrawn = market.completer()
    market.move(market.propose(withdrawn, opening), S.WITHDRAWN)
    ranking = candidates_for(market, opening)
    assert set(people(ranking)) == {each.person_id for each in (elsewhere, free, interning, withdrawn)}
    assert dict(ranking.excluded) == {
        "not_placed_full_time": 1, "not_yet_considered": 2, "trainee_present": 1, "field_eligible": 1,
    }  # fmt: skip
    assert (ranking.considered, ranking.eligible) == (9, 4)
    assert other_field.person_id not in people(ranking)


def test_without_a_free_seat_nobody_is_recommended(market: Market) -> None:
    opening = market.opening(seats=2)
    market.move(market.propose(market.completer(), opening), S.OFFERED)
    waiting = market.completer()
    assert people(candidates_for(market, opening)) == [waiting.person_id]
    market.news(opening.seat_news(SeatReserved, max(opening.seats), placement_id=uuid4()))
    ranking = candidates_for(market, opening)
    assert (people(ranking), ranking.excluded["seat_free"]) == ([], 2)


def test_the_database_counts_as_free_what_the_rule_calls_free(market: Market) -> None:
    opening = market.opening(seats=4)
    held, released, _, reserved = sorted(opening.seats)
    market.move(market.propose(market.completer(), opening), S.OFFERED)
    market.move(market.propose(market.completer(), opening), S.OFFERED, S.DECLINED)
    market.news(opening.seat_news(SeatReserved, reserved, placement_id=uuid4()))
    with market.database.read() as session:
        seats = session.exec(select(Seat)).all()
        free = session.exec(select(Seat.seat_id).where(FREE)).all()
    assert free == [seat.seat_id for seat in seats if is_free(seat)]
    assert len(free) == 1
    assert {held, released, reserved}.isdisjoint(free)


def test_a_person_with_two_enrolments_is_recommended_once_by_the_better(market: Market) -> None:
    weaker = market.completer(field="ict")
    better = market.completer(field="robot", person_id=weaker.person_id)
    ranking = candidates_for(market, market.opening())
    assert [item.pair.candidate.enrolment_id for item in ranking.items] == [better.enrolment_id]


def test_positions_are_ranked_for_a_trainee(market: Market) -> None:
    trainee = market.completer(university_id=market.university(region="27"), field="robot")
    near, far, close = (
        market.opening(region="27"),
        market.opening(region="47"),
        market.opening(region="27", field="future_mobility"),
    )
    paused, closed, water = market.opening(), market.opening(), market.opening(field="water")
    market.news(paused.news(PositionPaused), closed.news(PositionClosed, reason="filled"))
    ranking = positions_for(market, trainee)
    assert [item.pair.opening.position_id for item in ranking.items] == [
        near.position_id, far.position_id, close.position_id,
    ]  # fmt: skip
    assert dict(ranking.excluded) == {"position_open": 1, "field_eligible": 1}
    assert ranking.considered == 5, "closed positions are not looked at"
    assert water.position_id not in [item.pair.opening.position_id for item in ranking.items]


def test_somebody_in_training_is_recommended_for_an_internship_before_a_job(market: Market) -> None:
    cohort_id = market.cohort(training_ends_on=day(10), ends_on=day(100))
    trainee = market.trainee(cohort_id=cohort_id)
    internship, job = market.opening(kind="internship"), market.opening()
    ranking = positions_for(market, trainee)
    assert [(item.pair.opening.position_id, item.pair.available_from) for item in ranking.items] == [
        (internship.position_id, day(10))
    ]
    assert dict(ranking.excluded) == {"available_in_time": 1}
    assert people(candidates_for(market, job)) == []


def test_a_trainee_whom_no_position_suits_learns_why(small_market: Market) -> None:
    trainee = small_market.completer(field="bio", on=day(-10))
    small_market.opening(field="robot")
    small_market.opening(field="water", closes_on=day(-1))
    ranking = positions_for(small_market, trainee)
    assert (list(ranking.items), ranking.considered, ranking.eligible) == ([], 2, 0)
    assert dict(ranking.excluded) == {"field_eligible": 2, "within_window": 1}


def test_an_employer_asks_for_its_own_positions_only(small_market: Market) -> None:
    company_id, number = small_market.company()
    opening = small_market.opening(company_id=company_id)
    trainee = small_market.completer()
    assert people(candidates_for(small_market, opening, by=employer(number))) == [trainee.person_id]
    for outsider in (employer("1111111111"), university("knu")):
        with pytest.raises(NotFound):
            candidates_for(small_market, opening, by=outsider)


def test_what_is_not_known_cannot_be_asked_about(small_market: Market) -> None:
    with pytest.raises(NotFound):
        positions_for(small_market, small_market.enrolment())
    with pytest.raises(NotFound):
        candidates_for(small_market, small_market.posting())
