"""What came of computing every figure a second time, as the page of the data says it."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from services.reporting.commands import comparing
from services.reporting.commands.comparing import keep_comparison
from services.reporting.tables import COMPARISON
from shared.db import Database
from tests.reporting.serving import Site
from tests.serving import WITHOUT_TLS
from tests.waiting import PATIENCE

pytestmark = pytest.mark.unhurried


def page_of_data(site: Site) -> str:
    return httpx.get(f"{site.origin}/data?lang=en", timeout=PATIENCE, verify=WITHOUT_TLS).text


def said(site: Site) -> str:
    html = page_of_data(site)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index('id="compared"') :]))


def run(database: Database, **changes: Any) -> None:
    found = {"figures": 534, "aggregates": 1968, "records": 4656, "waiting": {}, "findings": []}
    database.run(lambda session: keep_comparison(session, **{**found, **changes}))


def test_the_page_of_the_data_says_what_differs_when_it_ran_and_how_to_run_it(
    demo_site: Site, light_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "the operator finds it with <code>hustar dead-letters</code>." in page_of_data(demo_site)
    first = said(demo_site)
    assert "Nobody has compared the figures" in first
    assert "hustar reconcile" in first
    run(light_database)
    agreed = said(demo_site)
    assert "Nothing differs." in agreed
    assert "534 figures, 1,968 things, 4,656 events of the log" in agreed
    finding = {"what": "a figure", "where": "jobs_created field=robot", "expected": "12", "found": "11"}
    run(light_database, findings=[finding] * (comparing.MOST_FINDINGS + 3))
    differs = said(demo_site)
    assert "103 differences." in differs
    assert "A figure jobs_created field=robot 12 11" in differs
    assert "3 more are not listed." in differs
    assert re.search(r"Runs before [^.]*: Nothing differs\.", differs)
    run(light_database, waiting={"reporting": 7})
    assert "Nothing was compared: still on their way were reporting: 7." in said(demo_site)
    monkeypatch.setattr(comparing, "MOST_RUNS", 2)
    run(light_database)
    with light_database.read() as session:
        assert session.execute(select(func.count()).select_from(COMPARISON)).scalar_one() == 2
