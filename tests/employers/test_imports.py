"""Positions come in files and leave in files: previewed line by line, nothing lost, and no cell a formula."""

import csv
import io
import json
from datetime import date, time
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.employers import commands, queries
from services.employers.commands import import_work, importing
from services.employers.commands.import_work import work_on_imports
from services.employers.domain.importing import COLUMNS, places, read_line
from services.employers.domain.positions import PositionKind
from shared.spreadsheets.archive import Archive
from shared.spreadsheets.sheets import Line
from shared.spreadsheets.writing import to_xlsx
from shared.spreadsheets.xlsx_sheet import xlsx_sheet
from tests.employers.callers import MANAGER, UNIVERSITY, Callers
from tests.employers.story import MANAGER as MANAGING
from tests.employers.story import Story, business_number, day, employer

HEADER = ["공고명", "분야", "고용형태", "인원", "근무지", "접수시작", "접수마감", "필수기술", "급여하한", "급여상한", "급여단위"]
GOOD = ["로봇 제어 개발자", "로봇", "정규직", "3", "대구 수성구", "2026-03-02", "채용 시", "로봇제어:4; ROS",
        "36,000,000", "44,000,000원", "연"]  # fmt: skip
BAD: dict[str, tuple[int, str, str, str]] = {
    "no title": (0, "", "title", "required"),
    "no such field": (1, "요리", "field", "not_a_choice"),
    "no such kind": (2, "알바", "kind", "not_a_choice"),
    "too many seats": (3, "501", "seats", "out_of_range"),
    "seats in words": (3, "셋", "seats", "not_integer"),
    "no such place": (4, "대구 수성수", "region", "unknown_region"),
    "no such day": (5, "2026-02-30", "opens_on", "not_date"),
    "a deadline that passed": (6, "2026-03-05", "closes_on", "deadline_past"),
    "an unknown skill": (7, "로봇제아", "must_have", "unknown_skill"),
    "a level too high": (7, "ROS:7", "must_have", "wrong_level"),
    "a range upside down": (9, "30,000,000", "salary_highest", "salary_upside_down"),
    "tens of thousands of won": (8, "3600", "salary_lowest", "salary_implausible"),
    "somebody's number": (0, "900101-1234567", "", "resident_number"),
}  # fmt: skip


def sheet(*rows: list[str]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([HEADER, *rows])
    return file.getvalue().encode()


def with_cell(place: int, cell: str) -> list[str]:
    return [cell if each == place else GOOD[each] for each in range(len(GOOD))]


@pytest.fixture
def company(story: Story) -> str:
    return str(story.company().id)


@pytest.mark.unhurried
def test_a_preview_writes_nothing_and_a_commit_what_is_good(story: Story, callers: Callers, company: str) -> None:
    rows = [GOOD, *(with_cell(place, cell) for place, cell, _, _ in BAD.values())]
    preview = callers.upload(MANAGER, "/positions/imports", sheet(*rows), "text/csv", company_id=company)
    assert preview.status_code == 201, preview.text
    shown = preview.json()
    assert (shown["state"], shown["accepted"], shown["rejected"]) == ("preview", 1, len(BAD))
    found = {line["line"]: [(each["column"], each["code"]) for each in line["errors"]] for line in shown["lines"]}
    assert found == {2: []} | {number: [(column, code)] for number, (_, _, column, code) in enumerate(BAD.values(), 3)}
    assert "position.drafted" not in story.events()
    path = f"/positions/imports/{shown['id']}"
    done = callers.post(MANAGER, f"{path}/commit", {}, if_match=preview.headers["ETag"]).json()
    assert (done["state"], done["accepted"]) == ("done", 1)
    made = callers.get(MANAGER, f"/positions/{done['lines'][0]['position_id']}").json()
    assert (made["title"], made["region"], made["seats"], made["closes_on"]) == ("로봇 제어 개발자", "27260", 3, None)
    assert made["must_have"] == [{"skill": "robot_control", "level": 4}, {"skill": "ros2", "level": 3}]
    assert made["salary"] == {"lowest": 36_000_000, "highest": 44_000_000, "per": "year"}
    assert story.events().count("position.drafted") == 1
    again = callers.post(MANAGER, f"{path}/commit", {}, if_match='"2"')
    assert (again.status_code, again.json()["code"]) == (409, "import_done")
    errors = callers.get(MANAGER, f"{path}/errors.csv").content.decode("utf-8-sig")
    assert "unknown_region" in errors
    assert "대구광역시 수성구" in errors


def test_a_workbook_is_read_as_a_csv_is(story: Story, callers: Callers, company: str) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    cells: list[Any] = [*GOOD]
    cells[3], cells[5], cells[8] = 3, (day(3) - date(1899, 12, 30)).days, 36_000_000
    shown = callers.upload(MANAGER, "/positions/imports", to_xlsx(HEADER, [cells]), kind, company_id=company).json()
    assert (shown["accepted"], shown["rejected"]) == (1, 0), shown


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_template_can_be_sent_back_as_it_is(callers: Callers, company: str, form: str, language: str) -> None:
    template = callers.get(MANAGER, f"/positions/imports/template.{form}", headers={"Accept-Language": language})
    kind = template.headers["content-type"].partition(";")[0]
    shown = callers.upload(MANAGER, "/positions/imports", template.content, kind, company_id=company).json()
    assert (shown["accepted"], shown["rejected"]) == (1, 0), shown


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "missing_column"),
        ("공고명,title,분야\n".encode(), "duplicate_column"),
        (b"PK\x03\x04nonsense", "zip_broken"),
        (b"\xff\xfe\x00", "unknown_encoding"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(callers: Callers, company: str, content: bytes, code: str) -> None:
    refused = callers.upload(MANAGER, "/positions/imports", content, "text/csv", company_id=company)
    assert (refused.status_code, refused.json()["code"]) == (422, "broken_file")
    assert code in {error["code"] for error in refused.json()["errors"]}


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of more than three lines are the worker's, two lines at once, and none has more than eight."""
    for name, size in (("AT_ONCE", 3), ("_IN_A_PART", 2), ("MOST_LINES", 8)):
        monkeypatch.setattr(importing, name, size)


def worked(story: Story) -> int:
    """How often the worker found something to do until nothing was left."""
    return sum(1 for _ in iter(lambda: work_on_imports(story.database), False))


def told(callers: Callers, path: str) -> dict[str, Any]:
    """The last event of those that follow an import."""
    events = callers.get(MANAGER, f"{path}/events").text.split("\n\n")
    found: dict[str, Any] = json.loads(next(line for line in events[-2].splitlines() if line.startswith("data: "))[6:])
    return found


@pytest.mark.unhurried
@pytest.mark.usefixtures("few_are_many")
def test_a_file_of_many_lines_is_looked_at_and_written_down_meanwhile(story: Story, callers: Callers, company: str) -> None:
    bad = with_cell(7, "로봇제아"), with_cell(3, "501")
    sent = callers.upload(MANAGER, "/positions/imports", sheet(GOOD, bad[0], *[GOOD] * 4, bad[1]), "text/csv", company_id=company)
    assert (sent.status_code, sent.json()["state"], sent.json()["total"], sent.json()["ready"]) == (202, "reading", 7, 0)
    path = sent.headers["Location"].removeprefix("/api/v1")
    early = callers.post(MANAGER, f"{path}/commit", {}, if_match=sent.headers["ETag"])
    assert (early.status_code, early.json()["code"]) == (409, "import_not_ready")
    assert worked(story) == 5
    preview = callers.get(MANAGER, path)
    assert [preview.json()[name] for name in ("state", "ready", "accepted", "rejected")] == ["preview", 7, 5, 2]
    assert [(line["line"], line["errors"][0]["code"]) for line in preview.json()["lines"]] == [
        (3, "unknown_skill"), (8, "out_of_range"),
    ]  # fmt: skip
    assert told(callers, path) == {"state": "preview", "total": 7, "ready": 7, "accepted": 5}
    assert "position.drafted" not in story.events()
    begun = callers.post(MANAGER, f"{path}/commit", {}, if_match=preview.headers["ETag"])
    assert (begun.status_code, begun.json()["state"], begun.json()["ready"]) == (202, "writing", 0)
    assert work_on_imports(story.database)
    assert (callers.get(MANAGER, path).json()["ready"], story.events().count("position.drafted")) == (2, 1)
    assert worked(story) == 4
    assert [callers.get(MANAGER, path).json()[name] for name in ("state", "accepted", "rejected")] == ["done", 5, 2]
    assert story.events().count("position.drafted") == 5
    errors = callers.get(MANAGER, f"{path}/errors.csv").content.decode("utf-8-sig")
    assert errors.count("unknown_skill") == errors.count("out_of_range") == 1
    again = callers.post(MANAGER, f"{path}/commit", {}, if_match="*")
    assert (again.status_code, again.json()["code"]) == (409, "import_done")
    longer = callers.upload(MANAGER, "/positions/imports", sheet(*[GOOD] * 9), "text/csv", company_id=company)
    assert (longer.status_code, longer.json()["errors"][0]["code"]) == (422, "too_many_lines")


@pytest.mark.usefixtures("few_are_many")
def test_a_file_that_stops_every_worker_is_given_up(
    story: Story, callers: Callers, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = callers.upload(MANAGER, "/positions/imports", sheet(*[GOOD] * 4), "text/csv", company_id=company)

    def fails(*_: object, **__: object) -> list[object]:
        raise RuntimeError("as no file should")

    with monkeypatch.context() as broken:
        broken.setattr(import_work, "judged", fails)
        for _ in range(3):
            with pytest.raises(RuntimeError):
                work_on_imports(story.database)
        assert not work_on_imports(story.database)
    path = sent.headers["Location"].removeprefix("/api/v1")
    assert callers.get(MANAGER, path).json()["state"] == "failed"
    assert worked(story) == 0


def test_a_company_sends_and_sees_its_own_files_only(story: Story, callers: Callers, company: str) -> None:
    number = business_number()
    own = str(story.company(number).id)
    stranger = f"employer-{number}"
    assert callers.upload(stranger, "/positions/imports", sheet(GOOD), "text/csv", company_id=company).status_code == 404
    theirs = callers.upload(MANAGER, "/positions/imports", sheet(GOOD), "text/csv", company_id=company).json()["id"]
    assert callers.get(stranger, f"/positions/imports/{theirs}").status_code == 404
    mine = callers.upload(stranger, "/positions/imports", sheet(GOOD), "text/csv", company_id=own)
    assert callers.get(stranger, f"/positions/imports/{mine.json()['id']}").status_code == 200
    assert callers.get(UNIVERSITY, f"/positions/imports/{theirs}").status_code == 403


@pytest.mark.unhurried
@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_no_cell_whatever_it_holds_stops_the_reading(cells: list[str]) -> None:
    columns, errors = places([korean for korean, _, _ in COLUMNS.values()])
    assert errors == []
    draft = read_line(Line(2, cells), columns)
    assert all(error.pointer.strip("/") in COLUMNS for error in draft.errors)


def test_cells_are_read_as_people_write_them() -> None:
    columns, _ = places(
        ["title", "field", "kind", "seats", "region", "opens on", "closes on", "starts at", "weekly hours", "origin"]
    )
    said = read_line(
        Line(
            2, ["t", "AI and software", "Fixed term", "1,0", "경북 구미시", "2026. 3. 2.", "until filled", "0.375", "40", "전환"]
        ),
        columns,
    ).said
    assert said["field"] == "ai_sw"
    assert said["kind"] is PositionKind.FIXED_TERM
    assert (said["region"], said["opens_on"], said["closes_on"]) == ("47190", date(2026, 3, 2), None)
    assert said["working_hours"] == {"weekly": 40, "starts_at": time(9), "ends_at": None}
    assert said["origin"] == "conversion"


def exported(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    if answer.headers["content-disposition"].endswith('.xlsx"'):
        found = xlsx_sheet(Archive(answer.content))
        return [list(found.header), *(list(line.cells) for line in found.lines)]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_leaves_as_a_file_holds_no_formula_and_only_what_is_seen(story: Story, callers: Callers, form: str) -> None:
    number = business_number()
    company = story.company(number)
    story.draft(company.id, title='=HYPERLINK("http://evil.example")', salary={"lowest": 36_000_000, "per": "year"})
    story.draft(story.company().id, title="남의 공고")
    story.do(commands.pledge_seats, company.id, month="2026-03", field="robot", kind=PositionKind.PERMANENT, seats=4, by=MANAGING)
    own = exported(callers.get(f"employer-{number}", f"/positions/export.{form}", headers={"Accept-Language": "ko"}))
    titles = [row[own[0].index("공고명")] for row in own[1:]]
    assert titles == ['\'=HYPERLINK("http://evil.example")']
    assert own[1][own[0].index("급여 하한")] == "36000000"
    assert len(exported(callers.get(MANAGER, f"/positions/export.{form}"))) == 3
    pledged = exported(callers.get(f"employer-{number}", f"/pledges/export.{form}", headers={"Accept-Language": "en"}))
    assert [row[pledged[0].index("seats")] for row in pledged[1:]] == ["4"]
    assert callers.get(UNIVERSITY, f"/positions/export.{form}").status_code == 403


def test_an_employer_writes_its_own_drafts_down(story: Story, callers: Callers) -> None:
    number = business_number()
    company = str(story.company(number).id)
    preview = callers.upload(f"employer-{number}", "/positions/imports", sheet(GOOD), "text/csv", company_id=company)
    path = f"/positions/imports/{preview.json()['id']}/commit"
    done = callers.post(f"employer-{number}", path, {}, if_match='"1"').json()
    with story.database.read() as session:
        position = queries.find_position(session, UUID(done["lines"][0]["position_id"]), by=employer(number))
    assert position.title == GOOD[0]
