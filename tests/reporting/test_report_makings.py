"""Reports that take long are asked for, followed and fetched; closed and scheduled on both engines alike."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from services.reporting.commands.makings import take_making
from services.reporting.domain.making import MOST_ATTEMPTS, MakingState
from services.reporting.reports.delivering import look_for_restatements, run_next
from services.reporting.reports.reading_back import differences, read_back
from services.reporting.reports.working import forget_old_makings, make_next
from services.reporting.tables import Making, ReportDelivery, ReportSchedule
from shared.clock import now
from shared.crypto import Cipher
from shared.db import Database
from tests.reporting.following import codes, get, offices, post
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.story import three_cohorts


@pytest.fixture
def both(database: Database, tmp_path: Path) -> Iterator[Site]:
    with site(database, tmp_path) as found:
        yield found


@pytest.mark.unhurried
@pytest.mark.slow
def test_reports_are_made_closed_and_scheduled_on_both_engines(both: Site, world: Happenings, database: Database) -> None:
    first = three_cohorts(world)[0]
    database.know(cipher=Cipher(os.urandom(32)))
    with offices(both) as who:
        who.executive.timeout = httpx.Timeout(200)
        wanted = {"framework": "hustar", "format": "csv", "period": "2020", "language": "ko"}
        asked = post(who.executive, "/reports/makings", wanted, status=202)
        assert post(who.executive, "/reports/makings", wanted, status=202)["id"] == asked["id"], "asked twice, made once"
        place = f"/reports/makings/{asked['id']}"
        assert (asked["state"], asked["progress"], asked["file"]) == ("waiting", 0, None)
        assert who.executive.get(f"/api/v1{place}/file").json()["code"] == "report_not_made_yet"
        with ThreadPoolExecutor(2) as pool:
            assert any(pool.map(lambda _: make_next(database), range(2)))
        made = get(who.executive, place)
        assert (made["state"], made["progress"]) == ("made", 100)
        stream = who.executive.get(f"/api/v1{place}/events").text
        assert '"state":"made"' in stream
        file = who.executive.get(made["file"])
        assert file.headers["report-checksum"] == made["checksum"]
        assert "attachment" in file.headers["content-disposition"]
        assert who.auditor.get(f"/api/v1{place}").status_code == 404, "another's"
        closed = post(who.executive, "/reports/closings", {"framework": "hustar", "period": "2020"}, status=201)
        world.completer(first)
        world.arrive()
        assert look_for_restatements(database) > 0
        assert look_for_restatements(database) == 0, "noted once"
        frozen = who.executive.get("/api/v1/reports/hustar.json", params={"period": "2020"})
        assert frozen.json()["checksum"] == closed["checksum"]
        with database.read() as session:
            assert differences(session, read_back(frozen.content)) == []
        hook = {"name": "council", "channel": "email", "language": "en", "address": "council@city.example"}
        recipient = post(who.manager, "/alert-recipients", hook, status=201)["id"]
        body: dict[str, Any] = {"name": "monthly", "framework": "hustar", "format": "csv", "recipients": [recipient]}
        post(who.manager, "/reports/schedules", body, status=201)
    with database.write() as session:
        session.execute(update(ReportSchedule).values(next_run_at=now() - timedelta(minutes=1)))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: run_next(database), range(2)))
    with database.read() as session:
        assert len(session.scalars(select(ReportDelivery)).all()) == 1, "due once on however many machines"


def test_what_cannot_be_made_is_refused_when_it_is_asked_for(demo_site: Site) -> None:
    with offices(demo_site) as who:
        path, wrong = "/reports/makings", {"framework": "hustar"}
        assert codes(post(who.executive, path, {**wrong, "period": "2099"}, status=422)) == [("period", "not_begun")]
        assert codes(post(who.executive, path, {**wrong, "filters": {"shoe": "9"}}, status=422)) == [
            ("/filters", "unknown_reference")
        ]
        assert codes(post(who.executive, path, {**wrong, "filters": {"gender": "f"}}, status=422)) == [
            ("gender", "personal_attribute")
        ]
        post(who.executive, path, {**wrong, "format": "docx"}, status=422)
        post(who.executive, path, {"framework": "nothing"}, status=404)
    with demo_site.client("university-knu") as client:
        post(client, path, wrong, status=403)


def test_one_that_kills_whoever_makes_it_is_given_up_and_old_files_go(demo_site: Site, light_database: Database) -> None:
    with offices(demo_site) as who:
        asked = post(who.executive, "/reports/makings", {"framework": "hustar", "format": "csv"}, status=202)
        with light_database.write() as session:
            session.execute(update(Making).values(attempts=MOST_ATTEMPTS, state=MakingState.RUNNING, due_at=now()))
        making_id = UUID(asked["id"])
        assert not light_database.run(lambda session: take_making(session, making_id, at=now()))
        gone = get(who.executive, f"/reports/makings/{asked['id']}")
        assert (gone["state"], gone["problem"]) == ("failed", "gave_up")
        assert forget_old_makings(light_database) == 0
        with light_database.write() as session:
            session.execute(update(Making).values(expires_at=now() - timedelta(seconds=1)))
        assert forget_old_makings(light_database) == 1
        assert who.executive.get(f"/api/v1/reports/makings/{asked['id']}").status_code == 404
