"""Reports are delivered by schedule: once per turn, by mail with the file and by signed webhook, until they arrive."""

import base64
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from standardwebhooks import Webhook

from services.reporting.commands import tell_by
from services.reporting.domain.scheduling import About, Every, next_run, period_for
from services.reporting.reports.delivering import deliver_next, run_next
from services.reporting.reports.reading_back import read_back
from services.reporting.tables import ReportDelivery, ReportSchedule
from shared.clock import now
from shared.crypto import Cipher
from shared.db import Database
from shared.settings import load_settings
from tests.reporting.following import codes, get, offices, post
from tests.reporting.happenings import Happenings
from tests.reporting.outside import Hooks, Mailbox, mail_server, web_server
from tests.reporting.serving import Site

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode()


@pytest.mark.parametrize(
    ("after", "every", "day", "expected"),
    [
        (datetime(2026, 3, 1, 0, 30, tzinfo=UTC), Every.DAY, 1, datetime(2026, 3, 2, 0, tzinfo=UTC)),
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), Every.DAY, 1, datetime(2026, 3, 1, 0, tzinfo=UTC)),
        (datetime(2026, 3, 1, 0, 30, tzinfo=UTC), Every.WEEK, 1, datetime(2026, 3, 2, 0, tzinfo=UTC)),
        (datetime(2026, 3, 1, 0, 30, tzinfo=UTC), Every.MONTH, 1, datetime(2026, 4, 1, 0, tzinfo=UTC)),
        (datetime(2026, 12, 5, 0, 30, tzinfo=UTC), Every.MONTH, 5, datetime(2027, 1, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_turn_is_at_nine_in_seoul_on_its_day(after: datetime, every: Every, day: int, expected: datetime) -> None:
    assert next_run(after, every=every, day=day, hour=9) == expected


def test_a_report_of_the_first_of_march_is_about_february() -> None:
    on = date(2026, 3, 1)
    assert period_for(About.PREVIOUS_MONTH, on) == ("2026-02", date(2026, 2, 28))
    assert period_for(About.PREVIOUS_QUARTER, on) == ("2025-Q4", date(2025, 12, 31))
    assert period_for(About.PREVIOUS_YEAR, on) == ("2025", date(2025, 12, 31))
    assert period_for(About.TO_DATE, on) == (None, on)


@pytest.fixture
def outside() -> Iterator[tuple[Hooks, Mailbox]]:
    with web_server() as hooks, mail_server() as mailbox:
        tell_by(load_settings(smtp_url=SecretStr(mailbox.url), mail_from="hustar@city.example", private_webhooks=True))
        yield hooks, mailbox
        tell_by(load_settings())


@pytest.mark.unhurried
@pytest.mark.slow
def test_a_report_reaches_everybody_once(
    demo_site: Site, light_database: Database, light_world: Happenings, outside: tuple[Hooks, Mailbox]
) -> None:
    hooks, mailbox = outside
    light_database.know(cipher=Cipher(os.urandom(32)))
    with offices(demo_site) as who:
        hook = {"name": "council", "channel": "webhook", "language": "en", "address": hooks.url, "secret": SECRET}
        mail = {"name": "mayor", "channel": "email", "language": "ko", "address": "mayor@city.example"}
        ids = [post(who.manager, "/alert-recipients", each, status=201)["id"] for each in (hook, mail)]
        body: dict[str, Any] = {"name": "매월", "framework": "hustar", "format": "csv", "recipients": ids}
        wrong = post(who.manager, "/reports/schedules", {**body, "framework": "nothing"}, status=422)
        assert codes(wrong) == [("/framework", "unknown_reference")]
        post(who.executive, "/reports/schedules", body, status=403)
        made = post(who.manager, "/reports/schedules", body, status=201)
        assert not run_next(light_database), "its turn has not come"
        with light_database.write() as session:
            session.execute(update(ReportSchedule).values(next_run_at=now() - timedelta(minutes=1)))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: run_next(light_database), range(2)))
        hooks.statuses.append(503)
        while deliver_next(light_database):
            pass
        first = get(who.manager, f"/reports/schedules/{made['id']}/deliveries")["items"]
        assert sorted((each["state"], each["attempts"]) for each in first) == [("sent", 1), ("waiting", 1)]
        with light_database.write() as session:
            session.execute(update(ReportDelivery).values(due_at=now()))
        while deliver_next(light_database):
            pass
        sent = get(who.manager, f"/reports/schedules/{made['id']}/deliveries")["items"]
        assert [each["state"] for each in sent] == ["sent", "sent"]
        assert len({each["checksum"] for each in sent}) == 1
        assert get(who.manager, f"/reports/schedules/{made['id']}")["next_run_at"] > made["next_run_at"][:4]
    (refused, _), (headers, content) = hooks.received
    assert refused["webhook-id"] == headers["webhook-id"], "again under the same id"
    told = Webhook(SECRET).verify(content, headers)
    assert (told["type"], told["data"]["checksum"]) == ("report.ready", sent[0]["checksum"])
    (message,) = mailbox.received
    text, file = [part for part in message.walk() if not part.is_multipart()]
    assert sent[0]["checksum"].encode() in bytes(text.get_payload(decode=True))
    assert str(file.get_filename()).endswith(".csv")
    assert read_back(bytes(file.get_payload(decode=True))).checksum == sent[0]["checksum"]
