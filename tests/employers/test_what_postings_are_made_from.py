"""What a posting is found by and what the feed tells of it follow when its company or a skill changes and it does not itself."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event, update

from services.employers import commands
from services.employers.commands import publishing
from services.employers.commands.publishing import catch_up
from services.employers.domain.positions import PositionState
from services.employers.tables import Company, rows_of
from tests.employers.callers import UNIVERSITY, Callers
from tests.employers.story import MANAGER, Story


@pytest.fixture
def browse(callers: Callers) -> httpx.Client:
    """Somebody who has not signed in."""
    return callers.nobody


def news(browse: httpx.Client, after: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = browse.get("/jobs/feed", params={"after": after}).json()["items"]
    return items


def last(browse: httpx.Client) -> int:
    return max((int(item["number"]) for item in news(browse, 0)), default=0)


def found(callers: Callers, query: str) -> int:
    return int(callers.get(UNIVERSITY, "/positions/search", q=query).json()["ads"])


def change(story: Story, company_id: UUID, **changes: Any) -> None:
    story.do(commands.change_company, company_id, changes=changes, by=MANAGER)


@pytest.mark.unhurried
def test_a_company_that_is_renamed_is_found_by_its_new_name_and_told_to_the_feed(
    story: Story, callers: Callers, browse: httpx.Client
) -> None:
    company = story.company()
    story.agreement(company.id)
    open_, closed = (story.opened(company_id=company.id).id for _ in range(2))
    story.opened()
    story.move(closed, PositionState.CLOSED, reason="withdrawn")
    known = last(browse)
    change(story, company.id, name_ko="달빛기계", name_en="Moonlight Machines")
    assert (found(callers, "달빛기계"), found(callers, "moonlight"), found(callers, "가상로봇")) == (1, 1, 1)
    # Of the posting that is gone already nothing is told again.
    assert [(item["id"], item["job"]["company_ko"]) for item in news(browse, known)] == [(str(open_), "달빛기계")]
    assert catch_up(story.database) == 0


def test_only_what_is_public_of_a_company_is_news_to_the_feed(story: Story, browse: httpx.Client) -> None:
    company = story.company()
    story.agreement(company.id)
    id_ = story.opened(company_id=company.id).id
    known = last(browse)
    change(story, company.id, region="47")
    assert news(browse, known) == []
    change(story, company.id, ksic="A0111")
    assert [(item["id"], item["job"]["ksic"]) for item in news(browse, known)] == [(str(id_), "A0111")]


def test_postings_of_a_company_that_is_merged_are_found_by_the_name_that_stays(
    story: Story, callers: Callers, browse: httpx.Client
) -> None:
    gone, kept = story.company(), story.company()
    story.agreement(gone.id)
    id_ = story.opened(company_id=gone.id).id
    change(story, kept.id, name_ko="달빛기계", name_en="Moonlight Machines")
    known = last(browse)
    story.do(commands.merge_company, gone.id, into=kept.id, reason="the same", by=MANAGER)
    assert (found(callers, "달빛기계"), found(callers, "가상로봇")) == (1, 0)
    assert [(item["id"], item["job"]["company_ko"]) for item in news(browse, known)] == [(str(id_), "달빛기계")]
    assert catch_up(story.database) == 0


def test_a_company_that_changed_unsaid_is_caught_up_with(story: Story, callers: Callers, browse: httpx.Client) -> None:
    position = story.opened()
    known = last(browse)
    with story.database.write() as session:
        session.execute(update(rows_of(Company)).values(name_ko="달빛기계"))
    assert found(callers, "달빛기계") == 0
    assert catch_up(story.database) == 1
    assert found(callers, "달빛기계") == 1
    assert [item["id"] for item in news(browse, known)] == [str(position.id)]
    assert catch_up(story.database) == 0


@pytest.mark.unhurried
def test_of_many_postings_the_housekeeping_does_the_rest(story: Story, callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    company = story.company()
    story.agreement(company.id)
    for _ in range(3):
        story.opened(company_id=company.id, must_have=[{"skill": "ros2", "level": 3}])
    monkeypatch.setattr(publishing, "_BATCH", 2)
    change(story, company.id, name_ko="달빛기계")
    assert (found(callers, "달빛기계"), catch_up(story.database), found(callers, "달빛기계")) == (2, 1, 3)
    story.do(commands.change_skill, "ros2", expected=None, synonyms=["달팽이관"])
    assert (found(callers, "달팽이관"), catch_up(story.database), found(callers, "달팽이관")) == (3, 1, 3)


@pytest.mark.unhurried
def test_a_skill_that_is_called_otherwise_finds_the_postings_that_ask_for_it(story: Story, callers: Callers) -> None:
    story.opened(must_have=[{"skill": "ros2", "level": 3}])
    story.opened(skills=["cpp"])
    story.do(commands.change_skill, "ros2", expected=None, synonyms=["달팽이관"])
    assert found(callers, "달팽이관") == 1


@pytest.mark.unhurried
def test_many_postings_follow_in_as_many_statements_as_one(story: Story) -> None:
    counts = []
    for postings in (1, 6):
        company = story.company()
        story.agreement(company.id)
        for _ in range(postings):
            story.opened(company_id=company.id)
        counts.append(_statements(story, company.id))
    assert counts[0] == counts[1]


def _statements(story: Story, company_id: UUID) -> int:
    """How many statements a renaming takes."""
    seen: list[str] = []
    engine = story.database.writer

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        change(story, company_id, name_ko="달빛기계")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
