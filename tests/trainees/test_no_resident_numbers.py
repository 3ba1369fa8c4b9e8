"""Resident registration numbers are refused wherever they arrive: never stored, never logged, never sent back."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.trainees.tables import metadata
from shared.db import Database
from tests.trainees.callers import MANAGER, Callers, application_body, cohort_body

# Made up: the days exist, the rest is counted up.
SPELLINGS = [
    "990302-1234567", "9903021234567", "990302 - 1234567", "９９０３０２－１２３４５６７", "99.03.02 1234567", "990302-1******",
    "주민번호 990302-1234567 확인함", "010302-3123456", "103023123456",
]  # fmt: skip
CANARIES = ("1234567", "１２３４５６７", "3123456", "9903021", "990302-1")


def stored(database: Database) -> str:
    with database.read() as session:
        rows = [row for table in metadata.sorted_tables for row in session.execute(select(table))]
    return " ".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for row in rows for value in row)


def bodies(callers: Callers) -> Iterator[tuple[str, dict[str, Any], str | None]]:
    """Every kind of body with a text in it that the service takes: its path, itself with TEXT in one field, its If-Match."""
    university = callers.university()
    program = callers.program(university)
    cohort = callers.cohort(program)
    enrolment = callers.applicant(cohort)
    person = f"/persons/{callers.get(MANAGER, enrolment).json()['person_id']}"
    application = application_body(cohort)
    yield "/universities", {"code": "ynu", "name_ko": "TEXT", "name_en": "x", "region": "27"}, None
    yield f"{program}/rules", {"rules": {}, "reason": "TEXT"}, '"1"'
    yield "/cohorts", {**cohort_body(program), "code": "TEXT"}, None
    for field in ("name", "phone", "email"):
        yield "/applications", {**application, "person": {**application["person"], field: "TEXT"}}, None
    yield "/applications", {**application, "student_no": "TEXT"}, None
    yield "/applications", {**application, "TEXT": 1}, None
    yield f"{enrolment}/transitions", {"to": "rejected", "reason": "other", "note": "TEXT"}, '"1"'
    yield f"{enrolment}/corrections", {"version": 1, "note": "TEXT"}, '"1"'
    yield f"{cohort}/transitions", {"to": "rejected", "standing": "applied", "reason": "other", "note": "TEXT"}, None
    yield f"{person}/circumstances", {"kind": "residence", "region": "TEXT", "effective_on": "2024-01-01"}, None
    yield "/persons/search", {"name": "TEXT"}, None


@pytest.mark.unhurried
def test_no_body_brings_one_in(callers: Callers, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    found = list(bodies(callers))
    for path, body, if_match in found:
        for spelling in SPELLINGS:
            text = json.dumps(body, ensure_ascii=False).replace("TEXT", spelling)
            answer = callers.post(MANAGER, path, json.loads(text), if_match=if_match)
            assert (answer.status_code, answer.json()["code"]) == (422, "resident_number"), (path, spelling, answer.text)
            assert not any(canary in answer.text for canary in CANARIES)
    everything = stored(database) + capsys.readouterr().out
    assert [canary for canary in CANARIES if canary in everything] == []


@pytest.mark.parametrize(
    ("front", "back"),
    [("990302", "1234567"), ("10302", "3123456"), ("９９０３０２", "1******"), ("990302-", "-1234567")],
)
def test_halves_in_neighbouring_fields_are_one_number(callers: Callers, front: str, back: str) -> None:
    body = {"to": "rejected", "reason": front, "note": back}
    enrolment = callers.applicant(callers.cohort(callers.program(callers.university())))
    answer = callers.post(MANAGER, f"{enrolment}/transitions", body, if_match='"1"')
    assert (answer.status_code, answer.json()["code"]) == (422, "resident_number")


def test_parameters_and_keys_are_no_way_in(callers: Callers) -> None:
    enrolment = callers.applicant(callers.cohort(callers.program(callers.university())))
    person = f"/persons/{callers.get(MANAGER, enrolment).json()['person_id']}"
    assert callers.get(MANAGER, person, purpose="990302-1234567 확인").json()["code"] == "resident_number"
    body = {"code": "ynu", "name_ko": "가상", "name_en": "Fictitious", "region": "27"}
    keyed = callers.post(MANAGER, "/universities", body, key="990302-1234567")
    assert (keyed.status_code, keyed.json()["code"], "1234567" in keyed.text) == (400, "idempotency_key_malformed", False)


@pytest.mark.parametrize(
    ("phone", "student_no"),
    [
        ("010-9903-0212", "9903021"),
        ("+82 10 1234 5678", "2024-1234567"),
        ("053-123-4567", "990302"),
        ("02-123-4567", "202412345"),
    ],
)
def test_telephone_and_student_numbers_pass(callers: Callers, phone: str, student_no: str) -> None:
    cohort = callers.cohort(callers.program(callers.university()))
    body = {**application_body(cohort), "student_no": student_no}
    body["person"] = {"name": f"가상{uuid4().hex[:4]}", "birth_date": "1999-03-02", "phone": phone, "email": None}
    answer = callers.post(MANAGER, "/applications", body)
    assert answer.status_code == 201, answer.text
