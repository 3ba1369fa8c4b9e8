"""Rounds at their limits: settings by name, inputs of another release, steps that there are not, sides that want nobody."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import pytest

from services.matching.domain.market.layout import facet_of
from services.matching.domain.market.weights import known_weights, versions
from services.matching.domain.postings import Asked, demands_of, pay_of
from services.matching.domain.rounds.claims import claim_of
from services.matching.domain.rounds.life_cycle import RoundState, move
from services.matching.domain.rounds.quotas import Over, QuotasCannotBeKept, Rule, share_out
from services.matching.domain.rounds.report import assignments, figures, vacancies
from services.matching.domain.rounds.settings import Division, RoundSettings
from services.matching.domain.rounds.snapshot import packed, unpacked, written
from services.matching.domain.rounds.solving import solve
from services.matching.domain.rounds.verification import verify
from shared.errors import IllegalMove, Invalid
from tests.matching.test_quotas import OPENINGS, SEATS
from tests.matching.test_solving import a_claim, problem


def test_weights_may_be_named_by_their_version_alone() -> None:
    (newest, *_) = versions()
    for said in (newest, {"id": newest}, {"id": newest, "views": None}):
        assert RoundSettings.from_json({"seed": 1, "weights": said}).weights == known_weights(newest)
    with pytest.raises(Invalid):
        RoundSettings.from_json({"seed": 1, "weights": "2019"})


def test_trainees_are_told_apart_by_what_the_division_says() -> None:
    trainee = problem(1, 0).candidates[0]
    told = {each: RoundSettings(seed=1, division=each).value(trainee) for each in (*Division, None)}
    assert told[Division.UNIVERSITY] == str(trainee.university_id)
    assert told[Division.PROGRAM] == str(trainee.program_id)
    assert (told[Division.FIELD], told[None]) == (trainee.field, "")
    assert told[Division.REGION] == (trainee.region or "")[:2]


def test_an_input_of_another_release_is_not_read_as_if_it_were_ours() -> None:
    said = orjson.loads(written(problem(1, 1)))
    with pytest.raises(ValueError, match="snapshot of format 99"):
        unpacked(packed(orjson.dumps({**said, "format": 99})))


def test_a_step_that_a_rounds_life_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(IllegalMove):
        move(RoundState.DRAFT, RoundState.PUBLISHED)


def test_the_proof_lets_nobody_want_a_seat_that_there_is_not() -> None:
    one, a, b = UUID(int=0), UUID(int=2), UUID(int=3)
    assert (one, a) not in verify(a_claim(seats={a: 0, b: 1}, placed={one: b})).blocking


def test_a_rule_that_no_seats_can_keep_is_refused_as_a_whole() -> None:
    rules = [Rule("local", Over.ROUND, 100, 100), Rule("far", Over.ROUND, 100, 100)]
    with pytest.raises(QuotasCannotBeKept):
        share_out(rules, ["local", "far"], OPENINGS, SEATS, np.arange(len(SEATS), dtype=np.int32))


def test_a_column_that_no_facet_holds_would_be_overlooked_and_is_refused() -> None:
    with pytest.raises(LookupError, match="holds t_shoe_size"):
        facet_of(["t_shoe_size"])


def test_who_ranked_only_what_cannot_be_had_learns_so_and_a_position_nobody_is_fit_for_is_listed_nowhere() -> None:
    given = problem(6, 4)
    closed = [replace(each, free_seats=0) for each in given.openings[:1]] + list(given.openings[1:])
    person = given.candidates[0].person_id
    nowhere = UUID(int=1)
    outcome = solve(replace(given, openings=closed, by_trainee={person: (nowhere,)}), RoundSettings(seed=1))
    mine = next(each for each in assignments(outcome) if each.person_id == person)
    assert (mine.position_id, mine.reason) == (None, "ranking_empty")
    told = {each.position_id for each in vacancies(outcome)}
    assert closed[0].position_id not in told
    assert len(told) == 3
    assert verify(claim_of(outcome)).holds


def test_a_position_that_ranked_one_who_was_not_on_any_list_may_have_them() -> None:
    given = problem(8, 3)
    free = solve(given, RoundSettings(seed=1, list_length=1))
    listed = {(person, place) for person, place in zip(free.entries.person.tolist(), free.entries.position.tolist(), strict=True)}
    able = solve(given, RoundSettings(seed=1))
    wanted = next(
        (person, place)
        for person, place in zip(able.entries.person.tolist(), able.entries.position.tolist(), strict=True)
        if (person, place) not in listed
    )
    person_id, position_id = free.drawn.persons[wanted[0]], free.problem.openings[wanted[1]].position_id
    asked = solve(replace(given, by_position={position_id: (person_id,)}), RoundSettings(seed=1, list_length=1))
    entries = zip(asked.entries.person.tolist(), asked.entries.position.tolist(), strict=True)
    assert wanted in {*entries}


def test_a_person_with_two_enrolments_is_counted_once_and_a_market_where_nobody_fits_places_nobody() -> None:
    given = problem(4, 3)
    twice = [*given.candidates, replace(given.candidates[0], enrolment_id=UUID(int=9))]
    assert figures(solve(replace(given, candidates=twice), RoundSettings(seed=1))).trainees == 4
    shut = [replace(each, free_seats=0) for each in given.openings]
    nothing = figures(solve(replace(given, openings=shut), RoundSettings(seed=1)))
    assert (nothing.placed, nothing.seats, nothing.average_rank, nothing.field_match) == (0, 0, None, None)


@dataclass
class Wanted:
    skill: str
    level: int


@dataclass
class Pay:
    lowest: int | None
    highest: int | None
    per: str


@dataclass
class Hours:
    weekly: int


@dataclass
class Posting:
    skills: list[str] = field(default_factory=list)
    must_have: list[Wanted] = field(default_factory=list)
    nice_to_have: list[Wanted] = field(default_factory=list)
    licences: list[str] = field(default_factory=list)
    salary: Pay | None = None
    working_hours: Hours | None = None


def test_a_skill_that_is_both_demanded_and_welcome_is_demanded_once_at_the_highest_level() -> None:
    posting = Posting(["ros2"], [Wanted("ros2", 3), Wanted("cpp", 2)], [Wanted("ros2", 5), Wanted("english", 2)], ["driving"])
    assert demands_of(posting) == sorted(
        [Asked("ros2", 3, must=True), Asked("cpp", 2, must=True), Asked("driving", 1, must=True), Asked("english", 2, must=False)]
    )


@pytest.mark.parametrize(
    ("pay", "hours", "yearly"),
    [
        (None, None, None),
        (Pay(None, None, "year"), None, None),
        (Pay(3, 4, "year"), None, 4),
        (Pay(3, None, "month"), None, 36),
        (Pay(None, 10_000, "hour"), Hours(20), 10_000 * 20 * 52),
        (Pay(1, 1, "decade"), None, None),
    ],
)
def test_pay_is_compared_by_the_year(pay: Any, hours: Any, yearly: int | None) -> None:
    assert pay_of(Posting(salary=pay, working_hours=hours)) == yearly
