"""A browser that somebody has signed in with, for tests of forms that need no screen."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.reporting.serving import Site
from tests.serving import WITHOUT_TLS
from tests.waiting import PATIENCE


@contextmanager
def signed_in(site: Site, who: str) -> Iterator[httpx.Client]:
    """It keeps cookies, says where it comes from as browsers do, and follows no redirect by itself."""
    headers = {"Accept-Language": "en", "Accept": "text/html", "Origin": site.origin}
    with httpx.Client(base_url=site.origin, headers=headers, timeout=PATIENCE, verify=WITHOUT_TLS) as browser:
        wanted = parse_qs(urlsplit(browser.get("/auth/login").headers["location"]).query)
        answer = browser.post("/oauth/authorize", data={**{name: each[0] for name, each in wanted.items()}, "identity": who})
        assert browser.get(answer.headers["location"]).status_code == 303
        yield browser


def csrf_of(browser: httpx.Client, path: str) -> str:
    """What a form of this session has to send along."""
    return unescape(re.findall(r'name="csrf" value="([^"]+)"', browser.get(path).text)[0])
