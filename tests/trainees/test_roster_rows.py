"""One row: what it says, or everything that is wrong with it, and never a value."""

import unicodedata
from datetime import date

import pytest

from services.trainees.domain.persons import PersonData
from services.trainees.domain.roster.reading import read_roster
from services.trainees.domain.roster.rows import MESSAGES, Problem, Refused, RosterRow, masked_cell

TODAY = date(2026, 11, 22)
HEADER = "학번,성명,생년월일,연락처,이메일,지원일,비고,메모"
GOOD = ("20240001", "김하늘", "1999-03-02", "010-1234-5678", "haneul@example.kr", "2026-03-01", "", "")


def reading_of(*cells: str, header: str = HEADER) -> RosterRow | list[Problem]:
    [row] = read_roster(f"{header}\n{','.join(cells)}\n".encode(), today=TODAY).rows
    if isinstance(row, Refused):
        return [Problem(each.column, each.code) for each in row.problems]
    return row


def with_cell(column: int, text: str) -> tuple[str, ...]:
    return (*GOOD[:column], text, *GOOD[column + 1 :])


def problems_of(*cells: str) -> list[tuple[str, str]]:
    read = reading_of(*cells)
    assert isinstance(read, list)
    assert all(problem.code in MESSAGES for problem in read)
    return [(problem.column, problem.code) for problem in read]


def test_a_good_row_is_read() -> None:
    person = PersonData("김하늘", date(1999, 3, 2), "+821012345678", "haneul@example.kr")
    assert reading_of(*GOOD) == RosterRow(2, "20240001", person, date(2026, 3, 1))


def test_what_a_spreadsheet_did_to_it_is_undone() -> None:
    damaged = ("２０２４０００１", unicodedata.normalize("NFD", "김하늘"), "36221", "1012345678", "", "", "", "")
    person = PersonData("김하늘", date(1999, 3, 2), "+821012345678")
    assert reading_of(*damaged) == RosterRow(2, "20240001", person, None)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert problems_of("2.02E+09", "김?늘", "99.3.2", "02-120", "nobody", "2027-01-01", "", "") == [
        ("student_no", "number_in_exponent"),
        ("name", "name_unreadable"),
        ("birth_date", "day_ambiguous"),
        ("phone", "phone_unreadable"),
        ("email", "email_unreadable"),
        ("applied_on", "in_the_future"),
    ]


def test_a_row_with_cells_too_few_or_too_many_is_not_guessed_at() -> None:
    assert problems_of(*GOOD[:-1]) == [("", "cell_count")]
    assert problems_of(*GOOD, "") == [("", "cell_count")]


@pytest.mark.parametrize(
    "text",
    [
        "900101-1234567", "9001011234567", "900101 1234567", "９００１０１－１２３４５６７", "900101-1******", "900101-5234567",
        "주민 900101-1234567", "020304-4123456", "203044123456",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("column", "name"), [(0, "student_no"), (3, "phone"), (6, "#7")])
def test_a_resident_number_rejects_the_row_wherever_it_stands(text: str, column: int, name: str) -> None:
    assert problems_of(*with_cell(column, text)) == [(name, "resident_number")]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("900101", "1234567"), ("９００１０１", "１２３４５６７"), ("20304", "4123456"), ("900101", "1******"),
        ("900101 ", " 1234567"), ("900101-", "1234567"), ("900101", "12 34567"), ("19900101", "1234567"),
        ("1990-01-01", "1234567"), ("1990. 1. 1.", "1******"),
    ],
)  # fmt: skip
def test_a_resident_number_split_over_neighbours_rejects_the_row(left: str, right: str) -> None:
    assert problems_of(*GOOD[:6], left, right) == [("#7", "resident_number"), ("#8", "resident_number")]


def test_the_back_of_a_resident_number_is_found_behind_the_birth_date_and_over_an_empty_cell() -> None:
    header = "학번,성명,연락처,생년월일,빈칸,뒷자리"
    row = ("20240001", "김하늘", "010-1234-5678", "1999-03-02", "", "2345678")
    read = reading_of(*row, header=header)
    assert read == [Problem("birth_date", "resident_number"), Problem("#6", "resident_number")]


@pytest.mark.parametrize(
    "cells",
    [
        GOOD,
        with_cell(0, "20101231"), with_cell(0, "240301"), with_cell(0, "9912311"), with_cell(3, "0101231234"),
        (*GOOD[:6], "41566", "1234567"), (*GOOD[:6], "010-2001-0101", "053-950-5114"), (*GOOD[:6], "124-81-00998", "2026-03-01"),
        (*GOOD[:6], "2026-03-01", "2026-06-30"), (*GOOD[:6], "3.5", "120"),
        (*GOOD[:6], "2026-03-01", "1234567"), (*GOOD[:6], "1999-03-02", "3456789"), (*GOOD[:6], "A-1999", "1234567"),
    ],
)  # fmt: skip
def test_ordinary_numbers_are_not_taken_for_resident_numbers(cells: tuple[str, ...]) -> None:
    assert isinstance(reading_of(*cells), RosterRow)


@pytest.mark.parametrize(
    ("cell", "masked"),
    [("02-120", "0*-***"), ("김?늘", "김?*"), ("2.02E+09", "2.***+**"), ("=cmd|'x'!A0", "=***|'*'!**"), ("9", "*"), ("", "")],
)
def test_of_a_cell_that_cannot_be_used_only_its_shape_is_told(cell: str, masked: str) -> None:
    assert masked_cell(cell) == masked


def test_a_row_may_say_that_somebody_is_gone_and_needs_nothing_but_the_number() -> None:
    header = "학번,성명,생년월일,연락처,학적상태"
    assert reading_of("20240001", "", "", "", "제적", header=header) == RosterRow(2, "20240001", None, None, gone=True)
    assert isinstance(reading_of(*GOOD[:4], "휴학", header=header), RosterRow)
    assert reading_of(*GOOD[:4], "모름", header=header) == [Problem("status", "status_unreadable")]


def test_what_was_read_does_not_print_who_it_is() -> None:
    assert "김" not in repr(reading_of(*GOOD))
