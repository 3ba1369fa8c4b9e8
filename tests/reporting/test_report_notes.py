"""What people noted of days stands in a report: drawn, listed, as it was known, and outside the checksum."""

import re
from datetime import date
from urllib.parse import unquote

import pytest

from services.reporting.charts import Cell, Table
from services.reporting.pages.formatting import Format
from services.reporting.reports.asking import wish
from services.reporting.reports.canonical import checksum
from services.reporting.reports.composing import compose
from services.reporting.reports.document import Picture
from services.reporting.reports.gathering import gather
from services.reporting.reports.measuring import widths
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


def test_columns_of_a_printed_table_are_as_wide_as_what_stands_in_them() -> None:
    rows = [[Cell("대학교 이름이 꽤 긴 어느 한 대학교"), Cell("1,234,567명", 1_234_567), Cell("–")]]
    found = widths(Table("", ["대학", "양성 인재", "비고"], rows))
    assert sum(found) == 100
    assert found[0] > found[1] > found[2]
    many = widths(Table("", [f"머리 {number}" for number in range(7)], [[Cell("말이 많은 칸 " * 9)] * 7]))
    assert sum(many) == 100
    assert min(many) >= 12
