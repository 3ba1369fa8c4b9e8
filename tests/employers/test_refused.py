"""What is refused of companies, agreements, seats and skills, and what changes nothing: nothing is then told to anybody."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from services.employers import commands, queries
from services.employers.domain.incentives import IncentiveKind
from services.employers.tables import Headcount
from shared.errors import NotFound
from shared.ids import new_id
from tests.employers.callers import ADMIN, MANAGER, Callers, posting
from tests.employers.story import MANAGER as MANAGING
from tests.employers.story import Story, business_number, day

pytestmark = pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)  # no refusal here depends on the engine
NONE = "00000000-0000-7000-8000-000000000000"


@pytest.mark.unhurried
def test_what_is_not_there_is_not_found_whoever_asks(callers: Callers) -> None:
    company = callers.company(business_number())
    position = f"/positions/{callers.post(MANAGER, '/positions', posting(company)).json()['id']}"
    agreement = f"{company}/agreements/{callers.get(MANAGER, f'{company}/agreements').json()['items'][0]['id']}"
    answers = [
        callers.patch(MANAGER, f"{company}/pledges/{NONE}", {"seats": 2}, if_match="*"),
        callers.delete(MANAGER, f"{company}/sites/{NONE}"),
        callers.delete(MANAGER, f"{agreement}/incentives/{NONE}"),
        callers.patch(MANAGER, f"{position}/seats/7", {"origin": "new"}, if_match="*"),
        callers.patch(ADMIN, "/skills/no_such_skill", {"retired": True}, if_match="*"),
        callers.get(MANAGER, "/skills/no_such_skill"),
        callers.post(MANAGER, f"{company}/merge", {"into": NONE, "reason": "the same"}, if_match="*"),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    ended = callers.move(MANAGER, agreement, "ended")
    assert ended.status_code == 200
    grant = {"kind": "hiring", "amount_won": 1, "starts_on": day(1).isoformat(), "ends_on": day(2).isoformat()}
    for refused in (
        callers.post(MANAGER, f"{agreement}/incentives", {**grant, "kind": next(iter(IncentiveKind)).value}),
        callers.patch(MANAGER, agreement, {"note": "late"}, if_match="*"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "agreement_fixed")


@pytest.mark.unhurried
def test_saying_what_is_so_already_tells_nobody_anything(callers: Callers, story: Story) -> None:
    company = callers.company(business_number())
    position = f"/positions/{callers.post(MANAGER, '/positions', posting(company)).json()['id']}"
    agreement = f"{company}/agreements/{callers.get(MANAGER, f'{company}/agreements').json()['items'][0]['id']}"
    before = story.events()
    same: list[tuple[str, str, dict[str, Any]]] = [
        ("patch", company, {"name_ko": "가상로봇"}),
        ("patch", agreement, {"note": None}),
        ("put", f"{position}/seats", {"seats": 3}),
    ]
    for method, path, body in same:
        answer = getattr(callers, method)(MANAGER, path, body, if_match="*")
        assert answer.status_code == 200, answer.text
    assert story.events() == before
    opened = story.opened()
    before = story.events()
    seat = callers.patch(MANAGER, f"/positions/{opened.id}/seats/1", {"origin": "new"}, if_match="*")
    assert (seat.status_code, story.events()) == (200, before)


def _places(refused: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in refused.json()["errors"]]


@pytest.mark.unhurried
def test_a_merged_companys_sites_contacts_and_headcounts_go_with_it(callers: Callers, story: Story) -> None:
    gone, kept = (callers.company(business_number()) for _ in range(2))
    for path in (gone, kept):
        assert callers.post(MANAGER, f"{path}/sites", {"name": "공장", "region": "27", "address": "달서구 1"}).status_code == 201
    assert callers.post(MANAGER, f"{gone}/contacts", {"name": "김담당"}).status_code == 201
    for path, year, employees in ((gone, 2024, 10), (gone, 2025, 11), (kept, 2025, 99)):
        noted = {"employees": employees, "counted_on": f"{year}-12-31", "source": "신고"}
        assert callers.put(MANAGER, f"{path}/headcounts/{year}", noted).status_code == 200
    itself = callers.post(MANAGER, f"{gone}/merge", {"into": gone.rpartition("/")[2], "reason": "x"}, if_match="*")
    assert (itself.status_code, _places(itself)) == (422, [("/into", "same_company")])
    active = callers.get(MANAGER, f"{gone}/agreements").json()["items"][0]["id"]
    assert callers.move(MANAGER, f"{gone}/agreements/{active}", "ended").status_code == 200
    body = {"into": kept.rpartition("/")[2], "reason": "one company"}
    assert callers.post(MANAGER, f"{gone}/merge", body, if_match="*").status_code == 200
    again = callers.post(MANAGER, f"{gone}/merge", body, if_match="*")
    assert (again.status_code, again.json()["code"]) == (409, "company_merged")
    assert len(callers.get(MANAGER, f"{kept}/sites").json()["items"]) == 2
    assert len(callers.get(MANAGER, f"{kept}/contacts").json()["items"]) == 1
    headcounts = callers.get(MANAGER, f"{kept}/headcounts").json()["items"]
    assert [(each["year"], each["employees"]) for each in headcounts] == [(2024, 10), (2025, 99)]
    with story.database.read() as session:
        assert session.get(Headcount, (UUID(gone.rpartition("/")[2]), 2024)) is None


def test_companies_that_look_alike_are_told_apart_once_and_no_company_from_itself(callers: Callers, story: Story) -> None:
    one, other = (story.company().id for _ in range(2))
    for _ in range(2):
        assert callers.post(MANAGER, "/companies/duplicates", {"first": str(one), "second": str(other)}).status_code == 204
    itself = callers.post(MANAGER, "/companies/duplicates", {"first": str(one), "second": str(one)})
    assert (itself.status_code, _places(itself)) == (422, [("/second", "same_company")])
    assert callers.get(MANAGER, "/companies/duplicates").json() == []


def test_lists_can_be_narrowed_and_an_order_that_there_is_not_is_refused(callers: Callers, story: Story) -> None:
    company = story.company()
    story.draft(company.id, region="27260")
    story.draft(story.company().id, region="11")
    assert callers.get(MANAGER, "/positions/export.csv", region="27").text.count("\n") == 2
    assert callers.get(MANAGER, "/positions/time-to-fill", company_id=str(company.id)).json() == []
    assert callers.get(MANAGER, "/pledges/coverage", field="robot").json()["items"] == []
    assert callers.get(MANAGER, "/pledges/coverage", cohort_id=NONE).json()["items"] == []
    refused = callers.get(MANAGER, "/positions/search", sort="beauty")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_a_choice")
    kinds = {each["kind"] for each in callers.get(MANAGER, "/skills", kind="licence", most=500).json()["items"]}
    assert kinds == {"licence"}


def test_a_pledge_of_a_company_that_is_gone_is_no_pledge(story: Story) -> None:
    with pytest.raises(NotFound):
        story.do(commands.withdraw_pledge, new_id(), new_id(), by=MANAGING)
    with story.database.read() as session:
        assert queries.skill(session, "ros2")[1] == 0
