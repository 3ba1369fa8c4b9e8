"""Every indicator at once, for comparing with a recomputation from the services' own tables."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from services.reporting.domain.values import Counts
from services.reporting.indicators import current
from services.reporting.queries.counts import counts_on
from services.reporting.queries.rolled import rolled
from services.reporting.queries.values import Value, question, value_of, values_by
from shared.db import ReadSession

BREAKDOWNS: Final = ("cohort_id", "field")


def current_values(
    session: ReadSession, *, as_of: date | None = None, known_at: datetime | None = None
) -> Mapping[str, Mapping[str, Value]]:
    """By indicator, its value overall (`""`), and by `cohort_id=<id>` and `field=<code>` where it has these dimensions.

    Raises Invalid for a date or a moment in the future.
    """
    scope = question(session, as_of=as_of, known_at=known_at)
    found: dict[str, dict[str, Value]] = {}
    for name, indicator in current().items():
        found[name] = {"": value_of(session, indicator, scope)}
        for dimension in BREAKDOWNS:
            if dimension in indicator.dimensions:
                for value in values_by(session, indicator, replace(scope, by=(dimension,))):
                    found[name][f"{dimension}={value.dimensions[dimension]}"] = value
    return found


def rollup_differences(session: ReadSession) -> list[tuple[str, object, object]]:
    """Where the sums that are kept say something else than counting, of every indicator and each of its dimensions."""
    scope = question(session, staff=True)
    found: list[tuple[str, object, object]] = []
    for name, indicator in current().items():
        for by in ((), *((dimension,) for dimension in indicator.dimensions)):
            asked, days = replace(scope, by=by), {"": scope.as_of}
            kept = rolled(session, indicator, asked, days)
            if kept is None:
                continue
            counted = counts_on(session, indicator, replace(asked, newest=False), days)
            for key in sorted({*kept, *counted}, key=str):
                said, is_so = (_numbers(each.get(key)) for each in (kept, counted))
                if said != is_so:
                    found.append((f"{name} {'='.join(map(str, (*by, *key[1])))}".strip(), is_so, said))
    return found


def _numbers(counts: Counts | None) -> tuple[int, ...]:
    if counts is None:
        return (0, 0, 0, 0)
    return counts.numerator, counts.denominator or 0, counts.undecided, counts.unknown
