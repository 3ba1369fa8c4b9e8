"""A breakdown: one bar per member, its value beside it; where there is no number, why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.reporting.charts.chart import ACTUAL, NARROW, SOFT, Cell, Chart, Table, Wording
from services.reporting.domain.values import State, Unit
from shared.errors import N_

_ROW: Final = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A member and its value, or why it has none."""

    name: str
    value: float | None
    state: State = State.OK


def bars(title: str, rows: Sequence[Bar], *, unit: Unit, form: Wording, of: str) -> Chart:
    """Bars in the order given. `of` says what the members are: "Field", "University"."""
    cells = [[Cell(row.name, row.name), Cell(form.value(row.value, row.state, unit), row.value)] for row in rows]
    table = Table(title, [of, form.text(N_("Value"))], cells)
    known = [row for row in rows if row.value is not None]
    if not known:
        return Chart(title, form.text(N_("There is no number to draw yet.")), table, None)
    most, least = max(known, key=lambda row: row.value or 0), min(known, key=lambda row: row.value or 0)
    told = {"most": most.name, "value": form.value(most.value, State.OK, unit)}
    summary = form.text(N_("The most is {most} with {value}."), **told)
    if least is not most:
        told = {"least": least.name, "value": form.value(least.value, State.OK, unit)}
        summary += " " + form.text(N_("The least is {least} with {value}."), **told)

    def spec(width: int) -> Mapping[str, Any]:
        return _spec(rows, width, unit=unit, form=form)

    return Chart(title, summary, table, spec)


def _spec(rows: Sequence[Bar], width: int, *, unit: Unit, form: Wording) -> Mapping[str, Any]:
    values: list[dict[str, Any]] = [
        {
            "name": row.name,
            "value": row.value or 0,
            "text": form.value(row.value, row.state, unit),
            "known": row.value is not None,
        }
        for row in rows
    ]
    longest = max(0, *(row["value"] for row in values), 0) or 1
    names = [row.name for row in rows]
    y: dict[str, Any] = {"field": "name", "type": "nominal", "sort": names}
    y |= {"axis": {"title": None, "domain": False, "ticks": False, "labelLimit": width // 3}}
    room = longest * (1.28 if width > NARROW else 1.6)
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [min(0, *(row["value"] for row in values), 0), room]},
        "axis": None,
    }
    label = {"type": "text", "align": "left", "dx": 6}
    layers: list[Mapping[str, Any]] = [
        {"mark": {"type": "bar", "color": ACTUAL, "height": 16, "cornerRadiusEnd": 2}, "encoding": {"y": y, "x": x}},
        {
            "mark": label,
            "encoding": {"y": y, "x": x, "text": {"field": "text"}}
            | {"color": {"condition": {"test": "!datum.known", "value": SOFT}, "value": "#1e2124"}},
        },
    ]
    return {
        "height": {"step": _ROW},
        "data": {"values": values},
        "layer": layers,
        "autosize": {"type": "fit-x", "contains": "padding"},
    }
