"""Placements and recommendations over HTTP: the story from proposal to evidence, who may what, and wrong requests."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from services.matching.app import service
from services.matching.domain.market.weights import View, known_weights
from shared.contracts.trainees import LeaveStarted
from tests.matching.callers import ADMIN, AUDITOR, EXECUTIVE, MANAGER, UNIVERSITY, Callers
from tests.matching.market import TODAY, Market, Opening, S, Trainee, day

EVERYBODY = [MANAGER, ADMIN, AUDITOR, EXECUTIVE, UNIVERSITY, "employer-1234567890"]


def proposal(trainee: Trainee, opening: Opening, **said: Any) -> dict[str, Any]:
    return {"trainee_id": str(trainee.person_id), "position_id": str(opening.position_id), **said}


def proposed(callers: Callers, market: Market, **position: Any) -> str:
    """The path of a placement of somebody new at a new position."""
    body = proposal(market.completer(), market.opening(**position), effective_on=day(-30).isoformat())
    created = callers.post(MANAGER, "/placements", body)
    assert created.status_code == 201, created.text
    return created.headers["Location"].removeprefix("/api/v1")


@pytest.mark.unhurried
def test_a_placement_from_the_proposal_to_the_insurance_record(callers: Callers, market: Market) -> None:
    university_id, (company_id, number) = market.university("knu"), market.company()
    trainee = market.completer(university_id=university_id)
    opening = market.opening(company_id=company_id, seats=2)
    employer = f"employer-{number}"
    created = callers.post(MANAGER, "/placements", proposal(trainee, opening, effective_on=day(-30).isoformat()))
    assert (created.status_code, created.headers["ETag"], created.json()["state"]) == (201, '"1"', "proposed")
    path = created.headers["Location"].removeprefix("/api/v1")
    offered = callers.move(employer, path, "offered", effective_on=day(-29).isoformat())
    assert (offered.status_code, offered.headers["ETag"]) == (200, '"2"')
    assert offered.json()["seat_id"] == str(min(opening.seats))
    assert callers.move(UNIVERSITY, path, "accepted", effective_on=day(-28).isoformat()).status_code == 200
    started = callers.move(employer, path, "started", effective_on=day(-20).isoformat(), reported_on=day(-2).isoformat()).json()
    assert (started["state"], started["started_on"], started["evidence_grade"]) == ("started", day(-20).isoformat(), 1)
    proved = callers.post(MANAGER, f"{path}/evidence", {"grade": 4, "reference": "2026-EI-0042"})
    assert (proved.status_code, proved.headers["ETag"], proved.json()["evidence_grade"]) == (201, '"5"', 4)
    again = callers.post(MANAGER, f"{path}/evidence", {"grade": 3})
    assert (again.status_code, again.headers["ETag"], again.json()["evidence_grade"]) == (201, '"5"', 4)
    whole = callers.get(MANAGER, path)
    assert whole.headers["ETag"] == '"5"'
    assert [(step["what"], step["actor"]) for step in whole.json()["history"]] == [
        ("proposed", MANAGER), ("offered", employer), ("accepted", UNIVERSITY), ("started", employer), ("evidenced", MANAGER),
    ]  # fmt: skip
    assert [(piece["grade"], piece["reference"]) for piece in whole.json()["evidence"]] == [
        (1, None), (4, "2026-EI-0042"), (3, None),
    ]  # fmt: skip
    ended = callers.move(employer, path, "ended", reason="contract_over").json()
    assert (ended["state"], ended["ended_on"], ended["effective_on"]) == ("ended", TODAY.isoformat(), TODAY.isoformat())
    assert ended["person_id"] == str(trainee.person_id)


def test_a_read_that_changed_nothing_is_not_sent_again(callers: Callers, market: Market) -> None:
    path = proposed(callers, market)
    assert callers.get(MANAGER, path, headers={"If-None-Match": '"1"'}).status_code == 304
    assert callers.get(MANAGER, path, headers={"If-None-Match": '"0"'}).status_code == 200


def test_who_recorded_a_step_is_not_shown_to_executives_and_organisations(callers: Callers, market: Market) -> None:
    company_id, number = market.company()
    path = proposed(callers, market, company_id=company_id)
    shown = {who: callers.get(who, path).json()["history"][0]["actor"] for who in (MANAGER, AUDITOR, ADMIN)}
    hidden = {who: callers.get(who, path).json()["history"][0]["actor"] for who in (EXECUTIVE, f"employer-{number}")}
    assert set(shown.values()) == {MANAGER}
    assert set(hidden.values()) == {None}


@pytest.mark.unhurried
@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/to", "required"),
        ({"to": "hired"}, "/to", "not_a_choice"),
        ({"to": "offered", "salary": 1}, "/salary", "unknown_field"),
        ({"to": "withdrawn", "by": "program"}, "/reason", "required"),
        ({"to": "withdrawn", "reason": "no_need"}, "/by", "not_a_choice"),
        ({"to": "withdrawn", "reason": "no_need", "by": "system"}, "/by", "not_a_choice"),
        ({"to": "withdrawn", "reason": "The manager changed her mind", "by": "program"}, "/reason", "wrong_form"),
        ({"to": "withdrawn", "reason": "no_need", "by": "program"}, "/reason", "not_a_choice"),
        ({"to": "withdrawn", "reason": "position_filled", "by": "program"}, "/reason", "not_a_choice"),
        ({"to": "offered", "reason": "no_need"}, "/reason", "not_an_end"),
        ({"to": "withdrawn", "answer_by": "2027-01-01", "reason": "other", "by": "program"}, "/answer_by", "not_an_offer"),
        ({"to": "offered", "answer_by": day(-1).isoformat()}, "/answer_by", "in_the_past"),
        ({"to": "offered", "answer_by": day(91).isoformat()}, "/answer_by", "too_late"),
        ({"to": "offered", "by": "employer"}, "/by", "not_an_end"),
        ({"to": "offered", "effective_on": day(1).isoformat()}, "/effective_on", "in_the_future"),
        ({"to": "offered", "effective_on": day(-31).isoformat()}, "/effective_on", "too_early"),
        ({"to": "offered", "reported_on": day(1).isoformat()}, "/reported_on", "in_the_future"),
    ],
)
def test_a_wrong_step_is_refused_where_it_is_wrong(
    callers: Callers, market: Market, body: dict[str, Any], pointer: str, code: str
) -> None:
    path = proposed(callers, market)
    refused = callers.post(MANAGER, f"{path}/transitions", body, if_match='"1"')
    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]
    assert callers.get(MANAGER, path).headers["ETag"] == '"1"'


@pytest.mark.parametrize("body", [{"grade": 0}, {"grade": 5}, {"grade": "4"}, {"grade": 2, "reference": "김하늘 확인서"}])
def test_wrong_evidence_is_refused(callers: Callers, market: Market, body: dict[str, Any]) -> None:
    refused = callers.post(MANAGER, f"{proposed(callers, market)}/evidence", body)
    assert refused.status_code == 422
    assert "김하늘" not in refused.text


def test_an_illegal_step_answers_with_the_legal_ones_in_the_readers_language(callers: Callers, market: Market) -> None:
    path = proposed(callers, market)
    refused = callers.post(MANAGER, f"{path}/transitions", {"to": "started"}, if_match='"1"')
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_move")
    assert "declined, offered, withdrawn" in refused.json()["detail"]
    korean = callers.post(MANAGER, f"{path}/evidence", {"grade": 2}, language="ko").json()
    assert (korean["code"], korean["title"]) == ("nothing_to_prove", "아직 근무를 시작하지 않았습니다")


def test_a_step_needs_the_version_that_was_read(callers: Callers, market: Market) -> None:
    path = proposed(callers, market)
    assert callers.post(MANAGER, f"{path}/transitions", {"to": "offered"}).status_code == 428
    assert callers.post(MANAGER, f"{path}/transitions", {"to": "offered"}, if_match='"7"').status_code == 412
    assert callers.post(MANAGER, f"{path}/transitions", {"to": "offered"}, if_match='"1"').status_code == 200


def test_the_same_proposal_sent_twice_is_one(callers: Callers, market: Market) -> None:
    body = proposal(market.completer(), market.opening(seats=2))
    first, second = (callers.post(MANAGER, "/placements", body, key="once") for _ in range(2))
    assert (first.json(), first.status_code) == (second.json(), second.status_code)
    other = callers.post(MANAGER, "/placements", body)
    assert (other.status_code, other.json()["code"]) == (409, "already_put_forward")
    assert len(callers.get(MANAGER, "/placements").json()["items"]) == 1


@pytest.mark.unhurried
def test_of_many_offers_at_once_as_many_are_made_as_there_are_seats(callers: Callers, market: Market) -> None:
    opening = market.opening(seats=3)
    paths = [
        callers.post(MANAGER, "/placements", proposal(market.completer(), opening)).headers["Location"][7:] for _ in range(12)
    ]

    def offer(path: str) -> int:
        return callers.post(MANAGER, f"{path}/transitions", {"to": "offered"}, if_match='"1"').status_code

    with ThreadPoolExecutor(12) as pool:
        assert sorted(pool.map(offer, paths)) == [200] * 3 + [409] * 9


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_program_puts_people_forward_and_adds_evidence(callers: Callers, market: Market, who: str) -> None:
    path = proposed(callers, market)
    allowed = who in {MANAGER, ADMIN}
    body = proposal(market.completer(), market.opening())
    assert callers.post(who, "/placements", body).status_code == (201 if allowed else 403)
    # Where it may, the rule speaks: nobody has worked yet.
    assert callers.post(who, f"{path}/evidence", {"grade": 2}).status_code == (409 if allowed else 403)


@pytest.mark.parametrize(("who", "status"), [(AUDITOR, 403), (EXECUTIVE, 403), (UNIVERSITY, 404), ("employer-1234567890", 404)])
def test_steps_of_others_are_forbidden_or_not_found(callers: Callers, market: Market, who: str, status: int) -> None:
    path = proposed(callers, market)
    assert callers.post(who, f"{path}/transitions", {"to": "offered"}, if_match='"1"').status_code == status


def test_an_employer_may_not_accept_for_the_trainee(callers: Callers, market: Market) -> None:
    company_id, number = market.company()
    path = proposed(callers, market, company_id=company_id)
    callers.move(MANAGER, path, "offered")
    refused = callers.move(f"employer-{number}", path, "accepted")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/candidates", {MANAGER, ADMIN, UNIVERSITY}),
        ("/placements", set(EVERYBODY)),
        ("/recommendations", {MANAGER, ADMIN}),
    ],
)
def test_lists_are_for_those_who_may_read_them(callers: Callers, market: Market, path: str, may: set[str]) -> None:
    query: dict[str, Any] = {"trainee_id": str(market.completer().person_id)} if path == "/recommendations" else {}
    statuses = {who: callers.get(who, path, **query).status_code for who in EVERYBODY}
    assert {who for who, status in statuses.items() if status == 200} == may
    assert {status for who, status in statuses.items() if who not in may} <= {403}


def test_a_university_lists_its_own_candidates_page_by_page(callers: Callers, market: Market) -> None:
    ours = {
        str(market.completer(university_id=university_id).enrolment_id)
        for university_id in [market.university("knu")]
        for _ in range(5)
    }
    market.completer(university_id=market.university("ynu"))
    page = callers.get(UNIVERSITY, "/candidates", limit=2, count="true", field="robot")
    assert page.json()["total"] == 5
    found = page.json()["items"]
    while "Link" in page.headers:
        page = callers.follow(UNIVERSITY, page.headers["Link"])
        found += page.json()["items"]
    assert {row["enrolment_id"] for row in found} == ours
    assert len(found) == 5
    assert set(found[0]) == {
        "person_id", "enrolment_id", "cohort_id", "program_id", "university_id", "field", "stage", "available_from",
    }  # fmt: skip
    assert callers.get(UNIVERSITY, "/candidates", field="water").json()["items"] == []


@pytest.mark.unhurried
def test_placements_are_listed_by_what_they_are_page_by_page(callers: Callers, market: Market) -> None:
    for _ in range(3):
        proposed(callers, market)
    offered = market.placed(S.OFFERED)
    only = callers.get(MANAGER, "/placements", state="offered").json()["items"]
    assert [row["id"] for row in only] == [str(offered.id)]
    page = callers.get(EXECUTIVE, "/placements", limit=3)
    rest = callers.follow(EXECUTIVE, page.headers["Link"])
    ids = [row["id"] for row in page.json()["items"] + rest.json()["items"]]
    assert (len(ids), ids) == (4, sorted(ids))
    assert callers.get(MANAGER, "/placements", person_id=str(offered.person_id)).json()["items"] == only
    assert callers.get(MANAGER, "/placements", trainee_id=str(offered.person_id)).status_code == 422
    cursor = page.json()["next"]
    assert callers.get(MANAGER, "/placements", limit=3, cursor=cursor).json()["code"] == "bad_cursor"


def test_a_recommendation_explains_itself_in_the_readers_language(callers: Callers, market: Market) -> None:
    opening = market.opening(skills=["ROS2"])
    trainee = market.completer(university_id=market.university("knu"), field="ict")
    market.news(market.completer().news(LeaveStarted))
    answer = callers.get(MANAGER, "/recommendations", position_id=str(opening.position_id))
    assert answer.headers["Content-Language"] == "en"
    found = answer.json()
    assert found["weights"] == {"id": known_weights().id, "by_component": dict(known_weights().views[View.POSITION])}
    assert (found["on"], found["considered"], found["eligible"]) == (TODAY.isoformat(), 2, 1)
    assert found["excluded"] == [{"rule": "trainee_present", "explanation": "The trainee is on leave.", "count": 1}]
    (item,) = found["items"]
    assert (item["person_id"], item["position_title"]) == (str(trainee.person_id), "로봇 제어")
    assert item["score"] == pytest.approx(0.3 * 0.5 + 0.45 * 0.5 + 0.15 + 0.1)
    skills = next(part for part in item["components"] if part["name"] == "skills")
    assert skills == {"name": "skills", "value": None, "counted": 0.5, "weight": 0.45}
    assert [note["code"] for note in item["missing"]] == ["skills_unknown"]
    korean = callers.get(MANAGER, "/recommendations", position_id=str(opening.position_id), language="ko").json()
    assert korean["excluded"][0]["explanation"] == "교육생이 휴학 중입니다."
    assert korean["items"][0]["matched"][0] == {"code": "related_field", "text": "공고와 가까운 분야에서 교육받았습니다."}


def test_skills_are_called_by_the_names_that_readers_know(callers: Callers, market: Market) -> None:
    market.opening(skills=["ros2", "soldering_by_hand"])
    trainee = market.completer()
    body = {"source": "trainee", "skills": {"ros2": 3, "soldering_by_hand": 1}}
    path = f"/candidates/{trainee.person_id}/skills"
    assert callers.put(MANAGER, path, body, if_match='"0"').status_code == 200

    def names(language: str) -> list[str]:
        asked = callers.get(MANAGER, "/recommendations", trainee_id=str(trainee.person_id), language=language).json()
        return [note["text"] for note in asked["items"][0]["matched"] if note["code"] == "skill"]

    assert names("ko") == ["보유 역량: 로봇 운영체제 ROS 2", "보유 역량: soldering_by_hand"]  # nobody named the second one
    assert names("en") == ["Has the skill ROS 2.", "Has the skill soldering_by_hand."]


def test_an_employer_is_recommended_ids_for_its_own_positions_and_nothing_else(callers: Callers, market: Market) -> None:
    company_id, number = market.company()
    own, other = market.opening(company_id=company_id), market.opening()
    trainee = market.completer()
    found = callers.get(f"employer-{number}", "/recommendations", position_id=str(own.position_id)).json()["items"]
    assert [item["person_id"] for item in found] == [str(trainee.person_id)]
    assert callers.get(f"employer-{number}", "/recommendations", position_id=str(other.position_id)).status_code == 404
    assert callers.get(f"employer-{number}", "/recommendations", trainee_id=str(trainee.person_id)).status_code == 403


def test_positions_are_recommended_to_a_trainee(callers: Callers, market: Market) -> None:
    trainee, opening = market.completer(), market.opening()
    market.opening(field="water")
    found = callers.get(MANAGER, "/recommendations", trainee_id=str(trainee.person_id), limit=1).json()
    assert [item["position_id"] for item in found["items"]] == [str(opening.position_id)]
    assert [(row["rule"], row["count"]) for row in found["excluded"]] == [("field_eligible", 1)]
    assert callers.get(MANAGER, "/recommendations", trainee_id=str(uuid4())).status_code == 404


@pytest.mark.parametrize(
    "query",
    [{}, {"position_id": str(uuid4()), "trainee_id": str(uuid4())}, {"position_id": "first"}, {"limit": 101}, {"limit": 0}],
)
def test_a_question_is_about_one_position_or_one_trainee(callers: Callers, query: dict[str, Any]) -> None:
    assert callers.get(MANAGER, "/recommendations", **query).status_code == 422


def test_every_route_of_matching_is_under_its_prefixes() -> None:
    paths = [route.path for router in service.routers for route in router.routes if isinstance(route, APIRoute)]
    assert paths
    assert all(any(path.startswith(prefix) for prefix in service.prefixes) for path in paths)
