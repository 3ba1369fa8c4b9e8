"""What a row of an attendance file says, and what each row that cannot be read is told."""

from datetime import date
from uuid import UUID

import pytest

from services.trainees.domain.attendance import Counted, Presence
from services.trainees.domain.attendance_file import Read, RowUnusable, read_attendance
from shared.spreadsheets.refusals import BrokenFile
from shared.spreadsheets.sheets import Line, Sheet

TODAY = date(2026, 11, 2)
BY_DAY = ("학번", "일자", "출결")
BY_MONTH = ("참여ID", "월", "훈련일수", "결석", "지각", "조퇴", "공가", "평가")
SOMEBODY = "00000000-0000-4000-8000-000000000001"


def read(header: tuple[str, ...], *cells: str) -> Read | RowUnusable:
    sheet = Sheet(format="csv", header=header, lines=iter([Line(2, cells)]))
    ((line, found),) = read_attendance(sheet, today=TODAY)
    assert line == 2
    return found


def code(found: Read | RowUnusable) -> str:
    assert isinstance(found, RowUnusable)
    return found.errors[0].code


def test_a_day_says_who_was_there_how() -> None:
    found = read(BY_DAY, "2026001", "2026-10-30", "지각")
    assert isinstance(found, Read)
    assert (found.student_no, found.day, found.presence) == ("2026001", date(2026, 10, 30), Presence.LATE)


def test_a_month_says_how_often_and_whether_it_was_passed() -> None:
    found = read(BY_MONTH, SOMEBODY, "2026년 10월", "20", "2", "1.0", "", "1", "불합격")
    assert isinstance(found, Read)
    assert (found.enrolment_id, found.month, found.passed) == (UUID(SOMEBODY), date(2026, 10, 1), False)
    assert found.counted == Counted(20, absent=2, late=1, early=0, excused=1)


def test_a_month_may_tell_of_its_evaluation_alone_or_of_its_days_alone() -> None:
    evaluated = read(BY_MONTH, SOMEBODY, "2026-10", "", "", "", "", "", "합격")
    attended = read(BY_MONTH, SOMEBODY, "2026-10", "20", "", "", "", "", "")
    assert isinstance(evaluated, Read)
    assert isinstance(attended, Read)
    assert (evaluated.counted, evaluated.passed) == (None, True)
    assert (attended.counted, attended.passed) == (Counted(20, absent=0, late=0, early=0, excused=0), None)


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (BY_DAY, ("2026001", "2026-10-30"), "cell_count"),
        (BY_DAY, ("", "2026-10-30", "출석"), "who_unreadable"),
        (BY_DAY, ("2026001", "2026-10-30", "아마도"), "presence_unreadable"),
        (BY_MONTH, ("not-an-id", "2026-10", "20", "", "", "", "", ""), "who_unreadable"),
        (BY_MONTH, (SOMEBODY, "2026-13", "20", "", "", "", "", ""), "month_unreadable"),
        (BY_MONTH, (SOMEBODY, "시월", "20", "", "", "", "", ""), "month_unreadable"),
        (BY_MONTH, (SOMEBODY, "2026-10", "32", "", "", "", "", ""), "count_unreadable"),
        (BY_MONTH, (SOMEBODY, "2026-10", "20", "두 번", "", "", "", ""), "count_unreadable"),
        (BY_MONTH, (SOMEBODY, "2026-10", "5", "3", "3", "", "", ""), "more_than_days"),
        (BY_MONTH, (SOMEBODY, "2026-10", "", "", "", "", "", "글쎄"), "evaluation_unreadable"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_why(header: tuple[str, ...], cells: tuple[str, ...], expected: str) -> None:
    assert code(read(header, *cells)) == expected


@pytest.mark.parametrize("header", [("학번", "이름"), ("일자", "출결"), (*BY_DAY, "월", "평가")])
def test_columns_that_do_not_say_who_when_and_what_break_the_file(header: tuple[str, ...]) -> None:
    with pytest.raises(BrokenFile) as refused:
        list(read_attendance(Sheet(format="csv", header=header, lines=iter([])), today=TODAY))
    assert refused.value.errors[0].code == "columns_unclear"
