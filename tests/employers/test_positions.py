"""A posting's life: written down, reviewed, opened under an active agreement, paused, closed and opened again."""

from datetime import timedelta

import pytest

from services.employers import commands
from services.employers.domain.agreements import AgreementState, NoActiveAgreement
from services.employers.domain.positions import PositionState, SeatsStillOpen
from services.employers.domain.seats import SeatOrigin, SeatState
from shared.contracts.matching import PlacementOffered, PlacementStarted
from shared.errors import Forbidden, IllegalMove, Invalid, NotFound, Stale
from shared.ids import new_id
from tests.employers.story import MANAGER, OPENED, TODAY, Story, business_number, day, employer, placement

DRAFT, IN_REVIEW, OPEN, PAUSED, CLOSED = PositionState


def test_a_posting_is_written_down_with_everything_listeners_need(story: Story) -> None:
    company = story.company()
    position = story.draft(company.id, seats=2, skills=["ROS", "C++", "ROS"], closes_on=day(20))
    assert (position.state, position.skills, position.version) == (DRAFT, ["ros2", "cpp"], 1)
    assert story.contents(position.id) == [
        {
            "position_id": str(position.id),
            "company_id": str(company.id),
            "title": "로봇 제어",
            "field": "robot",
            "kind": "permanent",
            "region": "27",
            "seats": 2,
            "skills": ["ros2", "cpp"],
            "opens_on": day(-30).isoformat(),
            "closes_on": day(20).isoformat(),
            "effective_on": day(-30).isoformat(),
            "must_have": [{"skill": "ros2", "level": 3}, {"skill": "cpp", "level": 3}],
            "nice_to_have": [],
            "licences": [],
            "salary": {"lowest": 36_000_000, "highest": None, "per": "year"},
            "working_hours": {"weekly": 40, "starts_at": None, "ends_at": None, "in_shifts": False},
            "duration_months": None,
            "origin": "new",
        }
    ]
    assert story.seats(position.id) == []


def test_a_window_upside_down_is_refused(story: Story) -> None:
    with pytest.raises(Invalid) as refused:
        story.draft(story.company().id, opens_on=day(1), closes_on=day(0))
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/closes_on", "before_start")]


def test_the_company_submits_and_the_program_manager_opens(story: Story) -> None:
    number = business_number()
    company = story.company(number)
    story.agreement(company.id)
    position = story.draft(company.id, by=employer(number))
    story.move(position.id, IN_REVIEW, by=employer(number))
    with pytest.raises(Forbidden):
        story.move(position.id, OPEN, by=employer(number))
    assert story.move(position.id, OPEN).state is OPEN
    assert story.events(position.id) == ["position.drafted", "position.submitted", "position.opened"]


def test_opening_posts_every_seat_once(story: Story) -> None:
    position = story.opened(seats=3, origin=SeatOrigin.REPLACEMENT)
    seats = story.seats(position.id)
    assert [(seat.state, seat.origin, seat.version, seat.posted_on) for seat in seats] == [
        (SeatState.OPEN, SeatOrigin.REPLACEMENT, 1, OPENED)
    ] * 3
    story.move(position.id, PAUSED)
    story.move(position.id, OPEN)
    assert [seat.id for seat in story.seats(position.id)] == [seat.id for seat in seats]
    assert story.contents(seats[0].id) == [
        {
            "seat_id": str(seats[0].id),
            "position_id": str(position.id),
            "company_id": str(position.company_id),
            "field": "robot",
            "kind": "permanent",
            "origin": "replacement",
            "region": "27",
            "effective_on": OPENED.isoformat(),
            "grew_from_id": None,
        }
    ]


def test_a_posting_goes_back_with_a_reason_or_not_at_all(story: Story) -> None:
    position = story.draft(story.company().id)
    story.move(position.id, IN_REVIEW)
    with pytest.raises(Invalid) as refused:
        story.move(position.id, DRAFT)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/reason", "required")]
    assert story.move(position.id, DRAFT, reason="임금을 적어 주세요").state is DRAFT
    assert [(step.state, step.reason) for step in story.position(position.id)["history"]] == [
        ("draft", None),
        ("in_review", None),
        ("draft", "임금을 적어 주세요"),
    ]
    assert story.events(position.id)[-1] == "position.returned"
    assert "임금" not in str(story.contents(position.id))


@pytest.mark.parametrize(
    ("path", "standing"),
    [
        ((AgreementState.ACTIVE, AgreementState.SUSPENDED), "suspended"),
        ((AgreementState.ACTIVE, AgreementState.ENDED), "ended"),
    ],
)
def test_no_posting_opens_under_an_agreement_that_rests_or_ended(
    story: Story, path: tuple[AgreementState, ...], standing: str
) -> None:
    company = story.company()
    story.agreement(company.id, *path)
    with pytest.raises(NoActiveAgreement) as refused:
        story.opened(company_id=company.id)
    assert (refused.value.standing, refused.value.errors[0].code) == (standing, f"agreement_{standing}")
    assert "seat.posted" not in story.events()


def test_no_posting_opens_without_an_agreement_on_that_day(story: Story) -> None:
    company = story.company()
    with pytest.raises(NoActiveAgreement) as none:
        story.opened(company_id=company.id)
    story.do(commands.draft_agreement, company.id, starts_on=day(-9), ends_on=day(9), by=MANAGER)
    with pytest.raises(NoActiveAgreement) as draft:
        story.opened(company_id=company.id)
    story.agreement(company.id, starts_on=day(-1), ends_on=day(9))
    position = story.draft(company.id)
    story.move(position.id, IN_REVIEW, effective_on=day(-3))
    with pytest.raises(NoActiveAgreement) as early:
        story.move(position.id, OPEN, effective_on=day(-2))
    assert [each.value.standing for each in (none, draft, early)] == ["none", "draft", "not_begun"]
    assert story.move(position.id, OPEN, effective_on=day(-1)).state is OPEN
    assert story.seats(position.id)[0].posted_on == day(-1)


def test_a_paused_posting_is_not_taken_up_after_the_agreement_ran_out(story: Story) -> None:
    company = story.company()
    story.agreement(company.id, starts_on=day(-30), ends_on=day(-1))
    position = story.draft(company.id)
    story.move(position.id, IN_REVIEW, effective_on=day(-1))
    story.move(position.id, OPEN, effective_on=day(-1))
    story.move(position.id, PAUSED)
    with pytest.raises(NoActiveAgreement) as refused:
        story.move(position.id, OPEN)
    assert refused.value.standing == "expired"
    assert story.position(position.id)["state"] is PAUSED


@pytest.mark.parametrize(("reason", "settled"), [("lapsed", "lapsed"), ("withdrawn", "withdrawn")])
def test_closing_settles_the_open_seats_and_reopening_brings_them_back(story: Story, reason: str, settled: str) -> None:
    position = story.opened(seats=3)
    taken = story.seats(position.id)[0]
    story.news(placement(PlacementStarted, seat_id=taken.id, placement_id=new_id()))
    assert story.move(position.id, CLOSED, reason=reason, effective_on=day(-1)).close_reason == reason
    assert story.counts(position.id) == {"filled": 1, settled: 2}
    assert story.contents(position.id)[-1]["reason"] == reason
    assert story.move(position.id, OPEN).close_reason is None
    assert story.counts(position.id) == {"filled": 1, "open": 2}
    back = story.seats(position.id)[1]
    assert story.events(back.id) == ["seat.posted", f"seat.{settled}", "seat.reopened"]
    assert [content["effective_on"] for content in story.contents(back.id)] == [
        OPENED.isoformat(), day(-1).isoformat(), TODAY.isoformat(),
    ]  # fmt: skip
    assert story.contents(back.id)[-1]["placement_id"] is None


def test_a_posting_is_closed_as_filled_only_when_no_seat_is_open(story: Story) -> None:
    position = story.opened(seats=2)
    first, second = story.seats(position.id)
    story.news(placement(PlacementStarted, seat_id=first.id, placement_id=new_id()))
    with pytest.raises(SeatsStillOpen) as refused:
        story.move(position.id, CLOSED, reason="filled")
    assert refused.value.params == {"count": 1}
    assert story.position(position.id)["state"] is OPEN
    story.news(placement(PlacementStarted, seat_id=second.id, placement_id=new_id()))
    assert story.position(position.id)["state"] is OPEN
    assert story.move(position.id, CLOSED, reason="filled").state is CLOSED
    assert story.counts(position.id) == {"filled": 2}


@pytest.mark.parametrize("reason", [None, "bored", ""])
def test_a_posting_is_closed_with_one_of_three_reasons(story: Story, reason: str | None) -> None:
    position = story.opened()
    with pytest.raises(Invalid) as refused:
        story.move(position.id, CLOSED, reason=reason)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/reason", "not_a_choice")]
    assert story.events(position.id)[-1] == "position.opened"


def test_a_paused_posting_can_be_closed_and_a_closed_one_not_paused(story: Story) -> None:
    position = story.opened(seats=1)
    story.move(position.id, PAUSED, reason="휴가철")
    story.move(position.id, CLOSED, reason="withdrawn")
    with pytest.raises(IllegalMove):
        story.move(position.id, PAUSED)
    assert [step.state for step in story.position(position.id)["history"]] == [
        "draft", "in_review", "open", "paused", "closed",
    ]  # fmt: skip


def test_a_day_ahead_or_before_the_last_step_is_refused_and_nothing_moves(story: Story) -> None:
    position = story.opened()
    for on, code in ((day(1), "in_the_future"), (OPENED - timedelta(days=1), "too_early")):
        with pytest.raises(Invalid) as refused:
            story.move(position.id, PAUSED, effective_on=on)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [("/effective_on", code)]
    assert story.position(position.id)["state"] is OPEN
    assert story.move(position.id, PAUSED, effective_on=OPENED).since == OPENED
    assert story.move(position.id, OPEN).since == TODAY


def test_what_is_shown_gets_another_version_with_every_move_of_a_seat(story: Story) -> None:
    position = story.opened(seats=2)
    before = story.position(position.id)["version"]
    story.news(placement(PlacementOffered, seat_id=story.seats(position.id)[0].id, placement_id=new_id()))
    after = story.position(position.id)["version"]
    assert after > before
    with pytest.raises(Stale):
        story.move(position.id, CLOSED, reason="withdrawn", expected=before)
    assert story.move(position.id, CLOSED, reason="withdrawn", expected=after).state is CLOSED


def test_nobody_posts_for_a_company_that_is_unknown_or_not_theirs(story: Story) -> None:
    with pytest.raises(NotFound):
        story.draft(new_id())
    with pytest.raises(NotFound):
        story.draft(story.company().id, by=employer(business_number()))
    position = story.opened()
    with pytest.raises(NotFound):
        story.move(position.id, PAUSED, by=employer(business_number()))
