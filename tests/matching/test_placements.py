"""Placements from the proposal to the end: what is stored, what is said, what is refused."""

from datetime import date
from uuid import uuid4

import pytest

from services.matching.commands.placements import move_placement
from services.matching.domain.openings import NoFreeSeat, PositionNotOpen
from services.matching.domain.placements import AlreadyPutForward, NotACandidate
from shared.contracts.employers import PositionClosed, PositionOpened, PositionPaused, SeatPosted, SeatReopened
from shared.contracts.matching import PlacementEvent
from shared.contracts.trainees import EmployedEarly, EnrolmentCompleted, LeaveStarted, TrainingStarted
from shared.errors import Forbidden, IllegalMove, Invalid, NotFound, Stale
from tests.matching.market import MANAGER, TODAY, Market, S, day, employer, university


def test_a_placement_goes_from_proposal_to_end_with_every_step_on_record(market: Market) -> None:
    trainee, opening = market.completer(), market.opening()
    placement = market.propose(trainee, opening, on=day(-60), reported_on=day(-59))
    market.move(placement, S.OFFERED, on=day(-50))
    market.move(placement, S.ACCEPTED, on=day(-45))
    market.move(placement, S.STARTED, on=day(-30), reported_on=day(-2))
    placement = market.move(placement, S.ENDED, on=day(-1), reason="contract_over", party="employer")
    whole = market.read(placement)
    assert [(s.version, s.what, s.effective_on, s.reported_on, s.reason, s.by, s.evidence_grade) for s in whole.steps] == [
        (1, "proposed", day(-60), day(-59), None, None, None),
        (2, "offered", day(-50), None, None, None, None),
        (3, "accepted", day(-45), None, None, None, None),
        (4, "started", day(-30), day(-2), None, None, 1),
        (5, "ended", day(-1), None, "contract_over", "employer", 1),
    ]
    assert {step.actor for step in whole.steps} == {"manager"}
    assert (placement.state, placement.version) == (S.ENDED, 5)
    assert (placement.started_on, placement.ended_on, placement.stepped_on) == (day(-30), day(-1), day(-1))
    assert market.events(placement) == ["proposed", "offered", "accepted", "started", "ended"]


def test_an_event_says_everything_that_listeners_need(small_market: Market) -> None:
    trainee, opening = small_market.completer(field="ict"), small_market.opening(region="47", kind="fixed_term")
    placement = small_market.propose(trainee, opening)
    small_market.move(placement, S.OFFERED)
    small_market.move(placement, S.ACCEPTED)
    small_market.move(placement, S.STARTED, on=day(-20), reported_on=day(-3))
    proposed, offered, _, started = small_market.contents(placement)
    assert started == {
        "placement_id": str(placement.id),
        "person_id": str(trainee.person_id),
        "enrolment_id": str(trainee.enrolment_id),
        "cohort_id": str(trainee.cohort_id),
        "program_id": str(trainee.program_id),
        "university_id": str(trainee.university_id),
        "field_of_training": "ict",
        "position_id": str(opening.position_id),
        "company_id": str(opening.company_id),
        "seat_id": str(opening.seats[0]),
        "field": "robot",
        "kind": "fixed_term",
        "origin": "new",
        "workplace_region": "47",
        "evidence_grade": 1,
        "effective_on": day(-20).isoformat(),
        "reported_on": day(-3).isoformat(),
        "converted_from": None,
        "converted_from_seat_id": None,
    }
    assert set(started) == set(PlacementEvent.model_fields)
    assert (proposed["seat_id"], proposed["origin"], proposed["evidence_grade"]) == (None, None, None)
    assert (offered["seat_id"], offered["origin"]) == (str(opening.seats[0]), "new")


def test_an_end_says_who_decided_and_why_and_names_the_seat_to_free(small_market: Market) -> None:
    placement = small_market.placed(S.OFFERED)
    small_market.move(placement, S.DECLINED, party="trainee", reason="further_study")
    said = small_market.contents(placement)[-1]
    assert (said["by"], said["reason"], said["seat_id"]) == ("trainee", "further_study", str(placement.seat_id))


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ([], S.DECLINED),
        ([], S.WITHDRAWN),
        ([S.OFFERED], S.DECLINED),
        ([S.OFFERED], S.WITHDRAWN),
        ([S.OFFERED], S.EXPIRED),
        ([S.OFFERED, S.ACCEPTED], S.DECLINED),
        ([S.OFFERED, S.ACCEPTED], S.WITHDRAWN),
    ],
)
def test_a_placement_may_fall_through_and_then_moves_no_more(small_market: Market, path: list[S], end: S) -> None:
    placement = small_market.placed(*path, end)
    assert small_market.events(placement)[-1] == end
    with pytest.raises(IllegalMove):
        small_market.move(placement, S.OFFERED)


def test_a_step_before_the_last_one_or_ahead_of_today_changes_nothing(small_market: Market) -> None:
    placement = small_market.placed()
    small_market.move(placement, S.OFFERED, on=day(-10))
    for on in (day(-11), day(1)):
        with pytest.raises(Invalid):
            small_market.move(placement, S.ACCEPTED, on=on)
    assert small_market.read(placement).placement.version == 2
    assert small_market.move(placement, S.ACCEPTED, on=day(-10)).version == 3


def test_a_stale_version_is_refused(small_market: Market) -> None:
    placement = small_market.placed(S.OFFERED)
    with pytest.raises(Stale):
        small_market.move(placement, S.ACCEPTED, expected=1)
    assert small_market.move(placement, S.ACCEPTED, expected=2).version == 3


def test_a_proposal_needs_a_position_that_is_open_and_known_with_its_seats(small_market: Market) -> None:
    trainee, posting = small_market.completer(), small_market.posting(seats=2)
    first, second = posting.seats
    steps = (
        posting.seat_news(SeatPosted, first),
        posting.news(PositionOpened),
        posting.news(PositionPaused),
        posting.seat_news(SeatPosted, second),
    )
    for step in steps:
        with pytest.raises(PositionNotOpen):
            small_market.propose(trainee, posting)
        small_market.news(step)
    with pytest.raises(PositionNotOpen):
        small_market.propose(trainee, posting)
    small_market.news(posting.news(PositionOpened))
    assert small_market.propose(trainee, posting).state is S.PROPOSED
    small_market.news(posting.news(PositionClosed, reason="withdrawn"))
    with pytest.raises(PositionNotOpen):
        small_market.propose(small_market.completer(), posting)


def test_who_was_put_forward_before_a_pause_may_still_be_offered_a_seat_but_not_after_the_closing(small_market: Market) -> None:
    opening = small_market.opening(seats=2)
    early, late = (small_market.propose(small_market.completer(), opening) for _ in range(2))
    small_market.news(opening.news(PositionPaused))
    assert small_market.move(early, S.OFFERED).state is S.OFFERED
    small_market.news(opening.news(PositionClosed, reason="lapsed"))
    with pytest.raises(PositionNotOpen):
        small_market.move(late, S.OFFERED)


def test_a_proposal_needs_a_candidate(small_market: Market) -> None:
    opening, trainee = small_market.opening(seats=1), small_market.enrolment()
    with pytest.raises(NotACandidate):
        small_market.propose(trainee, opening)
    for news in (trainee.news(TrainingStarted), trainee.news(LeaveStarted)):
        small_market.news(news)
    with pytest.raises(NotACandidate):
        small_market.propose(trainee, opening)
    small_market.news(trainee.news(EmployedEarly))
    with pytest.raises(NotACandidate):
        small_market.propose(trainee, opening)


def test_a_proposal_is_not_before_the_opening(small_market: Market) -> None:
    opening = small_market.opening(opens_on=day(-20))
    with pytest.raises(Invalid):
        small_market.propose(small_market.completer(), opening, on=day(-21))
    assert small_market.propose(small_market.completer(), opening, on=day(-20)).stepped_on == day(-20)


def test_a_person_is_put_forward_once_at_a_time_and_again_after_it_fell_through(market: Market) -> None:
    trainee, opening = market.completer(), market.opening()
    first = market.propose(trainee, opening)
    with pytest.raises(AlreadyPutForward):
        market.propose(trainee, opening)
    market.move(first, S.WITHDRAWN)
    assert market.propose(trainee, opening).id != first.id


def test_a_placement_counts_for_the_enrolment_in_the_positions_field(small_market: Market) -> None:
    person_id = uuid4()
    small_market.completer(person_id=person_id, field="water", on=day(-1))
    robot = small_market.trainee(person_id=person_id, field="robot")
    assert small_market.propose(robot, small_market.opening(field="robot")).enrolment_id == robot.enrolment_id


def test_of_two_enrolments_in_the_field_the_one_furthest_on_counts(small_market: Market) -> None:
    person_id = uuid4()
    older = small_market.completer(person_id=person_id, on=day(-300))
    newer = small_market.completer(person_id=person_id, on=day(-3))
    small_market.trainee(person_id=person_id)
    assert older.enrolment_id != newer.enrolment_id
    assert small_market.propose(newer, small_market.opening()).enrolment_id == newer.enrolment_id


def test_an_organisation_moves_its_own_placements_and_finds_no_others(market: Market) -> None:
    university_id, (company_id, number) = market.university("knu"), market.company()
    trainee = market.completer(university_id=university_id)
    placement = market.propose(trainee, market.opening(company_id=company_id))
    stranger, other = employer("9999999999"), university("ynu")
    for outsider in (stranger, other):
        with pytest.raises(NotFound):
            market.move(placement, S.OFFERED, by=outsider)
    market.move(placement, S.OFFERED, by=employer(number))
    with pytest.raises(Forbidden):
        market.move(placement, S.ACCEPTED, by=employer(number))
    market.move(placement, S.ACCEPTED, by=university("knu"))
    with pytest.raises(Forbidden):
        market.move(placement, S.STARTED, by=university("knu"))
    market.move(placement, S.STARTED, by=employer(number))
    ended = market.move(placement, S.ENDED, by=employer(number))
    assert [step.actor for step in market.read(ended).steps] == [
        "manager", f"employer-{number}", "university-knu", f"employer-{number}", f"employer-{number}",
    ]  # fmt: skip


def test_a_university_declines_for_its_trainee(small_market: Market) -> None:
    trainee = small_market.completer(university_id=small_market.university("knu"))
    placement = small_market.move(small_market.propose(trainee, small_market.opening()), S.OFFERED)
    small_market.do(move_placement, placement.id, to=S.DECLINED, reason="further_study", by=university("knu"))
    assert small_market.read(placement).steps[-1].by == "trainee"


def test_without_a_free_seat_nobody_is_offered_one(small_market: Market) -> None:
    opening = small_market.opening(seats=1)
    first, second = (small_market.propose(small_market.completer(), opening) for _ in range(2))
    small_market.move(first, S.OFFERED)
    with pytest.raises(NoFreeSeat):
        small_market.move(second, S.OFFERED)
    small_market.move(first, S.DECLINED)
    small_market.news(opening.seat_news(SeatReopened, placement_id=first.id))
    assert small_market.move(second, S.OFFERED).seat_id == opening.seats[0]


def test_an_unknown_placement_is_not_found(small_market: Market) -> None:
    with pytest.raises(NotFound):
        small_market.do(move_placement, uuid4(), to=S.OFFERED, by=MANAGER)


def test_a_completion_is_heard_before_a_placement_is_dated_today(small_market: Market) -> None:
    trainee = small_market.trainee()
    small_market.news(trainee.news(EnrolmentCompleted))
    placement = small_market.propose(trainee, small_market.opening(), on=None)
    moved: date = small_market.move(placement, S.OFFERED, on=None).stepped_on
    assert moved == TODAY
