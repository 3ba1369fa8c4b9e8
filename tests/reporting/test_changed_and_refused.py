"""Rules, recipients, schedules, plans, projects and views are changed over HTTP, and what makes no sense of them is refused."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from services.reporting.commands import tell_by
from services.reporting.commands.telling import send_next
from services.reporting.domain.alerting import Change
from services.reporting.reports.delivering import deliver_next, run_next
from services.reporting.tables import Alert, AlertDelivery, ReportSchedule
from shared.clock import now
from shared.crypto import Cipher
from shared.db import Database
from shared.settings import load_settings
from tests.reporting.following import PLAN, SOURCE, Offices, codes, get, offices, post
from tests.reporting.serving import Site
from tests.reporting.told import said_by_people

pytestmark = pytest.mark.unhurried
NONE = "00000000-0000-7000-8000-000000000000"
WATCHED = {"kind": "threshold", "indicator": "talents_trained", "enter": 1, "leave": 2}
MAIL = {"name": "mayor", "channel": "email", "language": "ko", "address": "mayor@city.example"}


@pytest.fixture
def city(strict_site: Site, light_database: Database) -> Iterator[Offices]:
    """A city that follows its own plan, and nobody outside who could be told: no mail server."""
    light_database.know(cipher=Cipher(os.urandom(32)))
    tell_by(load_settings())
    with offices(strict_site) as found:
        post(found.manager, "/frameworks", PLAN, status=201)
        yield found


def patch(client: httpx.Client, path: str, body: Any, *, status: int = 200, match: str = "*") -> Any:
    answer = client.patch(f"/api/v1{path}", json=body, headers={"If-Match": match})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_rule_and_a_recipient_are_changed_and_cannot_be_made_senseless(city: Offices) -> None:
    manager = city.manager
    rule = post(manager, "/alert-rules", {"name_ko": "가", "name_en": "a", "severity": "info", "watched": WATCHED}, status=201)
    path = f"/alert-rules/{rule['id']}"
    narrowed = {**WATCHED, "field": "robot"}
    assert patch(manager, path, {"watched": narrowed})["watched"]["field"] == "robot"
    assert patch(manager, path, {"active": False})["active"] is False
    no_fields = {**WATCHED, "indicator": "jobs_created"}
    for watched in ({"kind": "drift", "source": "moon", "enter": 1, "leave": 1}, {**no_fields, "indicator": "nothing"}):
        (found,) = codes(patch(manager, path, {"watched": watched}, status=422))
        assert found[1] in {"unknown_reference", "leave_before_enter"}
    drift = {"kind": "drift", "source": "trainees.enrolment", "enter": 1, "leave": 1}
    assert patch(manager, path, {"watched": drift})["watched"]["source"] == "trainees.enrolment"

    who = post(manager, "/alert-recipients", MAIL, status=201)
    path = f"/alert-recipients/{who['id']}"
    changed = patch(manager, path, {"name": "council", "rules": [rule["id"]], "address": "council@city.example"})
    assert (changed["name"], changed["rules"], changed["version"]) == ("council", [rule["id"]], 2)
    assert "address" not in changed
    assert codes(patch(manager, path, {"address": "nobody"}, status=422)) == [("/address", "not_an_address")]
    assert codes(patch(manager, path, {"secret": "whsec_x"}, status=422)) == [("/secret", "signing_secret")]
    assert patch(manager, path, {"name": "x"}, match='"1"', status=412)["status"] == 412
    assert patch(manager, f"/alert-recipients/{NONE}", {"name": "x"}, status=404)["status"] == 404


def test_an_alert_that_can_reach_nobody_says_why_and_is_given_up_where_it_never_will(
    city: Offices, light_database: Database
) -> None:
    ids = [post(city.manager, "/alert-recipients", {**MAIL, "name": name}, status=201)["id"] for name in ("away", "gone")]
    patch(city.manager, f"/alert-recipients/{ids[1]}", {"active": False})
    light_database.run(said_by_people)
    with light_database.write() as session:
        standing = session.scalars(select(Alert)).one()
        alert, standing.detail = standing.id, {"enter": 0.5, "leave": 0.6}
        for each in ids:
            session.add(AlertDelivery(alert_id=alert, recipient_id=UUID(each), change=Change.RAISED, due_at=now()))
    while send_next(light_database):
        pass
    told = get(city.auditor, f"/alerts/{alert}/deliveries")["items"]
    assert sorted((each["state"], each["problem"]) for each in told) == [
        ("given_up", "recipient_inactive"), ("waiting", "no_mail_server"),
    ]  # fmt: skip


def test_a_schedule_is_changed_for_days_that_there_are_and_a_report_that_cannot_leave_waits(
    city: Offices, light_database: Database
) -> None:
    ids = [post(city.manager, "/alert-recipients", {**MAIL, "name": name}, status=201)["id"] for name in ("away", "gone")]
    body: dict[str, Any] = {"name": "매주", "framework": "pohang", "format": "csv", "every": "week", "day": 5, "recipients": ids}
    assert codes(post(city.manager, "/reports/schedules", {**body, "day": 8}, status=422)) == [("", "day_of_week")]
    made = post(city.manager, "/reports/schedules", body, status=201)
    path = f"/reports/schedules/{made['id']}"
    assert datetime.fromisoformat(made["next_run_at"]).astimezone(UTC).isoweekday() == 5
    # A week has no twentieth day: looking for it would never come to an end.
    assert codes(patch(city.manager, path, {"day": 20}, status=422)) == [("/day", "day_of_week")]
    assert codes(patch(city.manager, path, {"recipients": [NONE]}, status=422)) == [("/recipients", "unknown_reference")]
    changed = patch(city.manager, path, {"day": 1, "hour": 10, "format": "json", "recipients": [*ids, ids[0]]})
    assert datetime.fromisoformat(changed["next_run_at"]).astimezone(UTC).isoweekday() == 1
    for missing in (f"/reports/schedules/{NONE}", f"/reports/closings/{NONE}"):
        assert city.manager.get(f"/api/v1{missing}").status_code == 404
    assert get(city.auditor, "/reports/closings", framework="hustar")["items"] == []

    def due() -> None:
        with light_database.write() as session:
            session.execute(update(ReportSchedule).values(next_run_at=now() - timedelta(minutes=1)))

    due()
    assert run_next(light_database)
    patch(city.manager, f"/alert-recipients/{ids[1]}", {"active": False})
    while deliver_next(light_database):
        pass
    sent = get(city.manager, f"{path}/deliveries")["items"]
    assert sorted((each["state"], each["problem"]) for each in sent) == [
        ("given_up", "recipient_inactive"), ("waiting", "no_mail_server"),
    ]  # fmt: skip
    patch(city.manager, path, {"active": False})
    due()
    assert not run_next(light_database), "a schedule that was ended has no turn"


def test_a_plan_keeps_what_it_published_and_a_target_is_revised_to_something_else(city: Offices) -> None:
    plan = dict(PLAN)
    answer = city.manager.put("/api/v1/frameworks/pohang", json={**plan, "id": "gumi"}, headers={"If-Match": "*"})
    assert codes(answer.json()) == [("/id", "other_id")]
    answer = city.manager.put("/api/v1/frameworks/pohang", json={**plan, "goals": plan["goals"][:1]}, headers={"If-Match": "*"})
    assert codes(answer.json()) == [("/goals", "goal_missing")]
    assert city.manager.put("/api/v1/frameworks/nowhere", json=plan, headers={"If-Match": "*"}).status_code == 404
    target = {"value": 1200, "due_on": "2029-12-31", "source": SOURCE, "reason": {"ko": "더", "en": "more"}}
    for change, complaint in (
        ({"value": None, "missing": {"ko": "모름", "en": "unknown"}}, ("/value", "required")),
        ({"due_on": "2019-12-31"}, ("/due_on", "due_before_start")),
        ({"value": 1000}, ("/value", "same_target")),
        ({"value": -5}, ("/value", "wrong_direction")),
    ):
        assert codes(post(city.manager, "/goals/pohang-trees/targets", {**target, **change}, status=422)) == [complaint]
    assert len(get(city.auditor, "/goals/progress", framework="pohang")["items"]) == 2
    for path in ("/goals/progress", "/contributions"):
        assert city.auditor.get(f"/api/v1{path}", params={"framework": "moon"}).status_code == 404
    for missing in (f"/observations/{NONE}", f"/observations/{NONE}/evidence", "/periods/2024-05", f"/projects/{NONE}"):
        assert city.auditor.get(f"/api/v1{missing}").status_code == 404
    tree = post(city.manager, "/observations", {"measure": "trees-planted", "period": "2023-Q4", "value": 1}, status=201)
    assert city.auditor.get(f"/api/v1/observations/{tree['id']}/evidence").status_code == 404
    again = patch(city.manager, f"/observations/{tree['id']}", {"value": 2})
    assert (again["state"], again["version"]) == ("submitted", 2)


def test_a_period_is_locked_once_however_often_it_is_asked(city: Offices) -> None:
    first, second = (post(city.executive, "/periods/2024-Q2/lock") for _ in range(2))
    assert (first["locked"], first["version"]) == (second["locked"], second["version"]) == (True, 1)
    assert get(city.auditor, "/periods/2024-Q2")["locked"] is True


def test_projects_are_changed_by_lists_and_by_hand_and_an_earlier_months_report_moves_nothing(city: Offices) -> None:
    path = "/frameworks/pohang/projects/imports"
    listed = "코드,사업명,시작일,종료일\np-1,숲,2021-01-01,2022-12-31\n"

    def bring(text: str) -> Any:
        headers = {"Content-Type": "text/csv", "Idempotency-Key": os.urandom(8).hex()}
        return city.manager.post(f"/api/v1{path}", content=text.encode(), headers=headers).json()

    assert bring(listed) == {"added": 1, "changed": 0, "unchanged": 0}
    assert bring(listed.replace("숲", "큰 숲")) == {"added": 0, "changed": 1, "unchanged": 0}
    (forest,) = get(city.executive, "/frameworks/pohang/projects")["items"]
    one = f"/projects/{forest['id']}"
    assert get(city.executive, one)["name"]["ko"] == "큰 숲"
    assert codes(patch(city.manager, one, {"ends_on": "2020-01-01"}, status=422)) == [("/ends_on", "ends_before_start")]
    assert patch(city.manager, one, {"state": "running"})["state"] == "running"
    assert patch(city.manager, one, {"state": "planned"}, status=409)["code"] == "illegal_move"
    report = {"month": "2022-03", "state": "running", "health": "on_track", "spent_won": 5}
    post(city.manager, f"{one}/reports", report, status=201)
    post(city.manager, f"{one}/reports", {**report, "month": "2022-02", "health": "off_track", "spent_won": 1}, status=201)
    found = get(city.executive, one)
    assert (found["health"], found["spent_won"]) == ("on_track", 5)
    assert get(city.executive, "/frameworks/pohang/projects", state="planned")["items"] == []


def test_a_saved_view_leads_to_pages_of_ours_only_and_a_link_is_taken_back_once(city: Offices) -> None:
    manager = city.manager
    view = post(manager, "/views", {"name": "v", "address": "/goals"}, status=201)
    path = f"/views/{view['id']}"
    assert patch(manager, path, {"address": "/indicators"})["address"] == "/indicators"
    assert patch(manager, path, {"shared_with": ["executive"]})["shared_with"] == ["executive"]
    assert codes(patch(manager, path, {"address": "//evil.example"}, status=422))[0][1]
    assert patch(city.auditor, path, {"name": "mine"}, status=404)["status"] == 404
    assert manager.delete(f"/api/v1{path}", headers={"If-Match": "*"}).status_code in {200, 204}
    assert patch(manager, path, {"name": "late"}, status=404)["status"] == 404
    link = post(
        manager,
        "/share-links",
        {"name": "l", "address": "/goals", "expires_at": (now() + timedelta(days=3)).isoformat()},
        status=201,
    )
    revoked = [post(manager, f"/share-links/{link['id']}/revocation") for _ in range(2)]
    assert revoked[0]["revoked_at"] == revoked[1]["revoked_at"] is not None
