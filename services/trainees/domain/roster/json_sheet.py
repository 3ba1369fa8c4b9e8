"""JSON rosters: a list of objects whose keys are column names."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from services.trainees.domain.roster.columns import REQUIRED
from services.trainees.domain.roster.formats import RosterFormat
from services.trainees.domain.roster.refusals import MOST_COLUMNS, broken
from shared.spreadsheets.csv_sheet import decoded
from shared.spreadsheets.sheets import Line, Sheet, limited


def json_sheet(content: bytes) -> Sheet:
    """Take a JSON roster apart; its first object counts as line 2. Raises BrokenRoster."""
    rows = _rows(content)
    header: dict[str, None] = {}
    for row in rows:
        header.update(dict.fromkeys(row))
        if len(header) > MOST_COLUMNS:
            raise broken("too_many_columns", most=MOST_COLUMNS)
    # A list of nobody is a roster too, which no CSV without a first line is.
    names = list(header) or list(REQUIRED)
    return Sheet(RosterFormat.JSON, names, limited(_lines(rows, names)))


def _rows(content: bytes) -> Sequence[dict[str, Any]]:
    try:
        read = json.loads(decoded(content), object_pairs_hook=_without_repetition, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise broken("json_broken") from None
    rows = read.get("rows") if isinstance(read, dict) else read
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise broken("json_shape")
    return rows


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _lines(rows: Sequence[dict[str, Any]], header: Sequence[str]) -> Iterator[Line]:
    for number, row in enumerate(rows, 2):
        yield Line(number, [_cell(row.get(name)) for name in header])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise broken("json_shape")
