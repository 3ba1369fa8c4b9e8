"""What changed since the end of last month, and in which fields: from rollups, so that it can be asked on every look."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from services.reporting.charts import Change, Chart, waterfall
from services.reporting.indicators import Indicator, Scope, current
from services.reporting.pages.formatting import Format
from services.reporting.pages.measured import a_month_before
from services.reporting.pages.members import names_of
from services.reporting.queries.counts import counts_on
from shared.db import ReadSession
from shared.errors import N_

_THEN: Final = "then"
_NOW: Final = "now"


@dataclass(frozen=True, slots=True)
class Movement:
    """How much more there is of one indicator, in words; where something moved, in which fields."""

    indicator: str
    name: str
    said: str
    moved: bool
    since: date
    chart: Chart | None


def movement(session: ReadSession, name: str, scope: Scope, form: Format) -> Movement:
    """Of an indicator that counts: between the last day of the month before and the as-of date, as known at one moment."""
    indicator, since = current()[name], a_month_before(scope.as_of)
    days = {_THEN: since, _NOW: scope.as_of}
    whole = counts_on(session, indicator, replace(scope, by=()), days)
    then, now = (whole[moment, ()].numerator if (moment, ()) in whole else 0 for moment in (_THEN, _NOW))
    told: dict[str, Any] = {"since": form.day(since)}
    if then == now:
        said = form.text(N_("No change since {since}."), **told)
        return Movement(name, indicator.name[form.language], said, False, since, None)
    message = N_("{number} more since {since}.") if now > then else N_("{number} fewer since {since}.")
    said = form.text(message, number=form.target(abs(now - then), indicator.unit), **told)
    chart = _by_field(session, indicator, scope, days=days, ends=(then, now), form=form)
    return Movement(name, indicator.name[form.language], said, True, since, chart)


def _by_field(
    session: ReadSession,
    indicator: Indicator,
    scope: Scope,
    *,
    days: Mapping[str, date],
    ends: tuple[int, int],
    form: Format,
) -> Chart:
    found = counts_on(session, indicator, replace(scope, by=("field",)), days)
    by_field: dict[Any, int] = {}
    for (moment, (field,)), counts in found.items():
        by_field[field] = by_field.get(field, 0) + (counts.numerator if moment == _NOW else -counts.numerator)
    names = names_of(session, "field", by_field, form)
    moved = sorted(((names[field], n) for field, n in by_field.items() if n), key=lambda each: -abs(each[1]))
    changes = [Change(name, float(number)) for name, number in moved]
    rest = ends[1] - ends[0] - sum(number for _, number in moved)
    if rest:
        changes.append(Change(form.text(N_("In several fields")), float(rest)))
    title = form.text(N_("{name}: since last month, by field"), name=indicator.name[form.language])
    first, last = ((form.day(day), float(end)) for day, end in zip(days.values(), ends, strict=True))
    return waterfall(title, first, changes, last, unit=indicator.unit, form=form)
