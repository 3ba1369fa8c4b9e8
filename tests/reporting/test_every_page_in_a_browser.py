"""Every kind of page in a real browser: nothing inaccessible in either theme and language, nothing too wide, nothing blocked."""

import gzip
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from services.reporting.commands import keep_comparison, roll_up
from services.reporting.pages.assets import FOLDER
from shared.db import Database
from tests.browsing import Theme, Visit, violations_in_themes
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.signing_in import signed_in
from tests.reporting.told import TALENTS, said_by_people
from tests.reporting.told_at_length import TOLD_ON, Tale, tell

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PLAN: Final = "future-talent-city-daegu"
RATE: Final = "/indicators/employment_rate_completers"
PHONE: Final = 360
DESK: Final = 1280
WALL: Final = 3840


@dataclass(frozen=True)
class Filled:
    """A site that has something on every page."""

    strict: Site
    database: Database
    tale: Tale

    def paths(self) -> tuple[str, ...]:
        """One address of every kind of page, as the program's managers see it."""
        cohort, school, company = self.tale.cohorts[0].id, self.tale.universities[0], self.tale.companies[0]
        return (
            "/?live=off&tour=1", "/goals", f"/goals/{PLAN}", f"/goals/{PLAN}/contributions", f"/goals/{PLAN}/{TALENTS}",
            "/indicators", f"{RATE}?from_as_of=2020-07-31&by=university_id", "/indicators/satisfaction", f"{RATE}/facts",
            "/notes?indicator=jobs_created", "/cohorts", f"/cohorts/{cohort}?steps=on", "/universities",
            f"/universities/{school}", "/companies", f"/companies/{company}", "/matching", "/data", "/reports",
            "/account?address=/cohorts", f"{RATE}?by=weather",
        )  # fmt: skip


@pytest.fixture(scope="module")
def filled(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("filled")
    shutil.copyfile(template, folder / "reporting.db")
    database = Database(f"sqlite:///{folder / 'reporting.db'}", service="reporting")
    tale = tell(Happenings(database))
    while roll_up(database):
        continue
    database.run(said_by_people)
    finding = {"what": "a figure", "where": "jobs_created", "expected": "7", "found": "6"}
    database.run(lambda session: keep_comparison(session, figures=5, aggregates=9, records=20, waiting={}, findings=[finding]))
    with site(database, folder, demo=False) as strict:
        yield Filled(strict, database, tale)
    database.close()


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}as_of={TOLD_ON}&lang={language}"


def enter(page: Page) -> None:
    page.goto("/auth/login")
    page.locator("button[value=program-manager]").click()


@pytest.mark.parametrize(("language", "first"), [("ko", "light"), ("en", "dark")])
def test_no_page_is_inaccessible_or_too_wide_in_either_theme(
    chromium: Browser, filled: Filled, language: str, first: Theme
) -> None:
    with Visit(chromium, filled.strict.origin, locale=language, viewport={"width": DESK, "height": 900}) as visit:
        page, wrong = visit.page, list[str]()
        page.goto(f"/?lang={language}")
        wrong += [f"the way in: {each}" for each in violations_in_themes(page, first=first)]
        enter(page)
        for path in filled.paths():
            page.set_viewport_size({"width": DESK, "height": 900})
            page.goto(in_language(path, language))
            wrong += [f"{path}: {each}" for each in violations_in_themes(page, first=first)]
            for width in (PHONE,) if language == "ko" else (PHONE, WALL):
                page.set_viewport_size({"width": width, "height": 900})
                wide = page.evaluate("document.documentElement.scrollWidth")
                wrong += [f"{path}: {wide} wide at {width}"] if wide > width else []
        assert wrong == []
        assert [each for each in visit.complaints if not re.search("404|422", each)] == []


def test_an_empty_page_is_accessible_on_a_phone(chromium: Browser, demo_site: Site) -> None:
    for language, first in (("ko", "dark"), ("en", "light")):
        with Visit(chromium, demo_site.origin, locale=language, viewport={"width": PHONE, "height": 780}) as visit:
            visit.page.goto("/")
            assert violations_in_themes(visit.page, first=first) == []  # type: ignore[arg-type]


def test_a_chosen_theme_has_the_colours_of_the_devices() -> None:
    """Pages are looked at as the device wants them: whoever chooses a theme must get the same one."""
    ground = FOLDER.parents[3] / "shared" / "http" / "ground.css"
    for path in (ground, FOLDER / "tokens.css", FOLDER / "charts.css"):
        style = path.read_text(encoding="utf-8")
        by_device = re.findall(r':root:not\(\[data-theme="light"\]\) \{([^}]*)\}', style)
        by_choice = re.findall(r':root\[data-theme="dark"\] \{([^}]*)\}', style)
        chosen = [each.replace("color-scheme: dark;", "").split() for each in by_choice]
        assert [each.replace("color-scheme: dark;", "").split() for each in by_device] == chosen != [], path.name


def test_every_page_is_light_without_its_fonts_and_runs_nothing_inline(filled: Filled) -> None:
    weights: dict[str, int] = {}
    with signed_in(filled.strict, "program-manager") as browser:
        for path in filled.paths():
            html = browser.get(in_language(path, "ko")).text
            weight = len(gzip.compress(html.encode(), 6))
            for each in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
                weights.setdefault(each, len(gzip.compress(browser.get(each).content, 6)))
                weight += weights[each]
            assert weight < 60_000, path
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html), path
            assert not re.search(r'(?:src|href)="(?:https?:)?//[^"]+\.(?:js|css|woff2?|png|svg)', html), path
            assert html.count("<script") <= html.count(" defer></script>"), path


def test_print_is_light_without_controls_and_with_the_tables(chromium: Browser, filled: Filled) -> None:
    with Visit(chromium, filled.strict.origin, color_scheme="dark", locale="en") as visit:
        page = visit.page
        enter(page)
        page.goto(in_language(f"{RATE}?every=quarter", "en"))
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.querySelector('.actual strong')).color") == "rgb(0, 0, 0)"
        for name in ("Sign out", "Explain", "Write it down", "Show"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
        expect(page.locator("#series-chart table").first).to_be_visible()


def test_pages_are_whole_without_scripts(chromium: Browser, filled: Filled) -> None:
    with Visit(chromium, filled.strict.origin, java_script_enabled=False, locale="en") as visit:
        page = visit.page
        enter(page)
        page.goto(in_language("/", "en"))
        expect(page.locator(".goal .actual strong").first).to_have_text("14 persons")
        page.goto(in_language(RATE, "en"))
        expect(page.locator("#series-chart svg").first).to_be_visible()
        page.get_by_text("The same as a table").first.click()
        expect(page.locator("#series-chart table").first).to_be_visible()
