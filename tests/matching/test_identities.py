"""Two persons turn out to be one human, and after all to be two: candidates and placements follow."""

from uuid import UUID, uuid4

from services.matching.commands import profiles
from services.matching.commands.follow_ups import follow_up_placements
from services.matching.domain.candidates import Stage
from services.matching.domain.openings import Kind
from services.matching.domain.placements import overlap_full_time
from services.matching.domain.skills import SkillSource
from services.matching.queries.candidates import CandidateFilter, candidates
from services.matching.queries.follow_ups import FollowUpFilter, follow_ups
from services.matching.queries.mismatches import MismatchFilter, mismatches
from services.matching.queries.profiles import held_skills, whole_profile
from services.matching.tables import Mismatch, Placement
from shared.contracts.trainees import (
    EnrolmentCompleted,
    EnrolmentCorrected,
    PersonErased,
    PersonsMerged,
    PersonsUnmerged,
    TrainingStarted,
)
from tests.matching.market import MANAGER, TODAY, Market, S, Trainee, day


def _merge(market: Market, one: Trainee, into: Trainee) -> None:
    market.news(PersonsMerged(person_id=one.person_id, survivor_id=into.person_id, effective_on=TODAY))


def _unmerge(market: Market, one: Trainee) -> None:
    market.news(PersonsUnmerged(person_id=one.person_id, survivor_id=one.person_id, effective_on=TODAY))


def _hired(market: Market, trainee: Trainee, **position: object) -> Placement:
    proposed = market.propose(trainee, market.opening(**position))  # type: ignore[arg-type]
    return market.move(proposed, S.OFFERED, S.ACCEPTED, S.STARTED)


def _people(market: Market) -> set[UUID]:
    statement = candidates(CandidateFilter(), by=MANAGER)
    return market.ask(lambda session: {row.person_id for row in session.execute(statement)})


def _overlaps(market: Market) -> list[Mismatch]:
    return market.ask(lambda session: list(session.scalars(mismatches(MismatchFilter(open=True), by=MANAGER))))


def test_candidates_and_placements_of_a_merged_person_move_and_go_back(market: Market) -> None:
    one, other = market.completer(), market.completer()
    placement = _hired(market, one)
    _merge(market, one, other)
    _merge(market, one, other)
    assert _people(market) == {other.person_id}
    moved = market.read(placement).placement
    assert (moved.person_id, moved.said_person_id) == (other.person_id, one.person_id)
    assert market.events(placement)[-2:] == ["started", "moved_to_person"]
    said = market.contents(placement)[-1]
    assert (said["person_id"], said["moved_from_person_id"]) == (str(other.person_id), str(one.person_id))
    _unmerge(market, one)
    assert _people(market) == {one.person_id, other.person_id}
    assert market.read(placement).placement.person_id == one.person_id
    assert market.events(placement)[-1] == "moved_to_person"


def test_news_of_an_enrolment_after_the_merge_is_the_survivors(market: Market) -> None:
    one, other = market.enrolment(), market.completer()
    _merge(market, one, other)
    market.news(one.news(TrainingStarted))
    assert _people(market) == {other.person_id}
    placement = market.propose(other, market.opening())
    assert placement.person_id == other.person_id
    _unmerge(market, one)
    assert _people(market) == {one.person_id, other.person_id}


def test_a_placement_of_the_merged_persons_enrolment_goes_back_with_it(market: Market) -> None:
    one, other = market.completer(field="robot"), market.completer(field="water")
    _merge(market, one, other)
    placement = market.propose(other, market.opening(field="robot"))
    assert (placement.person_id, placement.enrolment_id) == (other.person_id, one.enrolment_id)
    _unmerge(market, one)
    assert market.read(placement).placement.person_id == one.person_id


def test_two_full_time_placements_that_meet_by_a_merge_are_the_programs_to_settle(market: Market) -> None:
    one, other = market.completer(), market.completer()
    first, _ = _hired(market, one), _hired(market, other)
    _merge(market, one, other)
    assert [(each.placement_id, each.code, each.owner) for each in _overlaps(market)] == [
        (first.id, "full_time_overlap", "program")
    ]
    assert market.read(first).placement.state is S.STARTED, "a machine ends nothing"
    _unmerge(market, one)
    assert _overlaps(market) == []


def test_an_internship_beside_a_job_is_no_overlap(small_market: Market) -> None:
    one, other = small_market.completer(), small_market.completer()
    _hired(small_market, one, kind="internship")
    _hired(small_market, other)
    _merge(small_market, one, other)
    assert _overlaps(small_market) == []


def test_one_job_after_the_other_is_no_overlap_and_on_the_same_day_is() -> None:
    def spell(first: int, last: int | None) -> Placement:
        state = S.STARTED if last is None else S.ENDED
        return Placement(state=state, kind=Kind.PERMANENT, started_on=day(first), ended_on=None if last is None else day(last))  # type: ignore[call-arg]

    assert not overlap_full_time(spell(-90, -60), spell(-59, None))
    assert overlap_full_time(spell(-90, -60), spell(-60, None))
    assert overlap_full_time(spell(-90, None), spell(-60, -50))
    assert not overlap_full_time(spell(-40, None), spell(-60, -41))


def test_skills_follow_the_merge_and_the_refusal_of_machines_goes_along(market: Market) -> None:
    one, other = market.completer(), market.completer()
    market.do(profiles.declare_skills, one.person_id, skills={"ROS2": 4}, source=SkillSource.UNIVERSITY, by=MANAGER)
    market.do(profiles.decide_on_automation, one.person_id, allowed=False, by=MANAGER)
    market.do(profiles.park, one.person_id, reason="health", until=day(20), by=MANAGER)
    _merge(market, one, other)
    assert set(market.ask(held_skills)) == {other.person_id}
    assert market.ask(held_skills, [other.person_id])[other.person_id]["ros2"].level == 4
    profile = market.ask(whole_profile, other.person_id, by=MANAGER).profile
    assert (profile.automated, profile.parked_until) == (False, day(20))
    assert market.happened(other.person_id) == ["candidate.automated_matching_refused", "candidate.parked"]
    _unmerge(market, one)
    assert set(market.ask(held_skills)) == {one.person_id}


def test_follow_ups_move_with_their_placement(market: Market) -> None:
    one, other = market.completer(), market.completer()
    placement = market.propose(one, market.opening(opens_on=day(-300)), on=day(-200))
    market.move(placement, S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-200))
    follow_up_placements(market.database)
    _merge(market, one, other)
    found = market.ask(lambda session: list(session.scalars(follow_ups(FollowUpFilter(), by=MANAGER))))
    assert {each.person_id for each in found} == {other.person_id}


def test_of_an_erased_person_nothing_that_was_declared_is_left(market: Market) -> None:
    person = market.completer().person_id
    market.do(profiles.declare_skills, person, skills={"ros2": 1}, source=SkillSource.TRAINEE, by=MANAGER)
    market.do(profiles.decide_on_automation, person, allowed=False, by=MANAGER)
    market.news(*[PersonErased(person_id=each, ground="request", effective_on=TODAY) for each in (person, uuid4())])
    whole = market.ask(whole_profile, person, by=MANAGER)
    assert (whole.skills, whole.profile.automated) == ({}, False)
    assert market.happened(person)[-1] == "candidate.declarations_erased"


def test_a_corrected_enrolment_makes_the_candidate_what_the_correction_says(market: Market) -> None:
    trainee = market.completer()

    def corrected(stage: str) -> None:
        market.news(trainee.news(EnrolmentCorrected, corrects=3, taken_back=True, stage=stage, since=day(-9), path=[]))

    def stages() -> list[tuple[Stage, object]]:
        statement = candidates(CandidateFilter(person_id=trainee.person_id), by=MANAGER)
        return market.ask(lambda session: [(row.stage, row.available_from) for row in session.execute(statement)])

    corrected("training")
    assert stages() == [(Stage.TRAINING, None)]
    corrected("completed")
    assert stages() == [(Stage.COMPLETED, day(-9))]
    corrected("dropped")
    assert stages() == []
    market.news(trainee.news(EnrolmentCompleted))
    assert len(stages()) == 1
