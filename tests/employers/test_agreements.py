"""Agreements: what they amount to on a day, and that no two are active on the same one."""

from dataclasses import dataclass
from datetime import date

import pytest
import time_machine

from services.employers import commands, queries
from services.employers.domain.agreements import AgreementsOverlap, AgreementState, Standing, standing
from shared.errors import IllegalMove, Invalid, NotFound, Stale
from tests.employers.story import MANAGER, TODAY, Story, business_number, day, employer

DRAFT, ACTIVE, SUSPENDED, ENDED = AgreementState


@dataclass
class Terms:
    state: AgreementState
    starts_on: date = date(2026, 3, 1)
    ends_on: date = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 28), Standing.NOT_BEGUN),
        (date(2026, 3, 1), Standing.ACTIVE),
        (date(2026, 8, 31), Standing.ACTIVE),
        (date(2026, 9, 1), Standing.EXPIRED),
    ],
)
def test_an_active_agreement_counts_from_its_first_day_to_its_last(on: date, expected: Standing) -> None:
    assert standing([Terms(ACTIVE)], on=on) is expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], Standing.NONE),
        ([DRAFT], Standing.DRAFT),
        ([ENDED], Standing.ENDED),
        ([ENDED, DRAFT], Standing.DRAFT),
        ([DRAFT, SUSPENDED, ENDED], Standing.SUSPENDED),
        ([SUSPENDED, ACTIVE], Standing.ACTIVE),
    ],
)
def test_of_several_agreements_the_best_counts(states: list[AgreementState], expected: Standing) -> None:
    assert standing([Terms(state) for state in states], on=date(2026, 5, 1)) is expected


def test_an_agreement_comes_into_force_rests_and_ends(story: Story) -> None:
    company = story.company()
    agreement = story.agreement(company.id, ACTIVE, SUSPENDED, ACTIVE, ENDED)
    assert (agreement.state, agreement.version) == (ENDED, 5)
    assert story.events(agreement.id) == [
        "agreement.drafted",
        "agreement.activated",
        "agreement.suspended",
        "agreement.activated",
        "agreement.ended",
    ]
    assert story.contents(agreement.id)[0] == {
        "agreement_id": str(agreement.id),
        "company_id": str(company.id),
        "starts_on": day(-30).isoformat(),
        "ends_on": day(30).isoformat(),
        "effective_on": day(-30).isoformat(),
        "fields": None,
        "kinds": None,
        "renews_id": None,
    }


def test_a_step_is_kept_with_its_day_its_reason_and_who_took_it(story: Story) -> None:
    company = story.company()
    agreement = story.do(commands.draft_agreement, company.id, starts_on=day(-30), ends_on=day(30), by=MANAGER)
    story.do(commands.move_agreement, company.id, agreement.id, to=ACTIVE, effective_on=day(-9), by=MANAGER)
    story.do(commands.move_agreement, company.id, agreement.id, to=SUSPENDED, effective_on=day(-3), reason="점검", by=MANAGER)
    with story.database.read() as session:
        history = queries.agreement(session, company.id, agreement.id, by=MANAGER)["history"]
    assert [(step.state, step.effective_on, step.reason, step.by, step.version) for step in history] == [
        ("draft", day(-30), None, "manager", 1),
        ("active", day(-9), None, "manager", 2),
        ("suspended", day(-3), "점검", "manager", 3),
    ]


def test_two_active_agreements_may_touch_but_not_overlap(story: Story) -> None:
    company = story.company()
    story.agreement(company.id, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    story.agreement(company.id, starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))
    with pytest.raises(AgreementsOverlap):
        story.agreement(company.id, starts_on=date(2026, 12, 31), ends_on=date(2027, 12, 31))
    story.agreement(story.company().id, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))


def test_a_suspended_agreement_stays_down_when_another_took_its_place(story: Story) -> None:
    company = story.company()
    first = story.agreement(company.id, ACTIVE, SUSPENDED)
    second = story.agreement(company.id)
    with pytest.raises(AgreementsOverlap):
        story.do(commands.move_agreement, company.id, first.id, to=ACTIVE, by=MANAGER)
    story.do(commands.move_agreement, company.id, second.id, to=ENDED, by=MANAGER)
    assert story.do(commands.move_agreement, company.id, first.id, to=ACTIVE, by=MANAGER).state is ACTIVE


def test_a_last_day_before_the_first_is_refused(story: Story) -> None:
    company = story.company()
    with pytest.raises(Invalid) as refused:
        story.agreement(company.id, starts_on=day(1), ends_on=day(0))
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/ends_on", "before_start")]
    assert story.agreement(company.id, ACTIVE, starts_on=day(1), ends_on=day(1)).state is ACTIVE


def test_a_step_is_true_from_no_day_ahead_and_none_before_the_last_step(story: Story) -> None:
    company = story.company()
    agreement = story.do(commands.draft_agreement, company.id, starts_on=day(2), ends_on=day(9), by=MANAGER)
    assert agreement.since == TODAY
    for offset, code in ((1, "in_the_future"), (-1, "too_early")):
        with pytest.raises(Invalid) as refused:
            story.do(commands.move_agreement, company.id, agreement.id, to=ACTIVE, effective_on=day(offset), by=MANAGER)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [("/effective_on", code)]


def test_today_is_the_day_in_seoul(story: Story) -> None:
    company = story.company()
    with time_machine.travel("2026-03-01T15:30:00Z", tick=False):
        agreement = story.agreement(company.id, ACTIVE, starts_on=date(2026, 3, 5), ends_on=date(2026, 3, 9))
        story.do(commands.move_agreement, company.id, agreement.id, to=SUSPENDED, effective_on=date(2026, 3, 2), by=MANAGER)
    assert [content["effective_on"] for content in story.contents(agreement.id)] == ["2026-03-02"] * 3


def test_a_step_from_an_old_version_is_refused(story: Story) -> None:
    company = story.company()
    agreement = story.agreement(company.id)
    with pytest.raises(Stale):
        story.do(commands.move_agreement, company.id, agreement.id, to=ENDED, expected=1, by=MANAGER)
    with pytest.raises(IllegalMove):
        story.do(commands.move_agreement, company.id, agreement.id, to=DRAFT, expected=2, by=MANAGER)
    assert len(story.events(agreement.id)) == 2


def test_an_agreement_is_found_with_its_own_company_only(story: Story) -> None:
    mine, other = story.company(), story.company()
    agreement = story.agreement(mine.id)
    with pytest.raises(NotFound):
        story.do(commands.move_agreement, other.id, agreement.id, to=ENDED, by=MANAGER)
    with story.database.read() as session, pytest.raises(NotFound):
        queries.agreement(session, other.id, agreement.id, by=MANAGER)
    with pytest.raises(NotFound):
        story.do(commands.draft_agreement, mine.id, starts_on=TODAY, ends_on=TODAY, by=employer(business_number()))
