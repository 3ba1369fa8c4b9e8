"""What the page of the data says of the last time that every figure was computed a second time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import col, select

from services.reporting.pages.cells import Cell, Grid, Row, Words, grid
from services.reporting.pages.formatting import Format
from services.reporting.tables import Comparison
from shared.clock import now
from shared.db import ReadSession
from shared.errors import N_

COMMAND: Final = "hustar reconcile"
_LONG_AGO: Final = timedelta(days=31)
_WHAT: Final = {
    "a figure": N_("A figure"),
    "a median": N_("A median"),
    "a rollup": N_("A sum that is kept"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """The last run in words, what differed, and the runs before it."""

    verdict: Cell
    ran: str
    of: str
    old: bool
    grid: Grid | None
    more: str | None
    before: Sequence[str]


def last_compared(session: ReadSession, form: Format) -> Compared | None:
    """None where nobody has run it."""
    runs = session.scalars(select(Comparison).order_by(col(Comparison.ran_at).desc(), col(Comparison.id)).limit(6)).all()
    if not runs:
        return None
    last, *before = runs
    left = last.differences - len(last.findings)
    return Compared(
        verdict=_verdict(last, form),
        ran=form.moment(last.ran_at),
        of=_of(last, form),
        old=now() - last.ran_at > _LONG_AGO,
        grid=_differences(last, form) if last.findings else None,
        more=form.text(N_("{number} more are not listed."), number=form.number(left)) if left else None,
        before=[f"{form.moment(each.ran_at)}: {_verdict(each, form).text}" for each in before],
    )


def _verdict(run: Comparison, form: Format) -> Cell:
    if run.waiting:
        still = ", ".join(f"{where}: {form.number(count)}" for where, count in run.waiting.items())
        return Cell(form.text(N_("Nothing was compared: still on their way were {still}."), still=still), kind="warn")
    if run.differences:
        return Cell(form.counted(N_("One difference."), N_("{count} differences."), run.differences), kind="bad")
    return Cell(form.text(N_("Nothing differs.")), kind="good")


def _of(run: Comparison, form: Format) -> str:
    numbers = {name: form.number(getattr(run, name)) for name in ("figures", "aggregates", "records")}
    return form.text(N_("{figures} figures, {aggregates} things, {records} events of the log"), **numbers)


def _differences(run: Comparison, form: Format) -> Grid:
    rows: list[Row] = [
        (form.text(_WHAT.get(each["what"], each["what"])), [each["where"], each["expected"], each["found"]])
        for each in run.findings
    ]
    heads = (Words(N_("Where")), Words(N_("Expected")), Words(N_("Found there")))
    return grid("differences", (N_("What differs"), N_("What")), heads, rows, form=form)
