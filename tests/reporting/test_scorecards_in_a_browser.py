"""The pages of cohorts, organisations, matching and data in a real browser: accessible, by keyboard, without scripts."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from services.reporting.commands import roll_up
from shared.db import Database
from tests.browsing import Theme, Visit, violations
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.told_at_length import TOLD_ON, Tale, tell

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE, DESK = 360, 1280


@dataclass(frozen=True)
class Told:
    demo: Site
    strict: Site
    tale: Tale


@pytest.fixture(scope="module")
def told(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("told-in-a-browser")
    shutil.copyfile(template, folder / "reporting.db")
    database = Database(f"sqlite:///{folder / 'reporting.db'}", service="reporting")
    tale = tell(Happenings(database))
    while roll_up(database):
        continue
    with site(database, folder) as demo, site(database, folder, demo=False) as strict:
        yield Told(demo, strict, tale)
    database.close()


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "ko", DESK), ("dark", "en", PHONE)])
def test_nothing_on_these_pages_is_inaccessible(chromium: Browser, told: Told, theme: Theme, language: str, width: int) -> None:
    cohort, school, company = told.tale.cohorts[0].id, told.tale.universities[0], told.tale.companies[0]
    paths = (
        "/cohorts?tour=3", f"/cohorts/{cohort}", "/universities", f"/universities/{school}", "/companies",
        f"/companies/{company}", "/matching", "/data", "/account", "/cohorts/nothing",
    )  # fmt: skip
    with Visit(
        chromium, told.demo.origin, color_scheme=theme, locale=language, viewport={"width": width, "height": 900}
    ) as visit:
        for path in paths:
            visit.page.goto(f"{path}{'&' if '?' in path else '?'}as_of={TOLD_ON}&lang={language}")
            assert violations(visit.page) == [], path
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert [each for each in visit.complaints if "404" not in each] == []


def test_the_tour_is_taken_left_and_resumed_by_keyboard_without_scripts(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.demo.origin, java_script_enabled=False) as visit:
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


def test_a_page_is_kept_passed_on_read_by_somebody_and_taken_back(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.strict.origin, locale="en") as visit:
        page = visit.page
        page.goto("/auth/login")
        page.get_by_role("button", name="Program manager").click()
        page.goto(f"/cohorts/{told.tale.cohorts[0].id}?as_of={TOLD_ON}")
        page.get_by_role("link", name="From each standard to the next").click()
        expect(page.get_by_role("heading", name="From each standard to the next")).to_be_visible()
        page.get_by_role("link", name="Keep or pass on").click()
        assert violations(page) == []
        page.get_by_label("What to call it").first.fill("Autumn")
        page.get_by_label("Executive").check()
        page.get_by_role("button", name="Keep").click()
        expect(page.get_by_role("link", name="Autumn")).to_be_visible()
        page.goto(f"/account?address=/cohorts?as_of={TOLD_ON}")
        page.get_by_label("What to call it").last.fill("Council")
        page.get_by_role("button", name="Make a link").click()
        address = page.get_by_label("Council").input_value()
        assert violations(page) == []
        with Visit(chromium, told.strict.origin, locale="ko") as other:
            other.page.goto(address)
            expect(other.page.get_by_text("2020년 9월 9일").first).to_be_visible()
            assert violations(other.page) == []
            expect(other.page.get_by_role("link", name="데이터", exact=True)).to_have_count(0)
            page.get_by_role("link", name="Kept and passed on").click()
            page.get_by_role("button", name="Revoke: Council").click()
            expect(page.get_by_text("Revoked")).to_be_visible()
            other.page.reload()
            expect(other.page.get_by_role("heading", name="더 이상 쓸 수 없는 링크입니다")).to_be_visible()
