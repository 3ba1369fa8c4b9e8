"""The search over positions: words in any spacing, facets that count postings and seats, and nobody sees more than is theirs."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from sqlmodel import select

from services.composition.runtime import Runtime, ServiceRuntime
from services.employers.app import service
from services.employers.commands.publishing import catch_up
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.queries.position_sets import sets_of
from services.employers.tables.search import PositionIndex
from shared.db import Database
from shared.settings import load_settings
from tests.employers.callers import MANAGER, UNIVERSITY, Callers
from tests.employers.story import Story, business_number, day
from tests.waiting import until

WORDS = [
    ("로봇제어", {"arm"}),
    ("로봇 제어", {"arm"}),
    ("제어 로봇", {"arm"}),
    ("협동로보", {"arm"}),
    ("ROBOT operating", {"arm"}),
    ("c++", {"arm"}),
    ("C", {"arm"}),
    ("AI", {"vision"}),
    ("딥러닝", {"vision"}),
    ("영어", {"vision"}),
    ("정수장", {"water"}),
    ("물", {"water"}),
    ("달서구", {"water"}),
    ("인턴", {"water"}),
    ("로봇제어 정수장", set()),
    ("가상로봇", {"arm", "vision", "water"}),
    ("없는말", set()),
    ('"; DROP', set()),
    ("%", set()),
    ("   ", set()),
]


def market(story: Story) -> dict[str, str]:
    """Three open postings and a draft: the ids' names."""
    company = story.company()
    story.agreement(company.id)
    told: dict[str, dict[str, Any]] = {
        "arm": {
            "title": "협동로봇 로봇 제어 개발자", "seats": 2, "skills": ["ros2", "cpp"],
            "salary": {"lowest": 42_000_000, "per": "year"},
        },
        "vision": {
            "title": "비전 검사", "description": "AI를 로봇에 싣습니다", "seats": 5, "skills": ["deep_learning"],
            "nice_to_have": [{"skill": "english", "level": 2}], "salary": {"highest": 3_000_000, "per": "month"},
        },
        "water": {
            "title": "정수장 운영", "field": "water", "kind": PositionKind.INTERNSHIP, "region": "27290",
            "seats": 1, "skills": [], "salary": {"lowest": 2_100_000, "per": "month"},
        },
    }  # fmt: skip
    names = {str(story.opened(company_id=company.id, **said).id): name for name, said in told.items()}
    story.draft(company.id, title="로봇 제어 초안")
    return names


@pytest.mark.unhurried
def test_words_find_postings_in_any_spacing_and_language(story: Story, callers: Callers) -> None:
    names = market(story)
    found = {
        query: {names[item["id"]] for item in callers.get(UNIVERSITY, "/positions/search", q=query).json()["items"]}
        for query, _ in WORDS
    }
    assert found == dict(WORDS)


@pytest.mark.unhurried
def test_facets_count_postings_and_seats(story: Story, callers: Callers) -> None:
    market(story)
    answer = callers.get(UNIVERSITY, "/positions/search").json()
    assert (answer["ads"], answer["seats"], len(answer["items"])) == (3, 8, 3)
    facets = answer["facets"]
    assert facets["field"] == [{"value": "robot", "ads": 2, "seats": 7}, {"value": "water", "ads": 1, "seats": 1}]
    assert {each["value"]: (each["ads"], each["seats"]) for each in facets["salary"]} == {40: (1, 2), 35: (1, 5), 0: (1, 1)}
    assert {each["value"]: each["seats"] for each in facets["skill"]} == {"cpp": 2, "ros2": 2, "deep_learning": 5, "english": 5}
    narrowed = callers.get(UNIVERSITY, "/positions/search", q="로봇", skill="english", salary_from=36_000_000).json()
    assert (narrowed["ads"], narrowed["seats"]) == (1, 5)
    assert narrowed["facets"]["skill"] == [
        {"value": "deep_learning", "ads": 1, "seats": 5}, {"value": "english", "ads": 1, "seats": 5},
    ]  # fmt: skip
    assert callers.get(UNIVERSITY, "/positions/search", region="27290").json()["ads"] == 1


@pytest.mark.unhurried
def test_titles_come_first_and_pages_hold_everything_once(story: Story, callers: Callers) -> None:
    names = market(story)
    first = callers.get(UNIVERSITY, "/positions/search", q="로봇", limit=1).json()
    second = callers.get(UNIVERSITY, "/positions/search", q="로봇", limit=1, cursor=first["next"]).json()
    assert [names[page["items"][0]["id"]] for page in (first, second)] == ["arm", "water"]
    assert second["next"] is not None
    by_salary = callers.get(UNIVERSITY, "/positions/search", sort="-salary").json()["items"]
    assert [names[item["id"]] for item in by_salary] == ["arm", "vision", "water"]
    newest = callers.get(UNIVERSITY, "/positions/search").json()["items"]
    assert [names[item["id"]] for item in newest] == ["water", "vision", "arm"]


@pytest.mark.unhurried
def test_an_employer_finds_and_counts_its_own_only(story: Story, callers: Callers) -> None:
    market(story)
    number = business_number()
    own = callers.position(number, callers.company(number), title="로봇 제어 우리 공고", skills=["python"])
    mine = callers.get(f"employer-{number}", "/positions/search", q="로봇제어", state="draft").json()
    assert [f"/positions/{item['id']}" for item in mine["items"]] == [own]
    assert mine["facets"]["skill"] == [{"value": "python", "ads": 1, "seats": 3}]
    everything = callers.get(f"employer-{number}", "/positions/search").json()
    assert (everything["ads"], everything["facets"]["skill"]) == (0, [])
    assert callers.get(UNIVERSITY, "/positions/search", state="draft").json()["ads"] == 0
    assert callers.get(MANAGER, "/positions/search", state="draft").json()["ads"] == 2


@pytest.mark.unhurried
def test_what_changes_is_found_anew_and_what_closes_is_gone(story: Story, callers: Callers) -> None:
    names = {name: id_ for id_, name in market(story).items()}
    arm = UUID(names["arm"])
    story.revise(arm, title="용접 로봇", must_have=[{"skill": "welding"}])
    assert callers.get(UNIVERSITY, "/positions/search", q="용접").json()["ads"] == 1
    assert callers.get(UNIVERSITY, "/positions/search", skill="cpp").json()["ads"] == 0
    story.move(arm, PositionState.CLOSED, reason="withdrawn", effective_on=day(0))
    assert callers.get(UNIVERSITY, "/positions/search", q="용접").json()["ads"] == 0
    assert callers.get(MANAGER, "/positions/search", q="용접", state="closed").json()["seats"] == 2


def test_what_a_search_needs_is_made_when_an_api_starts(story: Story) -> None:
    market(story)

    def fails(_database: Database) -> None:
        raise RuntimeError("keeps none of the others from their turn")

    definition = replace(service, warming=[fails, *service.warming])
    Runtime(load_settings(), [ServiceRuntime(definition, story.database)], None, None).warm()
    with story.database.read() as session:
        kept = sets_of(session)
    until(lambda: kept.number >= 4, what="all sets are kept")


@pytest.mark.parametrize("damage", ["forgotten", "stale"])
def test_what_changed_unsaid_is_caught_up_with(story: Story, damage: str) -> None:
    market(story)
    with story.database.write() as session:
        session.execute(delete(PositionIndex) if damage == "forgotten" else update(PositionIndex).values(version=0))
    assert catch_up(story.database) == 4
    assert catch_up(story.database) == 0
    with story.database.read() as session:
        assert len(session.exec(select(PositionIndex)).all()) == 4
