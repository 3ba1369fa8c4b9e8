"""Charts: Vega-Lite specifications as data, made from figures, drawn in one place, each with the table of the same data.

How to use them, on a page or in a report:

    from services.reporting.charts import Dot, drawings, line

    chart = line("Talents trained", {"": [Dot(day, 12_345), ...]}, unit=Unit.PERSONS, form=form, pace=progress.current.line)
    drawn, = drawings([chart])      # all charts of a page in one call: one round trip for those that are not kept yet
    {{ drawn.markup }}              # in the template; "" where nothing could be drawn: the table always stands
    drawn.table                     # caption, heads, rows of Cell(text, value): the same data

`line` (series with pace, target, forecast and annotations), `bars` (a breakdown), `waterfall` (the steps of an explanation),
`funnel` and `bullet` (a goal's progress) return a `Chart`: its specification, a title, a summary in words and its table.
Whatever has no number is not drawn and says in words why.

For pages, `Drawing.markup` is an inline SVG twice, wide and narrow (`chart-wide`, `chart-narrow`: static/charts.css shows one),
without style attributes or style sheets, so that a strict Content-Security-Policy lets it be; its colours are
`var(--chart-..., light colour)`, which charts.css sets for light and dark; it is as wide as its place. It has a title and a
description for those who do not see it. `keep="anything stable"` in `drawings` makes ids unique if a chart is there twice.

For files, `svg` gives the wide one with plain colours, `png` the same as pixels, in Pretendard or the system's Korean font.

Drawing takes 60-110 ms, a second the first time, and holds Python's lock meanwhile. It is done in a process of its own
(`painter`), is kept by the hash of its specification (bounded), and `warm` starts that process before anybody asks. A page
whose figures did not change draws nothing.
"""

from services.reporting.charts.bars import Bar, bars
from services.reporting.charts.bullet import bullet
from services.reporting.charts.chart import Cell, Chart, Table, Wording
from services.reporting.charts.funnel import Stage, funnel
from services.reporting.charts.line import Band, Dot, Note, line
from services.reporting.charts.markup import Drawing, drawings
from services.reporting.charts.painter import NothingDrawn, png, svg, warm
from services.reporting.charts.waterfall import Change, waterfall

__all__ = [
    "Band",
    "Bar",
    "Cell",
    "Change",
    "Chart",
    "Dot",
    "Drawing",
    "Note",
    "NothingDrawn",
    "Stage",
    "Table",
    "Wording",
    "bars",
    "bullet",
    "drawings",
    "funnel",
    "line",
    "png",
    "svg",
    "warm",
    "waterfall",
]
