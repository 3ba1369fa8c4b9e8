"""One person holds no two full-time placements on the same day."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.matching.domain.openings import Kind
from services.matching.domain.placements import FullTimeOverlap, PlacementState, refuse_second_full_time
from tests.matching.market import Market, S, day


@dataclass(frozen=True)
class Job:
    id: UUID
    state: PlacementState
    kind: Kind
    ended_on: date | None = None


def job(state: str, kind: str = "permanent", ended_on: date | None = None) -> Job:
    return Job(uuid4(), PlacementState(state), Kind(kind), ended_on)


# The other placement of the person, the step to take, and whether the other is in its way. The step is on day -10.
CASES = [
    (job("proposed"), "accepted", False),
    (job("offered"), "accepted", False),
    (job("accepted"), "accepted", True),
    (job("accepted", "fixed_term"), "accepted", True),
    (job("accepted", "internship"), "accepted", False),
    (job("started"), "accepted", True),
    (job("started", "internship"), "accepted", False),
    (job("ended", ended_on=day(-5)), "accepted", False),
    (job("declined"), "accepted", False),
    (job("withdrawn"), "accepted", False),
    (job("expired"), "accepted", False),
    (job("accepted"), "started", True),
    (job("started", "fixed_term"), "started", True),
    (job("started", "internship"), "started", False),
    (job("ended", ended_on=day(-9)), "started", True),
    (job("ended", ended_on=day(-10)), "started", True),
    (job("ended", ended_on=day(-11)), "started", False),
    (job("ended", "internship", ended_on=day(-9)), "started", False),
    (job("started"), "offered", False),
    (job("started"), "ended", False),
]


@pytest.mark.parametrize(("other", "step", "in_the_way"), CASES)
def test_another_full_time_placement_is_in_the_way_while_it_is_held(other: Job, step: str, in_the_way: bool) -> None:
    mine = job("offered")
    if not in_the_way:
        refuse_second_full_time(mine, [mine, other], target=PlacementState(step), on=day(-10))
        return
    with pytest.raises(FullTimeOverlap):
        refuse_second_full_time(mine, [mine, other], target=PlacementState(step), on=day(-10))


def test_an_internship_is_never_kept_out() -> None:
    refuse_second_full_time(job("offered", "internship"), [job("started")], target=S.ACCEPTED, on=day(-10))


def test_who_works_full_time_accepts_no_second_job_until_the_first_ends(small_market: Market) -> None:
    trainee = small_market.completer()
    first = small_market.move(
        small_market.propose(trainee, small_market.opening()), S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-40)
    )
    second = small_market.move(small_market.propose(trainee, small_market.opening(kind="fixed_term")), S.OFFERED)
    with pytest.raises(FullTimeOverlap):
        small_market.move(second, S.ACCEPTED)
    small_market.move(first, S.ENDED, on=day(-30))
    accepted = small_market.move(second, S.ACCEPTED, on=day(-35))
    with pytest.raises(FullTimeOverlap):
        small_market.move(accepted, S.STARTED, on=day(-30))
    assert small_market.move(accepted, S.STARTED, on=day(-29)).state is S.STARTED


@pytest.mark.unhurried
def test_of_several_offers_accepted_at_once_one_is_held(market: Market) -> None:
    trainee = market.completer()
    offers = [market.move(market.propose(trainee, market.opening()), S.OFFERED) for _ in range(6)]

    def accept(number: int) -> bool:
        try:
            market.move(offers[number], S.ACCEPTED)
        except FullTimeOverlap:
            return False
        return True

    with ThreadPoolExecutor(len(offers)) as pool:
        outcomes = list(pool.map(accept, range(len(offers))))
    assert sorted(outcomes) == [False] * 5 + [True]
    assert sorted(market.read(offer).placement.state for offer in offers) == ["accepted"] + ["offered"] * 5
