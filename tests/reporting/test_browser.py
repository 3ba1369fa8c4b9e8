"""The pages in a real browser: nothing inaccessible, nothing blocked, and figures that change under the reader's eyes."""

from typing import Final

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete

from services.reporting.tables import PAGE_SESSION
from shared.db import Database
from tests.browsing import Theme, Visit, violations
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site
from tests.reporting.story import HIRED, three_cohorts

pytestmark = pytest.mark.browser

PHONE: Final = 360
WALL: Final = 1440
SOON: Final = 15_000


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_on_any_page_is_inaccessible(
    chromium: Browser, demo_site: Site, light_world: Happenings, language: str, theme: Theme
) -> None:
    paths = (f"/?lang={language}", f"/?lang={language}&live=off", "/auth/callback")
    with Visit(chromium, demo_site.origin, color_scheme=theme, locale=language) as visit:
        visit.page.goto(paths[0])
        assert violations(visit.page) == []
        three_cohorts(light_world)
        for width in (PHONE, WALL):
            visit.page.set_viewport_size({"width": width, "height": 900})
            for path in paths:
                visit.page.goto(path)
                assert violations(visit.page) == [], (path, width)
                assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_way_in_is_accessible(chromium: Browser, strict_site: Site, theme: Theme) -> None:
    with Visit(chromium, strict_site.origin, color_scheme=theme, locale="en") as visit:
        visit.page.goto("/")
        assert violations(visit.page) == []


def test_the_page_changes_when_facts_arrive_without_being_loaded_again(
    chromium: Browser, demo_site: Site, light_world: Happenings
) -> None:
    three_cohorts(light_world)
    with Visit(chromium, demo_site.origin) as visit:
        page = visit.page
        page.goto("/?lang=en")
        page.evaluate("window.loadedOnce = true")
        talents, jobs = page.locator(".goal .actual strong").all()
        expect(talents).to_have_text("6 persons")
        page.locator("#figures a").first.focus()
        completer = light_world.completer(light_world.cohort(ordinal=4))
        light_world.hire(completer, light_world.seat(), on=HIRED, grade=2)
        light_world.arrive()
        expect(talents).to_have_text("7 persons", timeout=SOON)
        expect(jobs).to_have_text("3 jobs")
        expect(page.get_by_role("rowheader", name="Cohort 4")).to_be_visible()
        expect(page.get_by_role("status")).to_contain_text("30,000 innovative talents: 7 persons.")
        assert page.evaluate("window.loadedOnce && document.activeElement.matches('#figures a')")
        assert visit.complaints == []


def test_while_nothing_changes_nothing_is_swapped(chromium: Browser, demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    with Visit(chromium, demo_site.origin) as visit:
        visit.page.goto("/?lang=en")
        with visit.page.expect_response("**/figures*", timeout=SOON) as caught:
            pass
        assert caught.value.status == 304
        expect(visit.page.get_by_role("status")).to_be_empty()


def test_updates_can_be_paused_and_resumed(chromium: Browser, demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    with Visit(chromium, demo_site.origin) as visit:
        page = visit.page
        page.goto("/?lang=en")
        page.get_by_role("link", name="Pause updates").click()
        expect(page.get_by_text("Updates are paused.")).to_be_visible()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        light_world.completer(light_world.cohort(ordinal=4))
        light_world.arrive()
        page.wait_for_timeout(4_000)
        assert [url for url in asked if "/figures" in url] == []
        expect(page.locator(".goal .actual strong").first).to_have_text("6 persons")
        page.get_by_role("link", name="Resume updates").click()
        expect(page.locator(".goal .actual strong").first).to_have_text("7 persons")
        with page.expect_request("**/figures*", timeout=SOON):
            pass


def test_the_page_is_whole_without_scripts(chromium: Browser, demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    with Visit(chromium, demo_site.origin, java_script_enabled=False) as visit:
        page = visit.page
        page.goto("/?lang=en")
        expect(page.locator(".goal .actual strong").first).to_have_text("6 persons")
        expect(page.get_by_role("cell", name="66.7%").first).to_be_visible()
        expect(page.get_by_text("This page brings itself up to date")).to_be_hidden()
        light_world.completer(light_world.cohort(ordinal=4))
        light_world.arrive()
        page.get_by_role("link", name="Reload").click()
        expect(page.locator(".goal .actual strong").first).to_have_text("7 persons")


def test_the_page_says_when_it_can_no_longer_be_brought_up_to_date(
    chromium: Browser, demo_site: Site, light_world: Happenings
) -> None:
    three_cohorts(light_world)
    with Visit(chromium, demo_site.origin) as visit:
        page = visit.page
        page.goto("/?lang=en")
        trouble = page.get_by_text("cannot be brought up to date right now")
        expect(trouble).to_be_hidden()
        for failure in (lambda route: route.abort(), lambda route: route.fulfill(status=503, body="away")):
            page.route("**/figures*", failure)
            expect(trouble).to_be_visible(timeout=SOON)
            expect(page.locator(".goal .actual strong").first).to_have_text("6 persons")
            page.unroute("**/figures*")
            expect(trouble).to_be_hidden(timeout=SOON)


def test_everything_can_be_reached_by_keyboard(chromium: Browser, demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    with Visit(chromium, demo_site.origin) as visit:
        page = visit.page
        page.goto("/?lang=en")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "To the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Pause updates":
                break
        page.keyboard.press("Enter")
        expect(page.get_by_text("Updates are paused.")).to_be_visible()


def test_print_is_light_and_without_controls(chromium: Browser, demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    with Visit(chromium, demo_site.origin, color_scheme="dark") as visit:
        visit.page.goto("/?lang=en")
        visit.page.emulate_media(media="print", color_scheme="dark")
        assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert visit.page.evaluate("getComputedStyle(document.querySelector('.goal strong')).color") == "rgb(0, 0, 0)"
        expect(visit.page.get_by_role("link", name="Sign in")).to_be_hidden()
        expect(visit.page.locator(".goal .actual strong").first).to_be_visible()


def test_a_person_signs_in_looks_and_signs_out(chromium: Browser, strict_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    with Visit(chromium, strict_site.origin, locale="en") as visit:
        page = visit.page
        page.goto("/")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name="Executive").click()
        expect(page.locator(".goal .actual strong").first).to_have_text("6 persons")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("Sign in to open the page.")).to_be_visible()


def test_a_session_that_ends_while_the_page_is_open_leads_back_to_the_door(
    chromium: Browser, strict_site: Site, light_world: Happenings, light_database: Database
) -> None:
    three_cohorts(light_world)
    with Visit(chromium, strict_site.origin, locale="en") as visit:
        page = visit.page
        page.goto("/auth/login")
        page.get_by_role("button", name="Executive").click()
        expect(page.locator(".goal .actual strong").first).to_have_text("6 persons")
        light_database.run(lambda session: session.execute(delete(PAGE_SESSION)))
        expect(page.get_by_text("Sign in to open the page.")).to_be_visible(timeout=SOON)
