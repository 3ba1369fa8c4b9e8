"""Rosters over HTTP: the fate of every row, the rejected ones as a file, and files that are refused."""

import csv
import io

import pytest

from services.trainees.tables import Person
from shared.spreadsheets.writing import harmless
from tests.trainees.callers import AUDITOR, MANAGER, Callers
from tests.trainees.story import Story, roster

KNU, YNU = "university-knu", "university-ynu"
HANEUL = ("20240001", "김하늘", "1999-03-02", "010-1234-5678", "haneul@example.kr")
BROKEN = ("=cmd|' /C calc'!A0", "이?다", "99.3.2", "02-120", "")


@pytest.fixture
def university(callers: Callers) -> str:
    return callers.university("knu")


@pytest.fixture
def cohort(callers: Callers, university: str) -> str:
    return callers.cohort(callers.program(university))


def test_a_sync_can_be_read_again_in_both_languages(callers: Callers, university: str, cohort: str) -> None:
    sent = callers.send(KNU, university, cohort, roster(HANEUL, BROKEN))
    path = sent.headers["Location"].removeprefix("/api/v1")
    assert callers.get(KNU, path, headers={"Accept-Language": "en"}).json() == sent.json()
    problems = {
        language: callers.get(AUDITOR, path, headers={"Accept-Language": language}).json()["rows"][1]["problems"]
        for language in ("ko", "en")
    }
    assert [each["column"] for each in problems["en"]] == ["student_no", "name", "birth_date", "phone"]
    assert problems["en"][3]["message"] == "Is not a valid telephone number."
    assert problems["ko"][3]["message"] == "올바른 전화번호가 아닙니다."
    tag = callers.get(KNU, path).headers["ETag"]
    assert callers.get(KNU, path, headers={"If-None-Match": tag}).status_code == 304
    assert callers.get(KNU, path, headers={"If-None-Match": tag, "Accept-Language": "en"}).status_code == 200


def test_no_value_of_the_file_comes_back(callers: Callers, university: str, cohort: str) -> None:
    sent = callers.send(KNU, university, cohort, roster(HANEUL, BROKEN))
    file = callers.get(KNU, f"{sent.headers['Location'].removeprefix('/api/v1')}/errors.csv")
    for text in (sent.text, file.text):
        assert not any(cell in text for cell in (*HANEUL, *BROKEN) if cell)


def test_the_rejected_rows_come_as_a_file_for_excel(callers: Callers, university: str, cohort: str) -> None:
    sent = callers.send(KNU, university, cohort, roster(HANEUL, BROKEN, HANEUL))
    answer = callers.get(KNU, f"{sent.headers['Location'].removeprefix('/api/v1')}/errors.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["line", "column", "code", "value", "message_ko", "message_en"]
    assert [row[:3] for row in rows[1:]] == [
        ["3", "student_no", "number_unreadable"],
        ["3", "name", "name_unreadable"],
        ["3", "birth_date", "day_ambiguous"],
        ["3", "phone", "phone_unreadable"],
        ["4", "", "repeated"],
    ]
    assert rows[-1][4:] == ["파일의 2번째 줄과 같은 내용입니다.", "Line 2 of the file says the same already."]
    assert [row[3] for row in rows[1:3]] == ["'=***|' /* ****'!**", "이?*"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＠"])
def test_no_cell_of_a_file_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless(f"1{start}1") == f"1{start}1"


def test_a_broken_file_is_refused_and_says_why(callers: Callers, story: Story, university: str, cohort: str) -> None:
    refused = callers.send(KNU, university, cohort, roster(HANEUL).decode().encode("utf-16"), language="ko")
    assert (refused.status_code, refused.json()["code"]) == (422, "broken_roster")
    assert [error["code"] for error in refused.json()["errors"]] == ["unknown_encoding"]
    assert "UTF-8" in refused.json()["errors"][0]["message"]
    assert refused.json()["detail"] == "파일 전체를 쓸 수 없습니다. 아무것도 바뀌지 않았습니다."
    assert callers.send(KNU, university, cohort, roster(HANEUL), kind="image/png").status_code == 415
    assert callers.send(KNU, university, cohort, b"x" * (20 * 1024 * 1024 + 1)).status_code == 413
    assert story.count(Person) == 0


def test_a_dry_run_says_what_would_be(callers: Callers, story: Story, university: str, cohort: str) -> None:
    preview = callers.send(KNU, university, cohort, roster(HANEUL), dry_run="true").json()
    assert (preview["state"], preview["counts"]["created"]) == ("previewed", 1)
    assert story.count(Person) == 0
    assert callers.send(KNU, university, cohort, roster(HANEUL), dry_run="false").json()["state"] == "applied"


def test_a_university_sends_and_sees_its_own_only(callers: Callers, university: str, cohort: str) -> None:
    other = callers.university("ynu")
    others_cohort = callers.cohort(callers.program(other))
    sent = callers.send(KNU, university, cohort, roster(HANEUL))
    path = sent.headers["Location"].removeprefix("/api/v1")
    assert callers.send(YNU, university, cohort, roster(HANEUL)).status_code == 404
    assert callers.send(KNU, university, others_cohort, roster(HANEUL)).status_code == 404
    assert callers.send(MANAGER, university, others_cohort, roster(HANEUL)).status_code == 404
    assert callers.get(YNU, path).status_code == 404
    assert callers.get(YNU, f"{path}/errors.csv").status_code == 404
    assert callers.send(AUDITOR, university, cohort, roster(HANEUL)).status_code == 403
