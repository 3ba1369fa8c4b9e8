"""What agreements cover and grant, how they go on, and what becomes of postings when they end: nothing without a decision."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.employers import commands
from services.employers.domain.agreements import AgreementState
from services.employers.domain.positions import PositionState
from tests.employers.callers import MANAGER, Callers
from tests.employers.story import MANAGER as BY_MANAGER
from tests.employers.story import Story, business_number, day


def _agreement(callers: Callers, company: str) -> str:
    return f"{company}/agreements/{callers.get(MANAGER, f'{company}/agreements').json()['items'][0]['id']}"


@pytest.mark.unhurried
def test_a_posting_outside_the_scope_of_the_agreement_is_refused_saying_so(callers: Callers) -> None:
    number = business_number()
    company = callers.company(number)
    agreement = _agreement(callers, company)
    narrowed = callers.patch(MANAGER, agreement, {"fields": ["water"], "kinds": ["internship"]}, if_match='"2"')
    assert (narrowed.json()["fields"], narrowed.json()["kinds"], narrowed.json()["version"]) == (["water"], ["internship"], 3)
    refused = callers.move(MANAGER, callers.position(number, company, "in_review"), "open")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_active_agreement")
    assert refused.json()["errors"][0]["code"] == "agreement_out_of_scope"
    within = callers.position(number, company, "in_review", field="water", kind="internship", duration_months=3)
    assert callers.move(MANAGER, within, "open").status_code == 200


@pytest.mark.unhurried
def test_what_an_agreement_grants_lies_within_its_days(callers: Callers) -> None:
    agreement = _agreement(callers, callers.company(business_number()))
    grant = {"kind": "internship_cost", "amount_won": 9_000_000, "starts_on": day(0).isoformat(), "ends_on": day(20).isoformat()}
    granted = callers.post(MANAGER, f"{agreement}/incentives", grant)
    assert granted.status_code == 201
    beyond = callers.post(MANAGER, f"{agreement}/incentives", {**grant, "ends_on": day(99).isoformat()}).json()["errors"][0]
    assert (beyond["pointer"], beyond["code"]) == ("/ends_on", "outside_agreement")
    assert [row["amount_won"] for row in callers.get(MANAGER, agreement).json()["incentives"]] == [9_000_000]
    assert callers.delete(MANAGER, f"{agreement}/incentives/{granted.json()['id']}").status_code == 204
    assert callers.get(MANAGER, agreement).json()["incentives"] == []


def test_an_agreement_is_renewed_once_from_the_day_after_its_last(callers: Callers) -> None:
    agreement = _agreement(callers, callers.company(business_number()))
    renewed = callers.post(MANAGER, f"{agreement}/renewals", {"ends_on": day(400).isoformat()}).json()
    assert (renewed["state"], renewed["starts_on"], renewed["renews_id"]) == (
        "draft", day(31).isoformat(), agreement.rpartition("/")[2],
    )  # fmt: skip
    again = callers.post(MANAGER, f"{agreement}/renewals", {"ends_on": day(400).isoformat()})
    assert (again.status_code, again.json()["code"]) == (409, "agreement_not_renewable")
    fixed = callers.patch(MANAGER, agreement, {"ends_on": day(99).isoformat()}, if_match="*")
    assert (fixed.status_code, fixed.json()["code"]) == (409, "agreement_fixed")


@pytest.mark.unhurried
def test_an_agreement_that_runs_out_ends_and_its_postings_wait_for_a_decision(callers: Callers, story: Story) -> None:
    company = story.company()
    agreement = story.agreement(company.id, ends_on=day(-1))
    ids = [story.opened(company_id=company.id).id for _ in range(2)]
    assert commands.expire_agreements(story.database) == 1
    assert commands.expire_agreements(story.database) == 0
    assert story.events(agreement.id)[-1] == "agreement.ended"
    assert [story.position(each)["state"] for each in ids] == [PositionState.OPEN] * 2
    rows = callers.get(MANAGER, "/positions/without-agreement").json()["items"]
    assert [(row["position_id"], row["standing"], row["agreement_id"]) for row in rows] == [
        (str(each), "ended", str(agreement.id)) for each in ids
    ]
    for position, decision, left in zip(ids, ("run_on", "close"), (1, 0), strict=True):
        said = {"decision": decision, "reason": "연장 협의 중"}
        assert callers.post(MANAGER, f"/positions/{position}/agreement-decision", said).status_code == 201
        assert len(callers.get(MANAGER, "/positions/without-agreement").json()["items"]) == left
    assert [story.position(each)["state"] for each in ids] == [PositionState.OPEN, PositionState.CLOSED]
    twice = callers.post(MANAGER, f"/positions/{ids[1]}/agreement-decision", {"decision": "close", "reason": "x"})
    assert (twice.status_code, twice.json()["code"]) == (409, "position_not_live")


def test_a_renewed_agreement_takes_its_postings_off_the_list(callers: Callers, story: Story) -> None:
    company = story.company()
    old = story.agreement(company.id, ends_on=day(-1))
    story.opened(company_id=company.id)
    commands.expire_agreements(story.database)
    assert len(callers.get(MANAGER, "/positions/without-agreement").json()["items"]) == 1
    renewed = story.do(commands.renew_agreement, company.id, old.id, ends_on=day(300), by=BY_MANAGER)
    story.do(commands.move_agreement, company.id, renewed.id, to=AgreementState.ACTIVE, by=BY_MANAGER)
    assert callers.get(MANAGER, "/positions/without-agreement").json()["items"] == []


@pytest.mark.unhurried
def test_agreements_that_run_out_end_once_on_several_machines(story: Story) -> None:
    for _ in range(12):
        story.agreement(story.company().id, ends_on=day(-1))
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: commands.expire_agreements(story.database), range(4)))
    commands.expire_agreements(story.database)
    assert story.events().count("agreement.ended") == 12
    assert sum(ended) <= 12


def test_agreements_are_listed_by_what_runs_out_next(callers: Callers, story: Story) -> None:
    days = [day(50), day(10), day(30)]
    for each in days:
        story.agreement(story.company().id, ends_on=each)
    rows: list[dict[str, Any]] = callers.get(MANAGER, "/agreements", state="active").json()["items"]
    assert [row["ends_on"] for row in rows] == [each.isoformat() for each in sorted(days)]
    soon = callers.get(MANAGER, "/agreements", ends_before=day(20).isoformat()).json()["items"]
    assert [row["ends_on"] for row in soon] == [day(10).isoformat()]
