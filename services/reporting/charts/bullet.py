"""A goal's progress in one bar: how much there is, how much there should be today, what is foretold, and the target."""

from collections.abc import Mapping
from typing import Any

from services.reporting.charts.chart import ACTUAL, FORECAST, GRID, INK, NARROW, TARGET, Cell, Chart, Table, Wording
from services.reporting.charts.line import Band
from services.reporting.domain.values import State, Unit, rounded
from shared.errors import N_


def bullet(
    title: str,
    actual: float | None,
    *,
    target: float,
    unit: Unit,
    form: Wording,
    state: State = State.OK,
    expected: float | None = None,
    forecast: Band | None = None,
) -> Chart:
    """`expected` is where it should be today."""
    parts = [(form.text(N_("Actual")), Cell(form.value(actual, state, unit), actual))]
    if expected is not None:
        parts.append((form.text(N_("Should be today")), Cell(form.value(expected, State.OK, unit), rounded(expected, 2))))
    if forecast is not None:
        told = {"low": form.value(forecast.low, State.OK, unit), "high": form.value(forecast.high, State.OK, unit)}
        said = form.value(forecast.mid, State.OK, unit) + " " + form.text(N_("({low} to {high})"), **told)
        parts.append((form.text(N_("Forecast")), Cell(said, forecast.mid)))
    parts.append((form.text(N_("Target")), Cell(form.target(target, unit), target)))
    table = Table(title, [form.text(N_("What")), form.text(N_("Value"))], [[Cell(name, name), cell] for name, cell in parts])
    summary = ". ".join(f"{name}: {cell.text}" for name, cell in parts) + "."
    if actual is None:
        return Chart(title, summary, table, None)

    def spec(width: int) -> Mapping[str, Any]:
        return _spec(actual, target, expected, forecast, width)

    return Chart(title, summary, table, spec)


def _spec(
    actual: float,
    target: float,
    expected: float | None,
    forecast: Band | None,
    width: int,
) -> Mapping[str, Any]:
    most = max(actual, target, expected or 0, forecast.high if forecast else 0) * 1.04 or 1
    scale = {"domain": [min(0.0, actual), most], "nice": False}
    ticks = {"title": None, "grid": False, "format": ",.6~g", "tickCount": 5 if width > NARROW else 3, "labelOverlap": True}
    x = {"field": "value", "type": "quantitative", "scale": scale, "axis": ticks}
    layers: list[Mapping[str, Any]] = [
        _bar(target, 30, GRID, x),
        _bar(actual, 16, ACTUAL, x),
    ]
    if forecast is not None:
        ends = {"low": forecast.low, "value": forecast.mid, "high": forecast.high}
        data = {"values": [ends]}
        span = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
        layers.append({"data": data, "mark": {"type": "rule", "color": FORECAST, "strokeWidth": 3}, "encoding": span})
        dot = {"type": "point", "color": FORECAST, "filled": True, "size": 90, "opacity": 1}
        layers.append({"data": data, "mark": dot, "encoding": {"x": x}})
    layers.append(_tick(target, TARGET, 36, x))
    if expected is not None:
        layers.append(_tick(expected, INK, 26, x))
    return {"height": 44, "layer": layers, "autosize": {"type": "fit-x", "contains": "padding"}}


def _bar(value: float, height: int, colour: str, x: Mapping[str, Any]) -> Mapping[str, Any]:
    bar = {"type": "bar", "color": colour, "height": height}
    return {"data": {"values": [{"value": value}]}, "mark": bar, "encoding": {"x": x}}


def _tick(value: float, colour: str, size: int, x: Mapping[str, Any]) -> Mapping[str, Any]:
    tick = {"type": "tick", "color": colour, "thickness": 3, "size": size, "orient": "vertical"}
    return {"data": {"values": [{"value": value}]}, "mark": tick, "encoding": {"x": x}}
