"""A series over time: one line or several, where it should be, where it is going, and what happened on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.reporting.charts.chart import FORECAST, INK, NARROW, PACE, SERIES, TARGET, Cell, Chart, Table, Wording
from services.reporting.domain.goals import Kind, Step, expected_on
from services.reporting.domain.values import State, Unit, rounded
from shared.errors import N_

_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 2], [10, 4])


@dataclass(frozen=True, slots=True)
class Dot:
    """A value at the end of a day, or why there is none."""

    on: date
    value: float | None
    state: State = State.OK


@dataclass(frozen=True, slots=True)
class Note:
    """What happened on a day."""

    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    """Where it will be on a day: the middle and the interval around it."""

    on: date
    low: float
    mid: float
    high: float


def line(
    title: str,
    series: Mapping[str, Sequence[Dot]],
    *,
    unit: Unit,
    form: Wording,
    pace: Sequence[Step] = (),
    target: float | None = None,
    forecast: Band | None = None,
    notes: Sequence[Note] = (),
) -> Chart:
    """Lines by name (up to six; one needs no name), the pace line and the target they are held against.

    A rate has no pace line: it is held against its target all the time.
    """
    drawn = [name for name, dots in series.items() if any(dot.value is not None for dot in dots)]
    table = _table(title, series, unit=unit, form=form, pace=pace)
    summary = _summary(series, unit=unit, form=form, target=target)
    if not drawn:
        return Chart(title, summary, table, None)

    def spec(width: int) -> Mapping[str, Any]:
        layers = [
            *_pace(pace, form),
            *_target(target, unit, form),
            *_lines(series, unit=unit, form=form),
            *_forecast(series, forecast),
            *_notes(notes),
        ]
        return {"height": 260 if width > NARROW else 220, "layer": layers, "encoding": {"x": _x(form, width)}}

    return Chart(title, summary, table, spec)


def _x(form: Wording, width: int) -> Mapping[str, Any]:
    shape = "%Y.%-m." if form.language == "ko" else "%b %Y"
    axis = {"title": None, "format": shape, "grid": False, "tickCount": 8 if width > NARROW else 4, "labelOverlap": True}
    return {"field": "on", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _y(unit: Unit) -> Mapping[str, Any]:
    shape = ",.1f" if unit is Unit.RATIO else ",.6~g" if unit is Unit.PERCENT else ",.0f"
    suffix = {"labelExpr": "datum.label + '%'"} if unit is Unit.PERCENT else {}
    return {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": None, "format": shape, "tickCount": 5, "domain": False, "ticks": False, **suffix},
        "scale": {"zero": True, "nice": True},
    }


def _lines(series: Mapping[str, Sequence[Dot]], *, unit: Unit, form: Wording) -> list[Mapping[str, Any]]:
    names = list(series)
    rows = [
        {"on": dot.on.isoformat(), "value": dot.value, "name": name, "order": position}
        for position, (name, dots) in enumerate(series.items())
        for dot in dots
    ]
    several = len(names) > 1
    of_each = {
        "color": {
            "field": "name",
            "type": "nominal",
            "sort": names,
            "legend": {"title": None, "symbolType": "stroke"} if several else None,
        }
        | {"scale": {"domain": names, "range": list(SERIES[: len(names)])}},
        "strokeDash": {
            "field": "name",
            "type": "nominal",
            "sort": names,
            "legend": {"title": None, "symbolType": "stroke"} if several else None,
        }
        | {"scale": {"domain": names, "range": list(_DASHES[: len(names)])}},
    }
    few = len(rows) <= 40 * max(1, len(names))
    lines: list[Mapping[str, Any]] = [
        {"data": {"values": rows}, "mark": {"type": "line", "invalid": "break-paths-show-path-domains"}}
        | {"encoding": {"y": _y(unit), **of_each}}
    ]
    if few:
        points = {"color": of_each["color"], "y": _y(unit)}
        filled = [row for row in rows if row["value"] is not None]
        lines.append(
            {"data": {"values": filled}, "mark": {"type": "point", "filled": True, "size": 40, "opacity": 1}, "encoding": points}
        )
    if not several:
        lines.extend(_last(rows, unit, form))
    return lines


def _last(rows: Sequence[Mapping[str, Any]], unit: Unit, form: Wording) -> list[Mapping[str, Any]]:
    """The newest value, written beside its point."""
    known = [row for row in rows if row["value"] is not None]
    row = {**known[-1], "text": form.value(known[-1]["value"], State.OK, unit)}
    mark = {"type": "text", "align": "right", "baseline": "bottom", "dx": -2, "dy": -8, "fontSize": 13, "fontWeight": "bold"}
    return [{"data": {"values": [row]}, "mark": mark, "encoding": {"y": _y(unit), "text": {"field": "text"}}}]


def _pace(pace: Sequence[Step], form: Wording) -> list[Mapping[str, Any]]:
    if len(pace) < 2:
        return []
    rows = [{"on": step.on.isoformat(), "value": step.value} for step in pace]
    named = [{**rows[-1], "text": form.text(N_("Pace"))}]
    y = {"field": "value", "type": "quantitative"}
    label = {"type": "text", "align": "right", "baseline": "bottom", "dy": -6, "dx": -4, "color": PACE}
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "line", "color": PACE, "strokeDash": [5, 4], "strokeWidth": 1.75},
            "encoding": {"y": y},
        },
        {"data": {"values": named}, "mark": label, "encoding": {"y": y, "text": {"field": "text"}}},
    ]


def _target(target: float | None, unit: Unit, form: Wording) -> list[Mapping[str, Any]]:
    if target is None:
        return []
    text = form.text(N_("Target {value}"), value=form.target(target, unit))
    data = {"values": [{"value": target, "text": text}]}
    y = {"field": "value", "type": "quantitative"}
    label = {"type": "text", "align": "left", "baseline": "bottom", "dy": -4, "color": TARGET}
    return [
        {"data": data, "mark": {"type": "rule", "color": TARGET, "strokeWidth": 1.5}, "encoding": {"x": None, "y": y}},
        {"data": data, "mark": {**label, "x": 4}, "encoding": {"x": {"value": 4}, "y": y, "text": {"field": "text"}}},
    ]


def _forecast(series: Mapping[str, Sequence[Dot]], forecast: Band | None) -> list[Mapping[str, Any]]:
    known = [dot for dots in series.values() for dot in dots if dot.value is not None]
    if forecast is None or not known:
        return []
    last = max(known, key=lambda dot: dot.on)
    rows = [
        {"on": last.on.isoformat(), "value": last.value, "low": last.value, "high": last.value},
        {"on": forecast.on.isoformat(), "value": forecast.mid, "low": forecast.low, "high": forecast.high},
    ]
    data = {"values": rows}
    low, high = ({"field": name, "type": "quantitative"} for name in ("low", "high"))
    y = {"field": "value", "type": "quantitative"}
    return [
        {
            "data": data,
            "mark": {"type": "area", "fill": FORECAST, "opacity": 0.18},
            "encoding": {"y": low, "y2": {"field": "high"}},
        },
        {"data": data, "mark": {"type": "line", "color": FORECAST, "strokeDash": [2, 3]}, "encoding": {"y": y}},
        {"data": {"values": rows[1:]}, "mark": {"type": "point", "color": FORECAST, "filled": True}, "encoding": {"y": high | y}},
    ]


def _notes(notes: Sequence[Note]) -> list[Mapping[str, Any]]:
    if not notes:
        return []
    rows = [{"on": note.on.isoformat(), "text": str(position)} for position, note in enumerate(notes, 1)]
    label = {"type": "text", "baseline": "top", "align": "left", "dx": 3, "fontWeight": "bold"}
    return [
        {"data": {"values": rows}, "mark": {"type": "rule", "color": INK, "strokeDash": [1, 3]}, "encoding": {}},
        {"data": {"values": rows}, "mark": label, "encoding": {"y": {"value": 2}, "text": {"field": "text"}}},
    ]


def _table(title: str, series: Mapping[str, Sequence[Dot]], *, unit: Unit, form: Wording, pace: Sequence[Step]) -> Table:
    days = sorted({dot.on for dots in series.values() for dot in dots})
    by_day = {name: {dot.on: dot for dot in dots} for name, dots in series.items()}
    rows = [
        [
            Cell(form.day(day), day),
            *[_cell(found.get(day), unit, form) for found in by_day.values()],
            *_should(day, pace, unit, form),
        ]
        for day in days
    ]
    names = [name or form.text(N_("Value")) for name in series]
    return Table(title, [form.text(N_("Date")), *names, *([form.text(N_("Pace"))] if len(pace) > 1 else [])], rows)


def _cell(dot: Dot | None, unit: Unit, form: Wording) -> Cell:
    return Cell("–") if dot is None else Cell(form.value(dot.value, dot.state, unit), dot.value)


def _should(day: date, pace: Sequence[Step], unit: Unit, form: Wording) -> list[Cell]:
    """Where the pace line is at the end of a day."""
    if len(pace) < 2:
        return []
    value = expected_on(day, pace, kind=Kind.CUMULATIVE, starts_on=pace[0].on)
    return [Cell(form.value(value, State.OK, unit), rounded(value, 2))]


def _summary(series: Mapping[str, Sequence[Dot]], *, unit: Unit, form: Wording, target: float | None) -> str:
    """The newest value of each line, where it began, and the target."""
    parts = []
    for name, dots in series.items():
        known = [dot for dot in dots if dot.value is not None]
        if not known:
            continue
        first, last = known[0], known[-1]
        told = {"day": form.day(last.on), "value": form.value(last.value, State.OK, unit)}
        told |= {"first_day": form.day(first.on), "first": form.value(first.value, State.OK, unit)}
        said = form.text(N_("{value} on {day}, from {first} on {first_day}."), **told)
        parts.append(f"{name}: {said}" if name else said)
    if target is not None:
        parts.append(form.text(N_("The target is {value}."), value=form.target(target, unit)))
    return " ".join(parts) or form.text(N_("There is no number to draw yet."))
