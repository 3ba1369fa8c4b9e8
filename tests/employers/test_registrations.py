"""Companies described anew, found twice, merged and told apart, over HTTP."""

from typing import Any

import httpx
import pytest

from tests.employers.callers import EXECUTIVE, MANAGER, UNIVERSITY, Callers
from tests.employers.callers import posting as posting_body
from tests.employers.story import Story, business_number, day

BODY: dict[str, Any] = {"name_ko": "가상로봇", "name_en": "Fictitious Robot", "region": "27260"}


def _problem(answer: httpx.Response) -> tuple[int, str, str]:
    [error] = answer.json()["errors"]
    return answer.status_code, error["pointer"], error["code"]


@pytest.mark.parametrize(
    ("said", "pointer", "code", "korean"),
    [
        ({"region": "99"}, "/region", "unknown_region", "지역이 없습니다"),
        ({"region": "47720"}, "/region", "region_not_in_force", "27720"),
        ({"ksic": "C29999"}, "/ksic", "unknown_industry", "한국표준산업분류"),
        ({"corporate_number": "130111-00"}, "/corporate_number", "not_a_corporate_number", "열세 자리"),
        ({"business_number": "124-81-00997"}, "/business_number", "wrong_check_digit", "검증 번호"),
        ({"business_number": "12-4"}, "/business_number", "not_a_business_number", "열 자리"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(callers: Callers, said: dict[str, str], pointer: str, code: str, korean: str) -> None:
    answer = callers.post(MANAGER, "/companies", {**BODY, "business_number": business_number(), **said}, language="ko")
    assert _problem(answer) == (422, pointer, code)
    assert korean in answer.json()["errors"][0]["message"]


def test_a_corporate_number_comes_in_although_it_looks_like_a_resident_number(callers: Callers) -> None:
    answer = callers.post(
        MANAGER, "/companies", {**BODY, "business_number": business_number(), "corporate_number": "130111-0006246"}
    )
    assert answer.status_code == 201, answer.text
    assert (answer.json()["corporate_number"], answer.json()["corporate_number_checked"]) == ("1301110006246", True)
    refused = callers.post(MANAGER, "/companies", {**BODY, "business_number": business_number(), "name_ko": "130111-0006246"})
    assert refused.json()["code"] == "resident_number"


def test_a_company_is_described_anew_by_itself_and_reviews_are_the_managers(callers: Callers, story: Story) -> None:
    number = business_number()
    path = callers.company(number)
    changed = callers.patch(f"employer-{number}", path, {"size": "medium", "region": "47290"}, if_match='"1"')
    assert (changed.json()["size"], changed.json()["region"], changed.headers["ETag"]) == ("medium", "47290", '"2"')
    assert callers.patch(f"employer-{number}", path, {"size": None}, if_match='"1"').status_code == 412
    assert callers.patch(f"employer-{number}", path, {"review": "never"}, if_match='"2"').status_code == 403
    assert callers.patch(MANAGER, path, {"review": "never"}, if_match='"2"').json()["review"] == "never"
    assert callers.get(MANAGER, f"{path}/trust").json() == {
        "trusted": True, "decided_by": "manager", "approved": 0, "returned": 0, "approved_at_least": 3, "returned_at_most": 0,
    }  # fmt: skip
    assert story.events()[-2:] == ["company.changed", "company.changed"]


@pytest.mark.unhurried
def test_a_company_registered_twice_is_found_and_merged(callers: Callers, story: Story) -> None:
    twice, kept_number = business_number(), business_number()
    kept = callers.company(kept_number)
    body = {"business_number": twice, "name_ko": "(주)가상 로봇", "name_en": "Fictitious Robot Co.", "region": "27"}
    gone = f"/companies/{callers.post(MANAGER, '/companies', body).json()['id']}"
    terms = {"starts_on": day(40).isoformat(), "ends_on": day(90).isoformat()}
    callers.post(MANAGER, f"{gone}/agreements", terms)
    callers.post(MANAGER, f"{gone}/pledges", {"month": "2031-03", "field": "robot", "kind": "permanent", "seats": 2})
    posting = callers.position(twice, gone)
    [pair] = callers.get(MANAGER, "/companies/duplicates").json()
    assert (pair["likeness"], pair["score"]) == ("same_name", 100.0)
    into = kept.rpartition("/")[2]
    merged = callers.post(MANAGER, f"{gone}/merge", {"into": into, "reason": "두 번 등록"}, if_match='"1"')
    assert merged.json()["merged_into_id"] == into
    assert callers.get(MANAGER, posting).json()["company_id"] == into
    assert [row["month"] for row in callers.get(MANAGER, f"{kept}/pledges").json()["items"]] == ["2031-03"]
    assert len(callers.get(MANAGER, f"{kept}/agreements").json()["items"]) == 2
    assert callers.get(MANAGER, "/companies/duplicates").json() == []
    # Who signs in with the number that is gone acts for the company that stayed.
    assert callers.get(f"employer-{twice}", kept).status_code == 200
    assert [row["id"] for row in callers.get(MANAGER, "/companies", business_number=twice).json()["items"]] == [into]
    again = callers.patch(MANAGER, gone, {"name_ko": "다시"}, if_match='"2"')
    assert (again.status_code, again.json()["code"]) == (409, "company_merged")
    late = callers.post(MANAGER, "/positions", posting_body(gone))
    assert (late.status_code, late.json()["code"]) == (409, "company_merged")
    with story.database.read() as session:
        from services.employers.queries import aggregate_versions

        versions = {(kind, id_): version for kind, id_, version in aggregate_versions(session)}
    assert all(len(story.events(id_)) == version for (_, id_), version in versions.items())


def test_two_with_an_agreement_in_force_are_not_merged(callers: Callers) -> None:
    one, other = callers.company(business_number()), callers.company(business_number())
    answer = callers.post(MANAGER, f"{one}/merge", {"into": other.rpartition("/")[2], "reason": "중복"}, if_match="*")
    assert (answer.status_code, answer.json()["code"]) == (409, "agreements_overlap")
    same = callers.post(MANAGER, f"{one}/merge", {"into": one.rpartition("/")[2], "reason": "중복"}, if_match="*")
    assert _problem(same) == (422, "/into", "same_company")


def test_companies_that_only_look_alike_are_told_apart_for_good(callers: Callers) -> None:
    ids = [callers.company(business_number()).rpartition("/")[2] for _ in range(2)]
    assert len(callers.get(MANAGER, "/companies/duplicates").json()) == 1
    assert callers.post(MANAGER, "/companies/duplicates", {"first": ids[1], "second": ids[0]}).status_code == 204
    assert callers.get(MANAGER, "/companies/duplicates").json() == []


def test_sites_and_headcounts_tell_net_creation(callers: Callers) -> None:
    number = business_number()
    path, me = callers.company(number), f"employer-{number}"
    site = {"name": "제2공장", "region": "2771026500", "address": "대구광역시 달성군 현풍읍 가상로 1", "postal_code": "43000"}
    added = callers.post(me, f"{path}/sites", site)
    assert added.status_code == 201
    assert [row["address"] for row in callers.get(UNIVERSITY, f"{path}/sites").json()["items"]] == [site["address"]]
    assert callers.delete(me, f"{path}/sites/{added.json()['id']}").status_code == 204
    year = day(0).year - 1
    for of, people in ((year - 1, 40), (year, 46)):
        noted = {"employees": people, "counted_on": f"{of}-12-31", "source": "고용보험"}
        assert callers.put(me, f"{path}/headcounts/{of}", noted).status_code == 200
    wrong = callers.put(me, f"{path}/headcounts/{year}", {"employees": 1, "counted_on": "2015-01-01", "source": "x"})
    assert _problem(wrong) == (422, "/counted_on", "not_of_the_year")
    grown = callers.get(EXECUTIVE, f"{path}/job-creation").json()
    assert [(row["year"], row["baseline"], row["grown_by"], row["created"]) for row in grown] == [
        (year - 1, None, None, None),
        (year, 40, 6, 0),
    ]


def test_codes_are_offered_to_choose_from(callers: Callers) -> None:
    names = {row["code"]: row["name_ko"] for row in callers.get(UNIVERSITY, "/regions", within="27").json()}
    assert names["27720"] == "대구광역시 군위군"
    assert "27720" not in {row["code"] for row in callers.get(MANAGER, "/regions", within="27", on="2023-06-30").json()}
    assert [row["code"] for row in callers.get(MANAGER, "/industries", within="C2928").json()] == ["C29280"]
