"""Offers wait for an answer, are shown by age, and lapse when nobody answered: once, however often the job runs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from services.matching.app import service
from services.matching.commands.expiry import expire_offers
from services.matching.commands.placements import move_placement
from services.matching.tables import Placement
from shared import clock
from shared.errors import IllegalMove
from tests.matching.callers import MANAGER as MANAGER_CLIENT
from tests.matching.callers import Callers
from tests.matching.market import MANAGER, TODAY, Market, S, day


def _overdue(market: Market, monkeypatch: pytest.MonkeyPatch, *, days: int = 15) -> None:
    """It is that many days later."""
    later = clock.now() + (day(days) - TODAY)
    monkeypatch.setattr(clock, "now", lambda: later)
    for module in ("expiry", "mismatches", "profiles"):
        monkeypatch.setattr(f"services.matching.commands.{module}.today", lambda: day(days))


def test_an_offer_waits_two_weeks_from_the_day_it_is_recorded(market: Market) -> None:
    placement = market.placed(S.OFFERED)
    assert placement.answer_by == day(14)
    assert market.contents(placement)[-1]["answer_by"] == day(14).isoformat()
    assert market.move(placement, S.ACCEPTED).answer_by is None


def test_an_offer_that_was_answered_by_nobody_lapses_and_gives_its_seat_back(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = market.placed(S.OFFERED)
    longer = market.move(market.placed(), S.OFFERED, answer_by=day(30))
    answered = market.placed(S.OFFERED, S.ACCEPTED)
    assert expire_offers(market.database) == 0
    _overdue(market, monkeypatch)
    assert [expire_offers(market.database), expire_offers(market.database)] == [1, 0]
    step = market.read(waiting).steps[-1]
    assert (step.what, step.reason, step.by, step.actor) == ("expired", "no_answer", "system", "service:matching")
    assert market.events(waiting) == ["proposed", "offered", "expired"]
    assert waiting.seat_id is not None
    assert market.seat(waiting.seat_id).placement_id is None
    assert [market.read(each).placement.state for each in (longer, answered)] == [S.OFFERED, S.ACCEPTED]


def test_an_offer_from_before_there_were_last_days_lapses_too(small_market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = small_market.placed(S.OFFERED)
    with small_market.database.write() as session:
        session.execute(update(Placement).values(answer_by=None, stepped_on=day(0)))
    _overdue(small_market, monkeypatch, days=14)
    assert expire_offers(small_market.database) == 0
    _overdue(small_market, monkeypatch, days=15)
    assert expire_offers(small_market.database) == 1
    assert small_market.read(offered).placement.state is S.EXPIRED


def test_an_offer_from_a_round_waits_as_long_as_the_round_says(small_market: Market) -> None:
    placement = small_market.placed()
    with small_market.database.write() as session:
        session.execute(update(Placement).values(answer_days=5))
    assert small_market.move(placement, S.OFFERED).answer_by == day(5)


def test_the_last_day_for_the_answer_is_still_a_day_for_it(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    market.placed(S.OFFERED)
    _overdue(market, monkeypatch, days=14)
    assert expire_offers(market.database) == 0


@pytest.mark.unhurried
def test_several_machines_at_once_let_each_offer_lapse_once(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    offers = [market.placed(S.OFFERED) for _ in range(12)]
    monkeypatch.setattr("services.matching.commands.expiry.AT_ONCE", 3)
    _overdue(market, monkeypatch)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: expire_offers(market.database), range(4)))
    assert sum(counts) == 12
    assert {tuple(market.events(offer)) for offer in offers} == {("proposed", "offered", "expired")}


@pytest.mark.unhurried
def test_an_answer_and_the_job_at_the_same_moment_are_one_or_the_other(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    offers = [market.placed(S.OFFERED) for _ in range(8)]
    _overdue(market, monkeypatch)

    def accept(number: int) -> bool:
        try:
            market.do(move_placement, offers[number].id, to=S.ACCEPTED, on=TODAY, by=MANAGER)
        except IllegalMove:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        job = pool.submit(expire_offers, market.database)
        accepted = sum(pool.map(accept, range(len(offers))))
        assert job.result() + accepted == len(offers)
    for offer in offers:
        assert market.events(offer) in (["proposed", "offered", "expired"], ["proposed", "offered", "accepted"])


def test_an_offer_can_wait_longer_as_long_as_it_is_out(callers: Callers, market: Market) -> None:
    placement = market.placed(S.OFFERED)
    path = f"/placements/{placement.id}/answer-by"
    for _ in range(2):
        answer = callers.put(MANAGER_CLIENT, path, {"answer_by": day(40).isoformat()}, if_match="*")
        assert (answer.status_code, answer.json()["answer_by"]) == (200, day(40).isoformat())
    assert market.events(placement) == ["proposed", "offered", "offer_prolonged"]
    assert market.contents(placement)[-1]["answer_by"] == day(40).isoformat()
    assert callers.put(MANAGER_CLIENT, path, {"answer_by": day(-1).isoformat()}, if_match="*").status_code == 422
    market.move(placement, S.ACCEPTED)
    late = callers.put(MANAGER_CLIENT, path, {"answer_by": day(41).isoformat()}, if_match="*")
    assert (late.status_code, late.json()["code"]) == (409, "no_offer_out")


def test_the_job_belongs_to_the_service() -> None:
    assert expire_offers in service.housekeeping


@pytest.mark.unhurried
def test_offers_are_shown_by_age(callers: Callers, market: Market) -> None:
    for age in (5, 30, 12):
        market.move(market.placed(), S.OFFERED, on=day(-age))
    shown = callers.get(MANAGER_CLIENT, "/placements", state="offered", sort="effective_on").json()["items"]
    assert [item["waiting_days"] for item in shown] == [30, 12, 5]
    assert {item["answer_by"] for item in shown} == {day(14).isoformat()}
    assert market.placed(S.OFFERED, S.ACCEPTED).answer_by is None
