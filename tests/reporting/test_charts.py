"""Charts: drawn from figures, fit for a page that lets no style in, with the same data as a table."""

import re
from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from services.reporting.charts import (
    Band,
    Bar,
    Change,
    Chart,
    Dot,
    NothingDrawn,
    Stage,
    bars,
    bullet,
    drawings,
    funnel,
    line,
    painter,
    png,
    svg,
    waterfall,
)
from services.reporting.domain.goals import Step
from services.reporting.domain.values import State, Unit
from services.reporting.pages.formatting import Format

KOREAN = Format("ko")
PERSONS = Unit.PERSONS
DOTS = [Dot(date(2026, month, 28), month * 100.0) for month in range(1, 7)]


def a_line() -> Chart:
    pace = [Step(date(2026, 1, 1), 0), Step(date(2026, 12, 31), 3000)]
    forecast = Band(date(2026, 12, 31), 1100, 1200, 1300)
    return line("양성 <인재>", {"": DOTS}, unit=PERSONS, form=KOREAN, pace=pace, target=3000, forecast=forecast)


CHARTS: dict[str, Callable[[], Chart]] = {
    "line": a_line,
    "bars": lambda: bars("분야", [Bar("물", 3), Bar("로봇", None, State.SUPPRESSED)], unit=PERSONS, form=KOREAN, of="분야"),
    "waterfall": lambda: waterfall(
        "이유", ("전", 10), [Change("정정", -4), Change("정정", 6)], ("후", 12), unit=PERSONS, form=KOREAN
    ),
    "funnel": lambda: funnel("단계", [Stage("지원", 50), Stage("선발", 20)], unit=PERSONS, form=KOREAN),
    "bullet": lambda: bullet("목표", 120, target=300, expected=150, unit=PERSONS, form=KOREAN),
}


@pytest.mark.unhurried
@pytest.mark.parametrize("name", CHARTS)
def test_a_page_gets_a_chart_without_styles_that_says_what_it_shows(name: str) -> None:
    chart = CHARTS[name]()
    drawn, again = drawings([chart, chart])
    whole = ET.fromstring(f"<div>{drawn.markup}</div>")  # noqa: S314 - our own
    wide, narrow = whole
    assert [each.get("class") for each in (wide, narrow)] == ["chart chart-wide", "chart chart-narrow"]
    assert not re.search(r"\bstyle\b|<style|font-family|class=\"mark", drawn.markup)
    title, summary = wide[0], wide[1]
    assert (title.text, summary.text) == (chart.title, chart.summary)
    assert wide.get("aria-labelledby") == f"{title.get('id')} {summary.get('id')}"
    assert title.get("id") != narrow[0].get("id")
    assert set(re.findall(r'(?:fill|stroke)="(#\w+)"', drawn.markup)) <= {"#000"}, "a colour without a variable has no dark twin"
    assert drawn.markup == again.markup


def test_the_table_has_what_the_line_has_and_where_it_should_be() -> None:
    table = a_line().table
    assert [cell.value for cell in table.rows[-1]] == [date(2026, 6, 28), 600, 1471.23]
    assert len(table.rows) == len(DOTS)


def test_what_has_no_number_says_why() -> None:
    chart = CHARTS["bars"]()
    assert [cell.value for cell in chart.table.rows[1]] == ["로봇", None]
    assert chart.table.rows[1][1].text == "인원이 적어 비공개"
    nothing = line("아직", {"": [Dot(date(2026, 1, 31), None, State.NOT_STARTED)]}, unit=PERSONS, form=KOREAN)
    assert drawings([nothing])[0].markup == ""
    assert svg(nothing) is None
    assert nothing.table.rows[0][1].text == "시작 전"


def test_steps_that_do_not_add_up_are_no_waterfall() -> None:
    with pytest.raises(ValueError, match="add up"):
        waterfall("x", ("a", 1), [Change("b", 1)], ("c", 3), unit=PERSONS, form=KOREAN)


@pytest.mark.unhurried
def test_files_get_plain_colours_and_pixels() -> None:
    drawn = svg(a_line())
    assert drawn is not None
    assert "var(" not in drawn
    assert "양성" not in drawn, "the title stands beside it"
    pixels = png(a_line())
    assert pixels is not None
    assert pixels.startswith(b"\x89PNG")


@pytest.mark.unhurried
def test_what_cannot_be_drawn_is_left_to_its_table_and_the_next_is_drawn(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NothingDrawn):
        painter.draw(['{"mark": "no such mark"}'])
    broken = Chart("x", "y", CHARTS["bars"]().table, lambda _: {"mark": "no such mark"})
    assert drawings([broken])[0].markup == ""
    assert "a chart was not drawn" in caplog.text
    assert drawings([CHARTS["funnel"]()])[0].markup
