"""How a university's rosters came in, as its scorecard shows it."""

from datetime import date
from typing import Final
from uuid import UUID

from services.reporting.indicators import Scope
from services.reporting.pages.cells import NOTHING, Cell, Grid, Row, Shown, Words, titles
from services.reporting.pages.formatting import Format
from services.reporting.pages.routing import View
from services.reporting.queries.proceedings import Punctuality, rosters_of
from shared.errors import N_

LATE: Final = 35  # rosters are monthly at the least
_STATES: Final = {
    "applied": (N_("Brought in"), None),
    "applied_with_holds": (N_("Brought in; removals wait"), "warn"),
    "rejected": (N_("Rejected"), "bad"),
    "failed": (N_("Failed"), "bad"),
    "undone": (N_("Taken back"), "soft"),
}


def roster_heads(form: Format) -> list[str]:
    heads = (Words(N_("Last roster")), N_("Rosters in 30 days"), N_("Rows rejected"), N_("Removals that wait"))
    return titles(heads, form)


def roster_cells(sent: Punctuality, view: View, day: date) -> list[Shown]:
    """How old the last roster is, how many there were lately, what was rejected, and what waits for a decision."""
    form, days = view.form, sent.days_since(day)
    last: Shown = Cell(form.text(N_("none yet")), kind="soft")
    if days is not None:
        text = form.text(N_("today")) if days == 0 else form.counted(N_("{count} day ago"), N_("{count} days ago"), days)
        last = Cell(text, kind="bad") if days > LATE else text
    rejected = NOTHING if not sent.read else f"{form.number(sent.rejected)} / {form.number(sent.read)}"
    held: Shown = Cell(form.number(sent.held), kind="warn") if sent.held else form.number(0)
    return [last, form.number(sent.lately), rejected, held]


def rosters_grid(view: View, scope: Scope, university_id: UUID) -> Grid:
    """The last rosters, the latest first."""
    form = view.form
    rows: list[Row] = []
    for row in rosters_of(view.session, scope, university_id):
        name, kind = _STATES.get(row.state, (row.state, None))
        numbers = [form.number(each) for each in (row.rows_read, row.created, row.changed, row.rejected, row.vanished, row.held)]
        rows.append((form.moment(row.finished_at), [Cell(form.text(name), kind=kind), *numbers]))
    heads = (Words(N_("State")), N_("Rows"), N_("New"), N_("Changed"), N_("Rejected"), N_("Removed"), N_("Removals that wait"))
    return Grid("rosters", form.text(N_("The last rosters")), form.text(N_("Finished")), titles(heads, form), rows)
