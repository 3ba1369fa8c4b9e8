"""An example of every event: made from its fields, with values as the field knows them, and nobody real in it."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from shared.events.contract import Event

TIME: Final = "2026-03-02T00:00:00.000000Z"
_BORN: Final = "019cabd83800"  # the same instant in a UUIDv7: milliseconds since 1970, in hexadecimal

_VALUES: Final[Mapping[str, Any]] = {
    "applicants": 183,
    "applications_close_on": "2026-01-30",
    "applications_open_on": "2026-01-05",
    "business_number": "0001234560",
    "by": "trainee",
    "capacity": 90,
    "closes_on": "2026-04-30",
    "code": "robot-3",
    "effective_on": "2026-03-02",
    "ends_on": "2026-12-18",
    "evidence_grade": 1,
    "field": "robot",
    "field_of_training": "robot",
    "goals": ["hustar-talents"],
    "kind": "permanent",
    "name_en": "Sample Robotics (fictitious)",
    "name_ko": "보기로보틱스 (가상)",
    "opens_on": "2026-03-02",
    "ordinal": 3,
    "origin": "new",
    "reason": "other_offer",
    "region": "27260",
    "reported_on": "2026-03-03",
    "seats": 3,
    "skills": ["ROS 2", "C++"],
    "starts_on": "2026-03-02",
    "title": "로봇 제어 소프트웨어 개발자",
    "to": "training",
    "training_ends_on": "2026-08-28",
    "workplace_region": "27260",
}
_OF_AGGREGATE: Final[Mapping[str, Mapping[str, Any]]] = {
    "candidate": {
        "available_from": "2026-09-01",
        "fields": ["robot"],
        "kinds": ["permanent"],
        "placement_id": None,
        "regions": ["27", "47"],
        "said_by": "trainee",
        "skills": {"ros2": 3, "cpp": 4},
        "source": "university",
        "until": "2026-06-30",
    },
    "position": {
        "duration_months": None,
        "licences": ["engineer_information_processing"],
        "must_have": [{"skill": "ros2", "level": 3}, {"skill": "cpp", "level": 4}],
        "nice_to_have": [{"skill": "english", "level": 3}],
        "salary": {"lowest": 36_000_000, "highest": 44_000_000, "per": "year"},
        "skills": ["ros2", "cpp"],
        "working_hours": {"weekly": 40, "starts_at": "09:00", "ends_at": "18:00"},
    },
    "agreement": {"fields": ["robot"], "kinds": ["internship", "permanent"], "renews_id": None},
    "company": {"ksic": "C29280", "size": "medium"},
    "demand": {
        "expected_completers": 18,
        "month": "2026-12",
        "pledged_seats": 9,
        "posted_seats": 6,
        "seats": 12,
        "shortage": 6,
        "skills": [{"skill": "ros2", "posted_seats": 4, "expected_completers": 12}],
    },
    "pledge": {"month": "2026-12", "skill": "robot_control"},
    "tally": {
        "taken_at": TIME,
        "events": {"company": 120, "seat": 4800},
        "things": {"company": 84, "seat": 1600},
        "stages": {"seat": {"open": 1500, "filled": 100}},
    },
    "roster_sync": {
        "changed": 3,
        "created": 12,
        "finished_at": TIME,
        "held": 0,
        "mode": "full",
        "reactivated": 0,
        "received_at": TIME,
        "rejected": 1,
        "rows_read": 86,
        "state": "applied",
        "unchanged": 70,
        "vanished": 0,
    },
    "closing": {
        "plan": "hustar",
        "period": "2026-Q2",
        "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "as_of": "2026-06-30",
        "known_at": TIME,
        "figures": 2,
    },
    "report_schedule": {
        "plan": "hustar",
        "format": "pdf",
        "every": "month",
        "active": True,
        "as_of": "2026-06-30",
        "deliveries": 3,
    },
    "saved_view": {"shared_with": ["executive"]},
    "seat": {"grew_from_id": None},
    "share_link": {"as_of": "2026-03-02", "expires_at": "2026-04-01T00:00:00.000000Z"},
    "skill": {
        "code": "robot_control",
        "esco": None,
        "fields": ["robot"],
        "kind": "skill",
        "name_en": "Robot control",
        "name_ko": "로봇 제어",
        "ncs": "19030803",
        "retired": False,
        "synonyms": ["로봇제어"],
    },
    "follow_up": {
        "answer": "still_there",
        "asked_about": "2026-06-02",
        "due_on": "2026-06-16",
        "months": 3,
        "started_on": "2026-03-02",
    },
    "mismatch": {"claimant": "record", "code": "start_differs", "owner": "employer", "resolution": "claim_wrong"},
    "placement": {"answer_by": "2026-03-16", "converted_from": None, "converted_from_seat_id": None},
    "round": {
        "average_rank": 1.7,
        "optimal": "trainees",
        "parent_id": None,
        "placed": 88,
        "positions": 40,
        "seats": 96,
        "seed": 20260302,
        "snapshot_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "trainees": 90,
        "unfilled": 8,
        "verified": True,
        "weights": "2026-2",
    },
    "program": {
        "code": "robot",
        "kind": "academy",
        "name_en": "Robot academy",
        "name_ko": "로봇 아카데미",
        "reason": "new_guideline",
        "rules": {"allowance": {"won_per_month": 1_000_000}, "eligibility": [{"kind": "age_at_most", "years": 33}]},
        "rules_version": 1,
    },
    "plan": {
        "plan": "daegu-new-deal",
        "goals": ["daegu-new-deal-jobs"],
        "goal": "daegu-new-deal-jobs",
        "value": 120_000,
        "due_on": "2027-12-31",
        "before": 110_000,
        "before_due_on": "2025-12-31",
    },
    "observation": {
        "plan": "daegu-new-deal",
        "measure": "new-deal-jobs-created",
        "period": "2026-Q2",
        "value": 41_200,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "restates_id": None,
    },
    "period": {"period": "2026-Q2"},
    "project": {
        "plan": "daegu-new-deal",
        "code": "p-001",
        "node": "industry-1",
        "state": "running",
        "health": "on_track",
        "budget_won": 12_000_000_000,
        "spent_won": 4_500_000_000,
        "starts_on": "2021-03-01",
        "ends_on": "2025-12-31",
        "month": "2026-06",
    },
    "alert": {"kind": "off_pace", "severity": "warning", "figure": 0.71},
    "alert_rule": {"kind": "off_pace", "severity": "warning", "active": True},
    "annotation": {"on": "2026-03-02", "indicator": "talents_trained", "goal": None},
    "alert_recipient": {"channel": "webhook", "language": "ko", "active": True},
    "university": {"code": "sample", "name_en": "Sample University (fictitious)", "name_ko": "보기대학교 (가상)"},
}
_OF_EVENT: Final[Mapping[str, Mapping[str, Any]]] = {
    "company.headcount_recorded": {"counted_on": "2026-12-31", "employees": 84, "year": 2026},
    "position.closed": {"reason": "filled"},
    "cohort.opened": {"internship_months": 3, "rules_version": 1, "training_months": 5},
    "cohort.changed": {"internship_months": 3, "rules_version": 1, "training_months": 5},
    "enrolment.applied": {"age_band": "25_29", "gender": None},
    "enrolment.completed": {"reason": None},
    "enrolment.corrected": {
        "corrects": 4,
        "path": [{"effective_on": "2026-03-02", "reason": None, "reported_on": None, "stage": "applied"}],
        "reason": None,
        "since": "2026-03-02",
        "stage": "applied",
        "taken_back": True,
    },
    "enrolment.eligibility_decided": {"rules_version": 1, "verdict": "eligible"},
    "enrolment.month_reported": {
        "absences": 2,
        "complies": True,
        "days": 20,
        "evaluation_passed": True,
        "month": "2026-03-01",
        "effective_on": "2026-03-31",
    },
    "person.erased": {"ground": "request"},
    "program.outcomes_set": {"skills": {"ros2": 3, "cpp": 4}},
    "placement.dates_corrected": {"started_on": "2026-03-02", "ended_on": None, "reason": "record", "by": "program"},
    "placement.reversed": {"evidence_grade": None, "reason": "never_started"},
    "placement.proposed": {"seat_id": None, "origin": None, "evidence_grade": None},
}


def sample(event: type[Event]) -> dict[str, Any]:
    """Content that the event's class accepts. Raises ValidationError when a field needs a value that is not listed here."""
    own = {**_VALUES, **_OF_AGGREGATE.get(event.aggregate(), {}), **_OF_EVENT.get(event.name, {})}
    values = {name: own.get(name, str(identifier(name))) for name in event.model_fields}
    return event.model_validate(values).model_dump(mode="json")


def identifier(name: str) -> UUID:
    """A UUIDv7 that is always the same for a name: two examples that speak of one thing use one id."""
    rest = hashlib.sha256(name.encode()).hexdigest()
    return UUID(f"{_BORN}7{rest[:3]}8{rest[3:18]}")
