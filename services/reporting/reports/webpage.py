"""A report as one HTML page that stands by itself: its style, its charts and its figures are inside it."""

import base64
import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from services.reporting.charts import Table, svg
from services.reporting.pages.formatting import Format
from services.reporting.reports.document import Grid, Passage, Picture, Remark, Report
from services.reporting.reports.measuring import widths

_FOLDER: Final = Path(__file__).with_name("templates")
FIGURES_ID: Final = "hustar-report"
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_KINDS: Final = {Passage: "passage", Picture: "picture", Grid: "grid", Remark: "remark"}


def as_html(report: Report, content: Mapping[str, Any], form: Format, *, back: str = "") -> str:
    """The page. `content` is put into it as data, so that its figures can be read back. Raises NothingDrawn."""
    return _ENVIRONMENT.get_template("report.html").render(
        report=report,
        t=form.text,
        style=Markup(style()),  # noqa: S704 - our own file
        numeric=Table.is_numeric,
        widths=widths,
        kind_of=lambda block: _KINDS[type(block)],
        picture=_picture,
        data=Markup(embedded(content)),  # noqa: S704 - escaped there
        figures_id=FIGURES_ID,
        back=back,
    )


def embedded(content: Mapping[str, Any]) -> str:
    """JSON that ends no script element early, and starts none."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


@cache
def style() -> str:
    return (_FOLDER / "report.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Lets in the style above and pictures that are inside the page; nothing else."""
    digest = base64.b64encode(sha256(style().encode()).digest()).decode()
    ours = f"style-src 'sha256-{digest}'; img-src data:"
    return f"default-src 'none'; {ours}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def _picture(block: Picture) -> str | None:
    """A chart as the address of a picture that is inside the page."""
    drawn = svg(block.chart)
    return None if drawn is None else "data:image/svg+xml," + quote(drawn, safe=" =:/'();,")
