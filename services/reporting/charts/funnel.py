"""From the first stage to the last: how many came to each, and which share of the stage before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.reporting.charts.chart import ACTUAL, NARROW, SOFT, Cell, Chart, Table, Wording
from services.reporting.domain.values import State, Unit, as_percent
from shared.errors import N_

_ROW: Final = 38


@dataclass(frozen=True, slots=True)
class Stage:
    """How many came to a stage, or why that is not known."""

    name: str
    count: float | None
    state: State = State.OK


def funnel(title: str, stages: Sequence[Stage], *, unit: Unit, form: Wording) -> Chart:
    """The stages in their order."""
    shares = _shares(stages)
    cells = [
        [
            Cell(stage.name, stage.name),
            Cell(form.value(stage.count, stage.state, unit), stage.count),
            Cell("–" if share is None else form.share(share), None if share is None else as_percent(share)),
        ]
        for stage, share in zip(stages, shares, strict=True)
    ]
    heads = [form.text(N_("Stage")), form.text(N_("Count")), form.text(N_("Of the stage before"))]
    table = Table(title, heads, cells)
    known = [stage for stage in stages if stage.count is not None]
    if not known or not max(stage.count or 0 for stage in known):
        return Chart(title, form.text(N_("There is no number to draw yet.")), table, None)
    first, last = known[0], known[-1]
    told = {"first": first.name, "count": form.value(first.count, State.OK, unit)}
    told |= {"last": last.name, "rest": form.value(last.count, State.OK, unit)}
    summary = form.text(N_("{first}: {count}. {last}: {rest}."), **told)

    def spec(width: int) -> Mapping[str, Any]:
        return _spec(stages, shares, width, unit=unit, form=form)

    return Chart(title, summary, table, spec)


def _shares(stages: Sequence[Stage]) -> list[float | None]:
    found: list[float | None] = []
    before: float | None = None
    for stage in stages:
        found.append(stage.count / before if stage.count is not None and before else None)
        before = stage.count
    return found


def _spec(stages: Sequence[Stage], shares: Sequence[float | None], width: int, *, unit: Unit, form: Wording) -> Mapping[str, Any]:
    values: list[dict[str, Any]] = []
    for stage, share in zip(stages, shares, strict=True):
        text = form.value(stage.count, stage.state, unit)
        if share is not None:
            text += f" ({form.share(share)})"
        values.append({"name": stage.name, "value": stage.count or 0, "text": text, "known": stage.count is not None})
    most = max(row["value"] for row in values)
    axis = {"title": None, "domain": False, "ticks": False, "labelLimit": width // 3}
    y = {"field": "name", "type": "nominal", "sort": [stage.name for stage in stages], "axis": axis}
    scale = {"domain": [0, most * (1.4 if width > NARROW else 2.1)]}
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": scale}
    colour = {"condition": {"test": "!datum.known", "value": SOFT}, "value": "#1e2124"}
    return {
        "height": {"step": _ROW},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar", "color": ACTUAL, "height": 24, "cornerRadiusEnd": 2}, "encoding": {"y": y, "x": x}},
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"y": y, "x": x, "text": {"field": "text"}, "color": colour},
            },
        ],
    }
