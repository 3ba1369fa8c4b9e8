"""What employer, trainee and record say of an employment: evidence where they agree, mismatches with an owner where not."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest

from services.matching.commands.claims import claim_employment
from services.matching.commands.mismatches import resolve_mismatch
from services.matching.domain.evidence import NothingToProve
from services.matching.domain.mismatches import AlreadyResolved, Claimant, Code, Resolution, differences
from services.matching.domain.placements import PlacementState
from services.matching.queries.mismatches import MismatchFilter, mismatches
from services.matching.tables import Mismatch, Placement
from shared.contracts.employers import SeatReservationRefused
from shared.errors import Forbidden, Invalid, NotFound
from tests.matching.callers import Callers
from tests.matching.market import MANAGER, Market, S, day, employer, university

C = Claimant
STARTED, ENDED = date(2026, 3, 2), date(2026, 9, 30)


@dataclass(frozen=True)
class Job:
    started_on: date | None = STARTED
    ended_on: date | None = None
    state: PlacementState = PlacementState.STARTED


@dataclass(frozen=True)
class Word:
    employed: bool = True
    started_on: date | None = None
    ended_on: date | None = None


# By hand: the placement, the claim, and how they differ.
CASES = [
    (Job(), Word(), []),
    (Job(), Word(employed=False), ["employment_denied"]),
    (Job(), Word(started_on=date(2026, 3, 9)), []),
    (Job(), Word(started_on=date(2026, 3, 10)), ["start_differs"]),
    (Job(), Word(started_on=date(2026, 2, 22)), ["start_differs"]),
    (Job(), Word(ended_on=ENDED), ["already_left"]),
    (Job(ended_on=ENDED), Word(), ["still_employed"]),
    (Job(ended_on=ENDED), Word(ended_on=date(2026, 10, 7)), []),
    (Job(ended_on=ENDED), Word(ended_on=date(2026, 10, 8)), ["end_differs"]),
    (Job(ended_on=ENDED), Word(employed=False), ["employment_denied"]),
    (Job(started_on=None), Word(employed=False), []),
]


@pytest.mark.parametrize(("job", "word", "codes"), CASES)
def test_a_claim_differs_from_a_placement_by_these_codes(job: Job, word: Word, codes: list[str]) -> None:
    assert list(differences(job, word)) == codes


def _open(market: Market, placement: Placement) -> list[Mismatch]:
    wanted = MismatchFilter(open=True, placement_id=placement.id)
    return market.ask(lambda session: list(session.scalars(mismatches(wanted, by=MANAGER))))


def _hired(market: Market) -> Placement:
    return market.placed(S.OFFERED, S.ACCEPTED, S.STARTED)


def _claim(market: Market, placement: Placement, claimant: Claimant, **said: object) -> Placement:
    return market.do(claim_employment, placement.id, claimant=claimant, by=MANAGER, **said)


@pytest.mark.parametrize(("claimant", "grade"), [(C.EMPLOYER, 1), (C.TRAINEE, 2), (C.RECORD, 4)])
def test_a_yes_is_evidence_of_its_grade(market: Market, claimant: Claimant, grade: int) -> None:
    placement = _claim(market, _hired(market), claimant, started_on=day(-50))
    assert placement.evidence_grade == grade
    assert _open(market, placement) == []


def test_a_no_is_no_evidence_and_the_programs_to_settle(market: Market) -> None:
    placement = _claim(market, _hired(market), C.TRAINEE, employed=False)
    found = _open(market, placement)
    assert placement.evidence_grade == 1
    assert [(each.code, each.claimant, each.owner) for each in found] == [("employment_denied", "trainee", "program")]
    assert market.happened(found[0].id) == ["mismatch.found"]


def test_the_same_word_twice_is_one_mismatch_and_a_better_one_settles_it(market: Market) -> None:
    placement = _hired(market)
    for start in (day(-10), day(-11)):
        _claim(market, placement, C.RECORD, started_on=start)
    first = _open(market, placement)
    assert [each.code for each in first] == ["start_differs"]
    _claim(market, placement, C.RECORD, started_on=day(-49))
    assert _open(market, placement) == []
    assert market.happened(first[0].id) == ["mismatch.found", "mismatch.resolved"]


def test_the_end_of_the_employment_settles_what_only_said_so_first(market: Market) -> None:
    placement = _claim(market, _hired(market), C.RECORD, started_on=day(-50), ended_on=day(-20))
    assert [each.code for each in _open(market, placement)] == ["already_left"]
    market.move(placement, S.ENDED, on=day(-21))
    assert _open(market, placement) == []


def test_what_was_never_a_hire_leaves_nothing_to_differ(market: Market) -> None:
    placement = _claim(market, _hired(market), C.TRAINEE, employed=False)
    found = _open(market, placement)
    market.move(placement, S.REVERSED, on=day(-1))
    assert market.ask(lambda session: session.get_one(Mismatch, found[0].id)).resolution == "placement_over"


def test_who_works_without_a_seat_is_a_mismatch_of_the_employers(market: Market) -> None:
    opening = market.opening()
    placement = market.move(market.propose(market.completer(), opening), S.OFFERED, S.ACCEPTED, S.STARTED)
    refusal = opening.seat_news(SeatReservationRefused, placement_id=placement.id)
    market.news(refusal, refusal)
    found = _open(market, placement)
    assert [(each.code, each.owner, each.claimant) for each in found] == [("employed_without_seat", "employer", "system")]
    market.do(resolve_mismatch, found[0].id, resolution=Resolution.SEAT_ADDED, by=MANAGER)
    assert _open(market, placement) == []


def test_a_settled_mismatch_does_not_come_back_for_the_same_word_but_for_a_new_one(market: Market) -> None:
    placement = _claim(market, _hired(market), C.RECORD, started_on=day(-10))
    market.do(resolve_mismatch, _open(market, placement)[0].id, resolution=Resolution.ACCEPTED, by=MANAGER)
    _claim(market, placement, C.TRAINEE)
    assert _open(market, placement) == []
    _claim(market, placement, C.RECORD, started_on=day(-9))
    assert len(_open(market, placement)) == 1


def test_only_the_owner_and_the_program_settle(small_market: Market) -> None:
    company_id, number = small_market.company()
    knu = small_market.university("knu")
    trainee = small_market.completer(university_id=knu)
    placement = small_market.propose(trainee, small_market.opening(company_id=company_id))
    placement = small_market.move(placement, S.OFFERED, S.ACCEPTED, S.STARTED)
    _claim(small_market, placement, C.RECORD, started_on=day(-10))
    found = _open(small_market, placement)[0]
    for nobody, refusal in ((university("knu"), Forbidden), (employer("9999999999"), NotFound)):
        with pytest.raises(refusal):
            small_market.do(resolve_mismatch, found.id, resolution=Resolution.ACCEPTED, by=nobody)
    for resolution in (Resolution.AGREED, Resolution.SEAT_ADDED):
        with pytest.raises(Invalid):
            small_market.do(resolve_mismatch, found.id, resolution=resolution, by=MANAGER)
    small_market.do(resolve_mismatch, found.id, resolution=Resolution.CLAIM_WRONG, by=employer(number))
    with pytest.raises(AlreadyResolved):
        small_market.do(resolve_mismatch, found.id, resolution=Resolution.ACCEPTED, by=MANAGER)


def test_each_speaks_for_themselves(small_market: Market) -> None:
    company_id, number = small_market.company()
    knu = small_market.university("knu")
    placement = small_market.propose(small_market.completer(university_id=knu), small_market.opening(company_id=company_id))
    with pytest.raises(NothingToProve):
        small_market.do(claim_employment, placement.id, by=employer(number))
    small_market.move(placement, S.OFFERED, S.ACCEPTED, S.STARTED)
    assert small_market.do(claim_employment, placement.id, by=university("knu")).evidence_grade == 2
    assert small_market.do(claim_employment, placement.id, by=employer(number)).evidence_grade == 2
    for who, claimant in ((employer(number), C.RECORD), (university("knu"), C.EMPLOYER)):
        with pytest.raises(Forbidden):
            small_market.do(claim_employment, placement.id, claimant=claimant, by=who)
    with pytest.raises(Invalid):
        small_market.do(claim_employment, placement.id, by=MANAGER)


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"employed": False, "started_on": "2026-01-01"}, "/started_on", "not_employed"),
        ({"employed": True, "started_on": "2026-03-02", "ended_on": "2026-03-01"}, "/ended_on", "too_early"),
        ({"employed": True, "started_on": day(1).isoformat()}, "/started_on", "in_the_future"),
        ({"employed": True, "note": "x"}, "/note", "unknown_field"),
        ({}, "/employed", "required"),
    ],
)
def test_what_cannot_be_claimed_is_refused(
    callers: Callers, market: Market, said: dict[str, object], pointer: str, code: str
) -> None:
    path = f"/placements/{_hired(market).id}/claims"
    answer = callers.post("program-manager", path, {"claimant": "record", **said}, if_match="*")
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


@pytest.mark.unhurried
def test_from_a_claim_to_a_settled_mismatch_over_http(callers: Callers, market: Market) -> None:
    company_id, number = market.company()
    placement = market.move(
        market.propose(market.completer(), market.opening(company_id=company_id)), S.OFFERED, S.ACCEPTED, S.STARTED
    )
    path, mine = f"/placements/{placement.id}/claims", f"employer-{number}"
    said = {"claimant": "record", "employed": True, "started_on": day(-20).isoformat(), "reference": "EI-2026-1"}
    claimed = callers.post("program-manager", path, said, if_match='"4"')
    assert (claimed.status_code, claimed.json()["evidence_grade"]) == (201, 4)
    assert callers.get(mine, path).json()["items"][0]["claimant"] == "record"
    work = callers.get(mine, "/mismatches", open="true", owner="employer").json()["items"]
    assert [item["code"] for item in work] == [Code.START_DIFFERS]
    one = f"/mismatches/{work[0]['id']}"
    settled = callers.post(mine, f"{one}/resolution", {"resolution": "accepted"}, if_match='"1"')
    assert (settled.status_code, settled.headers["ETag"]) == (200, '"2"')
    assert callers.get(mine, one).json()["resolution"] == "accepted"
    assert callers.get(mine, "/mismatches", open="true").json()["items"] == []
    assert callers.get("employer-0001234560", one).status_code == 404
    assert callers.get("program-manager", f"/mismatches/{uuid4()}").status_code == 404
