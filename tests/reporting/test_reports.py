"""Reports: the same figures in six formats, checkable afterwards, frozen when a period is closed, refused if they cannot be."""

import csv
import io
import json
import zipfile
from typing import Any

import httpx
import pypdf
import pypdfium2
import pytest
from hwpx import HwpxDocument, validate_package
from python_calamine import CalamineWorkbook

from services.reporting.charts import Cell, Table
from services.reporting.pages.formatting import Format
from services.reporting.reports.canonical import COLUMNS
from services.reporting.reports.document import Grid, Report, Section
from services.reporting.reports.printing import as_pdf
from services.reporting.reports.reading_back import Unreadable, differences, read_back
from services.reporting.reports.webpage import as_html
from shared.clock import now
from shared.db import Database
from tests.reporting.following import codes, get, offices, post
from tests.reporting.happenings import Happenings
from tests.reporting.printing import needs_print
from tests.reporting.serving import Site
from tests.reporting.story import three_cohorts

pytestmark = pytest.mark.unhurried
ASKED = {"as_of": "2021-01-31", "lang": "ko"}


def report(client: httpx.Client, kind: str, **params: Any) -> httpx.Response:
    answer = client.get(f"/api/v1/reports/hustar.{kind}", params={**ASKED, **params}, timeout=200)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.slow
def test_every_format_holds_the_figures_of_the_api_and_can_be_checked(
    demo_site: Site, light_world: Happenings, light_database: Database
) -> None:
    three_cohorts(light_world)
    moment = now().isoformat()
    with demo_site.client("executive") as client:
        files = {kind: report(client, kind, known_at=moment) for kind in ("json", "csv", "xlsx", "hwpx", "html")}
        value = get(client, "/indicators/completion_rate/value", as_of="2021-01-31", known_at=moment)
        asked = {"as_of": "2021-01-31", "known_at": moment}
        fields = get(client, "/indicators/talents_trained/series", by="field", **asked)["points"]
        progress = get(client, "/goals/hustar-talents/progress", **asked)
    found = {kind: read_back(answer.content) for kind, answer in files.items()}
    first = found["json"]
    for kind, each in found.items():
        assert each.rows == first.rows, kind
        assert each.about == first.about
        assert (each.intact, each.checksum) == (True, files[kind].headers["report-checksum"]), kind
    rows = {(row["id"], row["by"], row["member"]): row for row in first.rows}
    told = rows["completion_rate", None, None]
    assert {name: told[name] for name in ("value", "state", "numerator", "denominator", "low", "high")} == {
        name: value[name] for name in ("value", "state", "numerator", "denominator", "low", "high")
    }
    assert (told["numerator"], told["denominator"]) == (6, 9)
    by_field = {point["dimensions"]["field"]: point["value"] for point in fields}
    assert {
        member: row["value"] for (id_, by, member), row in rows.items() if (id_, by) == ("talents_trained", "field")
    } == by_field
    assert rows["hustar-talents", "actual", None]["value"] == progress["actual"]
    with light_database.read() as session:
        assert differences(session, first) == []
    check_workbook(files["xlsx"].content)
    check_csv(files["csv"].content)
    check_hwpx(files["hwpx"].content)
    html = files["html"]
    assert "style-src 'sha256-" in html.headers["content-security-policy"]
    assert "<h1>휴스타" in html.text
    for kind, data in ((kind, answer.content) for kind, answer in files.items()):
        altered = tampered(kind, data)
        assert altered is None or not read_back(altered).intact, kind


def tampered(kind: str, data: bytes) -> bytes | None:
    """The same file with one number changed."""
    match kind:
        case "json":
            content = json.loads(data)
            content["indicators"][0]["value"]["value"] += 1
            return json.dumps(content).encode()
        case "csv":
            lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
            lines[-1][COLUMNS.index("numerator")] = "77"
            file = io.StringIO()
            csv.writer(file).writerows(lines)
            return file.getvalue().encode()
        case _:
            return None


def check_workbook(data: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert {"Cover", "Figures", "요약", "지표 정의", "수치 근거"} <= set(book.sheet_names)
    head, *lines = book.get_sheet_by_name("Figures").to_python()
    assert head[: len(COLUMNS)] == list(COLUMNS)
    numbers = [line[COLUMNS.index("numerator")] for line in lines if line[1] == "completion_rate"]
    assert 6.0 in numbers
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet"))
        assert any(name.startswith("xl/media/") for name in package.namelist())


def check_csv(data: bytes) -> None:
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert {len(line) for line in lines} == {len(COLUMNS) + 1}
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)


def check_hwpx(data: bytes) -> None:
    assert [issue for issue in validate_package(data).issues if issue.level != "warning"] == []
    document = HwpxDocument.open(io.BytesIO(data))
    assert document.validate().ok
    text = document.text.plain()
    assert "수료율" in text
    assert "6 / 9" in text
    assert len(document.tables) > 10
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert any(name.startswith("BinData/") and name.endswith(".png") for name in package.namelist())


@pytest.mark.slow
def test_a_pdf_is_tagged_has_korean_glyphs_page_numbers_and_heads_on_every_page() -> None:
    needs_print()
    form = Format("ko")
    rows = [[Cell(f"대학교 {number}", None), Cell(f"{number:,}명", number)] for number in range(120)]
    sections = [Section("long", "긴 표", 1, [Grid(Table("대학별 양성 인재", ["대학", "양성 인재"], rows))])]
    cover = [("체크섬", "sha256:0")]
    made = Report(
        language="ko", title="휴스타", subtitle="보고서", owner="대구", cover=cover, checksum="sha256:0", sections=sections
    )
    data = as_pdf(as_html(made, {"checksum": "sha256:0"}, form), '{"checksum":"sha256:0"}')
    document = pypdf.PdfReader(io.BytesIO(data))
    texts = [page.extract_text() for page in document.pages]
    long = [text for text in texts if "대학교 " in text]
    assert len(long) > 1
    assert all("양성 인재" in text for text in long), "the head of a table is repeated on every page"
    assert all(f"{number} / {len(texts)}" in text for number, text in enumerate(texts[1:], 2))
    catalog: Any = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] is True or catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/Lang"] == "ko"
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    outline: Any = document.outline
    assert [entry["/Title"] for entry in outline if not isinstance(entry, list)] == ["휴스타"]
    kinds = {font for page in document.pages for font in embedded_fonts(page)}
    assert kinds == {"/FontFile2"}, "every font is embedded, as TrueType"
    drawn = pypdfium2.PdfDocument(data)
    try:
        picture = drawn[0].render(scale=1).to_pil().convert("L")
        assert sum(1 for pixel in picture.tobytes() if pixel < 100) > 500
    finally:
        drawn.close()
    assert read_back_attached(data) == {"checksum": "sha256:0"}


def embedded_fonts(page: Any) -> list[str]:
    found = []
    for font in page["/Resources"].get("/Font", {}).values():
        described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        found += [name for name in described if name.startswith("/FontFile")]
    return found


def read_back_attached(data: bytes) -> Any:
    attached = pypdf.PdfReader(io.BytesIO(data)).attachments
    return json.loads(attached["figures.json"][0])


@pytest.mark.slow
def test_a_closed_period_keeps_its_figures_and_says_what_changed_since(
    demo_site: Site, light_world: Happenings, light_database: Database
) -> None:
    from services.reporting.reports.delivering import look_for_restatements

    first = three_cohorts(light_world)[0]
    with offices(demo_site) as who:
        who.executive.timeout = who.auditor.timeout = httpx.Timeout(200)
        closed = post(who.executive, "/reports/closings", {"framework": "hustar", "period": "2020"}, status=201)
        assert (
            post(who.executive, "/reports/closings", {"framework": "hustar", "period": "2020"}, status=409)["code"]
            == "already_closed"
        )
        post(who.manager, "/reports/closings", {"framework": "hustar", "period": "2019"}, status=403)
        late = post(who.executive, "/reports/closings", {"framework": "hustar", "period": str(now().year)}, status=409)
        assert late["code"] == "period_not_ended"
        assert get(who.auditor, "/periods/2020")["locked"]
        before = who.auditor.get("/api/v1/reports/hustar.json", params={"period": "2020"}).json()
        assert before["checksum"] == closed["checksum"]
        assert (before["closed"]["id"], before["restated"]) == (closed["id"], [])
        light_world.completer(first)
        light_world.arrive()
        after = who.auditor.get("/api/v1/reports/hustar.json", params={"period": "2020"}).json()
        assert after["checksum"] == closed["checksum"], "frozen"
        changed = {each["id"]: (each["frozen"], each["current"]) for each in after["restated"]}
        assert changed["talents_trained"] == (6, 7)
        page = who.auditor.get("/reports/hustar.html", params={"period": "2020", "lang": "en"}).text
        assert "Restated since the period was closed" in page
        assert "Became known later: 1 more counted" in page
        with light_database.read() as session:
            assert differences(session, read_back(json.dumps(before).encode())) == []
        assert look_for_restatements(light_database) > 0
        assert look_for_restatements(light_database) == 0, "noted once"
        noted = get(who.auditor, "/changes", subject="talents_trained")["items"]
        assert [(each["kind"], each["before"], each["after"]) for each in noted] == [("closed_report", 6, 7)]
        assert get(who.auditor, f"/reports/closings/{closed['id']}")["restated"] == sorted(changed)
        later = who.auditor.get("/reports/hustar.html", params={"lang": "en"}).text
        assert "Restated since the last closed report" in later


IMPOSSIBLE = {
    "/reports/nothing.pdf": (404, "not_found"),
    "/reports/hustar.docx": (404, "not_found"),
    "/reports/hustar": (404, "not_found"),
    "/reports/hustar.csv?period=2026-13": (422, "invalid"),
    "/reports/hustar.csv?period=2099": (422, "invalid"),
    "/reports/hustar.csv?as_of=2099-01-01": (422, "invalid"),
    "/reports/hustar.csv?as_of=never": (422, "invalid"),
    "/reports/hustar.csv?period=2021&as_of=2020-12-31": (422, "invalid"),
    "/reports/hustar.csv?gender=f": (422, "invalid"),
}


def test_what_cannot_be_is_refused_to_programs_and_explained_to_people(demo_site: Site) -> None:
    with demo_site.client("executive") as client:
        for path, expected in IMPOSSIBLE.items():
            answer = client.get(f"/api/v1{path}")
            assert (answer.status_code, answer.json()["code"]) == expected, path
            shown = client.get(path, headers={"Accept-Language": "ko"})
            assert shown.status_code == expected[0], path
            assert shown.headers["content-type"].startswith("text/html")
            assert '<html lang="ko"' in shown.text
            assert 'class="button' in shown.text, "the way back"
            assert "Traceback" not in shown.text


def test_an_export_that_one_may_not_have_is_refused(demo_site: Site) -> None:
    with demo_site.client("university-knu") as client:
        assert client.get("/api/v1/reports/hustar.csv").status_code == 403
        shown = client.get("/reports/hustar.csv")
        assert (shown.status_code, shown.headers["content-type"]) == (403, "text/html; charset=utf-8")
        assert client.get("/reports").status_code == 403


def test_the_page_offers_every_plan_in_every_format_for_the_chosen_period(demo_site: Site) -> None:
    with demo_site.client("executive") as client:
        page = client.get("/reports", params={"period": "2020", "lang": "en"})
    assert page.status_code == 200
    for kind in ("html", "pdf", "xlsx", "hwpx", "csv", "json"):
        assert f'href="/reports/hustar.{kind}?lang=en&amp;period=2020"' in page.text
    assert "No period has been closed yet." in page.text
    assert '<option value="2020" selected>' in page.text, "what the address names is what the form shows"
    assert "<code>hustar report close</code>" in page.text


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7 nothing", b"PK\x03\x04 nothing", b'{"report": 1}', b"<html></html>"])
def test_what_is_no_report_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_back(data)


def test_filters_narrow_indicators_and_refusals_name_what_is_wrong(demo_site: Site, light_world: Happenings) -> None:
    three_cohorts(light_world)
    with demo_site.client("executive") as client:
        content = report(client, "json", field="robot").json()
        wrong = client.get("/api/v1/reports/hustar.json", params={"period": "2099"}).json()
    values = {each["definition"]["id"]: each["value"]["value"] for each in content["indicators"]}
    assert values["talents_trained"] == 2
    assert content["report"]["filters"] == {"field": "robot"}
    assert codes(wrong) == [("period", "not_begun")]
