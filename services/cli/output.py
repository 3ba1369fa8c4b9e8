"""How the commands speak: a table for people, JSON for programs, exit code 0 for well, 1 for not, 2 for a wrong call."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, NoReturn
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

_ID: Final = 36
"""Characters of an id: it is there to be copied, so it is never cut."""
_NARROW: Final = 10
"""Characters that a column needs to be read when its cells are broken into lines."""
_WIDEST: Final = 10_000
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def show(rows: Sequence[Mapping[str, Any]], *, title: str, as_json: bool, empty: str = "nothing") -> None:
    """Print rows that share their keys."""
    if as_json:
        print(json.dumps(list(rows), ensure_ascii=False, default=plain))
        return
    if not rows:
        out.print(f"{title}: {empty}", soft_wrap=True)
        return
    # As a line of its own, and not as the table's: an id in it must not be broken at the table's width.
    out.print(title, style="italic", soft_wrap=True)
    table = Table(header_style="bold")
    for name, value in rows[0].items():
        number, whole = isinstance(value, int | float), _ID if _is_id(value) else None
        table.add_column(name.replace("_", " "), justify="right" if number else "left", min_width=whole, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    _console_for(table).print(table)


def say(content: Mapping[str, Any], *, text: str, as_json: bool) -> None:
    """Print one result."""
    if as_json:
        print(json.dumps(content, ensure_ascii=False, default=plain))
    else:
        out.print(text, soft_wrap=True)


def fail(text: str, *, code: int = 1) -> NoReturn:
    """End with a sentence on standard error."""
    err.print(text, style="red", soft_wrap=True, markup=False)
    raise typer.Exit(code)


def plain(value: object) -> object:
    """What JSON cannot hold, as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _console_for(table: Table) -> Console:
    """The console, or one as wide as the table: where lines are read by a program, or would be broken beyond reading."""
    natural = out.measure(table, options=out.options.update(width=_WIDEST)).maximum
    room = out.width - sum(column.min_width or 0 for column in table.columns)
    readable = room >= _NARROW * sum(column.min_width is None for column in table.columns)
    return out if natural <= out.width or (out.is_terminal and readable) else Console(highlight=False, width=natural)


def _is_id(value: object) -> bool:
    return isinstance(value, UUID) or (isinstance(value, str) and len(value) == _ID and value.count("-") == 4)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
