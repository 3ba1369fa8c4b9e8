"""Workbooks and archives as other programs write them, and what of them is refused: the first sheet that shows, its own texts."""

import io
import zipfile
from typing import Final

import pytest

from shared.spreadsheets import archive, xlsx_sheet
from shared.spreadsheets.archive import Archive
from shared.spreadsheets.csv_sheet import csv_sheet
from shared.spreadsheets.refusals import LONGEST_CELL, BrokenFile
from shared.spreadsheets.sheets import Sheet

WORKBOOK: Final = "<workbook><sheets>{sheets}</sheets></workbook>"
FIRST: Final = '<sheet name="명단" r:id="rId1" xmlns:r="r"/>'
RELATIONS: Final = '<Relationships><Relationship Id="rId1" Target="{target}"/></Relationships>'
SHEET: Final = "<worksheet><sheetData>{rows}</sheetData></worksheet>"
HEADER: Final = '<row r="1"><c r="A1" t="str"><v>학번</v></c><c r="B1" t="str"><v>성명</v></c></row>'


def zipped(**files: str) -> bytes:
    """An archive of these texts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


def workbook(rows: str = HEADER, *, sheets: str = FIRST, target: str = "sheet1.xml", strings: str | None = None) -> bytes:
    files = {
        "xl/workbook.xml": WORKBOOK.format(sheets=sheets),
        "xl/_rels/workbook.xml.rels": RELATIONS.format(target=target),
        "xl/sheet1.xml": SHEET.format(rows=rows),
    }
    return zipped(**files, **({} if strings is None else {"xl/sharedStrings.xml": f"<sst>{strings}</sst>"}))


def sheet(content: bytes, **said: str) -> Sheet:
    return xlsx_sheet.xlsx_sheet(Archive(content), **said)


def cells(content: bytes) -> list[list[str]]:
    found = sheet(content)
    return [list(found.header), *(list(line.cells) for line in found.lines)]


def refusal(content: bytes) -> str:
    with pytest.raises(BrokenFile) as refused:
        cells(content)
    return refused.value.errors[0].code


def row(number: int, *inner: str) -> str:
    return f'<row r="{number}">{"".join(inner)}</row>'


def test_how_a_text_is_pronounced_is_no_part_of_it() -> None:
    strings = '<si><t>金</t><rPh sb="0" eb="1"><t>김</t></rPh></si><si><r><t>하</t></r><r><t>늘</t></r></si>'
    second = row(2, '<c r="A2" t="s"><v>0</v></c>', '<c r="B2" t="s"><v>1</v></c>')
    assert cells(workbook(HEADER + second, strings=strings))[1] == ["金", "하늘"]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ('<c r="A2"><v>20240001.0</v></c>', "20240001"),
        ('<c r="A2"><v>2.0240001E7</v></c>', "20240001"),
        ('<c r="A2"><v>0.375</v></c>', "0.375"),
        ('<c r="A2"><v>1E20</v></c>', "1E20"),
        ('<c r="A2"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A2" t="inlineStr"><is><t>글</t></is></c>', "글"),
        ("<c><v>7</v></c>", "7"),
    ],
)
def test_a_number_is_read_as_it_was_written_and_not_as_it_is_stored(stored: str, read: str) -> None:
    assert cells(workbook(HEADER + row(2, stored)))[1] == [read, ""]


def test_what_lies_between_the_marks_is_no_cell_and_rows_without_a_number_follow_each_other() -> None:
    found = sheet(workbook(f"indent{HEADER}<row>between<c><v>1</v></c></row><row/><row><c><v>2</v></c></row>"))
    assert [(line.number, line.cells[0]) for line in found.lines] == [(2, "1"), (4, "2")]


def test_a_hidden_sheet_is_passed_over_and_one_can_be_named() -> None:
    hidden = '<sheet name="숨김" state="hidden" r:id="rId9" xmlns:r="r"/>'
    content = workbook(sheets=hidden + FIRST, target="/xl/sheet1.xml")
    assert list(sheet(content).header) == ["학번", "성명"]
    assert list(sheet(content, named="명단").header) == ["학번", "성명"]
    with pytest.raises(BrokenFile) as refused:
        sheet(content, named="다른 것")
    assert refused.value.errors[0].code == "no_sheet"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped(**{"xl/other.xml": "<x/>"}), "no_sheet"),
        (workbook(target="missing.xml"), "no_sheet"),
        (workbook(rows=""), "empty"),
        (workbook(strings=f"<si><t>{'긴' * (LONGEST_CELL + 1)}</t></si>"), "cell_too_long"),
        (workbook(row(1, '<c t="inlineStr"><is><rPh><t>김</t></rPh></is></c>')), "xml_broken"),
        (workbook(row(1, '<c t="s"><v>첫</v></c>')), "xml_broken"),
    ],
    ids=["no workbook", "no such sheet", "no rows", "long shared text", "pronunciation in a cell", "no number of a text"],
)
def test_a_workbook_that_cannot_be_used_is_refused_with_its_reason(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_workbook_may_have_many_rows_and_texts_but_not_any_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_sheet, "MOST_ROWS", 2)
    monkeypatch.setattr(xlsx_sheet, "_MOST_STRINGS", 2)
    rows = [row(number, f"<c><v>{number}</v></c>") for number in (1, 2, 3)]
    assert len(cells(workbook("".join(rows)))) == 3
    assert refusal(workbook("".join([*rows, row(4, "<c><v>4</v></c>")]))) == "too_many_rows"
    assert refusal(workbook(strings="<si><t>가</t></si>" * 3)) == "too_many_rows"


def test_an_archive_is_counted_while_it_is_unpacked_since_headers_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped(a="1" * 500, b="2" * 500)
    assert Archive(content).read("a") == b"1" * 500
    opened = Archive(content)
    monkeypatch.setattr(archive, "_RATIO_FROM", 100)
    monkeypatch.setattr(archive, "HIGHEST_RATIO", 2)
    assert _refusal(opened, "a") == "zip_ratio"
    monkeypatch.setattr(archive, "MOST_BYTES", 600)
    with pytest.raises(BrokenFile) as refused:
        Archive(content)
    assert refused.value.errors[0].code == "zip_too_large"
    opened._left = 100
    assert _refusal(opened, "b") == "zip_too_large"


def test_a_file_of_an_archive_that_is_damaged_is_refused_when_it_is_read() -> None:
    content = bytearray(zipped(a="0123456789" * 50))
    content[40] ^= 0xFF
    assert _refusal(Archive(bytes(content)), "a") == "zip_broken"


def _refusal(opened: Archive, name: str) -> str:
    with pytest.raises(BrokenFile) as refused:
        opened.read(name)
    return refused.value.errors[0].code


@pytest.mark.parametrize(
    ("stored", "read"), [("명단.csv".encode("cp949").decode("cp437"), "명단.csv"), ("café", "café"), ("a\\b.csv", "a/b.csv")]
)
def test_names_of_older_programs_in_korea_are_read_as_they_meant_them(stored: str, read: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = stored
    assert archive._name(info) == read


def test_a_folder_in_an_archive_is_no_file() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.mkdir("folder")
        made.writestr("folder/file", "x")
    assert Archive(buffer.getvalue()).names == ["folder/file"]


def test_a_quoted_cell_without_end_is_cut_off_at_the_longest_a_cell_may_be() -> None:
    with pytest.raises(BrokenFile) as refused:
        list(csv_sheet(f'a,b\n"{"x" * (LONGEST_CELL + 1)}",1\n'.encode()).lines)
    assert (refused.value.errors[0].code, refused.value.errors[0].params) == ("cell_too_long", {"line": 2, "most": LONGEST_CELL})
