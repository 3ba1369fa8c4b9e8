"""Figures in a real browser: they change under the reader's eyes, say when they cannot, and lead from one to the next."""

import re
from typing import Final

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete

from services.reporting.tables import PAGE_SESSION
from shared.db import Database
from tests.browsing import Visit
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site
from tests.reporting.story import HIRED, three_cohorts
from tests.reporting.told import Told

pytestmark = [pytest.mark.browser, pytest.mark.unhurried]
RATE: Final = "/indicators/employment_rate_completers"


@pytest.mark.slow
def test_the_page_follows_the_facts_and_says_when_it_cannot(chromium: Browser, demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    with Visit(chromium, demo_site.origin) as visit:
        page = visit.page
        page.goto("/?lang=en")
        page.evaluate("window.loadedOnce = true")
        talents, jobs = page.locator(".goal .actual strong").all()
        expect(talents).to_have_text("6 persons")
        page.locator("#figures a").first.focus()
        with page.expect_response("**/figures*") as caught:
            pass
        assert caught.value.status == 304
        expect(page.get_by_role("status")).to_be_empty()
        completer = light_world.completer(light_world.cohort(ordinal=4))
        light_world.hire(completer, light_world.seat(), on=HIRED, grade=2)
        light_world.arrive()
        expect(talents).to_have_text("7 persons")
        expect(jobs).to_have_text("3 jobs")
        expect(page.get_by_role("rowheader", name="Cohort 4")).to_be_visible()
        expect(page.get_by_role("status")).to_contain_text("30,000 innovative talents: 7 persons.")
        assert page.evaluate("window.loadedOnce && document.activeElement.matches('#figures a')")
        assert visit.complaints == []
        trouble = page.get_by_text("cannot be brought up to date right now")
        expect(trouble).to_be_hidden()
        for failure in (lambda route: route.abort(), lambda route: route.fulfill(status=503, body="away")):
            page.route("**/figures*", failure)
            expect(trouble).to_be_visible()
            expect(talents).to_have_text("7 persons")
            page.unroute("**/figures*")
            expect(trouble).to_be_hidden()


@pytest.mark.slow
def test_updates_can_be_paused_and_resumed_and_end_with_the_session(
    chromium: Browser, strict_site: Site, light_world: Happenings, light_database: Database
) -> None:
    three_cohorts(light_world)
    with Visit(chromium, strict_site.origin, locale="en") as visit:
        page = visit.page
        page.goto("/")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name="Executive").click()
        talents = page.locator(".goal .actual strong").first
        expect(talents).to_have_text("6 persons")
        page.get_by_role("link", name="Pause updates").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Updates are paused.")).to_be_visible()
        assert page.locator("[hx-get]").count() == 0
        light_world.completer(light_world.cohort(ordinal=4))
        light_world.arrive()
        expect(talents).to_have_text("6 persons")
        page.get_by_role("link", name="Resume updates").click()
        expect(talents).to_have_text("7 persons")
        with page.expect_request("**/figures*"):
            pass
        light_database.run(lambda session: session.execute(delete(PAGE_SESSION)))
        expect(page.get_by_text("Sign in to open the page.")).to_be_visible()


def test_without_scripts_the_page_says_how_to_see_what_is_new(
    chromium: Browser, demo_site: Site, light_world: Happenings
) -> None:
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


def test_an_executive_sees_where_the_goals_are(chromium: Browser, told: Told) -> None:
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


def test_who_was_asked_to_sign_in_comes_back_to_the_page_that_they_wanted_and_signs_out(chromium: Browser, told: Told) -> None:
    with Visit(chromium, told.strict.origin, locale="en") as visit:
        page = visit.page
        page.goto("/goals?as_of=2020-12-31")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name="Executive").click()
        expect(page.get_by_role("heading", name="Goals", level=1)).to_be_visible()
        assert page.url.endswith("/goals?as_of=2020-12-31")
        page.goto("/auth/login?back=//elsewhere.example/")
        page.get_by_role("button", name="Executive").click()
        expect(page).to_have_url(f"{told.strict.origin}/")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("Sign in to open the page.")).to_be_visible()
        page.keyboard.press("Tab")
        assert re.search("To the content", str(page.evaluate("document.activeElement.textContent")))
