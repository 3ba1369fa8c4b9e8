"""Evidence: the best grade counts, none is forgotten, and only a better one is news."""

import pytest

from services.matching.commands.evidence import add_evidence
from services.matching.domain.evidence import NothingToProve
from shared.errors import Invalid
from tests.matching.market import MANAGER, Market, S, day

EMPLOYED = (S.OFFERED, S.ACCEPTED, S.STARTED)


def test_a_start_is_the_employers_claim(small_market: Market) -> None:
    placement = small_market.placed(*EMPLOYED)
    assert placement.evidence_grade == 1
    assert [piece.grade for piece in small_market.read(placement).evidence] == [1]


def test_better_evidence_raises_the_grade_and_is_told(market: Market) -> None:
    placement = market.placed(*EMPLOYED)
    raised = market.do(add_evidence, placement.id, grade=3, reference="D-17", on=day(-40), reported_on=day(-2), by=MANAGER)
    assert (raised.evidence_grade, raised.version) == (3, 5)
    assert market.events(placement)[-1] == "evidenced"
    said = market.contents(placement)[-1]
    assert (said["evidence_grade"], said["effective_on"], said["reported_on"]) == (3, day(-40).isoformat(), day(-2).isoformat())
    step = market.read(placement).steps[-1]
    assert (step.version, step.what, step.evidence_grade) == (5, "evidenced", 3)


@pytest.mark.parametrize("grade", [1, 2, 3])
def test_evidence_that_is_no_better_is_kept_and_changes_nothing_else(small_market: Market, grade: int) -> None:
    placement = small_market.placed(*EMPLOYED)
    small_market.do(add_evidence, placement.id, grade=3, by=MANAGER)
    kept = small_market.do(add_evidence, placement.id, grade=grade, reference="late", by=MANAGER)
    assert (kept.evidence_grade, kept.version) == (3, 5)
    whole = small_market.read(placement)
    assert [piece.grade for piece in whole.evidence] == [1, 3, grade]
    assert len(whole.steps) == len(small_market.events(placement)) == 5


def test_the_grade_climbs_to_the_insurance_record_and_stays(small_market: Market) -> None:
    placement = small_market.placed(*EMPLOYED)
    for grade in (2, 4, 3):
        small_market.do(add_evidence, placement.id, grade=grade, by=MANAGER)
    assert small_market.read(placement).placement.evidence_grade == 4
    assert [said["evidence_grade"] for said in small_market.contents(placement)] == [None, None, None, 1, 2, 4]


def test_an_employment_can_be_proved_after_it_ended(small_market: Market) -> None:
    placement = small_market.placed(*EMPLOYED, S.ENDED)
    assert small_market.do(add_evidence, placement.id, grade=4, by=MANAGER).evidence_grade == 4


@pytest.mark.parametrize("path", [(), (S.OFFERED,), (S.OFFERED, S.ACCEPTED), (S.DECLINED,)])
def test_where_nobody_worked_there_is_nothing_to_prove(small_market: Market, path: tuple[S, ...]) -> None:
    placement = small_market.placed(*path)
    with pytest.raises(NothingToProve):
        small_market.do(add_evidence, placement.id, grade=2, by=MANAGER)


def test_evidence_is_not_of_a_day_before_the_start_or_ahead(small_market: Market) -> None:
    placement = small_market.placed(*EMPLOYED)
    for on in (day(-51), day(1)):
        with pytest.raises(Invalid):
            small_market.do(add_evidence, placement.id, grade=2, on=on, by=MANAGER)


def test_evidence_of_a_later_day_does_not_hold_up_an_end_reported_late(small_market: Market) -> None:
    placement = small_market.placed(*EMPLOYED)
    small_market.do(add_evidence, placement.id, grade=2, on=day(-5), by=MANAGER)
    assert small_market.move(placement, S.ENDED, on=day(-20)).ended_on == day(-20)
