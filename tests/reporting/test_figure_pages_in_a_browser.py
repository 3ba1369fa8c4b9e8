"""The start page, goals and indicators in a real browser: nothing inaccessible, nothing blocked, each role's tasks by keys."""

import gzip
import re
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import Visit, violations
from tests.reporting.told import TALENTS, Told
from tests.serving import WITHOUT_TLS

pytestmark = pytest.mark.browser

PLAN: Final = "future-talent-city-daegu"
RATE: Final = "/indicators/employment_rate_completers"
PATHS: Final = (
    "/?live=off",
    "/?as_of=2020-12-31",
    "/goals",
    f"/goals/{PLAN}",
    f"/goals/{PLAN}/contributions",
    f"/goals/{PLAN}/{TALENTS}?as_of=2020-12-31",
    "/indicators",
    f"{RATE}?as_of=2020-12-31&from_as_of=2020-07-31&by=university_id",
    "/indicators/satisfaction",
    "/indicators/nonsense",
)
PHONE: Final = 360
DESK: Final = 1280
WALL: Final = 3840
SOON: Final = 20_000


def press_until(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus: as somebody without a mouse."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    pytest.fail(f"{name} cannot be reached by Tab")


def sign_in(page: Page, role: str) -> None:
    page.goto("/")
    press_until(page, "Sign in")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=role).focus()
    page.keyboard.press("Enter")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "theme"), [("ko", "light"), ("en", "dark")])
def test_no_page_of_figures_is_inaccessible_or_too_wide(chromium: Browser, told: Told, language: str, theme: str) -> None:
    with Visit(chromium, told.demo.origin, locale=language) as visit:
        page, wrong = visit.page, list[str]()
        page.goto(f"/?theme={theme}&lang={language}")
        for path in PATHS:
            page.set_viewport_size({"width": DESK, "height": 900})
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert page.evaluate("document.documentElement.dataset.theme") == theme
            wrong += [f"{path}: {each}" for each in violations(page)]
            for width in (PHONE, WALL):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert wrong == []
        assert [each for each in visit.complaints if "404" not in each] == []


def test_every_page_of_figures_is_light_without_its_fonts(told: Told) -> None:
    with httpx.Client(base_url=told.demo.origin, timeout=60, verify=WITHOUT_TLS) as browser:
        for path in PATHS:
            html = browser.get(path).text
            files = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
            weight = sum(len(gzip.compress(part, 9)) for part in (html.encode(), *(browser.get(each).content for each in files)))
            assert weight < 60_000, path
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html), path


def test_an_executive_sees_where_the_goals_are_without_scripts(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.demo.origin, java_script_enabled=False, locale="en") as visit:
        page = visit.page
        page.goto("/")
        card = page.get_by_role("region", name="30,000 innovative talents")
        expect(card.get_by_text("Far behind")).to_be_visible()
        expect(card.get_by_text("30 persons by December 31, 2026")).to_be_visible()
        expect(card.get_by_text("Chance of reaching the target: less than 1%")).to_be_visible()
        expect(card.get_by_text("No change since")).to_be_visible()
        expect(page.get_by_text("Talents are late")).to_be_visible()
        page.goto("/?as_of=2020-12-31")
        expect(page.get_by_text("brings itself up to date")).to_have_count(0)
        page.goto("/?as_of=2020-08-31")
        expect(page.get_by_text("2 jobs more since July 31, 2020.").first).to_be_visible()
        expect(page.get_by_role("paragraph").filter(has_text="From 0 jobs to 2 jobs")).to_be_visible()


def test_an_executive_goes_from_a_goal_to_why_it_moved_by_keys(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.strict.origin, locale="en") as visit:
        page = visit.page
        sign_in(page, "Executive")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=SOON)
        page.goto("/?as_of=2020-08-31")
        press_until(page, "Why, fact by fact")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Why it moved")).to_be_visible(timeout=SOON)
        expect(page.get_by_role("rowheader", name="new: Counts")).to_be_visible()
        assert "as_of=2020-08-31" in page.url
        expect(page.get_by_role("link", name="What is behind it")).to_have_count(0)
        assert visit.complaints == []


def test_what_happened_is_noted_where_a_figure_is_drawn(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.demo.origin, locale="en") as visit:
        visit.page.goto("/indicators/jobs_created?as_of=2020-12-31")
        expect(visit.page.get_by_text("August 1, 2020: The day of the hires")).to_be_visible()
        visit.page.goto("/indicators/jobs_created?as_of=2020-07-31")
        expect(visit.page.get_by_text("The day of the hires")).to_have_count(0)


def test_a_figure_is_narrowed_by_what_it_is_broken_down_by_and_widened_again(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.demo.origin, locale="en") as visit:
        page = visit.page
        page.goto(f"{RATE}?as_of=2020-12-31")
        page.get_by_text("Look at one of them").click()
        page.get_by_role("link", name="Robot: 50.0%").click()
        expect(page.locator(".actual strong")).to_have_text("50.0%")
        assert "field=robot" in page.url
        page.get_by_role("link", name="Field: Robot, show all again").click()
        assert "field=" not in page.url
        assert "as_of=2020-12-31" in page.url


def test_a_university_sees_its_own_figures_and_no_others(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.strict.origin, locale="en") as visit:
        page = visit.page
        page.goto("/auth/login")
        page.get_by_label(re.compile("University|identity|client", re.IGNORECASE)).last.fill("university-knu")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Indicators", level=1)).to_be_visible(timeout=SOON)
        entries = page.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts()
        assert entries[0] == "Indicators"
        assert {"Overview", "Goals", "Companies"}.isdisjoint(entries)
        assert page.goto("/goals").status == 403  # type: ignore[union-attr]
        expect(page.get_by_text("This page is not for your role")).to_be_visible()
        assert page.goto(f"{RATE}?from_as_of=2020-07-31").status == 403  # type: ignore[union-attr]


def test_who_was_asked_to_sign_in_comes_back_to_the_page_that_they_wanted(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.strict.origin, locale="en") as visit:
        page = visit.page
        page.goto("/goals?as_of=2020-12-31")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name="Executive").click()
        expect(page.get_by_role("heading", name="Goals", level=1)).to_be_visible(timeout=SOON)
        assert page.url.endswith("/goals?as_of=2020-12-31")
        page.goto("/auth/login?back=//elsewhere.example/")
        page.get_by_role("button", name="Executive").click()
        expect(page).to_have_url(f"{told.strict.origin}/", timeout=SOON)
