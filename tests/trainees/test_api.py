"""The service over HTTP: what its callers send, see, and are refused."""

from typing import Any
from uuid import uuid4

import pytest

from tests.trainees.callers import ADMIN, AUDITOR, EXECUTIVE, MANAGER, Callers, application_body
from tests.trainees.story import roster

KNU, YNU, EMPLOYER = "university-knu", "university-ynu", "employer-1248100998"
HANEUL = ("20240001", "김하늘", "1999-03-02", "010-1234-5678", "haneul@example.kr")


@pytest.mark.unhurried
def test_the_story_from_a_program_to_a_completion(callers: Callers) -> None:
    university = callers.university("knu")
    program = callers.program(university)
    cohort = callers.cohort(program, capacity=2)
    sent = callers.send(KNU, university, cohort, roster(HANEUL, ("20240002", "이?다", "1999", "1", "")))
    assert sent.status_code == 201
    report = sent.json()
    assert {what: number for what, number in report["counts"].items() if number} == {"created": 1, "rejected": 1}
    assert [row["outcome"] for row in report["rows"]] == ["created", "rejected"]
    enrolment = f"/enrolments/{report['rows'][0]['enrolment_id']}"
    for stage in ("selected", "enrolled", "training", "interning", "completed"):
        moved = callers.move(MANAGER, enrolment, stage)
        assert (moved.status_code, moved.json()["stage"]) == (200, stage)
    found = callers.get(KNU, enrolment).json()
    assert [step["stage"] for step in found["history"]] == [
        "applied", "selected", "enrolled", "training", "interning", "completed",
    ]  # fmt: skip
    assert found["history"][-1]["reason"] == "requirements_met"
    assert found["version"] == 6
    admission = callers.get(EXECUTIVE, f"{cohort}/admission").json()
    assert admission | {"cohort_id": ""} == {
        "cohort_id": "", "capacity": 2, "applicants": 1, "selected": 1, "held": 1, "waiting": 0,
        "competition_ratio": "0.50",
    }  # fmt: skip


@pytest.mark.parametrize("resource", ["university", "program", "cohort"])
def test_what_is_created_is_found_where_the_answer_says(callers: Callers, resource: str) -> None:
    university = callers.university()
    program = callers.program(university)
    path = {"university": university, "program": program, "cohort": callers.cohort(program)}[resource]
    found = callers.get(AUDITOR, path)
    assert (found.status_code, found.headers["ETag"], found.json()["version"]) == (200, '"1"', 1)
    assert callers.get(AUDITOR, path, headers={"If-None-Match": '"1"'}).status_code == 304
    listed = callers.get(EXECUTIVE, f"/{path.split('/')[1]}").json()["items"]
    assert [item["id"] for item in listed] == [path.rpartition("/")[2]]


def test_a_cohort_is_changed_from_the_version_that_was_read(callers: Callers) -> None:
    cohort = callers.cohort(callers.program(callers.university()))
    assert callers.patch(MANAGER, cohort, {"capacity": 40}).status_code == 428
    changed = callers.patch(MANAGER, cohort, {"capacity": 40, "applicants": 81}, if_match='"1"')
    assert (changed.status_code, changed.json()["capacity"], changed.json()["applicants"]) == (200, 40, 81)
    assert changed.headers["ETag"] == '"2"'
    assert callers.patch(MANAGER, cohort, {"capacity": 50}, if_match='"1"').status_code == 412
    assert callers.patch(MANAGER, cohort, {"applicants": None}, if_match='"2"').json()["applicants"] is None
    for wrong in ({"capacity": None}, {"capacity": 0}, {"code": "x"}, {"starts_on": "1.3.2026"}, {"ends_on": "2020-01-01"}):
        assert callers.patch(MANAGER, cohort, wrong, if_match='"3"').status_code == 422, wrong
    assert callers.get(MANAGER, cohort).headers["ETag"] == '"3"'


def test_an_application_and_a_second_one(callers: Callers) -> None:
    cohort = callers.cohort(callers.program(callers.university()))
    body = application_body(cohort, name="김하늘", email="haneul@example.kr")
    key = uuid4().hex
    first = callers.post(KNU, "/applications", body, key=key)
    assert first.status_code == 201
    assert first.json()["stage"] == "applied"
    assert "김하늘" not in first.text
    replayed = callers.post(KNU, "/applications", body, key=key)
    assert (replayed.status_code, replayed.content) == (201, first.content)
    second = callers.post(MANAGER, "/applications", body, language="ko")
    assert (second.status_code, second.json()["code"]) == (409, "already_applied")
    assert second.json()["title"] == "이미 지원했습니다"


@pytest.mark.parametrize(
    ("person", "pointer", "code"),
    [
        ({"name": "김?늘"}, "/person/name", "name_unreadable"),
        ({"phone": "02-120"}, "/person/phone", "phone_unreadable"),
        ({"email": "nobody"}, "/person/email", "email_unreadable"),
        ({"birth_date": "2024-01-01"}, "/person/birth_date", "day_implausible"),
        ({"birth_date": "99.3.2"}, "/person/birth_date", "not_date"),
        ({"name": "900101-1234567"}, "/person/name", "resident_number"),
        ({"nickname": "x"}, "/person/nickname", "unknown_field"),
    ],
)
def test_a_person_who_cannot_be_is_refused_without_an_echo(
    callers: Callers, person: dict[str, str], pointer: str, code: str
) -> None:
    cohort = callers.cohort(callers.program(callers.university()))
    refused = callers.post(MANAGER, "/applications", application_body(cohort, **person))
    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]
    assert next(iter(person.values())) not in refused.text


@pytest.mark.unhurried
def test_an_illegal_step_is_refused_with_the_legal_ones(callers: Callers) -> None:
    enrolment = callers.applicant(callers.cohort(callers.program(callers.university())))
    refused = callers.move(MANAGER, enrolment, "completed")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_move")
    assert refused.json()["legal"] == ["rejected", "selected", "waitlisted", "withdrawn"]
    assert callers.post(MANAGER, f"{enrolment}/transitions", {"to": "selected"}).status_code == 428
    assert callers.post(MANAGER, f"{enrolment}/transitions", {"to": "selected"}, if_match='"7"').status_code == 412
    assert callers.move(MANAGER, enrolment, "dismissed").status_code == 422
    without_reason = callers.move(MANAGER, enrolment, "rejected")
    assert [error["pointer"] for error in without_reason.json()["errors"]] == ["/reason"]
    assert callers.move(MANAGER, enrolment, "rejected", reason="자유로운 글").status_code == 422
    assert callers.move(ADMIN, enrolment, "rejected", reason="interview").status_code == 200


def test_the_capacity_holds_and_cannot_be_cut_below_the_places_held(callers: Callers) -> None:
    cohort = callers.cohort(callers.program(callers.university()), capacity=2)
    for _ in range(2):
        assert callers.move(MANAGER, callers.applicant(cohort), "selected").status_code == 200
    full = callers.move(MANAGER, callers.applicant(cohort), "selected")
    assert (full.status_code, full.json()["code"]) == (409, "cohort_full")
    assert full.json()["detail"] == "All 2 places of the cohort are held."
    cut = callers.patch(MANAGER, cohort, {"capacity": 1}, if_match='"1"')
    assert (cut.status_code, cut.json()["code"]) == (409, "capacity_below_held")


@pytest.mark.unhurried
def test_the_enrolments_are_found_by_what_they_are(callers: Callers) -> None:
    program = callers.program(callers.university())
    cohorts = [callers.cohort(program) for _ in range(2)]
    paths = [callers.applicant(cohort) for cohort in cohorts for _ in range(3)]
    callers.move(MANAGER, paths[0], "selected")
    one = callers.get(MANAGER, paths[0]).json()
    cohort_id = cohorts[0].rpartition("/")[2]
    assert len(callers.get(AUDITOR, "/enrolments").json()["items"]) == 6
    assert len(callers.get(AUDITOR, "/enrolments", cohort_id=cohort_id).json()["items"]) == 3
    assert [each["id"] for each in callers.get(AUDITOR, "/enrolments", stage="selected").json()["items"]] == [one["id"]]
    assert [each["id"] for each in callers.get(AUDITOR, "/enrolments", person_id=one["person_id"]).json()["items"]] == [one["id"]]
    first = callers.get(AUDITOR, "/enrolments", limit="4", count="true")
    assert (len(first.json()["items"]), first.json()["total"]) == (4, 6)
    rest = callers.get(AUDITOR, "/enrolments", limit="4", count="true", cursor=first.json()["next"])
    assert len(rest.json()["items"]) == 2
    assert {each["id"] for each in first.json()["items"] + rest.json()["items"]} == {path.rpartition("/")[2] for path in paths}
    assert callers.get(AUDITOR, "/enrolments", cohort="x").status_code == 422


def test_the_registry_is_found_by_what_it_belongs_to(callers: Callers) -> None:
    universities = [callers.university(code) for code in ("knu", "ynu")]
    programs = [callers.program(university) for university in universities]
    cohorts = [callers.cohort(program) for program in programs]
    applied = callers.applicant(cohorts[1])
    university_id, program_id = (path.rpartition("/")[2] for path in (universities[1], programs[1]))

    def found(resource: str, **query: Any) -> list[str]:
        return [f"/{resource}/{item['id']}" for item in callers.get(AUDITOR, f"/{resource}", **query).json()["items"]]

    assert found("universities", code="ynu") == [universities[1]]
    assert found("universities", sort="-code") == universities[::-1]
    assert found("programs", university_id=university_id) == [programs[1]]
    assert found("cohorts", university_id=university_id) == found("cohorts", program_id=program_id) == [cohorts[1]]
    assert found("enrolments", university_id=university_id) == [applied]
    assert len(callers.get(MANAGER, "/persons", university_id=university_id).json()["items"]) == 1
