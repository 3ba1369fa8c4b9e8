"""The parts of reports on their own: words for what is missing, files that were tampered with, printing that is not to be had."""

import io
import json
import subprocess
import zipfile
from typing import Any

import pytest
from hwpx import HwpxDocument
from python_calamine import CalamineWorkbook

from services.reporting.charts import Cell, Stage, Table, funnel
from services.reporting.domain.values import Unit
from services.reporting.pages.formatting import Format
from services.reporting.reports import goal_chapters, indicator_chapters, printing
from services.reporting.reports.asking import first_day, format_of
from services.reporting.reports.canonical import checksum, rows_of
from services.reporting.reports.closings import Restated, restated
from services.reporting.reports.composing import compose
from services.reporting.reports.document import Block, Grid, Passage, Picture, Remark, Report, Section
from services.reporting.reports.hangul import as_hwpx
from services.reporting.reports.press import NO_FONT, NO_LIBRARY
from services.reporting.reports.printing import NoKoreanFont, NoPrintLibrary, as_pdf
from services.reporting.reports.reading_back import Unreadable, differences, read_back
from services.reporting.reports.sheets import as_xlsx, number
from shared.db import Database
from shared.errors import NotFound, Unavailable

KO, EN = Format("ko"), Format("en")
TREES = {"ko": "나무", "en": "Trees"}


def goal(**said: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "goal": "trees", "plan": "pohang", "name": TREES, "headline": True, "unit": "seats", "unit_name": None, "state": "ok",
        "actual": 40, "target": 100, "expected_today": 50.4, "progress": 0.4, "pace": "behind", "due_on": "2029-12-31",
        "latest_forecast": None, "past": [], "pace_line": [], "value": None,
    }  # fmt: skip
    return {**usual, **said}


def figure(**said: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "as_of": "2026-09-30", "state": "ok", "value": 50.0, "numerator": 1, "denominator": 2, "unknown": 0, "low": 50.0,
        "high": 50.0, "exclusions": [], "matures_on": None, "sources": [], "dimensions": {}, "indicator": "rate",
        "definition_version": 1, "known_at": "2026-10-01T00:00:00+00:00", "complete": True, "minimum_grade": 1,
        "known_share": None, "evidence": [],
    }  # fmt: skip
    return {**usual, **said}


def indicator(**said: Any) -> dict[str, Any]:
    text = {"ko": "률", "en": "Rate"}
    definition = {"id": "rate", "version": 1, "unit": "percent", "name": text, "exclusions": {}}
    definition |= {"formula": text, "window": text, "standard": text}
    usual: dict[str, Any] = {"definition": definition, "value": figure(), "series": [], "by": {}, "not_narrowed": []}
    return {**usual, **said}


def content(**said: Any) -> dict[str, Any]:
    about = {
        "framework": "pohang", "framework_version": 1, "period": "2026-09", "as_of": "2026-09-30", "filters": {},
        "known_at": "2026-10-01T00:00:00+00:00", "name": TREES, "owner": TREES, "source": {"text": TREES},
    }  # fmt: skip
    found: dict[str, Any] = {"report": about, "goals": [goal()], "indicators": [indicator()], "tree": [], "names": {}}
    found |= said
    return {"checksum": checksum(found), **found}


def text_of(report: Report, section: str) -> str:
    return " ".join(
        block.text if isinstance(block, Passage | Remark) else " ".join(cell.text for row in _table(block).rows for cell in row)
        for each in report.sections
        if each.id == section
        for block in each.blocks
    )


def _table(block: Grid | Picture) -> Table:
    return block.table if isinstance(block, Grid) else block.chart.table


def test_a_goal_without_a_figure_says_why_and_one_with_a_forecast_how_likely() -> None:
    kept = {"as_of": "2026-08-31", "median": 90.2, "low": 70.0, "high": 99.0, "chance": 0.25}
    (said, _) = goal_chapters.summary_sentences(content(goals=[goal(latest_forecast=kept)]), EN)
    assert said == (
        "Trees: 40 jobs of 100 jobs. It should be 50 jobs by then: behind the pace. Forecast for December 31, 2029: 90 jobs "
        "(70 jobs to 99 jobs); the target is reached with a chance of 25.0%."
    )
    bare = goal(expected_today=None, target=None)
    assert next(goal_chapters.summary_sentences(content(goals=[bare]), EN)).startswith("Trees: 40 jobs of not stated. There is")
    nothing = goal(actual=None, state="not_started", plan="hustar")
    assert [*goal_chapters.summary_sentences(content(goals=[nothing]), KO)] == ["나무: 시작 전."]
    assert rows_of(content(goals=[goal(latest_forecast=kept, past=[{"on": "2026-08-31", "value": 30}])]))[4]["value"] == 90.2


@pytest.mark.parametrize(
    ("said", "value", "told"),
    [
        ({"unit": "trees", "unit_name": TREES}, 1234.5, "1,234.5 Trees"),
        ({"unit": "trees"}, 1234, "1,234"),
        ({"unit": "trees", "state": "not_surveyed"}, None, "Not surveyed"),
        ({"unit": "trees"}, None, "–"),
        ({"unit": "seats", "state": "not_started"}, None, "Not started"),
    ],
)
def test_a_figure_is_told_in_the_unit_of_its_plan(said: dict[str, Any], value: float | None, told: str) -> None:
    assert goal_chapters.figure(goal(**said), value, EN) == told


def test_the_tree_of_goals_leaves_out_parts_that_nothing_belongs_to_and_keeps_goals_that_belong_nowhere() -> None:
    nodes = [
        {"name": TREES, "missing": None, "goals": ["trees", "gone"], "nodes": []},
        {"name": None, "missing": {"ko": "이름 없음", "en": "not named"}, "goals": [], "nodes": []},
    ]
    goals = [goal(), goal(goal="loose", name={"ko": "홀로", "en": "Loose"}, progress=None, expected_today=None)]
    (grid,) = goal_chapters.goal_tree(content(goals=goals, tree=nodes), EN)
    assert isinstance(grid, Grid)
    assert [row[0].text.strip() for row in grid.table.rows] == ["Trees", "Trees", "Loose"]
    assert [row[5].text for row in grid.table.rows] == ["", EN.text(grid.table.rows[1][5].text), "–"]


def test_headlines_are_drawn_with_their_way_where_one_is_known() -> None:
    past = [{"on": "2026-08-31", "value": 30}, {"on": "2026-09-30", "value": None}]
    line = [{"on": "2020-01-01", "value": 0}, {"on": "2029-12-31", "value": 100}]
    drawn = goal_chapters.headline_blocks(content(goals=[goal(past=past, pace_line=line), goal(), goal(target=None)]), EN)
    assert len(drawn) == 3
    assert all(isinstance(each, Picture) for each in drawn)


def test_an_indicator_says_what_it_was_not_narrowed_by_whom_it_left_out_and_when_it_can_be_counted() -> None:
    left_out = [{"reason": "minor", "count": 3}, {"reason": "none", "count": 0}]
    young = figure(value=None, state="immature", unknown=2, low=10.0, high=60.0, exclusions=left_out, matures_on="2027-01-31")
    points = [figure(dimensions={"field": "robot"}), figure(dimensions={"field": None}, numerator=None)]
    series = [figure(dimensions={"month": "2026-09"})]
    each = indicator(value=young, not_narrowed=["gender"], series=series, by={"field": points, "university_id": []})
    (_, section) = indicator_chapters.indicator_sections(content(indicators=[each], names={"field": {"robot": TREES}}), EN)
    told = text_of(compose(content(indicators=[each]), EN), section.id)
    for expected in (
        "Not narrowed by gender", "The outcome of 2 is not known (yet): it lies between 10.0% and 60.0%.", "Left out: 3 (minor).",
        "It can be computed from January 31, 2027 on.", "Too early to say", "Unknown 50.0% – 2",
    ):  # fmt: skip
        assert expected in told
    assert sum(isinstance(block, Picture) for block in section.blocks) == 2
    silent = indicator(value=figure(value=None, state="not_started", denominator=None))
    (_, section) = indicator_chapters.indicator_sections(content(indicators=[silent]), EN)
    assert [type(block) for block in section.blocks] == [Passage, Passage]


def test_what_differs_from_a_closed_report_is_told_with_its_reason() -> None:
    frozen = content(indicators=[indicator(), indicator(definition={**indicator()["definition"], "id": "same"})])
    known = {**indicator()["definition"], "version": 2}
    now = content(
        goals=[goal(actual=44), goal(goal="new")],
        indicators=[indicator(definition=known, value=figure(value=60.0, numerator=3)), *frozen["indicators"][1:]],
    )
    rate, trees = sorted(restated(frozen, now), key=lambda each: each.id)
    assert (rate.definition_changed, rate.entered, rate.left) == (True, 2, 0)
    assert rate.why(EN) == "The definition has another version."
    assert trees.why(EN) == "Targets, observations or what is measured by changed."
    assert (trees.frozen, trees.current) == (40, 44)
    later = Restated("x", "indicator", TREES, "2026-09", "percent", 1.0, "ok", None, "suppressed", entered=4, left=1)
    assert later.why(EN) == "Became known later: 4 more counted, 1 no longer counted."
    kept = Restated("x", "indicator", TREES, "2026-09", "number", 1.0, "ok", None, "suppressed", said=later.facts())
    assert kept.why(KO) == later.why(KO)
    report = compose(now, EN, closed={"closed_at": "2026-10-02T00:00:00+00:00"}, restated=[later, kept])
    assert report.frozen
    told = text_of(report, "restated")
    assert "1.0% Too few to show Became known later" in told
    assert "2026-09 1 Too few to show" in told
    (same,) = [each.title for each in compose(now, EN, restated=[kept]).sections if each.id == "restated"]
    assert same == "Restated since the last closed report"
    nothing = text_of(compose(now, EN, closed={"closed_at": "2026-10-02T00:00:00+00:00"}), "restated")
    assert nothing == "Nothing: counted again today, every figure is the same."


def test_a_narrowed_report_says_by_what_and_that_goals_are_not() -> None:
    about = {**content()["report"], "filters": {"field": "robot", "gender": "unknown"}, "period": None}
    report = compose(content(report=about, names={"field": {"robot": TREES}}), EN)
    assert ("Filters", "field = Trees, gender = unknown") in report.cover
    assert "Goals are told of as a whole" in text_of(report, "summary")
    assert ("Period", "everything up to the as-of date") in report.cover


def written(**said: Any) -> Report:
    """A small report that has one of everything, and two chapters of one name."""
    table = Table("표", ["이름", "값"], [[Cell("=1+1"), Cell("2", 2)], [Cell("반", 0.5), Cell("", None)]])
    nothing = funnel("없음", [Stage("지원", 0)], unit=Unit.PERSONS, form=KO)
    blocks: list[Block] = [Passage("본문", strong=True), Remark("각주"), Grid(table), Picture(nothing)]
    sections = [Section("a", "장", 1, blocks), Section("b", "장", 1, [Passage("x")]), Section("c", "빈 장", 1)]
    sections += [Section("d", "절", 2, [Grid(table)])]
    usual: dict[str, Any] = {"language": "ko", "title": "제목", "subtitle": "부제", "owner": "시", "cover": [("기간", "2026-09")]}
    return Report(**usual, checksum="c", sections=sections, **said)


@pytest.mark.unhurried
def test_a_workbook_and_a_hangul_file_hold_every_kind_of_block_and_can_be_read_back() -> None:
    whole = content()
    sheets = as_xlsx(written(), whole, KO)
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets))
    assert [name for name in book.sheet_names if name.startswith("장")] == ["장", "장 2"]
    cells = [cell for row in book.get_sheet_by_name("장").to_python() for cell in row]
    assert "'=1+1" in cells
    assert {2.0, 0.5} <= {cell for cell in cells if isinstance(cell, float)}
    hangul = as_hwpx(written(frozen=True), whole, KO)
    text = HwpxDocument.open(io.BytesIO(hangul)).text.plain()
    assert KO.text("Closed: these figures are frozen as they were published.") in text
    for data in (sheets, hangul, json.dumps(whole).encode()):
        found = read_back(data)
        assert (found.intact, found.rows) == (True, rows_of(whole))


def test_a_cell_of_the_figures_is_what_it_was_before_it_was_written() -> None:
    assert [number("value", text) for text in ("", None, "2.0", "0.25")] == [None, None, 2, 0.25]
    assert number("state", "ok") == "ok"
    with pytest.raises(ValueError, match="many"):
        number("value", "many")


@pytest.mark.parametrize(
    "about",
    [{"filters": {"moon": "x"}}, {"filters": {"cohort_ordinal": "x"}}, {"filters": []}, {"as_of": "soon"}, {"known_at": None}],
)
def test_a_report_that_says_it_is_about_what_there_is_not_cannot_be_counted_again(light_database: Database, about: Any) -> None:
    whole = content()
    found = read_back(json.dumps({**whole, "report": {**whole["report"], **about}}).encode())
    assert not found.intact
    with light_database.read() as session, pytest.raises(Unreadable, match="cannot be asked"):
        differences(session, found)


def test_a_package_or_a_table_whose_cover_is_damaged_is_no_report() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    for data in (buffer.getvalue(), b"kind,id\n", b'cover,about,"[]"\n'):
        with pytest.raises(Unreadable):
            read_back(data)


@pytest.mark.parametrize(
    ("code", "expected"), [(NO_LIBRARY, NoPrintLibrary), (NO_FONT, NoKoreanFont), (1, Unavailable), (None, Unavailable)]
)
def test_printing_that_is_not_to_be_had_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, code: int | None, expected: type[Exception]
) -> None:
    command = f"import sys; sys.stdin.buffer.read(); sys.exit({code})" if code is not None else "import time; time.sleep(9)"
    run = subprocess.run

    def another(arguments: list[str], **said: Any) -> Any:
        return run([arguments[0], "-I", "-S", "-c", command], **said)

    monkeypatch.setattr(printing, "SECONDS", 5 if code is not None else 0.05)
    monkeypatch.setattr(subprocess, "run", another)
    with pytest.raises(expected):
        as_pdf("<p>x</p>", "{}")


def test_no_more_reports_are_printed_at_once_than_the_machine_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_WAIT", 0.01)
    for _ in range(2):
        assert printing._AT_ONCE.acquire(blocking=False)
    try:
        with pytest.raises(Unavailable):
            as_pdf("<p>x</p>", "{}")
    finally:
        for _ in range(2):
            printing._AT_ONCE.release()


def test_periods_begin_on_their_first_day_and_formats_are_few() -> None:
    assert [str(first_day(period)) for period in ("2026", "2026-Q3", "2026-09")] == ["2026-01-01", "2026-07-01", "2026-09-01"]
    with pytest.raises(NotFound):
        format_of("docx")
