"""Attendance as a spreadsheet tells it: by day or by month, by student number or by the enrolment's id."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from services.trainees.domain import values
from services.trainees.domain.attendance import ONE_DAY, Counted, Presence
from services.trainees.domain.resident_numbers import cells_with_resident_numbers
from services.trainees.domain.values import Unusable
from shared.errors import N_, FieldError, Invalid
from shared.spreadsheets.refusals import BrokenFile
from shared.spreadsheets.sheets import Line, Sheet

_SPELLINGS: Final[Mapping[str, str]] = {
    "enrolment_id": "enrolmentid 참여번호 참여id",
    "student_no": "studentno studentnumber 학번 학생번호",
    "day": "day date 일자 날짜 훈련일 훈련일자 출석일",
    "presence": "presence attendance 출결 출석 출결상태 출석상태",
    "month": "month 월 훈련월 해당월 연월",
    "days": "days 훈련일수 수업일수 총일수",
    "absent": "absent 결석 결석일수",
    "late": "late 지각 지각횟수",
    "early": "early 조퇴 조퇴횟수",
    "excused": "excused 공가 인정결석",
    "evaluation": "evaluation passed 평가 평가결과 합격여부",
}
_COLUMNS: Final = {spelling: column for column, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_PRESENCE: Final[Mapping[str, Presence]] = {
    "출석": Presence.PRESENT, "출": Presence.PRESENT, "o": Presence.PRESENT, "present": Presence.PRESENT,
    "지각": Presence.LATE, "late": Presence.LATE, "조퇴": Presence.EARLY, "early": Presence.EARLY,
    "결석": Presence.ABSENT, "x": Presence.ABSENT, "absent": Presence.ABSENT,
    "공가": Presence.EXCUSED, "인정": Presence.EXCUSED, "excused": Presence.EXCUSED,
}  # fmt: skip
_PASSED: Final = {"합격": True, "통과": True, "pass": True, "passed": True, "o": True, "y": True,
                  "불합격": False, "미통과": False, "fail": False, "failed": False, "x": False, "n": False}  # fmt: skip
_MONTH: Final = re.compile(r"(\d{4})\s*[-./년]?\s*(\d{1,2})\s*월?\.?")
_COUNT: Final = re.compile(r"\d{1,2}(?:\.0+)?")
MESSAGES: Final = {
    **values.MESSAGES,
    "resident_number": N_("Holds a resident registration number."),
    "who_unreadable": N_("Neither a student number nor the id of an enrolment."),
    "presence_unreadable": N_("Must be 출석, 지각, 조퇴, 결석 or 공가."),
    "month_unreadable": N_("Must be a month such as 2026-03."),
    "count_unreadable": N_("Must be a number of days from 0 to 31."),
    "evaluation_unreadable": N_("Must be 합격 or 불합격."),
    "more_than_days": N_("Absent, late, early and excused days are more than the training days."),
    "cell_count": N_("The row has another number of cells than the first line."),
}


class RowUnusable(Invalid):
    """One row cannot be read. The code says why, without what stands there."""

    def __init__(self, code: str) -> None:
        super().__init__(FieldError("", code, MESSAGES[code]))


@dataclass(frozen=True, slots=True)
class Read:
    """What a row says: of whom, how often they were there on a day or in a month, whether they passed the month."""

    line: int
    student_no: str | None = field(repr=False)
    enrolment_id: UUID | None
    day: date | None = None
    presence: Presence | None = None
    month: date | None = None
    counted: Counted | None = None
    passed: bool | None = None


def read_attendance(sheet: Sheet, *, today: date) -> Iterator[tuple[int, Read | RowUnusable]]:
    """Each row with its line. Raises BrokenFile when the columns do not say who, when and what."""
    columns = _columns(sheet.header)
    for line in sheet.lines:
        try:
            yield line.number, _read(line, columns, width=len(sheet.header), today=today)
        except Unusable as error:
            yield line.number, RowUnusable(error.code)


def _columns(header: Sequence[str]) -> dict[str, int]:
    if cells_with_resident_numbers(header):
        raise BrokenFile(FieldError("", "resident_number", MESSAGES["resident_number"]))
    names = ["".join(c for c in unicodedata.normalize("NFKC", cell).casefold() if c.isalnum()) for cell in header]
    found = {_COLUMNS[name]: place for place, name in reversed(list(enumerate(names))) if name in _COLUMNS}
    who = {"student_no", "enrolment_id"} & found.keys()
    by_day, by_month = {"day", "presence"} <= found.keys(), "month" in found and {"days", "evaluation"} & found.keys()
    if not who or bool(by_day) is bool(by_month):
        message = N_("The first line must name 학번, and either 일자 and 출결, or 월 and 훈련일수 or 평가.")
        raise BrokenFile(FieldError("", "columns_unclear", message))
    return found


def _read(line: Line, columns: Mapping[str, int], *, width: int, today: date) -> Read:
    if len(line.cells) != width:
        raise Unusable("cell_count")
    if cells_with_resident_numbers(line.cells):
        raise Unusable("resident_number")
    cells = {name: values.plain(line.cells[place]) for name, place in columns.items()}
    who = (line.number, _student_no(cells), _enrolment_id(cells))
    if who[1:] == (None, None):
        raise Unusable("who_unreadable")
    if "day" in cells:
        day = values.past_day(cells["day"], today=today)
        presence = _PRESENCE.get(cells["presence"].casefold())
        if presence is None:
            raise Unusable("presence_unreadable")
        return Read(*who, day=day, presence=presence, counted=ONE_DAY[presence])
    return Read(*who, month=_month(cells["month"]), counted=_counted(cells), passed=_passed(cells.get("evaluation", "")))


def _student_no(cells: Mapping[str, str]) -> str | None:
    text = cells.get("student_no", "")
    return values.student_number(text) if text else None


def _enrolment_id(cells: Mapping[str, str]) -> UUID | None:
    text = cells.get("enrolment_id", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Unusable("who_unreadable") from None


def _month(text: str) -> date:
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        raise Unusable("month_unreadable")
    return date(int(match[1]), int(match[2]), 1)


def _counted(cells: Mapping[str, str]) -> Counted | None:
    if not cells.get("days"):
        return None
    days, absent, late, early, excused = (_count(cells.get(name, "")) for name in ("days", "absent", "late", "early", "excused"))
    if absent + late + early + excused > days:
        raise Unusable("more_than_days")
    return Counted(days, absent=absent, late=late, early=early, excused=excused)


def _count(text: str) -> int:
    if not text:
        return 0
    if not _COUNT.fullmatch(text) or float(text) > 31:
        raise Unusable("count_unreadable")
    return int(float(text))


def _passed(text: str) -> bool | None:
    if not text:
        return None
    passed = _PASSED.get(text.casefold())
    if passed is None:
        raise Unusable("evaluation_unreadable")
    return passed
