"""Every indicator at once, for comparing with a recomputation from the services' own tables."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from services.reporting.indicators import current
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
