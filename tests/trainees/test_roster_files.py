"""Files that arrive: taken apart, or refused as a whole with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from services.trainees.domain.roster.columns import REQUIRED, Mapped, places
from services.trainees.domain.roster.refusals import MOST_ROWS
from shared.spreadsheets.csv_sheet import csv_sheet
from shared.spreadsheets.refusals import BrokenFile
from shared.spreadsheets.sheets import Line

ROW = "20240001,김하늘,1999-03-02,010-1234-5678"
FILE = f"학번,성명,생년월일,연락처\n{ROW}\n"


@dataclass(frozen=True)
class TakenApart:
    columns: Mapping[str, int]
    lines: Sequence[Line]


def read_roster(content: bytes) -> TakenApart:
    """The whole file, where nothing of it can be refused any more."""
    sheet = csv_sheet(content)
    return TakenApart(places(sheet.header, Mapped()), list(sheet.lines))


def refusals_of(content: bytes) -> list[tuple[str, object]]:
    with pytest.raises(BrokenFile) as refused:
        read_roster(content)
    assert refused.value.status == 422
    assert all(error.pointer == "" for error in refused.value.errors)
    return [(error.code, dict(error.params or {})) for error in refused.value.errors]


@pytest.mark.parametrize(
    "header", ["학번,이름,생년월일,휴대폰", "student_no,name,birth_date,phone", "Student No , NAME,birth-date,전화번호"]
)
def test_columns_are_known_by_korean_and_english_names(header: str) -> None:
    file = read_roster(f"{header}\n{ROW}".encode())
    assert file.columns == {"student_no": 0, "name": 1, "birth_date": 2, "phone": 3}


def test_excels_own_csv_in_korea_is_cp949() -> None:
    assert [list(line.cells) for line in read_roster(FILE.encode("cp949")).lines] == [ROW.split(",")]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["without BOM", "with BOM"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_byte_order_mark_and_the_kind_of_line_end_make_no_difference(mark: bytes, ending: str) -> None:
    file = read_roster(mark + FILE.replace("\n", ending).encode())
    assert [(line.number, list(line.cells)) for line in file.lines] == [(2, ROW.split(","))]


def test_columns_may_stand_in_any_order_among_others_and_some_may_be_missing() -> None:
    file = read_roster("학과,이메일,연락처,성명,학번,생년월일,지원일,\n".encode())
    assert file.columns == {"email": 1, "phone": 2, "name": 3, "student_no": 4, "birth_date": 5, "applied_on": 6}
    assert list(file.lines) == []


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    file = read_roster(f'학번,성명,생년월일,연락처\n\n"2024\n0001",김,1,2\n,,,\n{ROW}\n'.encode())
    assert [line.number for line in file.lines] == [3, 6]


@pytest.mark.parametrize(
    ("content", "refusals"),
    [
        (b"", [("empty", {})]),
        (b"\xef\xbb\xbf\n\n", [("empty", {})]),
        (FILE.encode("utf-16"), [("unknown_encoding", {})]),
        (FILE.encode()[:-30] + b"\xff" + FILE.encode()[-30:], [("unknown_encoding", {})]),
        (FILE.replace("김", "\0").encode(), [("nul", {})]),
        ("학번,성명\n1,2\n".encode(), [("missing_column", {"column": c}) for c in ("birth_date", "phone")]),
        ("학번;성명;생년월일;연락처\n".encode(), [("missing_column", {"column": c}) for c in REQUIRED]),
        ("학번,성명,이름,생년월일,연락처\n".encode(), [("duplicate_column", {"column": "name"})]),
        ("학번,학과,성명,생년월일,연락처,학과\n".encode(), [("duplicate_column", {"column": 2})]),
        (FILE.replace("김하늘", '"김하늘').encode(), [("broken_quoting", {"line": 2})]),
        (FILE.replace("김하늘", '"김"하늘').encode(), [("broken_quoting", {"line": 2})]),
        (FILE.encode()[:-16], [("truncated", {"line": 2})]),
        (FILE.replace("김하늘", "김" * 1001).encode(), [("cell_too_long", {"line": 2, "most": 1000})]),
        (FILE.replace("김하늘", "김" * 200_000).encode(), [("cell_too_long", {"line": 2, "most": 1000})]),
        (FILE.replace(ROW, ROW + "," * 64).encode(), [("too_many_columns", {"most": 64})]),
        (("x," * 100).encode() + FILE.encode(), [("too_many_columns", {"most": 64})]),
        ("학번,성명,생년월일,연락처,900101-1234567\n".encode(), [("resident_number", {})]),
    ],
    ids=lambda given: given[0][0] if isinstance(given, list) else "",
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_reason(content: bytes, refusals: list[tuple[str, object]]) -> None:
    assert refusals_of(content) == refusals


@pytest.mark.unhurried
def test_a_file_may_have_many_rows_but_not_any_number() -> None:
    full = "학번,성명,생년월일,연락처\n" + f"{ROW}\n" * MOST_ROWS
    assert len(read_roster(full.encode()).lines) == MOST_ROWS
    assert refusals_of((full + ROW + "\n").encode()) == [("too_many_rows", {"most": MOST_ROWS})]


def test_a_last_line_that_is_whole_needs_no_line_end() -> None:
    assert len(read_roster(FILE.rstrip().encode()).lines) == 1
