"""The story of a company over HTTP, from its registration to a closed posting, and what is answered to wrong requests."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.matching import PlacementOffered, PlacementStarted
from shared.ids import new_id
from tests.employers.callers import MANAGER, Callers, posting
from tests.employers.story import TODAY, Story, business_number, day, placement

COMPANY = {"business_number": "124-81-00998", "name_ko": "가상로봇", "name_en": "Fictitious Robot", "region": "27"}


def test_a_company_is_registered_and_read_back(callers: Callers) -> None:
    created = callers.post(MANAGER, "/companies", {**COMPANY, "size": "small", "ksic": "C29280"})
    assert created.status_code == 201
    path = created.headers["Location"].removeprefix("/api/v1")
    found = callers.get(MANAGER, path)
    assert found.json() == created.json()
    assert found.headers["ETag"] == created.headers["ETag"] == '"1"'
    assert {**COMPANY, "business_number": "1248100998", "size": "small", "ksic": "C29280", "version": 1}.items() <= (
        found.json().items()
    )
    assert callers.get(MANAGER, path, headers={"If-None-Match": '"1"'}).status_code == 304


@pytest.mark.unhurried
def test_a_position_goes_from_draft_to_closed(callers: Callers, story: Story) -> None:
    number = business_number()
    employer, company = f"employer-{number}", callers.company(number)
    draft = callers.post(employer, "/positions", {**posting(company), "skills": ["ROS"], "description": "협동로봇"})
    path = draft.headers["Location"].removeprefix("/api/v1")
    assert draft.json()["seat_counts"] == dict.fromkeys(("open", "reserved", "filled", "lapsed", "withdrawn"), 0)
    assert callers.move(employer, path, "in_review", effective_on=day(-3).isoformat()).json()["state"] == "in_review"
    opened = callers.move(MANAGER, path, "open", effective_on=day(-2).isoformat())
    assert opened.json()["seat_counts"]["open"] == 3
    seats = callers.get(employer, f"{path}/seats").json()["items"]
    assert [(seat["number"], seat["state"], seat["posted_on"]) for seat in seats] == [
        (number, "open", day(-2).isoformat()) for number in (1, 2, 3)
    ]
    hire = new_id()
    story.news(placement(PlacementOffered, seat_id=seats[0]["id"], placement_id=hire))
    story.news(placement(PlacementStarted, seat_id=seats[0]["id"], placement_id=hire))
    closed = callers.move(employer, path, "closed", reason="lapsed").json()
    assert (closed["state"], closed["close_reason"]) == ("closed", "lapsed")
    assert closed["seat_counts"] == {"open": 0, "reserved": 0, "filled": 1, "lapsed": 2, "withdrawn": 0}
    detail = callers.get(employer, path).json()
    assert [step["state"] for step in detail["history"]] == ["draft", "in_review", "open", "closed"]
    assert callers.get(employer, f"{path}/seats").json()["items"][0] == {
        "id": seats[0]["id"], "version": 3, "position_id": detail["id"], "number": 1, "state": "filled", "origin": "new",
        "placement_id": str(hire), "posted_on": day(-2).isoformat(), "since": TODAY.isoformat(),
        "vacant_since": day(-2).isoformat(), "days_to_fill": 2, "grew_from_id": None,
    }  # fmt: skip


@pytest.mark.unhurried
def test_a_cached_answer_is_not_given_again_when_a_seat_has_moved(callers: Callers, story: Story) -> None:
    number = business_number()
    path = callers.position(number, callers.company(number), "in_review", "open")
    first = callers.get(MANAGER, path)
    known = {"If-None-Match": first.headers["ETag"]}
    assert callers.get(MANAGER, path, headers=known).status_code == 304
    seat = callers.get(MANAGER, f"{path}/seats").json()["items"][0]
    story.news(placement(PlacementOffered, seat_id=seat["id"], placement_id=new_id()))
    again = callers.get(MANAGER, path, headers=known)
    assert (again.status_code, again.json()["seat_counts"]["reserved"]) == (200, 1)


@pytest.mark.unhurried
def test_a_position_without_an_active_agreement_is_refused_with_its_state(callers: Callers) -> None:
    number = business_number()
    company = callers.company(number)
    path = callers.position(number, company, "in_review")
    agreement = callers.get(MANAGER, f"{company}/agreements").json()["items"][0]
    callers.move(MANAGER, f"{company}/agreements/{agreement['id']}", "suspended")
    etag = callers.get(MANAGER, path).headers["ETag"]
    problem = callers.post(MANAGER, f"{path}/transitions", {"to": "open"}, if_match=etag)
    assert (problem.status_code, problem.json()["code"]) == (409, "no_active_agreement")
    assert problem.json()["errors"][0]["code"] == "agreement_suspended"
    assert problem.json()["detail"] == "The company cannot open a position on that day: its agreement is suspended."
    korean = callers.post(MANAGER, f"{path}/transitions", {"to": "open"}, if_match=etag, language="ko").json()
    assert korean["detail"] == "해당 날짜에는 이 기업이 공고를 열 수 없습니다: 협약이 정지 상태입니다."


def test_an_illegal_step_is_refused_with_the_legal_ones(callers: Callers) -> None:
    number = business_number()
    path = callers.position(number, callers.company(number))
    problem = callers.move(MANAGER, path, "closed", reason="filled").json()
    assert (problem["status"], problem["code"], problem["legal"]) == (409, "illegal_move", ["in_review"])


def test_a_transition_needs_the_version_that_was_read(callers: Callers) -> None:
    number = business_number()
    path = callers.position(number, callers.company(number))
    said = {"to": "in_review"}
    assert callers.post(MANAGER, f"{path}/transitions", said).status_code == 428
    assert callers.post(MANAGER, f"{path}/transitions", said, if_match='"7"').status_code == 412
    assert callers.post(MANAGER, f"{path}/transitions", said, if_match='"1"').headers["ETag"] == '"2"'


WRONG_COMPANIES: list[tuple[dict[str, Any], str, str]] = [
    ({"business_number": "124-81-00999"}, "/business_number", "wrong_check_digit"),
    ({"business_number": "12345"}, "/business_number", "not_a_business_number"),
    ({"region": "271"}, "/region", "wrong_form"),
    ({"region": "２７"}, "/region", "wrong_form"),
    ({"name_ko": "  "}, "/name_ko", "too_short"),
    ({"size": "huge"}, "/size", "not_a_choice"),
    ({"ksic": "29280"}, "/ksic", "wrong_form"),
    ({"version": 7}, "/version", "unknown_field"),
]
WRONG_POSTINGS: list[tuple[dict[str, Any], str, str]] = [
    ({"seats": 0}, "/seats", "too_small"),
    ({"seats": 501}, "/seats", "too_big"),
    ({"seats": "3"}, "/seats", "not_integer"),
    ({"kind": "seasonal"}, "/kind", "not_a_choice"),
    ({"field": "Robot!"}, "/field", "wrong_form"),
    ({"closes_on": "2020-01-01"}, "/closes_on", "before_start"),
    ({"skills": [""]}, "/skills/0", "too_short"),
    ({"state": "open"}, "/state", "unknown_field"),
]


def test_what_is_not_right_is_refused_where_it_is_wrong(callers: Callers) -> None:
    company = callers.company(business_number())
    tries = [("/companies", {**COMPANY, **change}, pointer, code) for change, pointer, code in WRONG_COMPANIES]
    tries += [("/positions", {**posting(company), **change}, pointer, code) for change, pointer, code in WRONG_POSTINGS]
    for path, body, pointer, code in tries:
        problem = callers.post(MANAGER, path, body)
        assert problem.status_code == 422
        assert [(error["pointer"], error["code"]) for error in problem.json()["errors"]] == [(pointer, code)]


def test_pledges_are_listed_by_month(callers: Callers) -> None:
    number = business_number()
    company = callers.company(number)
    for month, seats in (("2027-02", 4), ("2026-12", 2)):
        body = {"month": month, "field": "robot", "kind": "internship", "seats": seats}
        assert callers.post(f"employer-{number}", f"{company}/pledges", body).status_code == 201
    listed = callers.get(f"employer-{number}", f"{company}/pledges", count="true").json()
    assert [(pledge["month"], pledge["seats"]) for pledge in listed["items"]] == [("2026-12", 2), ("2027-02", 4)]
    assert listed["total"] == 2
    wrong = {"month": "2026-13", "field": "robot", "kind": "internship", "seats": 1}
    assert callers.post(MANAGER, f"{company}/pledges", wrong).json()["errors"][0]["pointer"] == "/month"


@pytest.mark.unhurried
def test_lists_come_in_pages_and_through_filters(callers: Callers) -> None:
    number = business_number()
    company = callers.company(number)
    for field, region in (("robot", "27"), ("medical", "27260"), ("robot", "47")):
        callers.position(number, company, field=field, region=region)
    first = callers.get(MANAGER, "/positions", limit=2, sort="-opens_on")
    assert 'rel="next"' in first.headers["Link"]
    second = callers.get(MANAGER, "/positions", limit=2, sort="-opens_on", cursor=first.json()["next"])
    ids = [item["id"] for page in (first, second) for item in page.json()["items"]]
    assert len(set(ids)) == 3
    table = (("field", "robot", 2), ("region", "27", 2), ("state", "open", 0), ("kind", "permanent", 3))
    for name, value, expected in table:
        query: dict[str, Any] = {name: value}
        assert callers.get(MANAGER, "/positions", count="true", **query).json()["total"] == expected
    found = callers.get(MANAGER, "/companies", business_number=f"{number[:3]}-{number[3:5]}-{number[5:]}", region="27")
    assert [item["business_number"] for item in found.json()["items"]] == [number]


@pytest.mark.unhurried
def test_of_forty_registrations_of_one_number_one_succeeds(callers: Callers, story: Story) -> None:
    forms = ["124-81-00998", "1248100998", "１２４８１００９９８", "124 81 00998"]

    def register(attempt: int) -> tuple[int, str]:
        body = {**COMPANY, "business_number": forms[attempt % 4], "name_en": f"Attempt {uuid4()}"}
        answer = callers.post(MANAGER, "/companies", body)
        return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(register, range(40)))
    assert sorted(answers) == [(201, "")] + [(409, "business_number_taken")] * 39
    assert story.events() == ["company.registered"]
