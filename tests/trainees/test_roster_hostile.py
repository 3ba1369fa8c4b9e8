"""Files from strangers: formats that are read, and bombs, tricks and damage that cost little and change nothing."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from services.trainees.commands.roster import reading_apart
from services.trainees.commands.roster.reading_apart import read_apart
from services.trainees.domain.persons import PersonData
from services.trainees.domain.roster.columns import Mapped
from services.trainees.domain.roster.oneroster import FILES, HEADERS
from services.trainees.domain.roster.reading import read_roster
from services.trainees.domain.roster.refusals import BrokenRoster
from services.trainees.domain.roster.rows import Refused, RosterRow
from tests.waiting import no_hanging

TODAY = date(2026, 11, 22)
HEADER = ("학번", "성명", "생년월일", "연락처")
ROW = ("20240001", "김하늘", "1999-03-02", "010-1234-5678")
PERSON = PersonData("김하늘", date(1999, 3, 2), "+821012345678")
SHEET = "xl/worksheets/sheet1.xml"
MOMENT = "2026-11-01T00:00:00.000Z"


def rows_of(content: bytes) -> list[RosterRow | Refused]:
    return list(read_roster(content, today=TODAY, organisation="knu").rows)


def refusal_of(content: bytes) -> str:
    with pytest.raises(BrokenRoster) as refused:
        rows_of(content)
    return refused.value.errors[0].code


def workbook(*rows: tuple[Any, ...], **options: Any) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def zipped(files: Mapping[str, bytes | str], *, like: bytes | None = None) -> bytes:
    """A zip of these files, on top of those of another one."""
    found: dict[str, bytes | str] = {}
    if like is not None:
        with zipfile.ZipFile(io.BytesIO(like)) as old:
            found = {name: old.read(name) for name in old.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**found, **files}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def package(manner: str = "bulk", *, enrolled: str = "e1,,,c1,o1,u1,student,,,", **more: str) -> bytes:
    """A small OneRoster package."""
    user = "u1,,,true,u1,,하늘,김,,20240001,,,010-1234-5678,,,,,,,,o1,,1999-03-02"
    lines = {
        "orgs": "o1,,,가상대학교,school,knu,", "classes": "c1,,,1기,,k1,c-1,scheduled,,o1,t1,,,", "users": user,
        "enrollments": enrolled, **more,
    }  # fmt: skip
    header = {name: ",".join(HEADERS[name]) for name in lines}
    header["users"] += ",metadata.kr.birthDate"
    stated = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
    stated += [(f"file.{name}", (manner if name == "enrollments" else "bulk") if name in lines else "absent") for name in FILES]
    manifest = "\n".join(["propertyName,value", *map(",".join, stated), ""])
    return zipped({"manifest.csv": manifest, **{f"{name}.csv": f"{header[name]}\n{line}\n" for name, line in lines.items()}})


def test_a_workbook_is_read_as_excel_stores_it() -> None:
    # A number lost its zeros, a day is a serial number, a text is a shared string; the columns beyond are empty.
    assert rows_of(workbook(HEADER, (20240001, "김하늘", 36221, 1012345678), ())) == [RosterRow(2, "20240001", PERSON, None)]
    assert rows_of(workbook((), HEADER, ROW)) == [RosterRow(3, "20240001", PERSON, None)]


def test_json_is_read_with_either_kind_of_names() -> None:
    said = dict(zip(HEADER, ROW, strict=True))
    assert rows_of(json.dumps([said]).encode()) == [RosterRow(2, "20240001", PERSON, None)]
    english = dict(zip(("student_no", "name", "birth_date", "phone"), (20240001, *ROW[1:]), strict=True))
    assert rows_of(json.dumps({"rows": [english]}).encode()) == [RosterRow(2, "20240001", PERSON, None)]
    assert rows_of(b'{"rows": []}') == []


def test_a_oneroster_package_is_read_by_its_enrollments() -> None:
    assert rows_of(package()) == [RosterRow(2, "20240001", PERSON, None, "c-1", "e1")]
    gone = rows_of(package("delta", enrolled=f"e9,tobedeleted,{MOMENT},c1,o1,unknown,student,,,"))
    assert gone == [RosterRow(2, None, None, None, "c-1", "e9", gone=True)]
    assert rows_of(package(enrolled="e1,,,c1,o1,u1,teacher,,,")) == []


def test_of_a_packages_demographics_sex_and_a_missing_birth_date_are_read_and_nothing_else() -> None:
    told = "u1,,,2001-05-06,{sex},true,,,,,,,,,Daegu,"
    rows = [rows_of(package(demographics=told.format(sex=sex)))[0] for sex in ("female", "male", "other", "unspecified", "")]
    assert rows == [RosterRow(2, "20240001", PERSON, None, "c-1", "e1", gender=code) for code in ("f", "m", "x", None, None)]
    without = "u1,,,true,u1,,하늘,김,,20240001,,,010-1234-5678,,,,,,,,o1,,"
    (row,) = rows_of(package(users=without, demographics=told.format(sex="female")))
    assert isinstance(row, RosterRow)
    assert (row.person, row.gender) == (PersonData(PERSON.name, date(2001, 5, 6), PERSON.phone), "f")
    (row,) = rows_of(package(demographics=told.format(sex="ext:tree")))
    assert isinstance(row, Refused)
    assert [problem.code for problem in row.problems] == ["gender_unreadable"]


def _without_enrollments() -> bytes:
    """A package whose manifest says that nothing is told of who is enrolled."""
    whole = package()
    with zipfile.ZipFile(io.BytesIO(whole)) as old:
        files = {name: old.read(name) for name in old.namelist() if name != "enrollments.csv"}
    return zipped({**files, "manifest.csv": files["manifest.csv"].replace(b"file.enrollments,bulk", b"file.enrollments,absent")})


def test_a_name_is_put_together_as_its_language_does_and_a_late_column_is_no_fault() -> None:
    ada = "u1,,,true,u1,,Ada,Lovelace,,20240001,,010-1234-5678,,,,,,,,,o1,,1999-03-02"
    (row,) = rows_of(package(users=ada))
    assert isinstance(row, RosterRow)
    assert row.person == PersonData("Ada Lovelace", date(1999, 3, 2), "+821012345678")
    (row,) = rows_of(package(users=ada.replace("Lovelace", "")))
    assert isinstance(row, RosterRow)
    assert row.person is not None
    assert row.person.name == "Ada"
    late = f"{','.join(HEADERS['users'])},resourceSourcedIds,metadata.kr.birthDate\n{ada.replace(',1999', ',,1999')}\n"
    assert rows_of(zipped({"users.csv": late}, like=package())) == rows_of(package(users=ada))
    # An exporter that tells of no organisation does not say that it is another one's.
    assert len(rows_of(package(orgs="o1,,,가상대학교,department,,"))) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (package("delta"), "oneroster_status"),
        (package(enrolled="e1,active,,c1,o1,u1,student,,,"), "oneroster_status"),
        (package(enrolled="e1,,,c1,o1,u2,student,,,"), "oneroster_reference"),
        (package(enrolled="이,,,c1,o1,u1,student,,,"), "oneroster_duplicate"),
        (package(orgs="o1,,,남의대학교,school,ynu,"), "oneroster_organisation"),
        (zipped({"roles.csv": "x"}, like=package()), "oneroster_file"),
        (zipped({"manifest.csv": "propertyName,value\nmanifest.version,2.0\n"}, like=package()), "oneroster_manifest"),
        (zipped({"users.csv": "sourcedId,role\nu1,student\n"}, like=package()), "oneroster_columns"),
        (package(enrolled="e1,,,c1,o1,u1,student,,"), "oneroster_columns"),
        (zipped({"manifest.csv": 'propertyName,value\n"manifest.version,1.0\n'}, like=package()), "oneroster_manifest"),
        (zipped({"manifest.csv": "name,value\nmanifest.version,1.0\n"}, like=package()), "oneroster_manifest"),
        (zipped({"manifest.csv": "propertyName,value\nfile.grades,bulk\n"}, like=package()), "oneroster_manifest"),
        (_without_enrollments(), "oneroster_file"),
        (package("delta", enrolled=f"e1,active,{MOMENT},c1,o1,u2,student,,,"), "oneroster_reference"),
    ],
)
def test_a_package_that_is_not_oneroster_is_refused(content: bytes, code: str) -> None:
    assert refusal_of(content) == code


def _doctype() -> bytes:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    cell = '<row r="1"><c r="A1" t="str"><v>&b;</v></c></row>'
    sheet = f'<?xml version="1.0"?>{bomb}<worksheet><sheetData>{cell}</sheetData></worksheet>'
    return zipped({SHEET: sheet}, like=workbook(HEADER, ROW))


def _sheet(cells: str) -> bytes:
    return zipped({SHEET: f"<worksheet><sheetData>{cells}</sheetData></worksheet>"}, like=workbook(HEADER, ROW))


def _encrypted() -> bytes:
    content = bytearray(zipped({"[Content_Types].xml": "<x/>", "a": "b"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + place] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_doctype(), "doctype"),
        (_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "too_many_columns"),
        (_sheet(f'<row r="1"><c r="A1" t="str"><v>{"김" * 5000}</v></c></row>'), "cell_too_long"),
        (_sheet('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'), "xml_broken"),
        (_sheet("<row><c>"), "xml_broken"),
        (zipped({"xl/vbaProject.bin": b"x"}, like=workbook(HEADER, ROW)), "macros"),
        (zipped({"xl/externalLinks/externalLink1.xml": b"<x/>"}, like=workbook(HEADER, ROW)), "external_links"),
        (workbook(HEADER, ROW, date_1904=True), "dates_1904"),
        (workbook(HEADER, ROW)[:-400], "zip_broken"),
        (workbook(HEADER, ROW)[:300], "zip_broken"),
        (zipped({SHEET: b" " * 30_000_000}, like=workbook(HEADER, ROW)), "zip_ratio"),
        (zipped({f"f{n}": b"x" for n in range(300)}), "zip_entries"),
        (zipped({"../../etc/passwd": b"x", "[Content_Types].xml": b"x"}), "zip_name"),
        (zipped({"/etc/passwd": b"x", "[Content_Types].xml": b"x"}), "zip_name"),
        (zipped({"inner.zip": zipped({"a": b"b"}), "[Content_Types].xml": b"x"}), "zip_nested"),
        (zipped({"picture.png": b"x"}), "unknown_archive"),
        (_encrypted(), "zip_encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"[" * 100_000, "json_broken"),
        (b'[{"a": 1, "a": 2}]', "json_broken"),
        (json.dumps([{key: {"b": "1"} for key in HEADER}]).encode(), "json_shape"),
        (b'{"rows": 1}', "json_shape"),
        (json.dumps([{f"c{n}": "x" for n in range(100)}]).encode(), "too_many_columns"),
        (("x," * 5_000_000).encode(), "too_many_columns"),
        (b'"' + b"x" * 5_000_000, "cell_too_long"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_means_harm_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with no_hanging():
        assert refusal_of(content) == code


def test_every_cut_of_a_good_file_is_refused_or_reads_rows_it_really_holds() -> None:
    whole = workbook(HEADER, ROW)
    for end in range(0, len(whole) - 1, 97):
        with pytest.raises(BrokenRoster):
            rows_of(whole[:end])


@pytest.mark.unhurried
def test_a_file_is_read_in_a_process_of_its_own_with_little_memory_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {"today": TODAY, "mapped": Mapped(), "organisation": None}
    _, _, *batches = read_apart(workbook(HEADER, ROW), **asked)
    assert [row for batch in batches for row in batch] == [RosterRow(2, "20240001", PERSON, None)]  # type: ignore[union-attr]
    with pytest.raises(BrokenRoster) as refused:
        list(read_apart(_doctype(), **asked))
    assert refused.value.errors[0].code == "doctype"
    # Whoever would need more memory than there is, is stopped by the system, and the file is refused.
    wide = json.dumps([{"학번": "1" * 900, f"x{n % 60}": "y" * 900} for n in range(9_000)]).encode()
    with pytest.raises(BrokenRoster) as refused:
        list(read_apart(wide, **asked))
    assert refused.value.errors[0].code in {"unreadable_in_time", "missing_column"}
    monkeypatch.setattr(reading_apart, "_WALL_SECONDS", 0.01)
    with pytest.raises(BrokenRoster) as refused:
        list(read_apart(workbook(HEADER, ROW), **asked))
    assert refused.value.errors[0].code == "unreadable_in_time"
