"""What is public of positions: a page with JobPosting, gone when closed, a feed that loses nothing, a map."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import httpx
import pytest

from services.employers.domain.positions import PositionKind, PositionState
from services.employers.domain.public_text import without_contacts
from shared.http.style import style_version, styled
from tests.employers.callers import Callers
from tests.employers.story import OPENED, Story, day

CLOSED, PAUSED = PositionState.CLOSED, PositionState.PAUSED
TOKENS = re.compile(r"(--[a-z-]+): (#[0-9a-f]+);")


@pytest.fixture
def browse(callers: Callers) -> httpx.Client:
    """Somebody who has not signed in."""
    return callers.nobody


def job(story: Story, **said: Any) -> UUID:
    """An open posting that tells everything."""
    whole: dict[str, Any] = {
        "title": "로봇 제어 <개발자>", "description": "협동로봇을 만듭니다.\n\n문의: hr@robot.example, 010-1234-5678 & </script>",
        "seats": 2, "region": "27260", "salary": {"lowest": 36_000_000, "highest": 44_000_000, "per": "year"},
        "must_have": [{"skill": "ros2", "level": 4}, {"skill": "cpp", "level": 3}], "licences": ["engineer_robot_software"],
        "working_hours": {"weekly": 40}, "closes_on": day(20),
    }  # fmt: skip
    return story.opened(**{**whole, **said}).id


def posting_on(page: httpx.Response) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    content: dict[str, Any] = json.loads(found[1])
    return content


def test_a_job_is_a_page_with_a_job_posting(story: Story, browse: httpx.Client) -> None:
    id_ = job(story)
    page = browse.get(f"/jobs/{id_}", headers={"Accept-Language": "ko"})
    assert (page.status_code, page.headers["content-language"]) == (200, "ko")
    assert "x-robots-tag" not in page.headers
    assert f'<link rel="canonical" href="http://employers.test/jobs/{id_}">' in page.text
    posting = posting_on(page)
    assert posting["title"] == "로봇 제어 <개발자>"
    assert posting["validThrough"] == f"{day(20).isoformat()}T23:59:59+09:00"
    assert posting["datePosted"] == OPENED.isoformat()
    assert posting["totalJobOpenings"] == 2
    assert posting["employmentType"] == ["FULL_TIME"]
    assert posting["hiringOrganization"] == {"@type": "Organization", "name": "가상로봇"}
    assert posting["baseSalary"] == {
        "@type": "MonetaryAmount", "currency": "KRW",
        "value": {"@type": "QuantitativeValue", "unitText": "YEAR", "minValue": 36_000_000, "maxValue": 44_000_000},
    }  # fmt: skip
    address = posting["jobLocation"]["address"]
    assert (address["addressCountry"], address["addressRegion"], address["addressLocality"]) == ("KR", "대구광역시", "수성구")
    assert posting["identifier"] == {"@type": "PropertyValue", "name": "HuStar", "value": str(id_)}
    assert posting["skills"] == ["로봇 운영체제 ROS 2", "C++"]
    assert posting["description"].startswith("<p>협동로봇을 만듭니다.</p>")
    for shown in ("연 36,000,000원~44,000,000원", "주 40시간", "대구광역시 수성구", "로봇소프트웨어개발기사", "2자리"):
        assert shown in page.text


@pytest.mark.unhurried
def test_nobody_can_be_called_or_written_to_from_the_page_or_the_feed(story: Story, browse: httpx.Client) -> None:
    id_ = job(story)
    for told in (browse.get(f"/jobs/{id_}").text, browse.get("/jobs/feed").text):
        assert "hr@robot.example" not in told
        assert "1234-5678" not in told
        assert "</script> " not in told


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("전화 053-123-4567", "전화 […]"),
        ("010.1234.5678로", "[…]로"),
        ("+82 10 1234 5678", "[…]"),
        ("(053)1234567", "[…]"),
        ("a.b@c.co.kr에", "[…]"),
        ("연봉 36,000,000원, 2026-03-01부터", "연봉 36,000,000원, 2026-03-01부터"),
        ("주 40시간, 09:00-18:00", "주 40시간, 09:00-18:00"),
    ],
)
def test_contacts_are_left_out_of_free_text(text: str, left: str) -> None:
    assert without_contacts(text) == left


def test_the_page_speaks_english_to_who_reads_english(story: Story, browse: httpx.Client) -> None:
    id_ = job(story, kind="internship", duration_months=3, salary={"lowest": 2_000_000, "per": "month"}, closes_on=None)
    page = browse.get(f"/jobs/{id_}?lang=en")
    assert '<html lang="en">' in page.text
    for shown in ("Internship, 3 months", "KRW 2,000,000 or more a month", "until filled", "Fictitious Robot"):
        assert shown in page.text
    posting = posting_on(page)
    assert posting["employmentType"] == ["INTERN", "FULL_TIME"]
    assert "validThrough" not in posting


@pytest.mark.unhurried
def test_a_job_that_is_over_is_gone_and_not_indexed(story: Story, browse: httpx.Client) -> None:
    id_ = job(story)
    story.move(id_, PAUSED)
    paused = browse.get(f"/jobs/{id_}")
    assert (paused.status_code, paused.headers["x-robots-tag"], "ld+json" in paused.text) == (200, "noindex", False)
    story.move(id_, CLOSED, reason="withdrawn")
    gone = browse.get(f"/jobs/{id_}")
    assert (gone.status_code, gone.headers["x-robots-tag"]) == (410, "noindex")
    assert "로봇 제어" not in gone.text
    draft = story.draft(story.company().id)
    for unknown in (draft.id, uuid4(), "nonsense", "%00", "a" * 500):
        assert browse.get(f"/jobs/{unknown}").status_code in {404, 422}
    wrong = browse.get("/jobs?colour=red&lang=en")
    assert (wrong.status_code, wrong.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "There is no such parameter here." in wrong.text
    assert 'href="/jobs?lang=en"' in wrong.text


def changes(browse: httpx.Client, url: str) -> Iterator[dict[str, Any]]:
    """Everything that there is from an address on; the last one yields where to go on."""
    while True:
        page = browse.get(url).json()
        yield from page["items"]
        url = page["next"].removeprefix("http://employers.test")
        if not page["more"]:
            yield {"next": url}
            return


@pytest.mark.unhurried
def test_a_snapshot_and_then_the_changes_lose_nothing(story: Story, browse: httpx.Client) -> None:
    ids = [job(story, field=field) for field in ("robot", "water", "bio")]
    first = browse.get("/jobs/feed?limit=2").json()
    assert [item["id"] for item in first["items"]] == [str(id_) for id_ in ids[:2]]
    # While the snapshot is read, one that was read already goes away.
    story.move(ids[0], CLOSED, reason="withdrawn")
    *rest, end = changes(browse, first["next"].removeprefix("http://employers.test"))
    assert str(ids[2]) in {item["id"] for item in rest}
    *later, end = changes(browse, end["next"])
    (tombstone,) = [item for item in later if item["id"] == str(ids[0])]
    assert (tombstone["change"], tombstone["field"], tombstone["region"], tombstone["job"]) == ("removed", "robot", "27260", None)
    assert list(changes(browse, end["next"])) == [{"next": end["next"]}]
    story.revise(ids[1], title="정수장 운영")
    *news, _ = changes(browse, end["next"])
    assert [(item["id"], item["job"]["title"]) for item in news] == [(str(ids[1]), "정수장 운영")]
    *everything, _ = changes(browse, "/jobs/feed?after=0")
    assert {item["id"]: item["change"] for item in everything} == {
        str(ids[0]): "removed", str(ids[1]): "listed", str(ids[2]): "listed",
    }  # fmt: skip
    ahead = browse.get(f"/jobs/feed?after={everything[-1]['number'] + 1}")
    assert (ahead.status_code, ahead.json()["code"]) == (410, "feed_began_anew")
    *snapshot, _ = changes(browse, "/jobs/feed")
    assert {item["id"] for item in snapshot} == {str(ids[1]), str(ids[2])}


def test_a_job_tells_the_feed_what_portals_need(story: Story, browse: httpx.Client) -> None:
    id_ = job(story)
    (item,) = browse.get("/jobs/feed").json()["items"]
    told = item["job"]
    assert told["url"] == f"http://employers.test/jobs/{id_}"
    assert (told["open_seats"], told["kind"], told["must_have"][0]) == (2, "permanent", {"skill": "ros2", "level": 4})
    assert "contact_id" not in told


def test_the_map_names_open_jobs_only(story: Story, browse: httpx.Client) -> None:
    open_, closed = job(story), job(story)
    story.move(closed, CLOSED, reason="withdrawn")
    answer = browse.get("/jobs/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    namespace = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    places = [each.text for each in ET.fromstring(answer.text).findall("m:url/m:loc", namespace)]  # noqa: S314
    assert places == [f"http://employers.test/jobs/{open_}"]
    assert browse.get("/jobs/sitemap.xml?part=2").status_code == 404


def test_the_page_has_the_colours_of_all_pages(story: Story, browse: httpx.Client) -> None:
    services = Path(__file__).parents[2] / "services"
    shared = dict(TOKENS.findall(styled().decode()))
    assert shared
    for sheet in services.rglob("static/*.css"):
        own = dict(TOKENS.findall(sheet.read_text(encoding="utf-8").partition("@media print")[0]))
        assert not shared.keys() & own.keys(), sheet
    assert style_version(services / "employers/api/jobs/static/jobs.css") in browse.get(f"/jobs/{job(story)}").text


@pytest.mark.unhurried
def test_open_jobs_are_listed_in_pages_that_search_engines_may_keep_unless_they_are_filtered(
    story: Story, browse: httpx.Client
) -> None:
    empty = browse.get("/jobs", headers={"Accept-Language": "en"})
    assert (empty.status_code, empty.headers["X-Robots-Tag"]) == (200, "noindex")
    assert "At the moment no company looks for anybody" in empty.text
    company = story.company().id
    story.agreement(company)
    ids = [str(job(story, company_id=company, title=f"로봇 제어 {n}호")) for n in range(21)]
    water = str(job(story, company_id=company, title="정수장 <운영>", field="water", kind=PositionKind.INTERNSHIP))
    closed, draft = job(story, company_id=company, title="닫힌 공고"), story.draft(company, title="쓰는 중").id
    story.move(closed, CLOSED, reason="withdrawn")
    first, second = browse.get("/jobs"), browse.get("/jobs?page=2")
    assert "X-Robots-Tag" not in first.headers
    assert '<link rel="canonical" href="http://employers.test/jobs">' in first.text
    assert '<link rel="canonical" href="http://employers.test/jobs?page=2">' in second.text
    listed = [re.findall(r'<h2><a href="/jobs/([0-9a-f-]+)"', page.text) for page in (first, second)]
    assert listed == [[water, *reversed(ids)][:20], [water, *reversed(ids)][20:]]
    assert "공고 22건" in first.text
    assert str(draft) not in first.text + second.text
    assert "정수장 &lt;운영&gt;" in first.text
    assert "ld+json" not in first.text
    filtered = browse.get("/jobs", params={"q": "정수장", "field": "water", "kind": "internship", "lang": "en"})
    assert (filtered.headers["X-Robots-Tag"], filtered.headers["Content-Language"]) == ("noindex", "en")
    assert "1 job(s)" in filtered.text
    assert "q=%EC%A0%95%EC%88%98%EC%9E%A5&amp;field=water&amp;kind=internship&amp;lang=ko" in filtered.text
    for nothing in ({"q": "없는말이다"}, {"page": "99"}):
        assert "조건에 맞는 공고가 없습니다" in browse.get("/jobs", params=nothing, headers={"Accept-Language": "ko"}).text
    for nonsense in ({"page": "x"}, {"page": "0"}, {"field": "<b>"}, {"kind": "slave"}):
        assert len(re.findall("<h2>", browse.get("/jobs", params=nonsense).text)) == 20


def test_robots_are_told_where_the_jobs_are(browse: httpx.Client) -> None:
    told = browse.get("/robots.txt")
    assert told.headers["content-type"].startswith("text/plain")
    assert told.text.splitlines() == [
        "User-agent: *", "Allow: /jobs", "Disallow: /", "", "Sitemap: http://employers.test/jobs/sitemap.xml",
    ]  # fmt: skip
