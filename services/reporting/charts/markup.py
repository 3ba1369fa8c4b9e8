"""Charts as a page has them: inline SVG in the page's own colours and fonts, for wide and for narrow screens."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from services.reporting.charts.chart import NAMES, NARROW, WIDE, Chart, Table, key_of
from services.reporting.charts.painter import NothingDrawn, draw

_log: Final = logging.getLogger(__name__)
_COLOUR: Final = re.compile(r'(fill|stroke)="(#[0-9a-f]{6})"')
_FONT: Final = re.compile(r' font-family="[^"]*"')
_ROOT: Final = re.compile(r'^<svg [^>]*?width="([0-9.]+)" height="([0-9.]+)"[^>]*>')
_ARIA: Final = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_CLASSES: Final = re.compile(r' class="[^"]*"')
_NEVER_SEEN: Final = re.compile(r'<path[^>]* d="(?:M0,0h0v0h0Z)?"[^>]*/>')
_SHADES: Final = ' opacity="1"'


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart for a page. `markup` is empty where there is nothing to draw or nothing could be drawn."""

    chart: Chart
    markup: Markup

    @property
    def table(self) -> Table:
        return self.chart.table

    @property
    def title(self) -> str:
        return self.chart.title

    @property
    def summary(self) -> str:
        return self.chart.summary


def drawings(charts: Sequence[Chart], *, keep: str = "") -> list[Drawing]:
    """Each chart as inline SVG, wide and narrow. What cannot be drawn is logged and left to its table."""
    return [Drawing(chart, _markup(chart, keep)) for chart in charts]


def _markup(chart: Chart, keep: str) -> Markup:
    wide, narrow = chart.specification(WIDE), chart.specification(NARROW)
    if wide is None or narrow is None:
        return Markup("")
    try:
        drawn = draw([wide, narrow])
    except NothingDrawn:
        _log.exception("a chart was not drawn")
        return Markup("")
    name = "chart-" + key_of(wide + chart.title + keep)[:10]
    parts = [_inline(each, chart, f"{name}-{width}", width) for each, width in zip(drawn, ("wide", "narrow"), strict=True)]
    return Markup("").join(parts)


def _inline(drawn: str, chart: Chart, name: str, width: str) -> Markup:
    """Without what a page's policy forbids (there is none) and without what it has better: fonts, colours, names."""
    found = _ROOT.match(drawn)
    assert found is not None
    body = drawn[found.end() :]
    for pattern in (_FONT, _ARIA, _CLASSES, _NEVER_SEEN):
        body = pattern.sub("", body)
    body = _COLOUR.sub(_variable, body.replace(_SHADES, ""))
    across, down = (float(each) for each in found.groups())
    title, summary = escape(chart.title), escape(chart.summary)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{width}" viewBox="0 0 {across:g} {down:g}" role="img"'
        f' aria-labelledby="{name}-t {name}-d" focusable="false">'
        f'<title id="{name}-t">{title}</title><desc id="{name}-d">{summary}</desc>'
    )
    return Markup(head + body)  # noqa: S704 - made by the drawing process from data that it escapes


def _variable(found: re.Match[str]) -> str:
    attribute, colour = found.groups()
    role = NAMES.get(colour)
    return found.group(0) if role is None else f'{attribute}="var(--chart-{role}, {colour})"'
