"""What a chart is: a specification without size, a title, a summary in words, and a table of the same data."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, Protocol

from services.reporting.domain.values import State, Unit
from shared.i18n import Language

WIDE: Final = 720
NARROW: Final = 340
FONT: Final = "Pretendard, NanumGothic, Noto Sans KR, sans-serif"

# One colour per role, none used for two: a page gives each its own variable.
INK: Final = "#1e2124"
SOFT: Final = "#464c53"
GRID: Final = "#e6e8ea"
AXIS: Final = "#b1b8be"
ACTUAL: Final = "#256ef4"
PACE: Final = "#6d7882"
TARGET: Final = "#b35900"
FORECAST: Final = "#7b4fd6"
RISE: Final = "#1c6b2e"
FALL: Final = "#b3300f"
REST: Final = "#8a949e"
SECOND: Final = "#0f7b8a"
THIRD: Final = "#a8328a"
FOURTH: Final = "#7a6a00"
FIFTH: Final = "#4a5bb5"
SERIES: Final = (ACTUAL, SECOND, THIRD, FOURTH, FIFTH, REST)
NAMES: Final = {
    INK: "ink",
    SOFT: "soft",
    GRID: "grid",
    AXIS: "axis",
    ACTUAL: "actual",
    PACE: "pace",
    TARGET: "target",
    FORECAST: "forecast",
    RISE: "rise",
    FALL: "fall",
    REST: "rest",
    SECOND: "second",
    THIRD: "third",
    FOURTH: "fourth",
    FIFTH: "fifth",
}
CONFIG: Final[Mapping[str, Any]] = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "labelFontSize": 12,
        "titleColor": SOFT,
        "gridColor": GRID,
        "domainColor": AXIS,
        "tickColor": AXIS,
        "labelPadding": 6,
    },
    "legend": {"labelColor": SOFT, "labelFontSize": 12, "orient": "top", "symbolStrokeWidth": 2.5, "labelLimit": 260},
    "text": {"color": INK, "fontSize": 12},
    "line": {"strokeWidth": 2.5},
}


class Wording(Protocol):
    """How one reader reads: what `pages.formatting.Format` does."""

    @property
    def language(self) -> Language: ...

    def text(self, message: str, **params: object) -> str: ...

    def number(self, value: float, *, decimals: int = 0) -> str: ...

    def share(self, value: float) -> str: ...

    def value(self, value: float | None, state: State, unit: Unit) -> str: ...

    def target(self, value: float, unit: Unit) -> str: ...

    def day(self, day: date) -> str: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """What a reader reads, and the bare value for a spreadsheet; None where there is no number."""

    text: str
    value: float | str | date | None = None

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, int | float)


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a chart. The first cell of a row is its name."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def is_numeric(self, column: int) -> bool:
        """Whether a column holds numbers: they end at the right, and its head stands over them."""
        return column > 0 and any(row[column].is_number for row in self.rows)


@dataclass(frozen=True, slots=True)
class Chart:
    """`spec` makes the Vega-Lite specification for a width in pixels; None where there is nothing to draw."""

    title: str
    summary: str
    table: Table
    spec: Callable[[int], Mapping[str, Any]] | None

    def specification(self, width: int = WIDE) -> str | None:
        """The whole specification as JSON, the same text for the same data."""
        if self.spec is None:
            return None
        whole = {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "config": CONFIG,
            "padding": 4,
            "autosize": {"type": "fit", "contains": "padding"},
            "width": width,
            **self.spec(width),
        }
        return json.dumps(whole, ensure_ascii=False, sort_keys=True)


def key_of(specification: str) -> str:
    """What a drawing is kept by."""
    return sha256(specification.encode()).hexdigest()


def bare(value: float, unit: Unit, form: Wording) -> str:
    """A number without its unit, with as many places as its unit has."""
    return form.number(value, decimals={Unit.PERCENT: 1, Unit.RATIO: 2}.get(unit, 0) if value != int(value) else 0)
