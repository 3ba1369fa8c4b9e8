"""The story of the foundation: a roster becomes enrolments, enrolments become hires, hires become figures."""

from datetime import timedelta
from typing import Any

import pytest

from services.reconciliation.report import reconcile
from shared import clock
from tests.journeys.world import World

ROSTER = """student_no,name,birth_date,phone,email,applied_on
R1001,가나다(가상),1999-01-02,010-0000-0001,a@example.com,2026-01-10
R1002,라마바(가상),1998.03.04,010-0000-0002,,2026-01-10
R1003,사아자(가상),not a date,010-0000-0003,,2026-01-10
R1004,차카타(가상),1997-05-06,010-0000-0004,,2026-01-10
"""
STEPS = (("selected", "2026-02-01"), ("enrolled", "2026-03-02"), ("training", "2026-03-02"), ("interning", "2026-08-01"))


@pytest.mark.unhurried
def test_a_roster_becomes_completers_hires_and_figures(world: World) -> None:
    from_roster_to_figure(world)
    assert_everything_agrees(world)


def from_roster_to_figure(world: World) -> None:
    """The story itself: also told to an installation in containers (tests/compose)."""
    university, cohort = a_cohort(world)
    knu = world.as_("university-knu")

    sync = knu.upload(f"/universities/{university['id']}/roster-syncs", ROSTER.encode(), cohort_id=cohort["id"])
    assert (sync["counts"]["created"], sync["counts"]["rejected"]) == (3, 1)
    rejected = next(row for row in sync["rows"] if row["outcome"] == "rejected")
    assert rejected["line"] == 4
    assert rejected["problems"][0]["column"] == "birth_date"
    assert "not a date" not in str(sync)
    again = knu.upload(f"/universities/{university['id']}/roster-syncs", ROSTER.encode(), cohort_id=cohort["id"])
    assert (again["counts"]["created"], again["counts"]["unchanged"]) == (0, 3)
    assert ",4," in "," + knu.get(f"/roster-syncs/{sync['id']}/errors.csv").splitlines()[1]

    enrolments = world.manager.get("/enrolments", cohort_id=cohort["id"])["items"]
    assert [e["stage"] for e in enrolments] == ["applied"] * 3
    first, second, third = (through_training(world, enrolment) for enrolment in enrolments)
    first = world.manager.move("/enrolments", first, "completed", "2026-10-30")
    second = world.manager.move("/enrolments", second, "completed", "2026-10-30")
    world.manager.move("/enrolments", third, "dropped", "2026-10-01", reason="personal")

    position = an_open_position(world, seats=3)
    world.drain()
    recommended = world.manager.get("/recommendations", position_id=position["id"])["items"]
    assert {item["person_id"] for item in recommended} == {first["person_id"], second["person_id"]}
    assert all(item["score"] and item["components"] for item in recommended)

    placement = world.manager.post(
        "/placements", {"trainee_id": first["person_id"], "position_id": position["id"], "effective_on": "2026-11-01"}
    )
    employer = world.as_("employer-0000000015")
    placement = employer.move("/placements", placement, "offered", "2026-11-01")
    placement = world.manager.move("/placements", placement, "accepted", "2026-11-02")
    placement = employer.move("/placements", placement, "started", "2026-11-03")
    world.drain()
    seats = employer.get(f"/positions/{position['id']}/seats")["items"]
    assert sorted(seat["state"] for seat in seats) == ["filled", "open", "open"]

    assert world.value("talents_trained")["value"] == 2
    assert world.value("employment_rate_completers")["value"] == 50.0
    claimed = world.value("jobs_created")
    assert (claimed["value"], claimed["exclusions"]) != (1, []), "a hire is a claim until it is confirmed"
    world.manager.post(
        f"/placements/{placement['id']}/evidence", {"grade": 2, "effective_on": "2026-11-03"}, etag=placement["version"]
    )
    world.drain()
    created = world.value("jobs_created")
    assert (created["state"], created["value"], created["evidence"].get("2")) == ("ok", 1, 1)
    rate = world.value("completion_rate")
    assert (rate["numerator"], rate["denominator"], rate["value"]) == (2, 3, 66.7)

    before = world.value("talents_trained", as_of="2026-10-29")
    assert before["value"] in (0, None)
    assert before["state"] in {"ok", "running"}
    assert world.value("jobs_created", as_of="2026-11-02")["value"] in (0, None)
    assert world.value("talents_trained", as_of="2026-10-30", cohort_id=cohort["id"])["value"] == 2
    tomorrow = (clock.today() + timedelta(days=2)).isoformat()
    refused = world.as_("executive").get("/indicators/talents_trained/value", expect=422, as_of=tomorrow)
    assert refused["errors"][0]["code"] == "in_the_future"

    assert_goals_follow(world)


def a_cohort(world: World) -> tuple[Any, Any]:
    """A university, a program and a cohort, made by a program manager."""
    manager = world.manager
    names = {"name_ko": "경북대학교", "name_en": "Kyungpook National University"}
    university = manager.post("/universities", {"code": "knu", "region": "27", **names})
    program = manager.post(
        "/programs",
        {
            "code": "robot", "name_ko": "로봇 과정", "name_en": "Robot program", "kind": "academy", "field": "robot",
            "university_id": university["id"], "training_months": 5, "internship_months": 3,
            "goals": ["future-talent-city-daegu-talents"],
        },
    )  # fmt: skip
    cohort = manager.post(
        "/cohorts",
        {
            "program_id": program["id"], "code": "robot-1", "ordinal": 1, "capacity": 20, "applicants": 40,
            "applications_open_on": "2026-01-01", "applications_close_on": "2026-01-31", "starts_on": "2026-03-02",
            "training_ends_on": "2026-07-31", "ends_on": "2026-10-30",
        },
    )  # fmt: skip
    return university, cohort


def an_open_position(world: World, *, seats: int) -> Any:
    """A company with an agreement in force, whose position a program manager has opened."""
    names = {"name_ko": "달구벌로봇(가상)", "name_en": "Dalgubeol Robot (fictitious)"}
    company = world.manager.post("/companies", {"business_number": "000-00-00015", "region": "27", **names})
    agreements = f"/companies/{company['id']}/agreements"
    agreement = world.manager.post(agreements, {"starts_on": "2026-01-01", "ends_on": "2027-12-31"})
    world.manager.move(agreements, agreement, "active", "2026-01-01")
    employer = world.as_("employer-0000000015")
    position = employer.post(
        "/positions",
        {
            "company_id": company["id"], "title": "로봇 제어 연구원", "field": "robot", "kind": "permanent", "seats": seats,
            "region": "27", "skills": ["ROS2"], "opens_on": "2026-06-01",
            "salary": {"lowest": 36_000_000, "per": "year"}, "working_hours": {"weekly": 40},
        },
    )  # fmt: skip
    position = employer.move("/positions", position, "in_review", "2026-06-01")
    employer.post(
        f"/positions/{position['id']}/transitions",
        {"to": "open", "effective_on": "2026-06-01"},
        expect=403,
        etag=position["version"],
    )
    return world.manager.move("/positions", position, "open", "2026-06-01")


def through_training(world: World, enrolment: Any) -> Any:
    for to, on in STEPS:
        enrolment = world.manager.move("/enrolments", enrolment, to, on)
    return enrolment


def assert_goals_follow(world: World) -> None:
    executive = world.as_("executive")
    talents = executive.get("/goals/future-talent-city-daegu-talents/progress")
    jobs = executive.get("/goals/future-talent-city-daegu-jobs/progress")
    assert (talents["target"], talents["actual"]) == (30_000, 2)
    assert (jobs["target"], jobs["actual"]) == (50_000, 1)
    assert abs(talents["progress"] - 2 / 30_000) < 1e-4


def assert_everything_agrees(world: World) -> None:
    runtime = world.runtime
    assert runtime.event_log is not None
    result = reconcile(runtime.services, runtime.event_log, prefix=runtime.settings.topic_prefix, patience=5)
    assert result.agrees, (result.waiting, result.findings)
    assert result.figures > 15
    assert result.records > 20
