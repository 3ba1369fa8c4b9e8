"""Attendance by day and by month, what it pays, and whom to look after."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.trainees.domain.attendance import (
    Counted,
    Reason,
    Reported,
    absences,
    allowance,
    attended_percent,
    attends_enough,
    longest_absence,
    periods,
)
from services.trainees.domain.rules import AllowanceRule, AttendanceRule
from services.trainees.domain.stages import Stage
from tests.trainees.callers import AUDITOR, EXECUTIVE, MANAGER, Callers
from tests.trainees.story import Story

KNU = "university-knu"
RULE = AttendanceRule()
PAYS = AllowanceRule(won_per_month=1_000_000)
MARCH = date(2024, 3, 1)
TRAINED = periods([(Stage.APPLIED, date(2024, 1, 2)), (Stage.TRAINING, date(2024, 3, 4))])


@pytest.mark.parametrize(
    ("counted", "missed", "percent", "enough"),
    [
        (Counted(20), 0, "100.00", True),
        (Counted(20, absent=4), 4, "80.00", True),
        (Counted(20, absent=5), 5, "75.00", False),
        (Counted(20, absent=4, late=2), 4, "80.00", True),
        (Counted(20, absent=4, late=2, early=1), 5, "75.00", False),
        (Counted(20, late=3, early=3), 2, "90.00", True),
        (Counted(20, excused=20), 0, "100.00", True),
        (Counted(19, absent=4), 4, "78.94", False),
        (Counted(1, absent=1), 1, "0.00", False),
    ],
)
def test_three_late_or_early_days_are_one_absence(counted: Counted, missed: int, percent: str, enough: bool) -> None:
    assert absences(counted, rule=RULE) == missed
    assert attended_percent(counted, rule=RULE) == Decimal(percent)
    assert attends_enough(counted, rule=RULE) is enough


@pytest.mark.parametrize(
    ("counted", "passed", "path", "won", "reasons"),
    [
        (Counted(20), True, TRAINED, 1_000_000, [Reason.MET]),
        (Counted(20), None, TRAINED, 0, [Reason.NOT_EVALUATED]),
        (Counted(20, absent=10), False, TRAINED, 0, [Reason.BELOW_THRESHOLD, Reason.EVALUATION_FAILED]),
        (None, True, TRAINED, 0, [Reason.NO_ATTENDANCE]),
        (Counted(20), True, TRAINED[:1], 0, [Reason.NOT_IN_TRAINING]),
        (Counted(20), True, periods([(Stage.TRAINING, date(2024, 1, 2)), (Stage.ON_LEAVE, date(2024, 2, 20))]), 0,
         [Reason.ON_LEAVE]),
        (Counted(20), True, periods([(Stage.TRAINING, date(2024, 1, 2)), (Stage.DROPPED, MARCH)]), 1_000_000, [Reason.MET]),
    ],
)  # fmt: skip
def test_what_a_month_pays_and_why(counted: Any, passed: Any, path: Any, won: int, reasons: list[Reason]) -> None:
    paid = allowance(Reported(MARCH, counted, passed, path), attendance=RULE, pays=PAYS)
    assert (paid.won, list(paid.reasons)) == (won, reasons)


def test_absences_in_a_row_are_counted_over_training_days_from_the_last_one() -> None:
    days = [(date(2024, 3, day), absent) for day, absent in ((4, True), (5, False), (8, True), (11, True), (12, True))]
    assert longest_absence(days) == (3, date(2024, 3, 8))
    assert longest_absence([*days, (date(2024, 3, 13), False)]) == (0, None)


NOBODY = "00000000-0000-7000-8000-000000000000"
RULES = {"allowance": {"won_per_month": 1_000_000}}


def in_training(callers: Callers, number: int = 1) -> tuple[str, list[str]]:
    cohort = callers.cohort(callers.program(callers.university(), rules=RULES))
    ids = []
    for place in range(number):
        enrolment = callers.applicant(cohort, student_no=f"2024-{place:03}", applied_on="2024-01-02")
        for stage, day in (("selected", "2024-02-01"), ("enrolled", "2024-02-20"), ("training", "2024-03-04")):
            assert callers.move(MANAGER, enrolment, stage, effective_on=day).status_code == 200
        ids.append(enrolment.rpartition("/")[2])
    return cohort, ids


def days(enrolment: str, *said: tuple[int, str]) -> list[dict[str, Any]]:
    return [{"enrolment_id": enrolment, "day": f"2024-03-{day:02}", "presence": presence} for day, presence in said]


@pytest.mark.unhurried
def test_a_later_report_about_a_day_stands_in_the_place_of_the_earlier_one(callers: Callers, story: Story) -> None:
    cohort, [one] = in_training(callers)
    before = len(story.events(UUID(one)))
    path = f"{cohort}/attendance"
    first = callers.post(KNU, path, {"days": days(one, (4, "absent"), (5, "present"), (6, "late"))})
    assert (first.status_code, first.json()["kept"], first.json()["refused"]) == (207, 3, 0), first.text
    callers.post(KNU, path, {"days": days(one, (4, "excused"))})
    found = callers.get(AUDITOR, f"/enrolments/{one}/attendance", month="2024-03-15").json()
    [month] = found["months"]
    assert month["counted"] == {"days": 3, "absent": 0, "late": 1, "early": 0, "excused": 1}
    assert (month["attended_percent"], month["complies"]) == ("100.00", True)
    assert [each["presence"] for each in found["days"]] == ["excused", "present", "late"]
    first_told, last_told = story.contents(UUID(one))[before:]
    assert (first_told["month"], first_told["days"], first_told["absences"]) == ("2024-03-01", 3, 1)
    assert (last_told["days"], last_told["absences"], last_told["complies"]) == (3, 0, True)
    assert callers.get(AUDITOR, f"/enrolments/{one}").json()["version"] == before + 2


@pytest.mark.unhurried
def test_a_month_is_kept_in_one_way_and_each_row_is_answered(callers: Callers) -> None:
    cohort, [one, other] = in_training(callers, 2)
    body = {
        "days": [
            *days(one, (4, "present")),
            *days(one, (1, "present")),
            *days("00000000-0000-7000-8000-000000000000", (4, "late")),
        ],
        "months": [
            {"enrolment_id": one, "month": "2024-03-01", "days": 20},
            {"enrolment_id": other, "month": "2024-03-01", "days": 20, "absent": 2},
            {"enrolment_id": other, "month": "2024-02-01", "days": 20},
        ],
        "evaluations": [{"enrolment_id": other, "month": "2024-03-01", "passed": True}],
    }
    looked = callers.post(MANAGER, f"{cohort}/attendance", {**body, "preview": True}).json()
    answer = callers.post(MANAGER, f"{cohort}/attendance", body).json()
    refused = [(each["row"], each["status"], each["problem"]["code"]) for each in answer["results"]]
    assert refused == [
        (2, 409, "not_in_training"), (3, 404, "not_found"), (4, 409, "attendance_kept_otherwise"), (6, 409, "not_in_training"),
    ]  # fmt: skip
    assert (answer["kept"], {**looked, "preview": False}) == (3, answer)
    assert callers.post(MANAGER, f"{cohort}/attendance", {"months": [{**body["months"][0], "absent": 21}]}).status_code == 422


@pytest.mark.unhurried
def test_an_attendance_file_by_day(callers: Callers) -> None:
    cohort, [one, _] = in_training(callers, 2)
    lines = [
        "학번,일자,출결",
        "2024-000,2024-03-04,출석",
        "2024-001,2024.3.4,결석",
        "2024-999,2024-03-04,출석",
        "2024-000,2024-03-05,외출",
    ]
    answer = send(callers, cohort, "\r\n".join(lines).encode("cp949"))
    assert (answer["kept"], [(each["row"], each["problem"]["code"]) for each in answer["results"]]) == (
        2, [(4, "not_found"), (5, "presence_unreadable")],
    )  # fmt: skip
    assert callers.get(KNU, f"/enrolments/{one}/attendance").json()["months"][0]["counted"]["days"] == 1


def send(callers: Callers, cohort: str, content: bytes, status: int = 207) -> Any:
    headers = {**callers.token(KNU), "Idempotency-Key": f"file-{hash(content)}", "Content-Type": "text/csv"}
    answer = callers._client.post(f"/api/v1{cohort}/attendance-files", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.unhurried
def test_allowances_with_reasons_and_exports_without_formulas(callers: Callers) -> None:
    cohort = callers.cohort(callers.program(callers.university(), rules=RULES))
    for place, name in enumerate(("-하늘", "이바다")):
        person = {"name": name, "birth_date": "1999-03-02", "phone": f"010-1234-567{place}", "email": None}
        enrolment = callers.applicant(cohort, person=person, student_no=f"2024-{place:03}", applied_on="2024-01-02")
        for stage in ("selected", "enrolled", "training"):
            callers.move(MANAGER, enrolment, stage, effective_on="2024-03-04")
    lines = ["학번,월,훈련일수,결석,지각,조퇴,공가,평가", "2024-000,2024-03,20,3,2,1,0,합격", "2024-001,2024-03,20,3,3,3,0,합격"]
    send(callers, cohort, "\n".join(lines).encode())
    found = callers.get(EXECUTIVE, f"{cohort}/allowances", month="2024-03-20", headers={"Accept-Language": "ko"}).json()
    assert [(each["won"], [reason["code"] for reason in each["reasons"]]) for each in found["items"]] == [
        (1_000_000, ["requirements_met"]), (0, ["attendance_below_threshold"]),
    ]  # fmt: skip
    assert found["items"][1]["reasons"][0]["text"] == "출석률이 기준에 미치지 못합니다."
    assert (found["total_won"], [each["attended_percent"] for each in found["items"]]) == (1_000_000, ["80.00", "75.00"])
    own = callers.get(KNU, f"/enrolments/{found['items'][0]['enrolment_id']}/allowances").json()
    assert own["items"] == [{**found["items"][0], "reasons": own["items"][0]["reasons"]}]
    assert callers.get(EXECUTIVE, f"{cohort}/allowances.csv", month="2024-03-01").status_code == 403
    file = callers.get(KNU, f"{cohort}/allowances.csv", month="2024-03-01", purpose="allowance_payment")
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert ",'-하늘,1999-03-02,2024-03,1000000," in file.text
    refused = callers.get(KNU, f"{cohort}/allowances.xlsx", month="2024-03-01")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "purpose_required")
    workbook = callers.get(KNU, f"{cohort}/allowances.xlsx", month="2024-03-01", purpose="allowance_payment")
    book = zipfile.ZipFile(io.BytesIO(workbook.content))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert "'-하늘" in book.read("xl/sharedStrings.xml").decode()
    log = callers.get(AUDITOR, "/access-log", actor=KNU).json()["items"]
    assert [(each["action"], each["purpose"]) for each in log] == [("allowances.exported", "allowance_payment")] * 4


@pytest.mark.unhurried
def test_early_warnings(callers: Callers) -> None:
    cohort, [absent, low, fine] = in_training(callers, 3)
    reported = {
        "days": days(absent, *((day, "present") for day in range(4, 25)), (26, "absent"), (27, "absent"), (28, "absent")),
        "months": [
            {"enrolment_id": low, "month": "2024-03-01", "days": 20, "absent": 6},
            {"enrolment_id": fine, "month": "2024-03-01", "days": 20, "absent": 4},
        ],
    }
    assert callers.post(KNU, f"{cohort}/attendance", reported).json()["refused"] == 0
    items = callers.get(AUDITOR, f"{cohort}/warnings").json()["items"]
    assert [(each["enrolment_id"], each["code"], each["since"], each["absences"]) for each in items] == [
        (low, "below_threshold", "2024-03-01", 6), (absent, "consecutive_absences", "2024-03-26", 3),
    ]  # fmt: skip


@pytest.mark.unhurried
def test_complete_all_who_comply(callers: Callers) -> None:
    cohort, [good, bad, unknown] = in_training(callers, 3)
    callers.post(MANAGER, f"{cohort}/transitions", {"to": "interning", "standing": "training", "effective_on": "2024-08-01"})
    months = [
        {"enrolment_id": each, "month": "2024-03-01", "days": 20, "absent": missed} for each, missed in ((good, 1), (bad, 9))
    ]
    callers.post(KNU, f"{cohort}/attendance", {"months": months})
    body = {"to": "completed", "standing": "interning", "only_complying": True}
    done = callers.post(MANAGER, f"{cohort}/transitions", body).json()
    codes = {row["enrolment_id"]: (row["problem"] or {}).get("code") for row in done["results"]}
    assert (codes, done["moved"]) == ({good: None, bad: "does_not_comply", unknown: "does_not_comply"}, 1)


def test_no_resident_number_comes_in_by_an_attendance_file(callers: Callers) -> None:
    cohort, _ = in_training(callers)
    halves = "학번,일자,출결,비고1,비고2\n2024-000,2024-03-04,출석,990302,1234567\n"
    answer = send(callers, cohort, halves.encode())
    assert [each["problem"]["code"] for each in answer["results"]] == ["resident_number"]
    header = send(callers, cohort, "학번,일자,출결,990302-1234567\n".encode(), status=422)
    assert "990302" not in str(header)
