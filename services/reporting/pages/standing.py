"""One cohort by every standard, the steps between them, and what of it cannot be said yet, for the cohort's page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, literal, select, type_coerce

from services.reporting.domain.values import IMMATURE, Counts, State, Unit
from services.reporting.indicators import Scope, current
from services.reporting.pages.cells import NOTHING, Cell, Grid, Row, Shown, Words, indicator_name, titles
from services.reporting.pages.routing import View
from services.reporting.queries.bridges import by_every_standard
from services.reporting.queries.counts import counts_now
from services.reporting.queries.named import CohortName
from services.reporting.queries.standards import Bridge
from shared.errors import N_


@dataclass(frozen=True, slots=True)
class Crossed:
    """What leads from one standard to the next, in sentences; none where both count the same."""

    before: str
    after: str
    steps: Sequence[str]


@dataclass(frozen=True, slots=True)
class SideBySide:
    table: Grid
    bridges: Sequence[Crossed] | None


def standards_side_by_side(view: View, scope: Scope, cohort_id: UUID, bridges: Sequence[Bridge] | None) -> SideBySide:
    """The table, and for the program's own staff the steps between its rows."""
    form = view.form
    rows: list[Row] = []
    for found in by_every_standard(view.session, scope, cohort_id):
        counts, reading = found.counts, found.reading
        shown = form.value(reading.value, reading.state, Unit.PERCENT)
        within = NOTHING
        if reading.value is not None and counts.unknown:
            low, high = (form.value(each, State.OK, Unit.PERCENT) for each in (reading.low, reading.high))
            within = form.text(N_("{low} to {high}"), low=low, high=high)
        known = None if found.beside is None else found.beside
        beside = NOTHING if known is None else form.value(known.value, known.state, Unit.PERCENT)
        parts = f"{form.number(counts.numerator)} / {form.number(counts.denominator)}" if counts.denominator else NOTHING
        href = view.look.address(f"/indicators/{found.standard.indicator}", cohort_id=cohort_id)
        cells: list[Shown] = [Cell(shown, href, None if reading.value is not None else "soft"), parts, within, beside]
        rows.append((found.standard.name[form.language], cells))
    heads = (N_("Rate"), N_("Counted"), N_("If the unknown were known"), N_("Outcomes known"))
    title = form.text(N_("One cohort by every standard"))
    grid = Grid("standards", title, form.text(N_("Standard")), titles(heads, form), rows)
    return SideBySide(grid, None if bridges is None else [_crossed(bridge, view) for bridge in bridges])


def _crossed(bridge: Bridge, view: View) -> Crossed:
    language = view.form.language
    return Crossed(bridge.before.name[language], bridge.after.name[language], [step.text[language] for step in bridge.steps])


def ripening(view: View, scope: Scope, cohort: CohortName) -> Grid | None:
    """From when on the figures that have to ripen can be computed; how many wait is for the program's own staff."""
    form, staff = view.form, view.reader.staff
    names = [each.id for each in current().values() if IMMATURE in each.exclusions]
    planned = _planned(view, names, cohort.ends_on)
    rows: list[Row] = []
    for name in names:
        counts = counts_now(view.session, current()[name], replace(scope, only={"cohort_id": cohort.id})).get((), Counts())
        waiting, counted = counts.exclusions.get(IMMATURE, 0), counts.denominator or 0
        rows.append((indicator_name(name, form), _ripe(form, counted, waiting, planned.get(name), staff=staff)))
    columns = titles((Words(N_("State")), Words(N_("Planned for")), *((N_("Waiting"),) if staff else ())), form)
    title = form.text(N_("What can be said from when on"))
    return Grid("ripening", title, form.text(N_("Indicator")), columns, rows) if rows else None


def _ripe(form: Any, counted: int, waiting: int, planned: date | None, *, staff: bool) -> list[str]:
    if counted and waiting:
        state = N_("Partly")
    elif counted:
        state = N_("Can be computed")
    else:
        state = N_("Not yet")
    cells = [form.text(state), NOTHING if planned is None else form.day(planned)]
    return [*cells, form.number(waiting)] if staff else cells


def _planned(view: View, names: Sequence[str], ends_on: date) -> dict[str, date]:
    """When each would be ripe for somebody who leaves the training on the cohort's last day."""
    due = {name: each for name in names if (each := current()[name].due) is not None}
    if not due:
        return {}
    last: Any = literal(ends_on, Date)
    row = (
        view.session.execute(select(*[type_coerce(each(last), Date).label(name) for name, each in due.items()])).mappings().one()
    )
    return dict(row)
