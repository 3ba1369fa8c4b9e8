"""Plans over HTTP: a city's own, edited, exported; targets revised; observations, periods, projects, contributions."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from services.reporting.frameworks import files
from services.reporting.queries.plans import plans
from shared.db import Database
from shared.events.tables import outbox
from shared.spreadsheets.writing import to_xlsx
from tests.reporting.following import PLAN, SOURCE, Offices, codes, get, offices, post, upload
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site
from tests.reporting.story import three_cohorts

YAML = "application/yaml"
TREES = {"measure": "trees-planted", "period": "2023-Q4", "value": 250}


@pytest.fixture
def city(strict_site: Site) -> Iterator[Offices]:
    """A city that follows its own plan beside those that ship."""
    with offices(strict_site) as found:
        post(found.manager, "/frameworks", PLAN, status=201)
        yield found


@pytest.mark.unhurried
def test_a_city_follows_its_own_plan_and_takes_it_along_as_a_file(city: Offices, light_database: Database) -> None:
    shown = city.executive.get("/api/v1/frameworks/pohang")
    assert (shown.json()["version"], shown.headers["ETag"], shown.json()["edited"]) == (1, '"1"', False)
    assert [goal["id"] for goal in get(city.auditor, "/goals", framework="pohang")["items"]] == ["pohang-trees", "pohang-talents"]
    text = city.auditor.get("/api/v1/frameworks/pohang/file")
    assert (text.status_code, text.headers["content-type"].partition(";")[0]) == (200, YAML)
    again = upload(city.manager, "/frameworks/pohang/file", text.content, YAML, method="PUT", match='"1"')
    assert again["version"] == 1, "the same again changes nothing"
    renamed = text.content.replace(b"Plan of Pohang", b"Plan of the city of Pohang")
    changed = upload(city.manager, "/frameworks/pohang/file?reason=clearer", renamed, YAML, method="PUT", match='"1"')
    assert (changed["version"], changed["edited"], changed["name"]["en"]) == (2, True, "Plan of the city of Pohang")
    upload(city.manager, "/frameworks/pohang/file", renamed, YAML, method="PUT", match='"1"', status=412)
    versions = get(city.auditor, "/frameworks/pohang/versions")["items"]
    assert [(each["version"], each["reason"]) for each in versions] == [(1, None), (2, "clearer")]
    copy = renamed.replace(b"pohang", b"gumi").replace(b"trees-planted", b"gumi-trees").replace(b"Pohang", b"Gumi")
    assert upload(city.manager, "/frameworks/files", copy, YAML, status=201)["id"] == "gumi"
    with light_database.read() as session:
        held = {plan.framework.id: plan for plan in plans(session)}
        told = [row.type for row in session.execute(outbox.select().order_by(outbox.c.seq)) if ".plan." in row.type]
    assert files.read_text(files.written(held["pohang"].framework), "x") == held["pohang"].framework
    assert [name.split(".")[-2] for name in told[-3:]] == ["published", "changed", "published"]


def test_a_plan_with_broken_references_is_refused_with_every_place(city: Offices) -> None:
    plan: Any = deepcopy(dict(PLAN)) | {"id": "gumi"}
    plan["goals"][1]["indicator"] = "happiness"
    plan["nodes"][1]["kind"] = "moon"
    plan["projects"] = [{"id": "x", "name": {"ko": "가", "en": "a"}, "node": "nowhere"}]
    found = post(city.manager, "/frameworks", plan, status=422)
    assert sorted(codes(found)) == [
        ("/goals/0/id", "id_taken"), ("/goals/1/id", "id_taken"), ("/goals/1/indicator", "unknown_indicator"),
        ("/measures/0/id", "id_taken"), ("/nodes/1/kind", "unknown_kind"), ("/projects/0/node", "unknown_node"),
    ]  # fmt: skip
    allowed = {error["pointer"]: error["message"] for error in found["errors"]}
    assert "green, parks, skills" in allowed["/projects/0/node"]
    korean = city.manager.post(
        "/api/v1/frameworks", json=plan, headers={"Accept-Language": "ko", "Idempotency-Key": "k-1234567890123456"}
    )
    assert "없습니다" in korean.json()["errors"][-1]["message"]
    assert post(city.manager, "/frameworks", PLAN, status=409)["code"] == "plan_exists"
    text = city.manager.get("/api/v1/frameworks/pohang/file").content.replace(b"node: green", b"node: red")
    refused = upload(city.manager, "/frameworks/pohang/file", text, YAML, method="PUT", status=422)
    line = text.decode().splitlines().index("    node: red") + 1
    assert codes(refused) == [(f"/lines/{line}/goals/0/node", "unknown_node")]


@pytest.mark.unhurried
def test_a_target_is_revised_with_its_reason_and_the_old_one_stays(city: Offices) -> None:
    tag = city.manager.get("/api/v1/goals/pohang-trees").headers["ETag"]
    revision = {
        "value": 1500, "due_on": "2031-12-31", "source": SOURCE, "reason": {"ko": "더 심기로 함", "en": "More will be planted"},
        "statement": {"ko": "시의회 보고", "en": "Told to the council"}, "decided_on": "2024-01-15",
    }  # fmt: skip
    silent = {name: value for name, value in revision.items() if name != "reason"}
    assert codes(post(city.manager, "/goals/pohang-trees/targets", silent, status=422)) == [("/reason", "reason_required")]
    wrong = post(city.manager, "/goals/pohang-trees/targets", {**revision, "value": 0}, status=422)
    assert codes(wrong) == [("/value", "wrong_direction")]
    post(city.manager, "/goals/pohang-trees/targets", revision, match=tag, status=201)
    post(city.manager, "/goals/pohang-trees/targets", revision, match=tag, status=412)
    found = get(city.executive, "/goals/pohang-trees/progress", as_of="2024-06-30")
    assert (found["target"], found["original_target"]) == (1500, 1000)
    assert (found["due_on"], found["original_due_on"]) == ("2031-12-31", "2029-12-31")
    assert found["elapsed"] < found["elapsed_of_original"]
    assert (found["state"], found["actual"], found["progress"], found["pace"]) == ("not_surveyed", None, None, "no_number")
    logged = get(city.auditor, "/changes", subject="pohang-trees")["items"]
    assert [(each["kind"], each["before"], each["after"]) for each in logged] == [("target", 1000.0, 1500.0)]
    plan = deepcopy(dict(PLAN))
    answer = city.manager.put("/api/v1/frameworks/pohang", json=plan, headers={"If-Match": "*"})
    assert codes(answer.json()) == [("/goals/0/targets", "target_history")]


@pytest.mark.unhurried
def test_an_observed_value_counts_when_somebody_else_approved_it(city: Offices) -> None:
    first = post(city.manager, "/observations", {**TREES, "value": 90}, status=201)
    path = f"/observations/{first['id']}"
    assert post(city.manager, "/observations", TREES, status=409)["code"] == "observation_open"
    assert post(city.manager, f"{path}/approval", status=403)["code"] == "own_observation"
    assert codes(post(city.executive, f"{path}/approval", status=422)) == [("", "evidence_required")]
    post(city.executive, f"{path}/return", {"note": "Counted twice?"}, match='"1"')
    assert post(city.executive, f"{path}/approval", status=409)["code"] == "illegal_move"
    changed = city.manager.patch(f"/api/v1{path}", json={"value": 250}, headers={"If-Match": '"2"'})
    assert (changed.status_code, changed.json()["state"], changed.json()["version"]) == (200, "submitted", 3)
    upload(city.manager, f"{path}/evidence", b"%PDF-1.7 trees", "application/pdf", method="PUT")
    file = city.auditor.get(f"/api/v1{path}/evidence")
    assert (file.content, file.headers["content-disposition"][:10]) == (b"%PDF-1.7 trees", "attachment")
    assert get(city.auditor, "/goals/pohang-trees/progress")["actual"] is None
    post(city.executive, f"{path}/approval", {"note": "Seen"}, match='"4"')
    found = get(city.executive, "/goals/pohang-trees/progress", as_of="2024-06-30")
    assert (found["actual"], found["progress"], found["observation"]["period"]) == (250, 0.25, "2023-Q4")
    assert found["milestones"] == [
        {"name": None, "value": 300, "due_on": "2023-12-31", "state": "missed", "actual": 250}
    ]  # fmt: skip
    assert found["expected_today"] == pytest.approx(300 + 700 * 182 / 2192)
    assert (found["pace"], found["value"]) == ("far_behind", None)
    assert get(city.executive, "/goals/pohang-trees/progress", as_of="2023-12-30")["actual"] is None


@pytest.mark.unhurried
def test_a_locked_period_changes_by_restatement_only_and_the_log_tells_of_it(city: Offices) -> None:
    said = {**TREES, "evidence_url": "https://example.org/trees"}
    first = post(city.manager, "/observations", said, status=201)
    post(city.executive, f"/observations/{first['id']}/approval")
    known = get(city.executive, "/goals/pohang-trees/progress")["known_at"]
    assert post(city.manager, "/periods/2023/lock", status=403)["code"] == "forbidden"
    assert post(city.executive, "/periods/2023/lock")["locked"] is True
    other = post(city.manager, "/observations", {**said, "period": "2023-Q3"}, status=409)
    assert (other["code"], "2023" in other["detail"]) == ("period_locked", True)
    assert post(city.manager, "/observations", said, status=409)["code"] == "needs_restatement"
    silent = post(city.manager, "/observations", {**said, "restates": first["id"]}, status=422)
    assert codes(silent) == [("/reason", "required")]
    again = {**said, "value": 240, "restates": first["id"], "reason": "Ten had died"}
    second = post(city.manager, "/observations", again, status=201)
    post(city.executive, f"/observations/{second['id']}/approval", {"note": "Corrected in the yearbook"})
    (entry,) = get(city.auditor, "/changes", framework="pohang")["items"]
    assert (entry["before"], entry["after"], entry["reason"], entry["in_locked_period"]) == (250, 240, "Ten had died", True)
    assert entry["statement"] == "Corrected in the yearbook"
    assert get(city.executive, "/goals/pohang-trees/progress")["actual"] == 240
    assert get(city.executive, "/goals/pohang-trees/progress", known_at=known)["actual"] == 250
    states = [each["state"] for each in get(city.auditor, "/observations", measure="trees-planted")["items"]]
    assert sorted(states) == ["approved", "superseded"]
    assert codes(post(city.executive, "/periods/2023/unlock", status=422)) == [("/reason", "required")]
    post(city.executive, "/periods/2023/unlock", {"reason": "An audit"})
    post(city.manager, "/observations", {**said, "period": "2023-Q3"}, status=201)


@pytest.mark.parametrize(
    ("body", "status", "complaint"),
    [
        ({**TREES, "period": "2023-13"}, 422, [("/period", "wrong_form")]),
        ({**TREES, "period": "2023"}, 422, [("/period", "other_period")]),
        ({**TREES, "period": "2099-Q1"}, 422, [("/period", "in_the_future")]),
        ({**TREES, "measure": "moons"}, 404, []),
        ({**TREES, "value": "many"}, 422, [("/value", "not_number")]),
        ({**TREES, "evidence_url": "javascript:alert(1)"}, 422, [("/evidence_url", "wrong_form")]),
        ({**TREES, "restates": "0192d3a4-0000-7000-8000-000000000000"}, 422, [("/restates", "nothing_to_restate")]),
    ],
)
def test_an_impossible_observation_is_refused(city: Offices, body: Any, status: int, complaint: list[tuple[str, str]]) -> None:
    found = post(city.manager, "/observations", body, status=status)
    assert codes(found) == complaint if status == 422 else found["code"] == "not_found"


HEADER = ["사업코드", "사업명", "name_en", "전략", "담당부서", "기관코드", "예산(원)", "시작일", "종료일", "대표과제"]
ROWS = [
    ["P-001", "도시숲", "City forest", "parks", "녹지과", "knu", "1,000,000", "2020-01-01", "2026-12-31", "예"],
    ["P-002", "교육", "Schooling", "skills", "교육과", "", "", "", "", ""],
]


def _csv(rows: list[list[str]]) -> bytes:
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in [HEADER, *rows]).encode("cp949") + b"\r\n"


@pytest.mark.unhurried
def test_a_list_of_projects_comes_in_and_is_followed_month_by_month(city: Offices) -> None:
    path = "/frameworks/pohang/projects/imports"
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert upload(city.manager, path, _csv(ROWS), "text/csv") == {"added": 2, "changed": 0, "unchanged": 0}
    assert upload(city.manager, path, to_xlsx(HEADER, ROWS), xlsx) == {"added": 0, "changed": 0, "unchanged": 2}
    listed = "projects:\n  - id: p-003\n    name: {ko: 길, en: Road}\n    node: green\n    milestones:\n"
    listed += "      - name: {ko: 착공, en: Start}\n        due_on: 2021-05-01\n"
    assert upload(city.manager, path, listed.encode(), YAML)["added"] == 1
    forest, school, road = get(city.executive, "/frameworks/pohang/projects")["items"]
    assert (forest["budget_won"], forest["flagship"], school["budget_won"], road["owner"]) == (1_000_000, True, None, None)

    report = {"month": "2024-03", "state": "running", "health": "at_risk", "spent_won": 400_000, "note": "Late"}
    with city.site.client("university-knu") as knu, city.site.client("university-ynu") as ynu:
        assert [each["code"] for each in get(knu, "/frameworks/pohang/projects")["items"]] == ["p-001"]
        assert get(ynu, "/frameworks/pohang/projects")["items"] == []
        post(ynu, f"/projects/{forest['id']}/reports", report, status=404)
        assert post(knu, f"/projects/{forest['id']}/reports", report, status=201)["revision"] == 1
        assert post(knu, f"/projects/{forest['id']}/reports", {**report, "spent_won": 500_000}, status=201)["revision"] == 2
    post(city.manager, f"/projects/{road['id']}/reports", {**report, "spent_won": 0, "milestones_done": {"0": "2021-06-01"}})
    wrong = {**report, "milestones_done": {"7": "2021-06-01"}}
    assert codes(post(city.manager, f"/projects/{road['id']}/reports", wrong, status=422)) == [
        ("/milestones_done", "unknown_milestone")
    ]
    steps = [{"name": {"ko": "개통", "en": "Opening"}, "due_on": "2022-01-01"}]
    answer = city.manager.patch(f"/api/v1/projects/{school['id']}", json={"milestones": steps}, headers={"If-Match": '"1"'})
    assert answer.json()["milestones"] == [{**steps[0], "done_on": None}], answer.text
    missing = city.manager.patch(f"/api/v1/projects/{school['id']}", json={"node": "nowhere"}, headers={"If-Match": '"2"'})
    assert codes(missing.json()) == [("/node", "unknown_node")]
    ahead = post(city.manager, f"/projects/{road['id']}/reports", {**report, "month": "2099-01"}, status=422)
    assert codes(ahead) == [("/month", "in_the_future")]
    backwards = post(
        city.manager, f"/projects/{forest['id']}/reports", {**report, "state": "planned", "month": "2024-04"}, status=409
    )
    assert backwards["code"] == "illegal_move"
    whole, green, parks, skills = get(city.executive, "/frameworks/pohang/projects/summary")["items"]
    assert (whole["projects"], whole["states"], whole["spent_won"]) == (3, {"planned": 1, "running": 2}, 500_000)
    assert (green["projects"], green["reports_missing"], parks["projects"], skills["without_budget"]) == (2, 2, 1, 1)
    assert (whole["late_milestones"], whole["health"]) == (1, {"at_risk": 2})
    post(city.executive, "/periods/2024-Q2/lock")
    assert (
        post(city.manager, f"/projects/{road['id']}/reports", {**report, "month": "2024-05"}, status=409)["code"]
        == "period_locked"
    )
    text = city.manager.get("/api/v1/frameworks/pohang/file").content
    assert b"P-001" not in text
    assert text.count(b"id: p-00") == 3
    assert upload(city.manager, "/frameworks/pohang/file", text, YAML, method="PUT")["version"] == 1


def test_a_broken_list_of_projects_changes_nothing_and_says_where(city: Offices) -> None:
    path = "/frameworks/pohang/projects/imports"
    rows = [
        ROWS[0],
        ["P-001", "또", "", "", "", "", "", "", "", ""],
        ["P 9", "", "", "moon", "", "", "many", "soon", "", "maybe"],
    ]
    found = upload(city.manager, path, _csv(rows), "text/csv", status=422)
    assert codes(found) == [
        ("/lines/4/id", "wrong_form"), ("/lines/4/name_ko", "too_short"), ("/lines/4/name_en", "too_short"),
        ("/lines/4/budget_won", "not_integer"), ("/lines/4/starts_on", "not_date"), ("/lines/4/flagship", "not_boolean"),
    ]  # fmt: skip
    rows = [ROWS[0], ["P-001", "또", "", "moon", "", "", "", "", "", ""]]
    found = upload(city.manager, path, _csv(rows), "text/csv", status=422)
    assert codes(found) == [("/lines/3/id", "id_taken"), ("/lines/3/node", "unknown_node")]
    assert codes(upload(city.manager, path, b"a,b\r\n1,2\r\n", "text/csv", status=422)) == [
        ("/lines/1/id", "missing_column"), ("/lines/1/name_ko", "missing_column"),
    ]  # fmt: skip
    assert get(city.manager, "/frameworks/pohang/projects")["items"] == []


@pytest.mark.unhurried
def test_an_outcome_counts_once_in_every_goal_and_once_in_all(city: Offices, light_world: Happenings) -> None:
    robot, water, ict = three_cohorts(light_world)
    light_world.completer(water, person_id=light_world.completer(robot).person_id)
    light_world.arrive()
    found = get(city.executive, "/contributions")
    counts = {each["goal"]: each["count"] for each in found["contributions"]}
    everybody = get(city.executive, "/indicators/talents_trained/value")["value"]
    assert counts["hustar-talents"] == counts["future-talent-city-daegu-talents"] == everybody
    by_field = {name: counts[f"five-plus-one-{name}-talents"] for name in ("robot", "water")}
    overlaps = {frozenset(each["goals"]): each["count"] for each in found["overlaps"]}
    assert overlaps[frozenset({"hustar-talents", "pohang-talents"})] == counts["pohang-talents"] == everybody - 2
    assert by_field["robot"] + by_field["water"] >= counts["pohang-talents"]
    (talents,) = [each for each in found["totals"] if each["indicator"] == "talents_trained"]
    assert (talents["unique"], talents["unit"]) == (everybody, "persons")
    assert talents["added_up"] == sum(
        counts[each["goal"]] for each in found["contributions"] if each["indicator"] == "talents_trained"
    )
    assert get(city.executive, "/goals/pohang-talents/progress")["actual"] == counts["pohang-talents"]
    assert get(city.executive, "/goals/five-plus-one-robot-talents/progress")["actual"] == by_field["robot"]
    listed = {each["goal"]: each["actual"] for each in get(city.executive, "/goals/progress")["items"]}
    assert {name: listed[name] for name, count in counts.items() if count} == {
        name: count for name, count in counts.items() if count
    }
    assert "pohang-trees" in found["observed"]
    assert ict.field == "ict"


def test_a_rank_that_got_worse_is_behind_its_pace_on_pages_too(city: Offices) -> None:
    said = {"measure": "liveable-city-rank", "period": "2024", "value": 6, "evidence_url": "https://city.example/survey"}
    told = post(city.manager, "/observations", said, status=201)
    post(city.executive, f"/observations/{told['id']}/approval")
    goal = "future-talent-city-daegu-rank"
    progress = get(city.executive, f"/goals/{goal}/progress")
    assert (progress["actual"], progress["progress"], progress["pace"]) == (6, -0.5, "far_behind")
    page = city.executive.get(f"/goals/future-talent-city-daegu/{goal}?lang=en").text
    assert ("behind the pace" in page, "ahead of the pace" in page, "rank 6" in page) == (True, False, True)
    assert re.search(r"\d places? behind the pace", page)
