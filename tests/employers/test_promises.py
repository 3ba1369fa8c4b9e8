"""Pledges: how they were kept, how much of a cohort they cover, and whether supply will outrun demand."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from services.employers import commands
from services.employers.domain.demand import Asked, Demand, Offered, SkillOutlook, outlook, skills_outlook
from services.employers.domain.pledges import Fill, Promise, month_of, records, shifted, window
from services.employers.handlers import handlers
from services.employers.tables import Cohort, Outlook, rows_of
from shared.contracts.matching import PlacementOffered, PlacementStarted
from shared.contracts.trainees import (
    CohortOpened,
    EnrolmentCompleted,
    EnrolmentDropped,
    EnrolmentEnrolled,
    EnrolmentEvent,
    ProgramOutcomesSet,
)
from shared.events.envelope import Envelope
from shared.events.handlers import Delivery
from shared.ids import new_id
from tests.employers.callers import AUDITOR, MANAGER, UNIVERSITY, Callers
from tests.employers.story import TODAY, Story, business_number, day, placement

A, B = new_id(), new_id()
THIS = month_of(TODAY)


@pytest.mark.parametrize(
    ("month", "months", "result"), [("2026-11", 2, "2027-01"), ("2026-01", -1, "2025-12"), ("2026-06", 0, "2026-06")]
)
def test_months_are_counted_over_the_year(month: str, months: int, result: str) -> None:
    assert shifted(month, months) == result


def test_a_promise_is_kept_by_seats_of_its_kind_filled_in_time() -> None:
    promises = [
        Promise(A, "robot", "permanent", "2026-01", 3), Promise(A, "robot", "permanent", "2026-02", 2),
        Promise(A, "water", "permanent", "2026-01", 1), Promise(B, "robot", "internship", "2026-01", 2),
        Promise(B, "robot", "internship", "2026-09", 9),
    ]  # fmt: skip
    days = [date(2026, 1, 5), date(2026, 2, 1), date(2026, 3, 31), date(2026, 4, 1), date(2025, 12, 31)]
    fills = [Fill(A, "robot", "permanent", each) for each in days] + [Fill(B, "robot", "permanent", date(2026, 1, 9))]
    found = records(promises, fills, as_of=date(2026, 6, 1))
    assert {company: (record.due, record.kept, record.rate) for company, record in found.items()} == {
        A: (6, 4, 0.6667),  # three of January's, one of February's, nothing for water; December's was before
        B: (2, 0, 0.0),  # a permanent seat keeps no promise of an internship, and September is not due
    }


def test_what_is_pledged_and_posted_by_one_company_is_not_counted_twice() -> None:
    pledged = [Offered(A, "robot", "2027-02", 10), Offered(B, "robot", "2027-02", 2)]
    posted = [Offered(A, "robot", "2027-02", 6), Offered(B, "robot", "2027-02", 5)]
    assert outlook(pledged, posted, {("robot", "2027-02"): 20, ("water", "2027-01"): 4}) == [
        Demand("water", "2027-01", 0, 0, 0, 4),
        Demand("robot", "2027-02", 12, 11, 15, 20),
    ]
    assert [row.shortage for row in outlook(pledged, posted, {("robot", "2027-02"): 20})] == [5]


def test_a_seat_and_a_completer_count_with_each_of_their_skills() -> None:
    key = ("robot", "2027-02")
    asked = [Asked(A, *key, ["ros2", "cpp"], 3), Asked(A, *key, ["ros2"], 2), Asked(A, "water", "2027-02", ["plc"], 1)]
    found = skills_outlook(asked, [], {key: {"cpp": 5, "python": 4, "java": 0}})
    assert found[key] == (SkillOutlook("ros2", 5, 0), SkillOutlook("cpp", 3, 5), SkillOutlook("python", 0, 4))
    assert [(row.shortage, row.unmet_seats) for row in found[key]] == [(0, 5), (2, 0), (4, 0)]
    assert found["water", "2027-02"] == (SkillOutlook("plc", 1, 0),)
    pledged = [Asked(A, *key, ["ros2"], 4), Asked(B, *key, ["ros2"], 6), Asked(B, *key, ["slam"], 1)]
    ros2, _, slam, _ = skills_outlook(asked, pledged, {key: {"cpp": 5, "python": 4, "ros2": 8}})[key]
    assert (ros2, ros2.seats, ros2.shortage, ros2.unmet_seats) == (SkillOutlook("ros2", 5, 8, 10, 6), 11, 0, 3)
    assert slam == SkillOutlook("slam", 0, 0, 1, 1)


def _cohort(story: Story, *, ends_on: date, capacity: int = 10, field: str = "robot", program_id: UUID | None = None) -> UUID:
    cohort_id = new_id()
    names = {"applications_open_on", "applications_close_on", "starts_on", "training_ends_on"}
    said: dict[str, Any] = {
        "cohort_id": cohort_id, "program_id": program_id or new_id(), "university_id": new_id(),
        "code": f"robot-{cohort_id.hex[:4]}",
        "field": field, "ordinal": 1, "capacity": capacity, "applicants": None, "ends_on": ends_on, **dict.fromkeys(names, TODAY),
    }  # fmt: skip
    for handler in handlers.for_event(CohortOpened):
        story.do(handler, CohortOpened(**said))
    return cohort_id


def _leads_to(story: Story, program_id: UUID, **skills: int) -> None:
    for handler in handlers.for_event(ProgramOutcomesSet):
        story.do(handler, ProgramOutcomesSet(program_id=program_id, university_id=new_id(), skills=skills))


def _enrolled(story: Story, cohort_id: UUID, *kinds: type[EnrolmentEvent], program_id: UUID | None = None) -> None:
    said = {
        "person_id": new_id(),
        "program_id": program_id or new_id(),
        "university_id": new_id(),
        "field": "robot",
        "effective_on": TODAY,
    }
    events = [kind(enrolment_id=new_id(), cohort_id=cohort_id, **said) for kind in kinds]
    envelope: Any = Envelope
    for projector in handlers.projectors:
        story.do(projector, [Delivery(event, envelope, envelope) for event in events], 1)


def test_a_cohort_is_covered_by_the_pledges_for_the_months_after_it(callers: Callers, story: Story) -> None:
    ends = day(120)
    company = callers.company(business_number())
    for month, seats in zip(window(ends), (2, 1, 1), strict=True):
        said = {"month": month, "field": "robot", "kind": "permanent", "seats": seats}
        assert callers.post(MANAGER, f"{company}/pledges", said).status_code == 201
    cohort = _cohort(story, ends_on=ends, capacity=16)
    [row] = callers.get(AUDITOR, "/pledges/coverage", cohort_id=str(cohort)).json()["items"]
    assert (row["expected_completers"], row["pledged_seats"], row["coverage"]) == (16, 4, 0.25)
    _enrolled(story, cohort, *[EnrolmentEnrolled] * 4, EnrolmentCompleted, EnrolmentDropped)
    _cohort(story, ends_on=shifted_day(ends), capacity=3)
    [row] = callers.get(AUDITOR, "/pledges/coverage", cohort_id=str(cohort)).json()["items"]
    assert (row["expected_completers"], row["coverage"], row["sharing"]) == (5, 0.8, 8)
    assert callers.get(UNIVERSITY, "/pledges/coverage").status_code == 403


def shifted_day(of: date) -> date:
    """A day of the month after."""
    return date.fromisoformat(f"{shifted(month_of(of), 1)}-01")


@pytest.mark.unhurried
def test_a_shortage_is_foreseen_and_said_once(callers: Callers, story: Story) -> None:
    number = business_number()
    company = callers.company(number)
    _cohort(story, ends_on=day(150), capacity=20)
    month = month_of(day(150))
    pledge = callers.post(MANAGER, f"{company}/pledges", {"month": month, "field": "robot", "kind": "permanent", "seats": 8})
    callers.position(number, company, "in_review", "open", closes_on=day(150).isoformat(), skills=["ROS"])
    rows = callers.get(MANAGER, "/demand").json()
    assert [(r["month"], r["pledged_seats"], r["posted_seats"], r["seats"], r["shortage"]) for r in rows] == [
        (month, 8, 3, 8, 12)
    ]
    [skill] = callers.get(MANAGER, "/demand/skills").json()
    assert (skill["month"], skill["field"], skill["posted_seats"]) == (month, "robot", 3)
    assert callers.get(f"employer-{number}", "/demand").status_code == 403
    assert commands.foresee_demand(story.database) == 1
    assert commands.foresee_demand(story.database) == 0
    path = f"{company}/pledges/{pledge.json()['id']}"
    assert callers.patch(MANAGER, path, {"seats": 12}, if_match='"1"').json()["version"] == 2
    assert commands.foresee_demand(story.database) == 1
    assert callers.delete(MANAGER, path).status_code == 204
    gone = callers.patch(MANAGER, path, {"seats": 9}, if_match='"3"')
    assert (gone.status_code, gone.json()["code"]) == (409, "pledge_withdrawn")
    assert [name for name in story.events() if name.startswith(("pledge", "demand"))] == [
        "pledge.made", "demand.foreseen", "pledge.changed", "demand.foreseen", "pledge.withdrawn",
    ]  # fmt: skip


SKILL_ROW = ("skill", "posted_seats", "expected_completers", "shortage", "unmet_seats", "field_pledged_seats")


def _by_skill(callers: Callers) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in SKILL_ROW) for row in callers.get(MANAGER, "/demand/skills").json()]


@pytest.mark.unhurried
def test_demand_stands_beside_supply_by_skill_and_is_said_again_when_that_changes(callers: Callers, story: Story) -> None:
    number, program = business_number(), new_id()
    company = callers.company(number)
    cohort = _cohort(story, ends_on=day(150), capacity=20, program_id=program)
    _cohort(story, ends_on=day(150), capacity=7)
    said = {"month": month_of(day(150)), "field": "robot", "kind": "permanent", "seats": 8}
    callers.post(MANAGER, f"{company}/pledges", said)
    callers.position(number, company, "in_review", "open", closes_on=day(150).isoformat(), skills=["ros2"])
    assert _by_skill(callers) == [("ros2", 3, 0, 0, 3, 8)]
    assert commands.foresee_demand(story.database) == 1
    _leads_to(story, program, ros2=3, cpp=2)
    assert _by_skill(callers) == [("ros2", 3, 20, 17, 0, 8), ("cpp", 0, 20, 20, 0, 8)]
    _enrolled(story, cohort, *[EnrolmentEnrolled] * 2, EnrolmentDropped, program_id=program)
    _leads_to(story, program, ros2=4)
    assert _by_skill(callers) == [("ros2", 3, 2, 0, 1, 8)]
    assert (commands.foresee_demand(story.database), commands.foresee_demand(story.database)) == (1, 0)
    with story.database.read() as session:
        [outlook_id] = session.execute(select(col(Outlook.id))).scalars()
    assert [each["skills"] for each in story.contents(outlook_id)] == [
        [{"skill": "ros2", "posted_seats": 3, "expected_completers": 0, "pledged_seats": 0, "only_pledged": 0}],
        [{"skill": "ros2", "posted_seats": 3, "expected_completers": 2, "pledged_seats": 0, "only_pledged": 0}],
    ]


def test_a_pledge_may_name_the_skill_that_is_looked_for(callers: Callers, story: Story) -> None:
    number = business_number()
    company = callers.company(number)
    said = {"month": month_of(day(150)), "field": "robot", "kind": "permanent", "seats": 8}
    unknown = callers.post(f"employer-{number}", f"{company}/pledges", {**said, "skill": "로봇 제워"})
    [error] = unknown.json()["errors"]
    assert (unknown.status_code, error["pointer"], error["code"]) == (422, "/skill", "unknown_skill")
    made = callers.post(f"employer-{number}", f"{company}/pledges", {**said, "skill": "로보틱스 제어"})
    assert (made.status_code, made.json()["skill"]) == (201, "robot_control")
    callers.position(number, company, "in_review", "open", closes_on=day(150).isoformat(), skills=["robot_control"])
    assert _by_skill(callers) == [("robot_control", 3, 0, 0, 8, 8)]
    path = f"{company}/pledges/{made.json()['id']}"
    assert callers.patch(MANAGER, path, {"skill": None}, if_match='"1"').json()["skill"] is None
    assert _by_skill(callers) == [("robot_control", 3, 0, 0, 3, 8)]
    assert [each["skill"] for each in story.contents(UUID(made.json()["id"]))] == ["robot_control", None]


def test_a_cohort_from_before_learns_its_program_from_its_enrolments(callers: Callers, story: Story) -> None:
    program = new_id()
    cohort = _cohort(story, ends_on=day(150), program_id=program)
    with story.database.write() as session:
        session.execute(update(rows_of(Cohort)).values(program_id=None))
    _leads_to(story, program, ros2=3)
    assert _by_skill(callers) == []
    _enrolled(story, cohort, EnrolmentEnrolled, program_id=program)
    assert _by_skill(callers) == [("ros2", 0, 1, 1, 0, 0)]


def test_the_kept_rate_of_a_company_counts_what_was_filled(callers: Callers, story: Story) -> None:
    number = business_number()
    company = callers.company(number)
    due = shifted(THIS, -4)
    callers.post(MANAGER, f"{company}/pledges", {"month": due, "field": "robot", "kind": "permanent", "seats": 4})
    first = date.fromisoformat(f"{due}-01")
    position = story.draft(UUID(company.rpartition("/")[2]), seats=2, opens_on=first)
    with story.database.write() as session:
        session.connection().exec_driver_sql("UPDATE agreement SET starts_on = '2000-01-01'")
    from services.employers.domain.positions import PositionState

    story.move(position.id, PositionState.IN_REVIEW, effective_on=first)
    story.move(position.id, PositionState.OPEN, effective_on=first)
    seat = story.seats(position.id)[0]
    hire = new_id()
    for kind in (PlacementOffered, PlacementStarted):
        story.news(placement(kind, seat_id=seat.id, placement_id=hire, on=first))
    [row] = callers.get(f"employer-{number}", "/pledges/kept").json()["items"]
    assert (row["due"], row["kept"], row["rate"]) == (4, 1, 0.25)
    other = business_number()
    callers.company(other)
    assert callers.get(f"employer-{other}", "/pledges/kept").json()["items"] == []
