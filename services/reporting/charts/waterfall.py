"""Why a number moved: where it was, what each cause did to it, and where it is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.reporting.charts.chart import ACTUAL, FALL, NARROW, REST, RISE, Cell, Chart, Table, Wording, bare
from services.reporting.domain.values import State, Unit
from shared.errors import N_

_ROW: Final = 30


@dataclass(frozen=True, slots=True)
class Change:
    """What one cause added or took."""

    name: str
    by: float


def waterfall(
    title: str, before: tuple[str, float], changes: Sequence[Change], after: tuple[str, float], *, unit: Unit, form: Wording
) -> Chart:
    """From a named value through changes to another. They add up: raises ValueError if they do not."""
    if abs(before[1] + sum(change.by for change in changes) - after[1]) > 1e-6:
        raise ValueError("the changes do not add up to the value after them")
    rows = [
        [Cell(before[0], before[0]), Cell(form.value(before[1], State.OK, unit), before[1])],
        *[[Cell(change.name, change.name), Cell(_signed(change.by, unit, form), change.by)] for change in changes],
        [Cell(after[0], after[0]), Cell(form.value(after[1], State.OK, unit), after[1])],
    ]
    table = Table(title, [form.text(N_("Cause")), form.text(N_("Change"))], rows)
    told = {"before": form.value(before[1], State.OK, unit), "after": form.value(after[1], State.OK, unit)}
    summary = form.text(N_("From {before} to {after}."), **told)
    if changes:
        most = max(changes, key=lambda change: abs(change.by))
        summary += " " + form.text(N_("Most of it: {cause} ({change})."), cause=most.name, change=_signed(most.by, unit, form))

    def spec(width: int) -> Mapping[str, Any]:
        return _spec(before, changes, after, width, unit=unit, form=form)

    return Chart(title, summary, table, spec)


def _spec(
    before: tuple[str, float],
    changes: Sequence[Change],
    after: tuple[str, float],
    width: int,
    *,
    unit: Unit,
    form: Wording,
) -> Mapping[str, Any]:
    values: list[dict[str, Any]] = [_bar(0, 0, before[1], "whole", bare(before[1], unit, form))]
    at = before[1]
    for position, change in enumerate(changes, 1):
        kind = "rise" if change.by > 0 else "fall" if change.by < 0 else "rest"
        values.append(_bar(position, at, at + change.by, kind, _signed(change.by, unit, form)))
        at += change.by
    values.append(_bar(len(values), 0, after[1], "whole", bare(after[1], unit, form)))
    ends = [value for row in values for value in (row["from"], row["to"])]
    # Two causes may have the same name: bars are told apart by their position.
    names = dict(enumerate([before[0], *(change.name for change in changes), after[0]]))
    label = f"({json.dumps(names, ensure_ascii=False)})[datum.label]"
    axis = {"title": None, "domain": False, "ticks": False, "labelLimit": width // 2 - 20, "labelExpr": label}
    y = {"field": "key", "type": "nominal", "sort": [row["key"] for row in values], "axis": axis}
    room = (max(ends) - min(0, *ends)) * (0.2 if width > NARROW else 0.4) or 1
    scale = {"domain": [min(0, *ends), max(ends) + room]}
    x = {"field": "from", "type": "quantitative", "axis": None, "scale": scale}
    colours = {"domain": ["whole", "rise", "fall", "rest"], "range": [ACTUAL, RISE, FALL, REST]}
    bar = {"y": y, "x": x, "x2": {"field": "to"}, "color": {"field": "kind", "type": "nominal", "scale": colours, "legend": None}}
    beside = {"y": y, "x": {**x, "field": "end"}, "text": {"field": "text"}}
    return {
        "height": {"step": _ROW},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar", "height": 16}, "encoding": bar},
            {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": beside},
        ],
    }


def _bar(position: int, start: float, end: float, kind: str, text: str) -> dict[str, Any]:
    return {"key": str(position), "from": start, "to": end, "end": max(start, end), "kind": kind, "text": text}


def _signed(value: float, unit: Unit, form: Wording) -> str:
    sign = "+" if value > 0 else "-" if value < 0 else "±"
    return sign + bare(abs(value), unit, form)
