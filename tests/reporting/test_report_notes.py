"""What people noted of days stands in a report: drawn, listed, as it was known, and outside the checksum."""

import io
import re
import zipfile
from datetime import date
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from services.reporting.charts import Cell, Table
from services.reporting.pages.formatting import Format
from services.reporting.reports.asking import wish
from services.reporting.reports.canonical import checksum
from services.reporting.reports.composing import compose
from services.reporting.reports.document import Grid, Passage, Picture, Report, Section
from services.reporting.reports.gathering import gather
from services.reporting.reports.measuring import widths
from services.reporting.reports.sheets import as_xlsx
from services.reporting.reports.webpage import as_html
from services.reporting.tables import Annotation
from shared.clock import now
from shared.db import Database
from tests.reporting.happenings import Happenings
from tests.reporting.story import three_cohorts


@pytest.mark.unhurried
def test_a_note_is_drawn_where_it_belongs_and_listed(light_database: Database, light_world: Happenings) -> None:
    three_cohorts(light_world)
    before = now()
    of_all = Annotation(on=date(2020, 8, 1), text_ko="채용의 날", text_en="The day of the hires", by="m")
    of_one = Annotation(on=date(2020, 9, 1), text_ko="한 지표만", text_en="One only", indicator="jobs_created", by="m")
    of_other = Annotation(on=date(2020, 9, 2), text_ko="다른 계획", text_en="Elsewhere", goal="not-of-this-plan", by="m")
    with light_database.write() as session:
        session.add_all([of_all, of_one, of_other])
    with light_database.read() as session:
        content = gather(session, wish(session, "hustar", as_of=date(2020, 12, 31)))
        then = gather(session, wish(session, "hustar", as_of=date(2020, 12, 31), known_at=before))
    assert [each["text"]["en"] for each in content["notes"]] == ["The day of the hires", "One only"]
    assert then["notes"] == [], "they were not known then"
    form = Format("en")
    report = compose(content, form)
    (listed,) = [section for section in report.sections if section.id == "notes"]
    html = as_html(report, content, form)
    assert listed.title in html
    assert "In the chart: 1 = August 1, 2020, The day of the hires; 2 = September 1, 2020, One only." in html
    charts = [block.chart for section in report.sections for block in section.blocks if isinstance(block, Picture)]
    (both,) = [chart for chart in charts if '"text": "2"' in str(chart.specification())]
    assert "obs" in both.title
    assert checksum({**content, "notes": []}) == content["checksum"], "figures are summed up, not words"
    assert "notes" not in [section.id for section in compose(then, form).sections]
    pictures = [unquote(found) for found in re.findall(r'src="data:image/svg\+xml,([^"]+)"', html)]
    assert pictures
    assert not any("aria-" in each or "pointer-events" in each for each in pictures), "what nobody sees was left out"


def test_a_workbook_has_frozen_heads_formats_and_no_formulas() -> None:
    rows = [
        [Cell("=HYPERLINK(1)"), Cell("7.5%", 0.075), Cell("76.9%", 76.9), Cell("Aug 1", date(2020, 8, 1)), Cell("1,234", 1234)]
    ]
    heads = ["+Name", "Share", "Rate", "Day", "Count"]
    sections = [
        Section("one", "하나: [1]", 1, [Grid(Table("=cap", heads, rows))]),
        Section("one", "하나: [1]", 1, [Passage("-1")]),
    ]
    content = {
        "report": dict.fromkeys(("framework", "framework_version", "period", "as_of", "known_at")) | {"filters": {}},
        "goals": [], "indicators": [], "checksum": "sha256:0",
    }  # fmt: skip
    report = Report(
        language="ko", title="=1+1", subtitle="@x", owner="대구", cover=[("a", "=b")], checksum="sha256:0", sections=sections
    )
    data = as_xlsx(report, content, Format("ko"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert len(set(book.sheet_names)) == 5, "sections of one name have sheets of their own"
    (line,) = [each for each in book.get_sheet_by_index(1).to_python() if "HYPERLINK" in str(each[0])]
    assert line[1:] == [0.075, 76.9, date(2020, 8, 1), 1234.0]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = {name: package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")}
        styles, texts = package.read("xl/styles.xml").decode(), package.read("xl/sharedStrings.xml").decode()
    assert not any("<f>" in each for each in sheets.values())
    assert all('state="frozen"' in sheets[f"xl/worksheets/sheet{number}.xml"] for number in (2, 4, 5))
    assert "0.0%" in styles
    assert "yyyy-mm-dd" in styles
    assert not re.search(r"<t[^>]*>[=+@-]", texts), (
        "nothing that a spreadsheet would take for a formula, even when it is typed anew"
    )


def test_columns_of_a_printed_table_are_as_wide_as_what_stands_in_them() -> None:
    rows = [[Cell("대학교 이름이 꽤 긴 어느 한 대학교"), Cell("1,234,567명", 1_234_567), Cell("–")]]
    found = widths(Table("", ["대학", "양성 인재", "비고"], rows))
    assert sum(found) == 100
    assert found[0] > found[1] > found[2]
    many = widths(Table("", [f"머리 {number}" for number in range(7)], [[Cell("말이 많은 칸 " * 9)] * 7]))
    assert sum(many) == 100
    assert min(many) >= 12
