"""What goes wrong at a browser: a page that says so in the reader's language, with the way back; programs get a document."""

import re
from collections.abc import Iterator
from typing import Final
from uuid import uuid4

import httpx
import pytest
from starlette.requests import Request

from services.reporting.app import service
from services.reporting.pages.formatting import Format
from shared.http.refusing import reads_pages, refuse
from tests.reporting.told import Told
from tests.serving import WITHOUT_TLS
from tests.waiting import PATIENCE

pytestmark = pytest.mark.unhurried
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RATE: Final = "/indicators/employment_rate_completers"
NOBODY: Final = "019a0000-0000-7000-8000-000000000000"
ABSENT: Final = (
    ("/nowhere", "There is nothing at this address.", None),
    ("/matching/7/more", "There is nothing at this address.", None),
    ("/static/nothing.css", "There is nothing at this address.", None),
    ("/goals/nothing", "There is no such framework", "/goals"),
    ("/goals/future-talent-city-daegu/nothing", "There is no such goal", "/goals"),
    ("/indicators/nothing", "There is no such indicator", "/indicators"),
    (f"{RATE}?version=99", "There is no such indicator", "/indicators"),
    ("/cohorts/nothing", "There is no such cohort", "/cohorts"),
    (f"/cohorts/{NOBODY}", "There is no such cohort", "/cohorts"),
    (f"/universities/{NOBODY}", "There is no such university", "/universities"),
    (f"/companies/{NOBODY}", "There is no such company", "/companies"),
    ("/shared/nothing", "There is no such share link", None),
)
IMPOSSIBLE: Final = (
    ("/?as_of=0001-01-01", "As of Must not be before 1900-01-01."),
    ("/?known_at=0001-01-01T00:00", "As known at Must not be before 1900-01-01."),
    ("/goals?as_of=9999-12-31", "As of Must not be in the future."),
    ("/cohorts?period=2026-Q9", "Period Must be a year, a quarter or a month"),
    (f"{RATE}?by=weather", "Broken down by This indicator knows only these dimensions: field, "),
    (f"{RATE}?every=week", "Over time Must be one of: month, quarter, year, academic_year."),
    (f"{RATE}?from_as_of=soon", "Compared with the end of Must be a date such as 2026-03-01."),
    (f"{RATE}?cohort_id={NOBODY}", "Cohort There is none like this."),
    (f"{RATE}?field=alchemy&cohort_ordinal=99", "Field There is none like this. Cohort number There is none like this."),
    ("/auth/login?password=x", "There is no such parameter here."),
)


@pytest.fixture(scope="module")
def browser(told: Told) -> Iterator[httpx.Client]:
    headers = {"Accept": BROWSER, "Accept-Language": "en"}
    with httpx.Client(base_url=told.demo.origin, headers=headers, timeout=PATIENCE, verify=WITHOUT_TLS) as client:
        yield client


def said(answer: httpx.Response) -> str:
    """What the page says, roughly as it is read."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_what_is_not_there_is_a_page_with_the_way_back(browser: httpx.Client) -> None:
    for path, expected, above in ABSENT:
        answer = browser.get(path)
        assert (answer.status_code, expected in said(answer)) == (404, True), path
        assert 'href="/"' in answer.text, path
        assert above is None or f'<a class="button" href="{above}">' in answer.text, path
    korean = browser.get("/nowhere", headers={"Accept-Language": "ko"})
    assert "이 주소에는 아무것도 없습니다." in said(korean)
    assert "첫 화면으로" in said(korean)


def test_what_cannot_be_asked_is_a_page_that_leads_to_what_can(browser: httpx.Client) -> None:
    for path, expected in IMPOSSIBLE:
        answer = browser.get(path)
        assert (answer.status_code, expected in said(answer)) == (422, True), path
        assert "The page without this" in answer.text
        assert "<svg" not in answer.text, path


def test_an_address_that_only_takes_forms_says_so_on_a_page(browser: httpx.Client) -> None:
    answer = browser.get("/account/views")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "This address does not know this method." in said(answer)
    assert browser.post("/auth/logout", data={"csrf": "x"}, headers={"Cookie": f"hustar_session={'x' * 43}"}).status_code == 403


def test_programs_go_on_getting_problem_documents(told: Told) -> None:
    with told.demo.client() as program:
        for accept in ("*/*", "application/json", "application/json, text/html;q=0.5"):
            answer = program.get("/nowhere", headers={"Accept": accept})
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
            assert program.put("/goals", headers={"Accept": accept}).json()["code"] == "method_not_allowed"
        assert program.get(f"/api/v1/goals/{uuid4()}", headers={"Accept": BROWSER}).headers["content-type"].endswith("json")
    assert not any(map(reads_pages, (None, "", "text/html;q=0", "text/*", "text/html;q=x")))
    assert reads_pages(BROWSER)


def test_an_error_that_nobody_foresaw_is_a_page_without_its_text() -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"accept-language", b"en")]}

    def fails(_request: Request, _error: Exception) -> None:
        raise RuntimeError("the page is broken, too")

    page = refuse(Request(scope), ValueError("a secret"), service.refusing)
    assert (page.status_code, page.media_type) == (500, "text/html")
    assert b"Something went wrong here" in page.body
    assert b"secret" not in page.body
    document = refuse(Request(scope), ValueError("a secret"), fails)  # type: ignore[arg-type]
    assert (document.status_code, document.media_type) == (500, "application/problem+json")


@pytest.mark.parametrize(
    ("value", "share", "reached"),
    [(0.92857, "92.9%", "92.9%"), (0.0625, "6.3%", "6.3%"), (0.99961, "100.0%", "99.9%"), (1.0, "100.0%", "100.0%")],
)
def test_shares_are_rounded_as_rates_are_and_a_target_is_reached_only_wholly(value: float, share: str, reached: str) -> None:
    assert (Format("en").share(value), Format("en").reached(value)) == (share, reached)
