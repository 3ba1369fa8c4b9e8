"""Counts for any question: from the sums that are kept where these answer it, counted from the facts otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select

from services.reporting.domain.values import Counts
from services.reporting.indicators import Indicator, Scope, counted, counted_on, counts_of
from services.reporting.indicators.counting import MOMENT
from services.reporting.indicators.dimensions import personal
from services.reporting.queries.prepared import ask_prepared
from services.reporting.queries.published import check_personal, published
from services.reporting.queries.rolled import Found, Member, rolled
from shared.db import ReadSession


def counts_on(session: ReadSession, indicator: Indicator, scope: Scope, days: Mapping[str, date]) -> Found:
    """By the names of the days and the groups of `scope.by`, whatever was counted for any of them."""
    check_personal(scope)
    if not scope.staff and personal(scope.by):
        return published(session, indicator, scope, days)
    kept = rolled(session, indicator, scope, days)
    if kept is not None:
        return kept
    if len(days) == 1:
        [(name, day)] = days.items()
        rows = ask_prepared(session, _counted, indicator, replace(scope, as_of=day)).mappings().all()
        return {(name, tuple(row[each] for each in scope.by)): counts_of(dict(row)) for row in rows}
    rows = ask_prepared(session, counted_on, indicator, scope, days).mappings().all()
    return {(row[MOMENT], tuple(row[each] for each in scope.by)): counts_of(dict(row)) for row in rows}


def counts_now(session: ReadSession, indicator: Indicator, scope: Scope) -> Mapping[Member, Counts]:
    """The same on the day `scope.as_of`."""
    return {member: counts for (_, member), counts in counts_on(session, indicator, scope, {"": scope.as_of}).items()}


def _counted(indicator: Indicator, scope: Scope, _days: Mapping[str, date]) -> Select[Any]:
    return counted(indicator, scope)
