"""Who sees what: an employer its own company alone, others what is open, in single things, lists and counts."""

from dataclasses import dataclass

import pytest

from tests.employers.callers import ADMIN, AUDITOR, EXECUTIVE, MANAGER, UNIVERSITY, Callers, posting
from tests.employers.story import TODAY, business_number

PATHS = ("{company}", "{company}/agreements", "{company}/pledges", "{open}", "{open}/seats", "{draft}", "{draft}/seats")


@dataclass
class Town:
    """Two companies with agreements, each with one open posting and one draft."""

    mine: str
    other: str
    company: str
    other_company: str
    open: str
    draft: str

    @property
    def me(self) -> str:
        return f"employer-{self.mine}"

    @property
    def stranger(self) -> str:
        return f"employer-{self.other}"


@pytest.fixture
def town(callers: Callers) -> Town:
    mine, other = business_number(), business_number()
    company, other_company = callers.company(mine), callers.company(other)
    callers.position(other, other_company, "in_review", "open")
    callers.position(other, other_company)
    open_, draft = callers.position(mine, company, "in_review", "open"), callers.position(mine, company)
    return Town(mine, other, company, other_company, open_, draft)


def _statuses(callers: Callers, town: Town, who: str) -> list[int]:
    return [callers.get(who, path.format(company=town.company, open=town.open, draft=town.draft)).status_code for path in PATHS]


@pytest.mark.unhurried
def test_what_each_role_may_read(callers: Callers, town: Town) -> None:
    table = {
        MANAGER: [200, 200, 200, 200, 200, 200, 200],
        ADMIN: [200, 200, 200, 200, 200, 200, 200],
        town.me: [200, 200, 200, 200, 200, 200, 200],
        town.stranger: [404, 404, 404, 404, 404, 404, 404],
        AUDITOR: [200, 200, 200, 200, 200, 404, 404],
        EXECUTIVE: [200, 200, 200, 200, 200, 404, 404],
        UNIVERSITY: [200, 403, 403, 200, 403, 404, 403],
    }
    assert {who: _statuses(callers, town, who) for who in table} == table


@pytest.mark.unhurried
def test_lists_and_counts_hold_what_may_be_seen(callers: Callers, town: Town) -> None:
    table = {MANAGER: (2, 4), ADMIN: (2, 4), town.me: (1, 2), town.stranger: (1, 2), AUDITOR: (2, 2), EXECUTIVE: (2, 2),
             UNIVERSITY: (2, 2), f"employer-{business_number()}": (0, 0)}  # fmt: skip
    for who, expected in table.items():
        lists = [callers.get(who, path, count="true").json() for path in ("/companies", "/positions")]
        assert tuple(found["total"] for found in lists) == tuple(len(found["items"]) for found in lists) == expected, who


def test_no_filter_leads_to_another_company(callers: Callers, town: Town) -> None:
    company_id = town.company.rpartition("/")[2]
    assert callers.get(town.stranger, "/positions", company_id=company_id, count="true").json()["total"] == 0
    assert callers.get(town.stranger, "/companies", business_number=town.mine, count="true").json()["total"] == 0


def test_a_stranger_is_answered_as_if_there_were_nothing(callers: Callers, town: Town) -> None:
    missing = f"/companies/{town.open.rpartition('/')[2]}"
    there, nowhere = callers.get(town.stranger, town.company).json(), callers.get(town.stranger, missing).json()
    for varying in ("trace_id", "instance"):
        there.pop(varying), nowhere.pop(varying)
    assert there == nowhere


def test_an_employer_changes_nothing_of_another_company(callers: Callers, town: Town) -> None:
    terms = {"starts_on": TODAY.isoformat(), "ends_on": TODAY.isoformat()}
    pledge = {"month": "2026-12", "field": "robot", "kind": "internship", "seats": 1}
    named = {"business_number": town.mine, "name_ko": "가상", "name_en": "Fictitious", "region": "27"}
    answers = [
        callers.post(town.stranger, f"{town.company}/agreements", terms),
        callers.post(town.stranger, f"{town.company}/pledges", pledge),
        callers.post(town.stranger, "/positions", posting(town.company)),
        callers.post(town.stranger, "/companies", named),
        callers.move(town.stranger, town.draft, "in_review"),
        callers.move(town.stranger, town.open, "paused"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6


def test_only_program_managers_decide_about_agreements_and_reviews(callers: Callers, town: Town) -> None:
    agreement = callers.get(town.me, f"{town.company}/agreements").json()["items"][0]
    assert callers.move(town.me, f"{town.company}/agreements/{agreement['id']}", "suspended").status_code == 403
    assert callers.move(town.me, town.draft, "in_review").status_code == 200
    assert callers.move(town.me, town.draft, "open").status_code == 403
    assert callers.move(town.me, town.draft, "draft", reason="-").status_code == 403
    assert callers.move(MANAGER, town.draft, "open").status_code == 200


def test_those_who_read_write_nothing(callers: Callers, town: Town) -> None:
    for who in (AUDITOR, EXECUTIVE, UNIVERSITY):
        answers = [
            callers.post(who, "/companies", {}),
            callers.post(who, f"{town.company}/agreements", {}),
            callers.post(who, f"{town.company}/pledges", {}),
            callers.post(who, "/positions", {}),
            callers.move(who, town.open, "paused"),
        ]
        assert [answer.status_code for answer in answers] == [403] * 5


def test_the_reasons_in_a_history_are_not_for_everybody(callers: Callers, town: Town) -> None:
    shown = {
        who: len(callers.get(who, town.open).json()["history"]) for who in (MANAGER, town.me, AUDITOR, EXECUTIVE, UNIVERSITY)
    }
    assert shown == {MANAGER: 3, town.me: 3, AUDITOR: 3, EXECUTIVE: 3, UNIVERSITY: 0}
