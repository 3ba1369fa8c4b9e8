"""What those outside the program's own staff see of breakdowns by personal attributes: tables as they were published."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from services.reporting.domain.small_cells import THRESHOLD
from services.reporting.domain.values import Counts, Unit
from services.reporting.indicators import Indicator, Scope
from services.reporting.indicators.dimensions import personal
from services.reporting.tables import PUBLICATION
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid

Member = tuple[Any, ...]
_ALONE: Final = N_(
    "Figures about persons by such an attribute are published for everybody together: ask for a breakdown by it alone, "
    "without narrowing. Cells of fewer than {threshold} are not shown."
)


def check_personal(scope: Scope) -> None:
    """Raise Invalid for what is not published: a personal attribute that is narrowed to, or crossed with anything else."""
    if scope.staff:
        return
    attributes = personal({*scope.only, *scope.by})
    wrong = [name for name in attributes if name in scope.only or len(scope.by) > 1 or scope.only]
    if wrong:
        told = {"threshold": THRESHOLD}
        raise Invalid(*[FieldError(name, "personal_attribute", _ALONE, told) for name in wrong])


def published(
    session: ReadSession, indicator: Indicator, scope: Scope, days: Mapping[str, date]
) -> Mapping[tuple[str, Member], Counts]:
    """For each day the last table published for it or before, as far as that was known by then. Suppressed where none was."""
    table = PUBLICATION.c
    statement = select(table.on, table.cells, table.hidden).where(
        table.indicator == indicator.id,
        table.version == indicator.version,
        table.dimension == scope.by[0],
        table.published_at <= scope.known_at,
    )
    tables = session.execute(statement.order_by(table.on)).all()
    found: dict[tuple[str, Member], Counts] = {}
    for name, day in days.items():
        last = next((row for row in reversed(tables) if row.on <= day), None)
        if last is None:
            found[name, (None,)] = Counts(suppressed=True, stated_on=day)
            continue
        for member, numerator, denominator in last.cells:
            shown = member not in last.hidden
            kept = Counts(begun=1, numerator=numerator, denominator=denominator, stated_on=last.on)
            found[name, (member,)] = kept if shown else Counts(suppressed=True, stated_on=last.on)
    return found


def is_published(indicator: Indicator) -> bool:
    """Whether an indicator has tables by personal attributes: those that count persons or are a share of them."""
    return indicator.unit not in {Unit.RATIO, Unit.DAYS} and not indicator.observed and bool(personal(indicator.dimensions))
