"""Alerts: raised and cleared with hysteresis, told by signed webhook and by mail in the reader's language, once."""

import base64
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update
from standardwebhooks import Webhook

from services.reporting.commands import add_recipient, change_rule, make_rule, make_usual_rules, tell_by, watch_and_tell
from services.reporting.commands.alerting import settle
from services.reporting.commands.telling import wording
from services.reporting.domain.alerting import Change, Thresholds, change_of, pause_after
from services.reporting.domain.usual_rules import USUAL
from services.reporting.queries.alerting import WATCH, figure_of
from services.reporting.tables import Alert, AlertDelivery, AlertRecipient, AlertRule, Drift, Tally
from shared.clock import now
from shared.crypto import Cipher
from shared.db import Database
from shared.outward.addresses import ForbiddenAddress, destination
from shared.settings import load_settings
from tests.reporting.following import PLAN, codes, get, offices, post
from tests.reporting.happenings import Happenings
from tests.reporting.outside import Hooks, Mailbox, mail_server, web_server
from tests.reporting.serving import Site

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode()
TALENTS = {"kind": "threshold", "indicator": "talents_trained", "below": True, "enter": 3, "leave": 5}
RULE = {"name_ko": "인재 부족", "name_en": "Too few talents", "severity": "critical", "watched": TALENTS}


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with web_server() as found:
        yield found


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as found:
        tell_by(load_settings(smtp_url=SecretStr(found.url), mail_from="hustar@city.example", private_webhooks=True))
        yield found
        tell_by(load_settings())


def everything(db: Database) -> int:
    """Look at all rules now, and send all that is due."""
    with db.write() as session:
        session.execute(update(AlertRule).values(looked_at=None))
        session.execute(update(AlertDelivery).values(due_at=now()))
    done = 0
    while watch_and_tell(db):
        done += 1
    return done


@pytest.mark.parametrize(
    ("thresholds", "figures", "changes"),
    [
        (Thresholds(10, 12, below=True), [11, 10, 9.9, 10, 11.9, 12, 11, 9], "..r..c.r"),
        (Thresholds(5, 3, below=False), [5, 5.1, 4, 3.1, 3, 4, None, 6], ".r..c..r"),
    ],
)  # fmt: skip
def test_a_figure_that_trembles_raises_one_alert(thresholds: Thresholds, figures: list[float | None], changes: str) -> None:
    raised, found = False, ""
    for figure in figures:
        change = change_of(raised, figure, thresholds)
        raised = raised if change is None else change is Change.RAISED
        found += "." if change is None else change[0]
    assert found == changes


def test_pauses_grow_to_an_hour() -> None:
    assert [pause_after(attempts).total_seconds() for attempts in (1, 2, 3, 4, 5, 8)] == [5, 30, 180, 1080, 3600, 3600]


@pytest.mark.unhurried
def test_an_alert_is_told_in_the_language_of_each_reader_and_told_again_when_it_is_over(
    strict_site: Site, light_database: Database, light_world: Happenings, hooks: Hooks, mailbox: Mailbox
) -> None:
    light_database.know(cipher=Cipher(os.urandom(32)))
    cohort = light_world.cohort()
    light_world.completer(cohort)
    light_world.arrive()
    with offices(strict_site) as city:
        rule = post(city.manager, "/alert-rules", RULE, status=201)
        webhook = {"name": "Hall", "channel": "webhook", "language": "ko", "address": hooks.url, "secret": SECRET}
        mail = {"name": "Office", "channel": "email", "language": "en", "address": "office@city.example", "severity": "critical"}
        shown = post(city.manager, "/alert-recipients", webhook, status=201)
        post(city.manager, "/alert-recipients", mail, status=201)
        assert hooks.url not in str(shown)
        assert SECRET not in str(get(city.manager, "/alert-recipients"))
        hooks.statuses = [500, 302]
        everything(light_database)
        (alert,) = get(city.executive, "/alerts", raised=True)["items"]
        assert (alert["figure"], alert["rule_id"], alert["cleared_at"]) == (1, rule["id"], None)
        failed = {each["state"]: each for each in get(city.auditor, f"/alerts/{alert['id']}/deliveries")["items"]}
        assert (failed["waiting"]["problem"], failed["waiting"]["attempts"], failed["sent"]["attempts"]) == ("status_500", 1, 1)
        everything(light_database)
        everything(light_database)
        assert everything(light_database) == 1, "the rule is looked at, and nothing is left to send"
        for _ in range(3):
            light_world.completer(cohort)
        light_world.arrive()
        everything(light_database)
        assert len(get(city.executive, "/alerts")["items"]) == 1, "four lie between the thresholds: nothing new, nothing over"
        light_world.completer(cohort)
        light_world.arrive()
        everything(light_database)
        (over,) = get(city.executive, "/alerts", raised=False)["items"]
        assert (over["id"], over["cleared_figure"]) == (alert["id"], 5)
        assert get(city.executive, f"/alert-rules/{rule['id']}")["raised_id"] is None

    ids = [headers["webhook-id"] for headers, _ in hooks.received]
    assert len(hooks.received) == 4
    assert len(set(ids[:3])) == 1, "the same message on every attempt"
    told: list[dict[str, Any]] = [Webhook(SECRET).verify(body, headers) for headers, body in hooks.received]
    assert [each["type"] for each in told] == ["alert.raised"] * 3 + ["alert.cleared"]
    assert (told[0]["data"]["title"], told[3]["data"]["figure"]) == ("알림: 인재 부족", 5)
    assert "3에서 시작해 5에서" in told[0]["data"]["text"]
    assert [message["Subject"] for message in mailbox.received] == ["Alert: Too few talents", "Over: Too few talents"]
    text = mailbox.received[0].get_payload(decode=True)
    assert isinstance(text, bytes)
    assert b"Talents trained" in text
    assert mailbox.received[0]["Content-Language"] == "en"


@pytest.mark.unhurried
def test_many_workers_raise_one_alert_and_tell_of_it_once(
    database: Database, world: Happenings, hooks: Hooks, mailbox: Mailbox
) -> None:
    database.know(cipher=Cipher(os.urandom(32)))
    world.completer(world.cohort())
    world.arrive()
    said = {"name_ko": "가", "name_en": "a"}
    with database.write() as session:
        make_rule(session, watch=WATCH.validate_python(TALENTS), said=said)
        to = {"name": "Hall", "channel": "webhook", "language": "en", "rules": []}
        add_recipient(session, address=hooks.url, secret=SECRET, said=to)

    def work(_: int) -> None:
        while watch_and_tell(database):
            pass

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    with database.read() as reading:
        assert len(reading.scalars(select(Alert)).all()) == 1
        assert [each.state for each in reading.scalars(select(AlertDelivery)).all()] == ["sent"]
    assert len(hooks.received) == 1


@pytest.mark.unhurried
def test_every_kind_of_rule_finds_its_figure_or_says_that_there_is_none(
    strict_site: Site, light_database: Database, light_world: Happenings
) -> None:
    def figure(**watched: Any) -> float | None:
        with light_database.read() as session:
            return figure_of(session, WATCH.validate_python({"enter": 1, "leave": 1, **watched}))

    with offices(strict_site) as city:
        post(city.manager, "/frameworks", PLAN, status=201)
        assert figure(kind="late_data", source="trainees.enrolment") is None
        assert figure(kind="off_pace", goal="pohang-trees") is None
        assert figure(kind="drift") is None
        light_world.completer(light_world.cohort(field="robot"))
        light_world.arrive()
        late = figure(kind="late_data", source="trainees.enrolment")
        assert (late or 0) > 0
        pace = figure(kind="off_pace", goal="pohang-talents")
        assert 0 < (pace or 0) < 1
        gap = figure(kind="missing_data", measure="trees-planted")
        assert 0 < (gap or 0) < 93
        assert figure(kind="missing_data", plan="pohang") == 0
        assert figure(kind="threshold", indicator="talents_trained", field="robot") == 1


@pytest.mark.parametrize(
    ("watched", "complaint"),
    [
        ({**TALENTS, "indicator": "happiness"}, ("/watched/indicator", "unknown_reference")),
        ({**TALENTS, "leave": 2}, ("/watched/leave", "leave_before_enter")),
        ({"kind": "off_pace", "goal": "moon", "enter": 0.8, "leave": 0.9}, ("/watched/goal", "unknown_reference")),
        ({"kind": "late_data", "source": "moon", "enter": 3, "leave": 1}, ("/watched/source", "unknown_reference")),
        ({"kind": "missing_data", "enter": 3, "leave": 1}, ("/watched", "measure_or_plan")),
        ({"kind": "missing_data", "measure": "moon", "enter": 3, "leave": 1}, ("/watched/measure", "unknown_reference")),
        ({"kind": "moon", "enter": 3, "leave": 1}, ("/watched", "not_a_choice")),
    ],
)
def test_a_rule_about_nothing_is_refused_with_what_is_allowed(demo_site: Site, watched: Any, complaint: tuple[str, str]) -> None:
    with demo_site.client("program-manager") as manager:
        (found,) = codes(post(manager, "/alert-rules", {**RULE, "watched": watched}, status=422))
        assert found[1] == complaint[1]
        assert found[0].startswith(complaint[0])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"address": "ftp://city.example/"}, "not_an_address"),
        ({"address": "https://user:secret@city.example/"}, "not_an_address"),
        ({"secret": None}, "signing_secret"),
        ({"secret": "whsec_short"}, "signing_secret"),
        ({"channel": "email", "address": "nobody", "secret": None}, "not_an_address"),
        ({"language": "fr"}, "not_a_choice"),
    ],
)
def test_a_recipient_who_cannot_be_reached_is_refused(demo_site: Site, change: Any, code: str) -> None:
    body = {"name": "x", "channel": "webhook", "language": "ko", "address": "https://city.example/", "secret": SECRET, **change}
    with demo_site.client("program-manager") as manager:
        assert [each[1] for each in codes(post(manager, "/alert-recipients", body, status=422))] == [code]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/", "private_address"),
        ("https://localhost/", "private_address"),
        ("https://10.1.2.3/", "private_address"),
        ("https://169.254.169.254/latest/meta-data", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://[::ffff:10.0.0.1]/", "private_address"),
        ("https://[fd00::1]/", "private_address"),
        ("https://0x7f000001/", "private_address"),
        ("https://2130706433/", "private_address"),
        ("https://0.0.0.0/", "private_address"),
        ("http://93.184.216.34/", "not_https"),
        ("https://a:b@93.184.216.34/", "not_a_url"),
        ("file:///etc/passwd", "not_a_url"),
        ("https://93.184.216.34:99999/", "not_a_url"),
        ("https://does-not-exist.invalid/", "unknown_host"),
    ],
)
def test_nobody_is_sent_where_only_we_can_go(url: str, code: str) -> None:
    with pytest.raises(ForbiddenAddress) as refused:
        destination(url, private=False)
    assert refused.value.code == code


def test_a_request_goes_to_the_address_that_was_looked_up() -> None:
    to = destination("https://93.184.216.34/a?b=c", private=False)
    assert (to.url, to.host, to.authority) == ("https://93.184.216.34:443/a?b=c", "93.184.216.34", "93.184.216.34")


def test_an_alert_of_drift_names_the_sources(light_database: Database) -> None:
    at, said = now(), {"name_ko": "어긋남", "name_en": "Drift"}
    watch = WATCH.validate_python({"kind": "drift", "enter": 0, "leave": 0})
    with light_database.write() as session:
        rule = make_rule(session, watch=watch, said=said)
        session.add(Tally(source="trainees.enrolment", events=9, things=3, taken_at=at))
    everything(light_database)
    with light_database.write() as session:
        assert session.scalars(select(Alert)).all() == []
        session.add(Drift(source="trainees.enrolment", found_at=at, seen_at=at, told=9, taken_in=8))
    everything(light_database)
    with light_database.read() as session:
        (alert,) = session.scalars(select(Alert)).all()
        assert (alert.figure, alert.detail["sources"]) == (1, ["trainees.enrolment"])
        assert "trainees.enrolment" in wording(alert, rule, Change.RAISED, "en")[1]
        alert.figure = 1_234_567.5
        assert "1,234,567.5" in wording(alert, rule, Change.RAISED, "en")[1]


def test_an_installation_begins_with_the_usual_rules_and_keeps_what_people_make_of_them(light_database: Database) -> None:
    assert make_usual_rules(light_database) == len(USUAL)
    with light_database.write() as session:
        rules = session.scalars(select(AlertRule)).all()
        assert {str(rule.kind) for rule in rules} == {"threshold", "off_pace", "late_data", "missing_data", "drift"}
        for rule in rules:
            change_rule(session, rule.id, watch=None, changes={"active": False}, expected=None)
    assert make_usual_rules(light_database) == 0
    assert everything(light_database) == 0


def test_what_is_watched_no_longer_there_stops_no_other_rule(light_database: Database, light_world: Happenings) -> None:
    light_world.completer(light_world.cohort())
    light_world.arrive()
    said = {"name_ko": "가", "name_en": "a"}
    with light_database.write() as session:
        lost = make_rule(session, watch=WATCH.validate_python({**TALENTS, "enter": 0, "leave": 1}), said=said)
        lost.kind, lost.watched = "off_pace", {"goal": "gone", "enter": 0.5, "leave": 0.6}  # type: ignore[assignment]
        make_rule(session, watch=WATCH.validate_python(TALENTS), said=said)
    assert everything(light_database) == 2
    with light_database.write() as session:
        assert len(session.scalars(select(Alert)).all()) == 1
        assert settle(session, lost.id, None) is None
        assert session.scalars(select(AlertRecipient)).all() == []
