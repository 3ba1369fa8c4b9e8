"""What rounds refuse, ignore, explain and export: on one engine, for nothing here depends on it."""

import csv
import io
import zipfile
from typing import Any
from uuid import UUID

import pytest

from services.matching.commands.round_runs import run_next_round
from services.matching.queries.rounds import frozen_problem
from services.matching.tables import RoundSnapshot
from shared.contracts.employers import PositionClosed
from tests.matching.callers import AUDITOR, EXECUTIVE, MANAGER, UNIVERSITY, Callers
from tests.matching.market import Market, Trainee, day
from tests.matching.test_rounds import drafted, places, proposed

pytestmark = pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)


def ranked(callers: Callers, path: str, trainee: Trainee, *positions: Any, who: str = MANAGER) -> int:
    body = {"side": "trainee", "owner_id": str(trainee.person_id), "ranked": [str(each.position_id) for each in positions]}
    etag = callers.get(MANAGER, path).headers["ETag"]
    return callers.put(who, f"{path}/rankings", body, if_match=etag).status_code


def test_an_empty_side_finishes_with_an_explanation(callers: Callers, market: Market) -> None:
    market.completer()
    _, row = proposed(callers, market)
    assert (row["state"], row["figures"]["placed"], row["verification"]["holds"]) == ("proposed", 0, True)
    assert row["explanation"] == "There is nobody to match: one of the two sides is empty."


def test_who_refused_the_machine_takes_no_part(callers: Callers, market: Market) -> None:
    market.opening()
    refusing = market.completer(university_id=market.university("knu"))
    callers.put(UNIVERSITY, f"/candidates/{refusing.person_id}/automated-matching", {"allowed": False}, if_match='"0"')
    _, row = proposed(callers, market)
    assert (row["trainees"], row["figures"]["placed"]) == (0, 0)


@pytest.mark.unhurried
def test_who_ranked_two_that_were_both_filled_learns_so(callers: Callers, market: Market) -> None:
    home = market.university("knu", region="27")
    one, two, third = market.opening(region="27"), market.opening(region="27"), market.opening(region="27")
    better = [market.completer(university_id=home) for _ in range(2)]
    weaker = market.completer(university_id=home, field="ict")
    path = drafted(callers)
    assert [ranked(callers, path, each, one, two) for each in (*better, weaker)] == [200] * 3
    callers.move(MANAGER, path, "frozen")
    callers.move(MANAGER, path, "running")
    run_next_round(market.database)
    found = callers.get(MANAGER, f"{path}/explanations").json()["items"]
    (reason,) = found
    assert (reason["person_id"], reason["code"], reason["listed"]) == (str(weaker.person_id), "outranked", 2)
    assert [(each["rank"], each["why"]) for each in reason["tried"]] == [(1, "ranked_higher"), (2, "ranked_higher")]
    korean = callers.get(MANAGER, f"{path}/explanations", person_id=str(weaker.person_id), language="ko").json()["items"][0]
    assert korean["text"] == "목록의 공고 2건은 모든 자리가 더 높은 순위의 후보에게 돌아갔습니다."
    (empty,) = callers.get(MANAGER, f"{path}/explanations", about="positions").json()["items"]
    assert (empty["position_id"], empty["code"]) == (str(third.position_id), "not_listed")


@pytest.mark.unhurried
def test_a_ranking_of_what_is_closed_or_out_of_reach_is_reported_and_nothing_breaks(callers: Callers, market: Market) -> None:
    reachable, water = market.opening(), market.opening(field="water")
    unknown, closed = market.posting(), market.opening()
    market.news(closed.news(PositionClosed, reason="filled"))
    trainee = market.completer()
    path = drafted(callers)
    ranked(callers, path, trainee, unknown, closed, water, reachable)
    callers.move(MANAGER, path, "frozen")
    callers.move(MANAGER, path, "running")
    run_next_round(market.database)
    row = callers.get(MANAGER, path).json()
    assert [(each["position_id"], each["reason"]) for each in row["ignored"]] == [
        (str(unknown.position_id), "unknown"), (str(closed.position_id), "closed"), (str(water.position_id), "field_eligible"),
    ]  # fmt: skip
    assert places(callers, path) == {str(trainee.person_id): str(reachable.position_id)}


def test_whom_no_rule_lets_through_learns_which_rules_and_which_skill_would_help(callers: Callers, market: Market) -> None:
    market.opening(skills=["ROS2"])
    market.opening(field="water")
    home = market.university("knu")
    trainee = market.completer(university_id=home)
    body = {"source": "university", "skills": {"C++": 3}}
    assert callers.put(UNIVERSITY, f"/candidates/{trainee.person_id}/skills", body, if_match='"0"').status_code == 200
    path, _ = proposed(callers, market)
    (reason,) = callers.get(MANAGER, f"{path}/explanations", person_id=str(trainee.person_id)).json()["items"]
    assert (reason["code"], reason["considered"]) == ("nobody_matches", 2)
    assert [(each["rule"], each["count"]) for each in reason["excluded"]] == [("field_eligible", 1), ("must_have_skills", 1)]
    assert reason["opening_skills"] == [{"skill": "ROS2", "skill_name": "ROS2", "positions": 1}]


def test_who_is_parked_is_counted_apart_from_those_who_took_part(callers: Callers, market: Market) -> None:
    market.opening(region="27")
    home = market.university("knu", region="27")
    parked, placed, unmatched = (market.completer(university_id=home, field=field) for field in ("robot", "robot", "water"))
    body = {"reason": "health", "until": day(9).isoformat()}
    assert callers.put(UNIVERSITY, f"/candidates/{parked.person_id}/parking", body, if_match='"0"').status_code == 200
    path, row = proposed(callers, market)
    figures = row["figures"]
    assert (row["trainees"], figures["trainees"], figures["kept_out"], figures["placed"]) == (3, 2, 1, 1)
    assert figures["fairness"]["region"] == [{"group": "27", "trainees": 2, "placed": 1, "rate": 0.5}]
    reasons = {each["person_id"]: each["code"] for each in callers.get(MANAGER, f"{path}/explanations").json()["items"]}
    assert reasons == {str(parked.person_id): "kept_out", str(unmatched.person_id): "nobody_matches"}
    assert [each for each, place in places(callers, path).items() if place] == [str(placed.person_id)]


@pytest.mark.unhurried
def test_organisations_rank_for_their_own_and_for_nobody_else(callers: Callers, market: Market) -> None:
    company_id, number = market.company()
    opening = market.opening(company_id=company_id)
    ours, theirs = market.completer(university_id=market.university("knu")), market.completer()
    path = drafted(callers)
    assert ranked(callers, path, ours, opening, who=UNIVERSITY) == 200
    assert ranked(callers, path, theirs, opening, who=UNIVERSITY) == 404
    assert ranked(callers, path, ours, opening, who=f"employer-{number}") == 403
    body = {"side": "position", "owner_id": str(opening.position_id), "ranked": [str(ours.person_id)]}
    etag = callers.get(MANAGER, path).headers["ETag"]
    assert callers.put(f"employer-{number}", f"{path}/rankings", body, if_match=etag).status_code == 200
    callers.move(MANAGER, path, "frozen")
    late = callers.put(MANAGER, f"{path}/rankings", body, if_match="*")
    assert (late.status_code, late.json()["code"]) == (409, "round_not_draft")


def test_there_is_no_what_if_before_something_is_frozen(callers: Callers, market: Market) -> None:
    path = drafted(callers)
    answer = callers.post(MANAGER, f"{path}/what-if", {"list_length": 3}, if_match="*")
    assert (answer.status_code, answer.json()["code"]) == (409, "round_without_result")
    assert callers.get(MANAGER, f"{path}/assignments").status_code == 409


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"weights": {"id": "own", "views": {"trainee": {"field": 0.9}, "position": {"field": 1}}}}, "not_one"),
        ({"weights": {"id": "own", "views": {"trainee": {"luck": 1}, "position": {"field": 1}}}}, "unknown_component"),
        ({"weights": {"id": "1999-1"}}, "not_a_choice"),
        ({"division": "region"}, "division_and_quotas"),
        (
            {"division": "region", "quotas": [{"group": "a", "values": ["27"]}, {"group": "b", "values": ["27110"]}]},
            "groups_overlap",
        ),
        (
            {"division": "field", "quotas": [{"group": "a", "values": ["ict"], "reserved": 60, "at_most": 50}]},
            "reserved_above_ceiling",
        ),
        (
            {
                "division": "field",
                "quotas": [{"group": "a", "values": ["ict"], "reserved": 60}, {"group": "b", "values": ["bio"], "reserved": 60}],
            },
            "too_much_reserved",
        ),
    ],
)
def test_settings_that_cannot_be_kept_are_refused(callers: Callers, settings: dict[str, Any], code: str) -> None:
    answer = callers.post(MANAGER, "/rounds", {"seed": 1, **settings})
    assert answer.status_code == 422
    assert code in {error["code"] for error in answer.json()["errors"]}


def test_a_result_is_exported_as_csv_and_as_a_workbook(callers: Callers, market: Market) -> None:
    market.opening()
    trainee, other = market.completer(), market.completer(field="water")
    path, _ = proposed(callers, market)
    answer = callers.get(AUDITOR, f"{path}/assignments.csv", language="ko")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {(row["person_id"], row["reason"]) for row in rows} == {
        (str(trainee.person_id), ""), (str(other.person_id), "nobody_matches"),
    }  # fmt: skip
    assert "필수 규칙" in next(row["explanation"] for row in rows if row["reason"])
    book = callers.get(EXECUTIVE, f"{path}/assignments.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.content)) as file:
        assert "xl/worksheets/sheet1.xml" in file.namelist()


def test_a_run_is_followed_by_events_until_it_is_through(callers: Callers, market: Market) -> None:
    path, _ = proposed(callers, market)
    answer = callers.get(MANAGER, f"{path}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert b'"state":"proposed","progress":100' in answer.content


@pytest.mark.unhurried
def test_a_run_that_fails_leaves_the_round_frozen_and_says_so(callers: Callers, market: Market) -> None:
    path = drafted(callers)
    row = callers.move(MANAGER, path, "frozen").json()
    callers.move(MANAGER, path, "running")
    with market.database.write() as session:
        snapshot = session.get(RoundSnapshot, UUID(row["id"]))
        assert snapshot is not None
        snapshot.content = b"torn"
    with pytest.raises(Exception, match="decompress"):
        run_next_round(market.database)
    failed = callers.get(MANAGER, path).json()
    assert (failed["state"], failed["failure"]) == ("frozen", "error")


def test_a_frozen_input_is_read_as_it_was_written(market: Market, callers: Callers) -> None:
    market.opening(skills=["ROS2"], seats=2)
    trainee = market.completer(university_id=market.university("knu"))
    path = drafted(callers)
    row = callers.move(MANAGER, path, "frozen").json()
    with market.database.read() as session:
        problem = frozen_problem(session, UUID(row["id"]))
    assert [each.person_id for each in problem.candidates] == [trainee.person_id]
    assert [(each.free_seats, [demand.skill for demand in each.demands]) for each in problem.openings] == [(2, ["ROS2"])]
