"""Candidates, openings and seats, built from news in whatever order it comes."""

from itertools import permutations
from typing import Any

import pytest
from sqlmodel import select

from services.matching.domain.candidates import Stage
from services.matching.domain.openings import OpeningState, SeatState
from services.matching.queries.candidates import CandidateFilter, candidates
from services.matching.tables import Candidate, Opening, Seat
from shared.contracts.employers import PositionClosed, PositionOpened, PositionPaused, SeatPosted, SeatReserved
from shared.contracts.trainees import (
    CohortChanged,
    EmployedEarly,
    EnrolmentApplied,
    EnrolmentCompleted,
    EnrolmentDropped,
    EnrolmentEnrolled,
    EnrolmentEvent,
    EnrolmentRejected,
    EnrolmentSelected,
    EnrolmentWithdrawn,
    InternshipStarted,
    LeaveEnded,
    LeaveStarted,
    TrainingStarted,
)
from tests.matching.market import MANAGER, Market, S, Trainee, day


def _candidates(market: Market, **wanted: Any) -> list[dict[str, Any]]:
    with market.database.read() as session:
        rows = session.execute(candidates(CandidateFilter(**wanted), by=MANAGER))
        return [dict(row._mapping) for row in rows]


def _stage(market: Market, trainee: Trainee) -> Stage | None:
    with market.database.read() as session:
        found = session.get(Candidate, trainee.enrolment_id)
        return found.stage if found else None


def test_an_enrolment_makes_a_candidate_from_its_training_on(market: Market) -> None:
    trainee = market.enrolment()
    for early in (EnrolmentApplied, EnrolmentSelected, EnrolmentEnrolled):
        market.news(trainee.news(early))
        assert _stage(market, trainee) is None
    steps: list[tuple[type[EnrolmentEvent], dict[str, Any], Stage]] = [
        (TrainingStarted, {}, Stage.TRAINING),
        (LeaveStarted, {}, Stage.ON_LEAVE),
        (LeaveEnded, {"to": "training"}, Stage.TRAINING),
        (InternshipStarted, {}, Stage.INTERNING),
        (LeaveStarted, {}, Stage.ON_LEAVE),
        (LeaveEnded, {"to": "interning"}, Stage.INTERNING),
        (EnrolmentCompleted, {}, Stage.COMPLETED),
    ]
    for kind, said, stage in steps:
        market.news(trainee.news(kind, **said))
        assert _stage(market, trainee) is stage


@pytest.mark.parametrize("exit_", [EmployedEarly, EnrolmentDropped, EnrolmentRejected, EnrolmentWithdrawn])
def test_who_leaves_is_no_candidate_any_more(small_market: Market, exit_: type[EnrolmentEvent]) -> None:
    leaving, staying = small_market.trainee(), small_market.trainee()
    news = leaving.news(exit_)
    small_market.news(news, news)
    assert _stage(small_market, leaving) is None
    assert _stage(small_market, staying) is Stage.TRAINING


def test_who_leaves_one_enrolment_stays_a_candidate_by_another(small_market: Market) -> None:
    first = small_market.trainee()
    second = small_market.trainee(person_id=first.person_id)
    small_market.news(first.news(EnrolmentDropped))
    assert [row["enrolment_id"] for row in _candidates(small_market, person_id=first.person_id)] == [second.enrolment_id]


def test_a_trainee_is_available_when_the_cohort_ends_and_a_completer_at_once(market: Market) -> None:
    cohort_id = market.cohort(training_ends_on=day(30), ends_on=day(120))
    trainee = market.trainee(cohort_id=cohort_id)
    assert [row["available_from"] for row in _candidates(market)] == [day(120)]
    market.news(trainee.news(EnrolmentCompleted, on=day(-1)))
    assert [row["available_from"] for row in _candidates(market)] == [day(-1)]


def test_the_cohort_may_come_after_its_trainees_and_change(small_market: Market) -> None:
    trainee = small_market.trainee()
    assert [row["available_from"] for row in _candidates(small_market)] == [None]
    for ends_on in (day(90), day(60)):
        small_market.news(
            CohortChanged(
                cohort_id=trainee.cohort_id, program_id=trainee.program_id, university_id=trainee.university_id, code="c",
                field="robot", ordinal=1, capacity=30, applicants=None, applications_open_on=day(-99),
                applications_close_on=day(-90), starts_on=day(-80), training_ends_on=day(10), ends_on=ends_on,
            )
        )  # fmt: skip
        assert [row["available_from"] for row in _candidates(small_market)] == [ends_on]


def test_candidates_are_found_by_what_they_are(small_market: Market) -> None:
    robot, water = small_market.trainee(field="robot"), small_market.completer(field="water")
    assert [row["enrolment_id"] for row in _candidates(small_market, field="water")] == [water.enrolment_id]
    assert [row["enrolment_id"] for row in _candidates(small_market, stage=Stage.TRAINING)] == [robot.enrolment_id]
    assert [row["enrolment_id"] for row in _candidates(small_market, cohort_id=robot.cohort_id)] == [robot.enrolment_id]
    assert [row["person_id"] for row in _candidates(small_market, university_id=water.university_id)] == [water.person_id]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_position_and_its_seats_may_come_in_any_order(small_market: Market, order: tuple[int, ...]) -> None:
    posting = small_market.posting(seats=2)
    news = [posting.news(PositionOpened), *[posting.seat_news(SeatPosted, seat_id) for seat_id in posting.seats]]
    small_market.news(*[news[number] for number in order])
    placement = small_market.propose(small_market.completer(), posting)
    assert placement.company_id == posting.company_id
    with small_market.database.read() as session:
        seats = session.exec(select(Seat)).all()
    assert {(seat.seat_id, seat.position_id, seat.state) for seat in seats} == {
        (seat_id, posting.position_id, SeatState.OPEN) for seat_id in posting.seats
    }


def test_a_position_is_kept_as_last_told(market: Market) -> None:
    posting = market.opening(skills=["ROS2"], closes_on=day(10))
    market.news(posting.news(PositionPaused))
    assert _opening(market, posting.position_id).state is OpeningState.PAUSED
    market.news(posting.news(PositionOpened, skills=["ROS2", "C++"], closes_on=None, title="제어 연구원"))
    opening = _opening(market, posting.position_id)
    assert (opening.state, opening.skills, opening.closes_on) == (OpeningState.OPEN, ["ROS2", "C++"], None)
    assert (opening.title, opening.kind, opening.seats) == ("제어 연구원", "permanent", 1)
    market.news(posting.news(PositionClosed, reason="lapsed"))
    assert _opening(market, posting.position_id).state is OpeningState.CLOSED


def test_news_of_a_seat_does_not_forget_who_holds_it(small_market: Market) -> None:
    opening = small_market.opening()
    placement = small_market.propose(small_market.completer(), opening)
    held = small_market.move(placement, S.OFFERED)
    small_market.news(opening.seat_news(SeatReserved, placement_id=placement.id))
    seat = small_market.seat(opening.seats[0])
    assert (seat.state, seat.placement_id) == (SeatState.RESERVED, held.id)


def _opening(market: Market, position_id: Any) -> Opening:
    with market.database.read() as session:
        return session.get_one(Opening, position_id)
