"""Signing in to the pages with the built-in issuer: code, PKCE, state, nonce; and how a session ends."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from sqlalchemy import select, update

from services.reporting.tables import PAGE_SESSION
from shared.clock import now
from shared.db import Database
from tests.reporting.serving import Site, site
from tests.serving import WITHOUT_TLS
from tests.waiting import PATIENCE

pytestmark = pytest.mark.unhurried


def a_browser(site: Site) -> httpx.Client:
    return httpx.Client(base_url=site.origin, headers={"Accept-Language": "en"}, timeout=PATIENCE, verify=WITHOUT_TLS)


@pytest.fixture
def browser(strict_site: Site) -> Iterator[httpx.Client]:
    """Keeps cookies and follows no redirect by itself."""
    with httpx.Client(
        base_url=strict_site.origin, headers={"Accept-Language": "en"}, timeout=PATIENCE, verify=WITHOUT_TLS
    ) as client:
        yield client


def asked(browser: httpx.Client, path: str = "/auth/login") -> dict[str, str]:
    """What the issuer is asked when a sign-in starts."""
    answer = browser.get(path)
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def chosen(browser: httpx.Client, request: dict[str, str], who: str) -> str:
    """The address to which the issuer sends the browser back."""
    answer = browser.post("/oauth/authorize", data={**request, "identity": who})
    assert answer.status_code == 303
    return answer.headers["location"]


def sign_in(browser: httpx.Client, who: str = "executive") -> httpx.Response:
    answer = browser.get(chosen(browser, asked(browser), who))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return answer


def sessions(database: Database) -> list[Any]:
    with database.read() as session:
        return list(session.execute(select(PAGE_SESSION)).all())


def age(database: Database, **columns: timedelta) -> None:
    values = {name: now() - by for name, by in columns.items()}
    database.run(lambda session: session.execute(update(PAGE_SESSION).values(**values)))


def refused(answer: httpx.Response) -> bool:
    return answer.status_code == 400 and "Signing in did not work" in answer.text and "set-cookie" not in answer.headers


def test_who_signs_in_sees_the_page_and_who_they_are(browser: httpx.Client) -> None:
    assert "Sign in to open the page." in browser.get("/").text
    cookie = sign_in(browser).headers.get_list("set-cookie")[0]
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "samesite=lax", "path=/"}
    page = browser.get("/").text
    assert "Executive" in page
    assert "30,000 innovative talents" in page
    assert "Demo" not in page
    assert browser.get("/figures").status_code == 200


def test_the_language_survives_the_way_through_the_issuer(browser: httpx.Client) -> None:
    answer = browser.get(chosen(browser, asked(browser, "/auth/login?lang=ko"), "executive"))
    assert answer.headers["location"] == "/?lang=ko"


def test_the_request_proves_what_it_must(browser: httpx.Client, strict_site: Site) -> None:
    request = asked(browser)
    assert request["redirect_uri"] == f"{strict_site.origin}/auth/callback"
    assert (request["response_type"], request["scope"], request["code_challenge_method"]) == ("code", "openid", "S256")
    assert len(request["code_challenge"]) == 43
    again = asked(browser)
    assert all(request[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_no_token_reaches_the_browser_and_its_cookie_is_not_in_the_database(
    browser: httpx.Client, light_database: Database
) -> None:
    answer = sign_in(browser)
    held = dict(browser.cookies)
    assert list(held) == ["hustar_session"]
    assert "eyJ" not in str(answer.headers) + browser.get("/").text
    (row,) = sessions(light_database)
    assert held["hustar_session"] not in str(row)
    assert (row.subject, row.roles) == ("executive", ["executive"])


def test_a_sign_in_that_another_browser_began_is_refused(browser: httpx.Client, strict_site: Site) -> None:
    back = chosen(browser, asked(browser), "executive")
    with httpx.Client(
        base_url=strict_site.origin, headers={"Accept-Language": "en"}, timeout=PATIENCE, verify=WITHOUT_TLS
    ) as other:
        assert refused(other.get(back))
        asked(other)
        assert refused(other.get(back))
    assert browser.get(back).status_code == 303


def test_a_code_is_good_once(browser: httpx.Client) -> None:
    request = asked(browser)
    attempt = dict(browser.cookies)
    back = chosen(browser, request, "executive")
    assert browser.get(back).status_code == 303
    browser.cookies.update(attempt)
    assert refused(browser.get(back))


def test_a_code_for_another_nonce_is_refused(browser: httpx.Client) -> None:
    assert refused(browser.get(chosen(browser, {**asked(browser), "nonce": "another"}, "executive")))


def test_a_code_for_another_challenge_is_refused(browser: httpx.Client) -> None:
    assert refused(browser.get(chosen(browser, {**asked(browser), "code_challenge": "A" * 43}, "executive")))


@pytest.mark.parametrize("change", [{"state": "another"}, {"iss": "https://elsewhere.test"}, {"code": "made-up"}])
def test_an_answer_that_does_not_fit_is_refused(browser: httpx.Client, change: dict[str, str]) -> None:
    back = urlsplit(chosen(browser, asked(browser), "executive"))
    query = {name: values[0] for name, values in parse_qs(back.query).items()} | change
    assert refused(browser.get(f"{back.path}?{urlencode(query)}"))


@pytest.mark.parametrize("query", ["", "?error=access_denied&error_description=no", "?code=x", "?state=x"])
def test_coming_back_without_a_code_signs_nobody_in(browser: httpx.Client, query: str) -> None:
    asked(browser)
    assert refused(browser.get(f"/auth/callback{query}"))


@pytest.mark.slow
def test_a_session_ends_when_it_is_not_used_for_half_an_hour(browser: httpx.Client, light_database: Database) -> None:
    sign_in(browser)
    age(light_database, seen_at=timedelta(minutes=29))
    assert "30,000 innovative talents" in browser.get("/").text
    assert now() - sessions(light_database)[0].seen_at < timedelta(minutes=1)
    age(light_database, seen_at=timedelta(minutes=31))
    assert "Sign in to open the page." in browser.get("/").text


def test_a_page_that_updates_itself_does_not_keep_its_session_alive(browser: httpx.Client, light_database: Database) -> None:
    sign_in(browser)
    age(light_database, seen_at=timedelta(minutes=20))
    assert browser.get("/figures").status_code == 200
    assert now() - sessions(light_database)[0].seen_at > timedelta(minutes=19)
    age(light_database, seen_at=timedelta(minutes=31))
    assert browser.get("/figures").status_code == 401


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(browser: httpx.Client, light_database: Database) -> None:
    sign_in(browser)
    age(light_database, created_at=timedelta(hours=12, seconds=1))
    assert "Sign in to open the page." in browser.get("/").text
    sign_in(browser)
    assert len(sessions(light_database)) == 1


def test_signing_out_needs_the_form_of_the_page_and_ends_the_session(
    browser: httpx.Client, strict_site: Site, light_database: Database
) -> None:
    sign_in(browser)
    held = dict(browser.cookies)
    csrf = unescape(re.findall(r'name="csrf" value="([^"]+)"', browser.get("/").text)[0])
    ours = {"Origin": strict_site.origin}
    for wrong in ({"csrf": "0" * 64}, {"lang": "en"}):
        answer = browser.post("/auth/logout", data=wrong, headers=ours)
        assert (answer.status_code, "The form is out of date" in answer.text) == (403, True)
    assert len(sessions(light_database)) == 1
    answer = browser.post("/auth/logout", data={"csrf": csrf, "lang": "en"}, headers=ours)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=en")
    assert sessions(light_database) == []
    browser.cookies.update(held)
    assert "Sign in to open the page." in browser.get("/").text
    assert browser.post("/auth/logout", data={"csrf": csrf}, headers=ours).status_code == 303


def test_who_acts_for_an_organisation_is_led_to_its_own_figures(browser: httpx.Client) -> None:
    sign_in(browser, "university-knu")
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/indicators")
    answer = browser.get("/goals")
    assert (answer.status_code, "This page is not for your role" in answer.text) == (403, True)
    assert "Sign out" in answer.text
    assert browser.get("/figures").status_code == 403


def test_a_made_up_cookie_is_nobody(browser: httpx.Client) -> None:
    for made_up in ("A" * 43, "short", "../../etc/passwd"):
        browser.cookies.set("hustar_session", made_up)
        assert "Sign in to open the page." in browser.get("/").text
        browser.cookies.clear()


def test_a_signed_in_browser_may_read_the_api_as_itself(browser: httpx.Client) -> None:
    assert browser.get("/api/v1/goals/hustar-talents/progress").status_code == 401
    sign_in(browser, "auditor")
    assert browser.get("/api/v1/goals/hustar-talents/progress").status_code == 200


def test_who_has_no_role_sees_nothing(browser: httpx.Client, light_database: Database) -> None:
    sign_in(browser)
    light_database.run(lambda session: session.execute(update(PAGE_SESSION).values(roles=[])))
    assert browser.get("/").status_code == 403
    assert browser.get("/api/v1/indicators/talents_trained/value").json()["code"] == "forbidden"


def test_while_the_provider_is_away_nobody_is_signed_in_and_the_page_says_so(light_database: Database, tmp_path: Path) -> None:
    with site(light_database, tmp_path, demo=False, provider="http://127.0.0.1:9") as away:
        answer = httpx.get(f"{away.origin}/auth/login?lang=en", timeout=PATIENCE, verify=WITHOUT_TLS)
    assert (answer.status_code, "Signing in did not work" in answer.text) == (503, True)
    assert "set-cookie" not in answer.headers


def test_a_provider_that_calls_itself_otherwise_is_not_trusted(
    light_database: Database, strict_site: Site, tmp_path: Path
) -> None:
    elsewhere = strict_site.origin.replace("127.0.0.1", "localhost")
    with site(light_database, tmp_path, demo=False, provider=elsewhere) as found:
        assert httpx.get(f"{found.origin}/auth/login", timeout=PATIENCE, verify=WITHOUT_TLS).status_code == 400


def test_a_database_that_cannot_write_does_not_keep_the_page_from_showing(
    browser: httpx.Client, light_database: Database
) -> None:
    sign_in(browser)
    age(light_database, seen_at=timedelta(minutes=5))
    with light_database.write():
        assert "30,000 innovative talents" in browser.get("/").text
