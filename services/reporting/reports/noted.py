"""What people noted of days: drawn into charts, and listed in a chapter of its own."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.reporting.charts import Cell, Note, Table
from services.reporting.pages.formatting import Format
from services.reporting.reports.document import Grid, Remark, Section
from shared.errors import N_

_MOST_DRAWN: Final = 6
"""More than that cannot be read in one chart: the chapter lists all of them."""


def notes_on(
    content: Mapping[str, Any], days: Sequence[date], form: Format, *, goal: str | None = None, indicator: str | None = None
) -> list[Note]:
    """For a chart over these days: notes on everything and on what it shows, the newest few."""
    if not days:
        return []
    found = [
        Note(date.fromisoformat(each["on"]), each["text"][form.language])
        for each in _all(content)
        if (each["goal"], each["indicator"]) in ((None, None), (goal, indicator))
    ]
    return [note for note in found if min(days) <= note.on <= max(days)][-_MOST_DRAWN:]


def in_words(notes: Sequence[Note], form: Format) -> list[Remark]:
    """What the numbers in the chart above stand for."""
    if not notes:
        return []
    told = "; ".join(f"{number} = {form.day(note.on)}, {note.text}" for number, note in enumerate(notes, 1))
    return [Remark(form.text(N_("In the chart: {notes}."), notes=told))]


def noted_section(content: Mapping[str, Any], form: Format) -> list[Section]:
    """All of them, by day; no chapter where nothing was noted."""
    if not _all(content):
        return []
    title = form.text(N_("What happened on the way"))
    heads = [form.text(head) for head in (N_("Day"), N_("What happened"), N_("About"))]
    rows = [
        [
            Cell(form.day(date.fromisoformat(each["on"])), each["on"]),
            Cell(each["text"][form.language]),
            _about(each, content, form),
        ]
        for each in _all(content)
    ]
    return [Section("notes", title, 1, [Grid(Table(title, heads, rows))])]


def _all(content: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Reports that were closed before there were notes have none."""
    found: Sequence[Mapping[str, Any]] = content.get("notes", ())
    return found


def _about(note: Mapping[str, Any], content: Mapping[str, Any], form: Format) -> Cell:
    id_ = note["goal"] or note["indicator"]
    names = {goal["goal"]: goal["name"] for goal in content["goals"]}
    names |= {each["definition"]["id"]: each["definition"]["name"] for each in content["indicators"]}
    return Cell(form.text(N_("everything")) if id_ is None else names[id_][form.language], id_)
