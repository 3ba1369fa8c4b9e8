"""The executive's page as a browser gets it: languages, states, headers, and the fragment that keeps it up to date."""

import gzip
import re

import httpx
import pytest

from services.reporting.handlers import handlers
from services.reporting.pages import assets
from services.reporting.pages.rendering import TEMPLATES
from shared.clock import now
from shared.eventlog.port import Record
from shared.events.consumer import stop
from shared.events.intake import Intake
from shared.i18n.catalogue import catalogue
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site
from tests.reporting.story import three_cohorts
from tests.serving import WITHOUT_TLS
from tests.waiting import PATIENCE

pytestmark = pytest.mark.unhurried


def page(site: Site, path: str = "/", **headers: str) -> httpx.Response:
    return httpx.get(site.origin + path, headers=headers, timeout=PATIENCE, verify=WITHOUT_TLS)


def text(html: str) -> str:
    """What a reader sees, roughly: without tags, spaces made one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_shows_both_goals_the_rates_and_the_tables(demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    shown = text(page(demo_site, "/?lang=en").text)
    for expected in (
        "Future Talent City Daegu 2022–2026",
        "6 persons of 30,000 persons",
        "2 jobs of 50,000 jobs",
        "Where it should be today:",
        "66.7% 6 / 9",
        "50.0% 3 / 6",
        "HuStar's goal of 80%: 30.0 points below.".replace("'", "&#39;"),
        "The outcome of 3 is not known (yet): it lies between 50.0% and 100.0%.",
        "Cohort 1 3 2 66.7% 1 50.0%",
        "Robot 3 2 66.7% 1 50.0% 0",
        "Total 9 6 66.7% 3 50.0% 2",
    ):
        assert expected in shown


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/", None, "ko"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "fr", "ko"),
        ("/?lang=en", "ko", "en"),
        ("/?lang=ko", "en", "ko"),
        ("/?lang=klingon", "en", "en"),
    ],
)
def test_the_language_is_the_addresss_else_the_browsers_else_korean(
    demo_site: Site, path: str, accepted: str | None, language: str
) -> None:
    answer = page(demo_site, path, **({"Accept-Language": accepted} if accepted else {}))
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}"' in answer.text


def test_links_keep_the_state_of_the_page(demo_site: Site) -> None:
    html = page(demo_site, "/?lang=en&live=off").text
    assert 'href="/?lang=ko&amp;live=off"' in html
    assert 'href="/?lang=en#updates"' in html
    assert "hx-get" not in html


def test_the_demo_says_who_it_opened_as_and_that_nobody_is_real(demo_site: Site) -> None:
    english = "This page opened as the demo executive. All persons and companies in it are fictitious."
    assert english in page(demo_site, "/?lang=en").text
    assert "시연용 경영진으로 열린 화면입니다. 나오는 사람과 기업은 모두 가상입니다." in page(demo_site).text


def test_an_empty_page_says_what_to_do_next_and_shows_no_zero(demo_site: Site) -> None:
    shown = text(page(demo_site, "/?lang=en").text)
    assert "Nothing has been recorded yet" in shown
    assert "POST /api/v1/cohorts" in shown
    assert "Not started of 30,000 persons" in shown
    assert "0% reached" not in shown


def test_the_fragment_changes_with_the_facts_and_only_with_them(demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    first = page(demo_site, "/figures?lang=en")
    tag = first.headers["etag"]
    assert (first.status_code, "6 persons" in first.text) == (200, True)
    assert page(demo_site, "/figures?lang=en", **{"If-None-Match": tag}).status_code == 304
    assert page(demo_site, "/figures?lang=ko", **{"If-None-Match": tag}).status_code == 200
    light_world.completer(light_world.cohort(ordinal=4))
    light_world.arrive()
    second = page(demo_site, "/figures?lang=en", **{"If-None-Match": tag})
    assert (second.status_code, "7 persons" in second.text, second.headers["etag"] != tag) == (200, True, True)


def test_the_page_knows_the_tag_of_the_fragment_it_shows(demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    tag = page(demo_site, "/figures?lang=en").headers["etag"]
    assert tag.strip('"') in page(demo_site, "/?lang=en").text


def test_events_that_were_set_aside_and_a_stopped_consumer_are_no_secret(demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    broken = Record("hustar.trainees.program.v1", 2, light_world.end_of("hustar.trainees.program.v1", 2), b"k", b"?", (), now())
    light_world.database.run(lambda session: Intake(handlers, name="reporting", generation=1).take(session, [broken]))
    light_world.database.run(lambda session: stop(session, "reporting", "20 records in a row could not be handled"))
    shown = text(page(demo_site, "/?lang=en").text)
    assert "One event could not be understood and is not in these figures" in shown
    assert "Reading of events has stopped" in shown


def test_without_demo_the_page_asks_to_sign_in(strict_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    answer = page(strict_site, "/?lang=en")
    assert (answer.status_code, 'href="/auth/login?lang=en"' in answer.text) == (200, True)
    assert "6 persons" not in answer.text
    fragment = page(strict_site, "/figures?lang=en")
    assert (fragment.status_code, fragment.headers["hx-refresh"], fragment.content) == (401, "true", b"")


@pytest.mark.parametrize("path", ["/", "/figures", "/?lang=en", "/auth/callback?error=access_denied"])
def test_nothing_runs_on_a_page_that_is_not_ours(demo_site: Site, light_world: Happenings, path: str) -> None:
    three_cohorts(light_world)
    answer = page(demo_site, path)
    policy = dict(each.strip().split(" ", 1) for each in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"]) == ("'self'", "'self'")
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", answer.text)


def test_names_from_elsewhere_are_shown_as_text(demo_site: Site, light_world: Happenings) -> None:
    cohort = light_world.cohort(field="<script>alert(1)</script>")
    light_world.completer(cohort)
    light_world.arrive()
    html = page(demo_site).text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_files_are_kept_for_ever_under_addresses_that_change_with_them(demo_site: Site) -> None:
    html = page(demo_site).text
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
    assert len(addresses) == 4
    for address in addresses:
        answer = page(demo_site, address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert page(demo_site, "/static/page.css").headers["cache-control"] == "no-cache"
    assert page(demo_site, "/static/../executive.py").status_code == 404


def test_the_vendored_script_is_the_one_that_was_recorded_and_small() -> None:
    name = "vendor/htmx-4.0.1.min.js"
    recorded = (assets.FOLDER / "vendor" / "README.md").read_text(encoding="utf-8")
    assert assets.integrity(name).removeprefix("sha384-") in recorded
    assert len(gzip.compress((assets.FOLDER / name).read_bytes(), 9)) < 20_000


@pytest.mark.slow
def test_the_whole_page_weighs_less_than_sixty_kilobytes(demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    html = page(demo_site).text
    parts = [html.encode(), *(page(demo_site, each).content for each in re.findall(r'(?:src|href)="(/static/[^"]+)"', html))]
    assert sum(len(gzip.compress(part, 9)) for part in parts) < 60_000


def test_every_text_of_the_templates_exists_in_korean() -> None:
    used = {each for path in TEMPLATES.glob("*.html") for each in re.findall(r'\bt\("([^"]+)"', path.read_text(encoding="utf-8"))}
    assert len(used) > 30
    assert sorted(used - catalogue("ko").keys()) == []


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/?colour=red", 422, "There is no such parameter here."),
        ("/?as_of=yesterday", 422, "As of Must be a date such as 2026-03-01."),
        ("/?as_of=2999-01-01", 422, "As of Must not be in the future."),
        ("/?period=2026-13", 422, "Period Must be a year, a quarter or a month"),
        ("/?known_at=soon&as_of=x", 422, "As known at Must be a date and time"),
        ("/?cohort_id=mine", 422, "Cohort This value cannot be accepted."),
    ],
)
def test_what_cannot_be_asked_is_told_on_a_page_with_the_way_back(demo_site: Site, path: str, status: int, said: str) -> None:
    answer = page(demo_site, path + "&lang=en")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert said in text(answer.text)
    assert 'href="/?lang=en"' in answer.text
    assert "첫 화면으로" in page(demo_site, path).text


def test_the_theme_of_an_address_is_remembered(demo_site: Site) -> None:
    with httpx.Client(base_url=demo_site.origin, timeout=PATIENCE, verify=WITHOUT_TLS) as browser:
        assert 'data-theme="system"' in browser.get("/").text
        assert 'data-theme="dark"' in browser.get("/?theme=dark").text
        assert 'data-theme="dark"' in browser.get("/?lang=en").text
        assert 'data-theme="system"' in browser.get("/?theme=system").text
        assert 'data-theme="system"' in browser.get("/?theme=pink").text


def test_pages_and_files_are_sent_squeezed_to_who_can_read_that(demo_site: Site) -> None:
    style = re.findall(r'href="(/static/page.css[^"]+)"', page(demo_site).text)[0]
    for path in ("/", style):
        assert page(demo_site, path, **{"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
        assert "content-encoding" not in page(demo_site, path, **{"Accept-Encoding": "identity"}).headers
