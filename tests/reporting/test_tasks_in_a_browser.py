"""What each role comes for, done by keyboard in a real browser; and what each is told that it may not see."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from services.reporting.commands import roll_up
from shared.db import Database
from tests.browsing import Visit
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.told_at_length import TOLD_ON, Tale, tell

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RATE: Final = "/indicators/employment_rate_completers"


@dataclass(frozen=True)
class Lived:
    strict: Site
    demo: Site
    tale: Tale


@pytest.fixture(scope="module")
def lived(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("lived")
    shutil.copyfile(template, folder / "reporting.db")
    database = Database(f"sqlite:///{folder / 'reporting.db'}", service="reporting")
    tale = tell(Happenings(database))
    while roll_up(database):
        continue
    with site(database, folder, demo=False) as strict, site(database, folder) as demo:
        yield Lived(strict, demo, tale)
    database.close()


def reach(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus: as somebody without a mouse."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.ariaLabel ?? document.activeElement.textContent).trim()") == name:
            return
    pytest.fail(f"{name} cannot be reached by Tab")


def go(page: Page, name: str) -> None:
    """To the page that this link or button leads to."""
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, label: str, text: str) -> None:
    """Press Tab until the field of this label has the focus, and type."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.labels?.[0]?.firstChild.textContent.trim()") == label:
            page.keyboard.type(text)
            return
    pytest.fail(f"{label} cannot be reached by Tab")


def enter(page: Page, identity: str) -> None:
    """Sign in, typing who one is."""
    page.goto("/")
    go(page, "Sign in")
    page.locator('input[name="identity"]').focus()
    page.keyboard.type(identity)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def menu(page: Page) -> list[str]:
    return page.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts()


def test_an_executive_goes_from_a_figure_to_why_it_moved(chromium: Browser, lived: Lived) -> None:
    with Visit(chromium, lived.strict.origin, locale="en") as visit:
        page = visit.page
        enter(page, "executive")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "To the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.goto("/?as_of=2020-07-31")
        go(page, "Why, fact by fact")
        expect(page.get_by_role("heading", name="Why it moved")).to_be_visible()
        expect(page.get_by_role("rowheader", name="new: Counts")).to_be_visible()
        assert "as_of=2020-07-31" in page.url
        expect(page.get_by_role("link", name="What is behind it")).to_have_count(0)
        assert page.goto(f"{RATE}/facts").status == 403  # type: ignore[union-attr]
        assert page.goto("/indicators/jobs_created").status == 200  # type: ignore[union-attr]
        expect(page.get_by_text("Note what happened on a day")).to_have_count(0)


def test_an_auditor_reproduces_a_value_down_to_its_facts(chromium: Browser, lived: Lived) -> None:
    with Visit(chromium, lived.strict.origin, locale="en") as visit:
        page = visit.page
        enter(page, "auditor")
        page.goto(f"{RATE}?as_of={TOLD_ON}")
        expect(page.get_by_role("heading", name="Passport of this value")).to_be_visible()
        go(page, "Why did it move since August 31, 2020?")
        expect(page.get_by_role("heading", name="Why it moved")).to_be_visible()
        go(page, "What is behind it")
        expect(page.get_by_text("That you looked is written down.")).to_be_visible()
        go(page, "Counts")
        expect(page).to_have_url(re.compile("part=numerator"))
        expect(page.get_by_role("cell", name=re.compile(r"20\d\d completed")).first).to_be_visible()
        assert page.get_by_role("row").count() == 1 + 7
        page.goto("/data")
        expect(page.get_by_text("hustar reconcile")).to_be_visible()
        page.goto("/notes")
        expect(page.get_by_text("The program's managers write notes.")).to_be_visible()


def test_a_manager_notes_what_happened_on_a_day(chromium: Browser, lived: Lived) -> None:
    with Visit(chromium, lived.strict.origin, locale="en") as visit:
        page = visit.page
        enter(page, "program-manager")
        page.goto(f"/indicators/jobs_created?as_of={TOLD_ON}")
        reach(page, "Note what happened on a day")
        page.keyboard.press("Enter")
        fill(page, "Day", "07012020")
        fill(page, "In Korean", "채용의 날")
        fill(page, "In English", " ")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Write 1 to 200 characters.")).to_be_visible()
        field = page.get_by_label("In English")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert page.get_by_label("In Korean").input_value() == "채용의 날"
        fill(page, "In English", "The day of the hires")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Take away: The day of the hires")).to_be_visible()
        page.goto(f"/indicators/jobs_created?as_of={TOLD_ON}&lang=ko")
        expect(page.get_by_text("2020년 7월 1일: 채용의 날")).to_be_visible()
        page.goto("/indicators/jobs_created?as_of=2020-06-30")
        expect(page.get_by_text("The day of the hires")).to_have_count(0)
        page.goto("/notes?lang=en")
        go(page, "Take away: The day of the hires")
        expect(page.get_by_text("Nothing is noted of any day yet.")).to_be_visible()
        assert [each for each in visit.complaints if "422" not in each] == []


def test_a_manager_keeps_a_page_passes_it_on_and_takes_it_back(chromium: Browser, lived: Lived) -> None:
    with Visit(chromium, lived.strict.origin, locale="en") as visit:
        page = visit.page
        enter(page, "program-manager")
        page.goto(f"/cohorts/{lived.tale.cohorts[0].id}?as_of={TOLD_ON}")
        go(page, "Keep or pass on")
        fill(page, "What to call it", "Autumn")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Autumn")).to_be_visible()
        page.goto(f"/account?address=/cohorts?as_of={TOLD_ON}")
        page.get_by_role("heading", name="Pass this page on").evaluate("each => { each.tabIndex = -1; each.focus(); }")
        fill(page, "What to call it", "Council")
        page.keyboard.press("Enter")
        address = page.get_by_label("Council").input_value()
        with Visit(chromium, lived.strict.origin, locale="ko") as other:
            other.page.goto(address)
            expect(other.page.get_by_text("2020년 9월 9일").first).to_be_visible()
            expect(other.page.get_by_role("link", name="데이터", exact=True)).to_have_count(0)
            go(page, "Kept and passed on")
            go(page, "Revoke: Council")
            expect(page.get_by_text("Revoked")).to_be_visible()
            other.page.reload()
            expect(other.page.get_by_role("heading", name="더 이상 쓸 수 없는 링크입니다")).to_be_visible()
            expect(other.page.get_by_role("link", name="첫 화면으로")).to_be_visible()


def test_a_university_looks_at_itself_and_is_told_what_it_may_not_see(chromium: Browser, lived: Lived) -> None:
    with Visit(chromium, lived.strict.origin, locale="en") as visit:
        page = visit.page
        enter(page, "university-knu")
        assert menu(page) == ["Indicators", "Cohorts", "Universities"]
        go(page, "Universities")
        expect(page.get_by_role("heading", name="Universities", level=1)).to_be_visible()
        assert page.get_by_role("rowheader").count() == 1
        page.get_by_role("rowheader").get_by_role("link").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Rosters", exact=True)).to_be_visible()
        refused = {"/goals": 403, "/matching": 403, "/data": 403, f"{RATE}/facts": 403, f"{RATE}?from_as_of=2020-07-31": 403}
        refused |= {f"/universities/{lived.tale.universities[1]}": 404, f"/cohorts/{lived.tale.cohorts[1].id}": 404}
        for path, status in refused.items():
            assert page.goto(path).status == status, path  # type: ignore[union-attr]
            expect(page.get_by_role("link", name="To the start page")).to_be_visible()
        page.goto("/goals")
        expect(page.get_by_text("This page is not for your role")).to_be_visible()
        go(page, "To the start page")
        expect(page.get_by_role("heading", name="Indicators", level=1)).to_be_visible()


def test_an_employer_looks_at_itself_and_is_told_what_it_may_not_see(chromium: Browser, lived: Lived) -> None:
    own, other = lived.tale.companies
    with Visit(chromium, lived.strict.origin, locale="en") as visit:
        page = visit.page
        enter(page, "employer-1234567891")
        assert menu(page) == ["Indicators", "Companies"]
        go(page, "Companies")
        expect(page.get_by_role("heading", name="Companies", level=1)).to_be_visible()
        page.get_by_role("rowheader").get_by_role("link").focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(str(own)))
        expect(page.get_by_role("heading", name="Promises of seats")).to_be_visible()
        assert page.goto(f"/companies/{other}").status == 404  # type: ignore[union-attr]
        go(page, "Back to: Companies")
        expect(page.get_by_role("heading", name="Companies", level=1)).to_be_visible()
        assert page.goto("/cohorts").status == 403  # type: ignore[union-attr]
        assert page.goto("/").status == 200  # type: ignore[union-attr]
        assert page.url.endswith("/indicators")


def test_the_tour_is_taken_left_and_resumed_without_scripts(chromium: Browser, lived: Lived) -> None:
    with Visit(chromium, lived.demo.origin, java_script_enabled=False) as visit:
        page = visit.page
        page.goto("/cohorts?lang=en")
        follow(page, "Take the tour")
        expect(page.get_by_role("heading", name="How far the goals are")).to_be_visible()
        while "/cohorts" not in page.url:
            follow(page, "Next")
        expect(page.get_by_role("heading", name="What became of a cohort")).to_be_visible()
        follow(page, "Leave the tour for now")
        follow(page, "Matching")
        page.get_by_role("link", name="Resume the tour at step").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="What became of a cohort")).to_be_visible()
        follow(page, "End the tour")
        expect(page.get_by_role("link", name="Take the tour")).to_be_visible()


def follow(page: Page, name: str) -> None:
    """To a link by keyboard: it can be reached, and Enter follows it."""
    link = page.get_by_role("link", name=name, exact=True).first
    link.focus()
    expect(link).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
