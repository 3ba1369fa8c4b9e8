"""The HTTP routes: shapes, refusals, and who sees what."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.clock import now, today
from shared.db import Database
from shared.ids import new_id
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.story import HIRED, three_cohorts

VALUE_KEYS = {
    "indicator", "definition_version", "as_of", "known_at", "state", "value", "unit", "numerator", "denominator", "unknown",
    "low", "high", "exclusions", "evidence", "sources", "matures_on", "dimensions", "known_share", "minimum_grade",
    "known_enough", "quartiles", "details", "complete",
}  # fmt: skip


@pytest.fixture
def executive(demo_site: Site) -> Iterator[httpx.Client]:
    with demo_site.client("executive") as client:
        yield client


def value(client: httpx.Client, indicator: str, **params: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/indicators/{indicator}/value", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.unhurried
def test_a_value_is_a_passport(executive: httpx.Client, light_world: Happenings) -> None:
    three_cohorts(light_world)
    found = value(executive, "employment_rate_completers", as_of=HIRED.isoformat())
    assert found.keys() == VALUE_KEYS
    shown = {name: found[name] for name in ("state", "value", "unit", "numerator", "denominator", "unknown", "low", "high")}
    assert shown == {
        "state": "ok", "value": 50.0, "unit": "percent", "numerator": 3, "denominator": 6,
        "unknown": 3, "low": 50.0, "high": 100.0,
    }  # fmt: skip
    assert found["evidence"] == {"1": 1, "2": 2, "3": 0, "4": 0}
    assert (found["known_share"], found["known_enough"]) == (50.0, False)
    assert [source["name"] for source in found["sources"]] == ["trainees.enrolment", "matching.placement"]
    assert all(source["watermark"] and source["events"] and source["offsets"] for source in found["sources"])
    assert (found["as_of"], found["definition_version"], found["matures_on"]) == (HIRED.isoformat(), 1, None)


@pytest.mark.unhurried
def test_asked_again_for_the_same_day_and_moment_a_value_is_the_same(executive: httpx.Client, light_world: Happenings) -> None:
    three_cohorts(light_world)
    first = value(executive, "talents_trained")
    light_world.clock, light_world.tick = now(), timedelta(microseconds=1)
    light_world.completer(light_world.cohort(ordinal=9))
    light_world.arrive()
    again = value(executive, "talents_trained", as_of=first["as_of"], known_at=first["known_at"])
    assert again.pop("sources") != first.pop("sources")
    assert again == first
    assert value(executive, "talents_trained")["value"] == first["value"] + 1


@pytest.mark.unhurried
def test_before_anything_happened_a_value_says_so_and_is_not_zero(executive: httpx.Client) -> None:
    found = value(executive, "talents_trained")
    assert (found["state"], found["value"], found["low"], found["high"], found["numerator"]) == (
        "not_started",
        None,
        None,
        None,
        0,
    )
    assert [source["watermark"] for source in found["sources"]] == [None]


@pytest.mark.unhurried
def test_a_value_is_narrowed_by_its_dimensions(executive: httpx.Client, light_world: Happenings) -> None:
    cohorts = three_cohorts(light_world)
    assert value(executive, "talents_trained", cohort_id=str(cohorts[0].id))["value"] == 2
    narrowed = value(executive, "talents_trained", field="water", cohort_ordinal=2)
    assert (narrowed["value"], narrowed["dimensions"]) == (2, {"field": "water", "cohort_ordinal": 2})
    assert value(executive, "talents_trained", field="energy")["state"] == "not_started"


@pytest.mark.parametrize("parameter", ["as_of", "known_at"])
def test_the_future_is_refused(executive: httpx.Client, parameter: str) -> None:
    later = {"as_of": (today() + timedelta(days=1)).isoformat(), "known_at": (now() + timedelta(minutes=1)).isoformat()}
    for path in ("/api/v1/indicators/talents_trained/value", "/api/v1/goals/hustar-talents/progress"):
        found = problem(executive.get(path, params={parameter: later[parameter]}), 422)
        assert [(error["pointer"], error["code"]) for error in found["errors"]] == [(parameter, "in_the_future")]


def test_a_dimension_that_an_indicator_does_not_have_is_refused_with_those_it_has(executive: httpx.Client) -> None:
    answer = executive.get("/api/v1/indicators/seats_posted/value", params={"cohort_id": str(new_id())})
    (error,) = problem(answer, 422)["errors"]
    assert (error["pointer"], error["code"]) == ("cohort_id", "unknown_dimension")
    assert "field, company_id" in error["message"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("colour=red", "colour"),
        ("as_of=yesterday", "as_of"),
        ("known_at=2026-01-01T00:00:00", "known_at"),
        ("cohort_ordinal=0", "cohort_ordinal"),
        ("cohort_id=7", "cohort_id"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(executive: httpx.Client, query: str, pointer: str) -> None:
    found = problem(executive.get(f"/api/v1/indicators/talents_trained/value?{query}"), 422)
    assert [error["pointer"] for error in found["errors"]] == [pointer]


@pytest.mark.parametrize(
    "path",
    ["/indicators/happiness", "/indicators/happiness/value", "/goals/moon", "/goals/moon/progress", "/frameworks/moon"],
)
def test_what_does_not_exist_is_not_found(executive: httpx.Client, path: str) -> None:
    assert problem(executive.get(f"/api/v1{path}"), 404)["code"] == "not_found"


@pytest.mark.unhurried
def test_definitions_are_listed_in_both_languages(executive: httpx.Client) -> None:
    items = executive.get("/api/v1/indicators").json()["items"]
    assert {"talents_trained", "jobs_created", "completion_rate", "employment_rate_completers"} <= {item["id"] for item in items}
    for item in items:
        assert item == executive.get(f"/api/v1/indicators/{item['id']}").json()
        texts = [item["name"], item["formula"], item["numerator"], item["counted"], *item["exclusions"].values()]
        assert all(text["ko"] and text["en"] for text in texts)
    assert executive.get("/api/v1/indicators/talents_trained").headers["etag"] == '"1"'


@pytest.mark.unhurried
def test_every_exclusion_that_a_value_counts_is_explained_in_its_definition(
    executive: httpx.Client, light_world: Happenings
) -> None:
    three_cohorts(light_world)
    for item in executive.get("/api/v1/indicators").json()["items"]:
        counted = {each["reason"] for each in value(executive, item["id"])["exclusions"]}
        assert counted <= item["exclusions"].keys(), item["id"]


@pytest.mark.unhurried
def test_goals_come_with_their_plan_and_the_source_of_every_number(executive: httpx.Client) -> None:
    plans = executive.get("/api/v1/frameworks").json()["items"]
    assert [plan["id"] for plan in plans] == [
        "daegu-five-plus-one", "daegu-new-deal", "daegu-smart-city", "future-talent-city-daegu", "gyeongsan-ten-strategies",
        "hustar",
    ]  # fmt: skip
    goals = executive.get("/api/v1/goals").json()["items"]
    assert goals == [goal for plan in plans for goal in plan["goals"]]
    numbers = [number for goal in goals for number in (goal["baseline"], *goal["targets"])]
    assert all(number["source"]["text"]["ko"] if number["value"] is not None else number["missing"]["ko"] for number in numbers)
    answer = executive.get("/api/v1/frameworks/hustar")
    assert answer.json() == plans[-1]
    assert answer.headers["ETag"] == '"1"'
    assert executive.get("/api/v1/goals/hustar-talents").json()["framework"] == "hustar"


def test_progress_is_against_the_current_and_the_original_target(executive: httpx.Client, light_world: Happenings) -> None:
    three_cohorts(light_world)
    found = executive.get("/api/v1/goals/hustar-talents/progress", params={"as_of": "2021-06-30"}).json()
    assert (found["target"], found["original_target"], found["actual"]) == (3000, 2500, 6)
    assert (found["progress"], found["progress_to_original"]) == (6 / 3000, 6 / 2500)
    passed = (30 + 31 + 30 + 31 + 28 + 31 + 365 + 366) / (5 * 365 + 1)
    assert found["elapsed"] == pytest.approx(passed)
    assert found["expected_today"] == pytest.approx(3000 * passed)
    assert found["forecast_at"] == "/api/v1/goals/hustar-talents/forecast"
    assert (found["pace"], found["elapsed_of_original"]) == ("far_behind", pytest.approx((5 * 365 + 1) * passed / (4 * 365 + 1)))
    assert found["value"]["indicator"] == "talents_trained"


def test_progress_without_a_number_has_no_share(executive: httpx.Client) -> None:
    found = executive.get("/api/v1/goals/future-talent-city-daegu-jobs/progress").json()
    assert (found["actual"], found["progress"], found["value"]["state"]) == (None, None, "not_started")


@pytest.mark.unhurried
def test_a_university_sees_its_own_figures_and_no_others(demo_site: Site, light_world: Happenings) -> None:
    knu, ynu = light_world.university("knu"), light_world.university("ynu")
    for university, completers in ((knu, 1), (ynu, 2)):
        cohort = light_world.cohort(university_id=university)
        for _ in range(completers):
            light_world.completer(cohort)
    light_world.arrive()
    with demo_site.client("university-knu") as client:
        assert value(client, "talents_trained")["value"] == 1
        assert value(client, "talents_trained", university_id=str(knu))["value"] == 1
        other = client.get("/api/v1/indicators/talents_trained/value", params={"university_id": str(ynu)})
        assert problem(other, 404)["code"] == "not_found"
        assert problem(client.get("/api/v1/indicators/seats_posted/value"), 403)["code"] == "forbidden"
        assert problem(client.get("/api/v1/goals/hustar-talents/progress"), 403)["code"] == "forbidden"
    with demo_site.client("university-unheard-of") as client:
        assert value(client, "talents_trained")["state"] == "not_started"


def test_an_employer_sees_its_own_seats_and_no_others(demo_site: Site, light_world: Happenings) -> None:
    ours, theirs = light_world.company("1234567891"), light_world.company("1098765432")
    for company, seats in ((ours, 2), (theirs, 3)):
        for _ in range(seats):
            light_world.seat(company_id=company)
    light_world.arrive()
    with demo_site.client("employer-1234567891") as client:
        assert value(client, "seats_posted")["value"] == 2
        answer = client.get("/api/v1/indicators/seats_posted/value", params={"company_id": str(theirs)})
        assert problem(answer, 404)["code"] == "not_found"
        assert problem(client.get("/api/v1/indicators/talents_trained/value"), 403)["code"] == "forbidden"


def test_nothing_is_answered_without_a_token(demo_site: Site) -> None:
    with demo_site.client() as client:
        for path in (
            "/indicators",
            "/indicators/talents_trained/value",
            "/goals",
            "/goals/hustar-talents/progress",
            "/frameworks",
        ):
            assert problem(client.get(f"/api/v1{path}"), 401)["code"] == "token_missing"


@pytest.mark.unhurried
def test_an_earlier_version_of_a_definition_stays_computable(executive: httpx.Client, light_world: Happenings) -> None:
    three_cohorts(light_world)
    assert executive.get("/api/v1/indicators/jobs_created").json()["versions"] == [1, 2]
    asked = {version: value(executive, "jobs_created", version=version) for version in (1, 2)}
    assert {version: found["definition_version"] for version, found in asked.items()} == {1: 1, 2: 2}
    assert value(executive, "jobs_created")["definition_version"] == 2
    assert problem(executive.get("/api/v1/indicators/jobs_created/value", params={"version": 3}), 404)["code"] == "not_found"


@pytest.mark.unhurried
def test_the_same_is_answered_on_both_engines(database: Database, tmp_path: Path) -> None:
    three_cohorts(Happenings(database))
    with site(database, tmp_path) as found, found.client("auditor") as client:
        names = [item["id"] for item in client.get("/api/v1/indicators").json()["items"]]
        shown = {name: value(client, name, as_of="2020-12-31")["value"] for name in names}
    assert shown == {
        "talents_trained": 6,
        "participations": 9,
        "completion_rate": 66.7,
        "dropout_rate": 33.3,
        "competition_ratio": None,
        "employment_rate_completers": 50.0,
        "employment_rate_6m": 50.0,
        "employment_rate_3m": 50.0,
        "employment_rate_enrolled": 33.3,
        "employment_rate_q2": 33.3,
        "employment_rate_q4": None,
        "employment_rate_kedi": None,
        "employment_rate_cirr": 33.3,
        "career_outcomes_rate": 100.0,
        "knowledge_rate": 50.0,
        "satisfaction": None,
        "retention_3m": 100.0,
        "retention_6m": None,
        "retention_12m": None,
        "local_settlement_rate": 100.0,
        "in_field_rate": 100.0,
        "time_to_placement": 62,
        "time_to_fill": 213,
        "internship_conversion_rate": None,
        "jobs_created": 2,
        "seats_posted": 3,
        "seats_filled": 3,
        "seats_lapsed": 0,
        "fill_rate": 100.0,
    }
