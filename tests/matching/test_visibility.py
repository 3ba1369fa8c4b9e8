"""Who sees which placements and candidates: organisations their own, and nothing of others, in lists and singles alike."""

from uuid import UUID

import pytest
from sqlmodel import select

from services.matching.queries.candidates import CandidateFilter, candidates
from services.matching.queries.placements import PlacementFilter, placements
from services.matching.queries.visibility import sees_actors, visible_openings
from services.matching.tables import Opening
from shared.auth.actor import Actor, Role
from shared.contracts.employers import CompanyMerged, CompanyRegistered
from shared.errors import NotFound
from shared.ids import new_id
from tests.matching.market import MANAGER, Market, employer, university


def seen(market: Market, by: Actor) -> set[UUID]:
    with market.database.read() as session:
        return {placement.id for placement in session.execute(placements(PlacementFilter(), by=by)).scalars()}


def known(market: Market, by: Actor) -> set[UUID]:
    with market.database.read() as session:
        return {row.person_id for row in session.execute(candidates(CandidateFilter(), by=by))}


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.ADMIN, Role.EXECUTIVE, Role.AUDITOR])
def test_the_program_executives_and_auditors_see_every_placement(small_market: Market, role: Role) -> None:
    placed = {small_market.placed().id for _ in range(2)}
    assert seen(small_market, Actor("somebody", frozenset({role}))) == placed


def test_organisations_see_their_own(market: Market) -> None:
    (ours, our_number), (theirs, their_number) = market.company(), market.company()
    knu, ynu = market.university("knu"), market.university("ynu")
    here, there = market.completer(university_id=knu), market.completer(university_id=ynu)
    first = market.propose(here, market.opening(company_id=ours))
    second = market.propose(there, market.opening(company_id=theirs))
    assert seen(market, employer(our_number)) == seen(market, university("knu")) == {first.id}
    assert seen(market, employer(their_number)) == seen(market, university("ynu")) == {second.id}
    assert known(market, university("knu")) == {here.person_id}
    assert known(market, MANAGER) == {here.person_id, there.person_id}
    assert known(market, employer(our_number)) == set()
    assert market.read(first, by=employer(our_number)).placement.id == first.id
    with pytest.raises(NotFound):
        market.read(first, by=employer(their_number))


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.UNIVERSITY])
def test_an_organisation_that_nobody_has_heard_of_sees_nothing(small_market: Market, role: Role) -> None:
    small_market.placed()
    for organisation in ("knu", None):
        stranger = Actor("stranger", frozenset({role}), organisation=organisation)
        assert seen(small_market, stranger) == known(small_market, stranger) == set()


def test_the_number_of_a_company_is_no_key_for_a_university(small_market: Market) -> None:
    company_id, number = small_market.company()
    placement = small_market.propose(small_market.completer(), small_market.opening(company_id=company_id))
    assert seen(small_market, employer(number)) == {placement.id}
    assert seen(small_market, university(number)) == set()
    with small_market.database.read() as session:
        assert session.exec(select(Opening).where(visible_openings(university(number)))).all() == []


def test_a_caller_without_a_role_sees_nothing(small_market: Market) -> None:
    small_market.placed()
    assert seen(small_market, Actor("nobody", frozenset())) == set()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.PROGRAM_MANAGER, True),
        (Role.ADMIN, True),
        (Role.AUDITOR, True),
        (Role.EXECUTIVE, False),
        (Role.EMPLOYER, False),
        (Role.UNIVERSITY, False),
    ],
)
def test_who_recorded_a_step_is_for_those_who_answer_for_it(role: Role, may: bool) -> None:
    assert sees_actors(Actor("somebody", frozenset({role}))) is may


def test_lists_are_narrowed_by_what_placements_are(small_market: Market) -> None:
    first, second = small_market.placed(), small_market.placed()
    filters = [
        PlacementFilter(person_id=first.person_id),
        PlacementFilter(enrolment_id=first.enrolment_id),
        PlacementFilter(cohort_id=first.cohort_id),
        PlacementFilter(university_id=first.university_id),
        PlacementFilter(position_id=first.position_id),
        PlacementFilter(company_id=first.company_id),
    ]
    with small_market.database.read() as session:
        for wanted in filters:
            assert [row.id for row in session.execute(placements(wanted, by=MANAGER)).scalars()] == [first.id]
        both = session.execute(placements(PlacementFilter(state=second.state), by=MANAGER)).scalars()
        assert {row.id for row in both} == {first.id, second.id}


def test_who_acts_for_a_company_sees_what_those_had_that_were_merged_into_it(market: Market) -> None:
    first, second, third = market.company(), market.company(), market.company()
    placement = market.propose(market.completer(), market.opening(company_id=first[0]))
    for merged, survivor in ((first, second), (second, third)):
        market.news(CompanyMerged(company_id=merged[0], into_id=survivor[0]))
        assert seen(market, employer(survivor[1])) == {placement.id}
    assert seen(market, employer(market.company()[1])) == set()


def test_a_merger_that_is_heard_of_first_waits_for_the_company(market: Market) -> None:
    survivor, number = market.company()
    company_id = new_id()
    market.news(
        CompanyMerged(company_id=company_id, into_id=survivor),
        CompanyRegistered(company_id=company_id, business_number="1112223334", name_ko="가상", name_en="Sample", region="27"),
    )
    placement = market.propose(market.completer(), market.opening(company_id=company_id))
    assert [seen(market, employer(each)) for each in (number, "1112223334")] == [{placement.id}] * 2
