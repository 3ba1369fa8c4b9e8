"""Days of an employment that were recorded wrongly are corrected by a fact of their own, with everything that follows."""

from collections.abc import Sequence

import pytest

from services.matching.commands.claims import claim_employment
from services.matching.commands.corrections import correct_dates
from services.matching.commands.follow_ups import follow_up_placements
from services.matching.domain.corrections import CorrectionReason, NothingToCorrect
from services.matching.domain.follow_ups import months_after
from services.matching.domain.mismatches import Claimant
from services.matching.domain.placements import FullTimeOverlap
from services.matching.queries.follow_ups import FollowUpFilter, follow_ups
from services.matching.queries.mismatches import MismatchFilter, mismatches
from services.matching.tables import Mismatch, Placement
from shared.errors import Invalid, NotFound, Stale
from tests.matching.callers import MANAGER as PROGRAM
from tests.matching.callers import UNIVERSITY, Callers
from tests.matching.market import MANAGER, Market, S, day, employer

RECORD = {"reason": CorrectionReason.RECORD, "by": MANAGER}


def differing(market: Market) -> Sequence[Mismatch]:
    return market.ask(lambda session: session.scalars(mismatches(MismatchFilter(open=True), by=MANAGER)).all())


def test_a_first_day_is_corrected_beside_what_was_said(small_market: Market) -> None:
    company_id, number = small_market.company()
    placement = small_market.placed(S.OFFERED, S.ACCEPTED, company_id=company_id)
    placement = small_market.move(placement, S.STARTED, on=day(-50))
    small_market.do(claim_employment, placement.id, claimant=Claimant.RECORD, started_on=day(-70), by=MANAGER)
    assert len(differing(small_market)) == 1
    said = {"started_on": day(-70), "reason": CorrectionReason.EMPLOYER, "by": employer(number)}
    corrected = small_market.do(correct_dates, placement.id, expected=placement.version + 1, **said)
    assert (corrected.started_on, corrected.stepped_on, corrected.state) == (day(-70), day(-70), S.STARTED)
    assert differing(small_market) == []
    steps = small_market.read(placement).steps
    assert [(step.what, step.effective_on) for step in steps[-1:]] == [("dates_corrected", day(-70))]
    assert [step.effective_on for step in steps if step.what == "started"] == [day(-50)]
    assert (steps[-1].reason, steps[-1].by, steps[-1].actor) == ("employer", "employer", f"employer-{number}")
    content = small_market.contents(placement)[-1]
    assert (content["started_on"], content["ended_on"], content["reason"]) == (str(day(-70)), None, "employer")
    again = small_market.do(correct_dates, placement.id, **said)
    assert again.version == corrected.version
    assert len(small_market.events(placement)) == corrected.version


def test_what_cannot_be_corrected_is_refused(small_market: Market) -> None:
    offered = small_market.placed(S.OFFERED)
    running = small_market.placed(S.OFFERED, S.ACCEPTED, S.STARTED, company_id=small_market.company()[0])
    with pytest.raises(NothingToCorrect):
        small_market.do(correct_dates, offered.id, started_on=day(-3), **RECORD)
    with pytest.raises(NothingToCorrect):
        small_market.do(correct_dates, running.id, ended_on=day(-3), **RECORD)
    for days in ({}, {"started_on": day(1)}, {"started_on": day(-101)}):
        with pytest.raises(Invalid) as refused:
            small_market.do(correct_dates, running.id, **days, **RECORD)
        assert [error.pointer for error in refused.value.errors] == ["/started_on"]
    ended = small_market.move(running, S.ENDED, on=day(-20))
    for days in ({"ended_on": day(1)}, {"ended_on": day(-90)}, {"started_on": day(-10)}):
        with pytest.raises(Invalid):
            small_market.do(correct_dates, ended.id, **days, **RECORD)
    with pytest.raises(Stale):
        small_market.do(correct_dates, ended.id, ended_on=day(-10), expected=ended.version - 1, **RECORD)
    with pytest.raises(NotFound):
        small_market.do(correct_dates, ended.id, ended_on=day(-10), **{**RECORD, "by": employer("1234567890")})


def test_corrected_days_overlap_no_other_full_time_placement(small_market: Market) -> None:
    trainee = small_market.completer()
    first = small_market.move(small_market.propose(trainee, small_market.opening(), on=day(-90)), S.OFFERED, on=day(-90))
    first = small_market.move(first, S.ACCEPTED, S.STARTED, on=day(-80))
    first = small_market.move(first, S.ENDED, on=day(-40))
    second = small_market.move(small_market.propose(trainee, small_market.opening()), S.OFFERED, S.ACCEPTED, on=day(-39))
    second = small_market.move(second, S.STARTED, on=day(-30))
    with pytest.raises(FullTimeOverlap):
        small_market.do(correct_dates, second.id, started_on=day(-40), **RECORD)
    with pytest.raises(FullTimeOverlap):
        small_market.do(correct_dates, first.id, ended_on=day(-30), **RECORD)
    corrected: Placement = small_market.do(correct_dates, second.id, started_on=day(-39), **RECORD)
    assert corrected.started_on == day(-39)
    assert small_market.do(correct_dates, first.id, ended_on=day(-45), **RECORD).ended_on == day(-45)


def test_follow_ups_still_to_be_asked_and_the_internship_behind_it_follow(small_market: Market) -> None:
    company_id, _ = small_market.company()
    trainee = small_market.completer()
    internship = small_market.propose(
        trainee, small_market.opening(kind="internship", company_id=company_id, opens_on=day(-300)), on=day(-290)
    )
    internship = small_market.move(internship, S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-280))
    permanent = small_market.propose(
        trainee, small_market.opening(company_id=company_id, opens_on=day(-300)), on=day(-150), converts=internship.id
    )
    permanent = small_market.move(permanent, S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-120))
    assert follow_up_placements(small_market.database) == 1
    small_market.do(correct_dates, permanent.id, started_on=day(-130), **RECORD)
    found = small_market.ask(lambda session: session.scalars(follow_ups(FollowUpFilter(), by=MANAGER)).all())
    assert found[0].asked_about == months_after(day(-130), 3)
    assert small_market.happened(found[0].id) == ["follow_up.due", "follow_up.moved"]
    assert small_market.read(internship).placement.ended_on == day(-131)
    assert small_market.events(internship)[-1] == "dates_corrected"
    seats = {content["converted_from_seat_id"] for content in small_market.contents(permanent)}
    assert seats == {str(internship.seat_id)}


@pytest.mark.unhurried
def test_days_are_corrected_over_http_by_who_knows_them(callers: Callers, market: Market) -> None:
    company_id, number = market.company()
    placement = market.placed(S.OFFERED, S.ACCEPTED, S.STARTED, company_id=company_id)
    path, company = f"/placements/{placement.id}", f"employer-{number}"
    where = f"{path}/corrections"
    etag = callers.get(company, path).headers["ETag"]
    said = {"started_on": str(day(-70)), "reason": "employer"}
    assert callers.post(UNIVERSITY, where, said, if_match=etag).status_code == 403
    assert callers.post("employer-9999999999", where, said, if_match=etag).status_code == 404
    assert callers.post(company, where, said).status_code == 428
    assert callers.post(company, where, said, if_match='"1"').status_code == 412
    corrected = callers.post(company, where, said, if_match=etag)
    assert (corrected.status_code, corrected.json()["started_on"]) == (200, str(day(-70)))
    history = callers.get(company, path).json()["history"]
    assert (history[-1]["what"], history[-1]["reason"]) == ("dates_corrected", "employer")
    etag = corrected.headers["ETag"]
    for wrong, code in (
        ({"started_on": str(day(1)), "reason": "record"}, 422),
        ({"started_on": str(day(-70)), "reason": "because"}, 422),
        ({"reason": "record"}, 422),
        ({"ended_on": str(day(-3)), "reason": "record"}, 409),
    ):
        refused = callers.post(PROGRAM, where, wrong, if_match=etag)
        assert (refused.status_code, refused.headers["content-type"]) == (code, "application/problem+json"), wrong
    again = callers.post(company, where, said, if_match=etag)
    assert (again.status_code, again.headers["ETag"]) == (200, etag), "the same days again are no event"
