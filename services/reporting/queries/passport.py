"""What a passport says beside the counts: when a value matures, how long things take, and what its numerator is made of."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Date, Select, func, select, type_coerce
from sqlmodel import col

from services.reporting.domain.durations import Quartiles, quartiles
from services.reporting.domain.observing import ObservationState
from services.reporting.domain.values import IMMATURE, Unit
from services.reporting.indicators import Indicator, Scope, standing
from services.reporting.indicators.counting import MOMENT, narrowed, on_days
from services.reporting.indicators.dimensions import personal
from services.reporting.indicators.spans import Part
from services.reporting.queries.prepared import ask_prepared
from services.reporting.tables import Observation
from shared.db import ReadSession

Details = Mapping[str, Mapping[str | None, int]]
_NOW: Final = "now"


def matures_on(session: ReadSession, indicator: Indicator, scope: Scope) -> date | None:
    """The first day on which some of what waits for its window will have passed it; None where nothing does."""
    found: date | None = ask_prepared(session, _first_to_mature, indicator, scope).scalar_one()
    return found


def _first_to_mature(indicator: Indicator, scope: Scope, _days: Mapping[str, date]) -> Select[Any]:
    rows = standing(indicator, scope).subquery()
    waiting = rows.c.part == Part.WAITING, rows.c.reason == IMMATURE
    return select(type_coerce(func.min(rows.c.until_on), Date)).where(*waiting)


def surveyed(session: ReadSession, indicator: Indicator, scope: Scope) -> float | None:
    """The last approved value of the measure that is called like the indicator; None for a part of what was surveyed."""
    if not indicator.observed or scope.only:
        return None
    row = Observation
    statement = (
        select(col(row.value))
        .where(
            col(row.measure) == indicator.id,
            col(row.state).in_((ObservationState.APPROVED, ObservationState.SUPERSEDED)),
            col(row.observed_on) <= scope.as_of,
            col(row.decided_at) <= scope.known_at,
            col(row.superseded_at).is_(None) | (col(row.superseded_at) > scope.known_at),
        )
        .order_by(col(row.observed_on).desc(), col(row.decided_at).desc())
    )
    return session.scalars(statement.limit(1)).first()


def details(session: ReadSession, indicator: Indicator, scope: Scope) -> Details:
    """The numerator by each of the indicator's details, the largest first."""
    found: dict[str, Counter[str | None]] = {name: Counter() for name in indicator.details}
    for number, *members in ask_prepared(session, _by_details, indicator, scope):
        for name, member in zip(indicator.details, members, strict=True):
            found[name][member] += number
    return {name: _largest_first(members) for name, members in found.items()}


def _by_details(indicator: Indicator, scope: Scope, _days: Mapping[str, date]) -> Select[Any]:
    rows = standing(indicator, scope).subquery()
    columns = [rows.c[name] for name in indicator.details]
    return select(func.count(), *columns).where(rows.c.part == Part.NUMERATOR).group_by(*columns)


def _largest_first(members: Mapping[str | None, int]) -> dict[str | None, int]:
    return dict(sorted(members.items(), key=lambda each: (-each[1], each[0] or "")))


def how_long(session: ReadSession, indicator: Indicator, scope: Scope) -> Mapping[tuple[Any, ...], Quartiles]:
    """By member of `scope.by`, how long things take as of `scope.as_of`; nothing for an indicator that is not in days."""
    return {group: found for (_, group), found in how_long_on(session, indicator, scope, {_NOW: scope.as_of}).items()}


def how_long_on(
    session: ReadSession, indicator: Indicator, scope: Scope, days: Mapping[str, date]
) -> Mapping[tuple[str, tuple[Any, ...]], Quartiles]:
    """The same on each of several days, by their name and the member. What is open has waited until that day."""
    if indicator.unit is not Unit.DAYS or (personal(scope.by) and not scope.staff):
        return {}
    ended: dict[tuple[str, tuple[Any, ...]], Counter[int]] = defaultdict(Counter)
    waiting: dict[tuple[str, tuple[Any, ...]], Counter[int]] = defaultdict(Counter)
    for moment, part, passed, since, number, *group in ask_prepared(session, _lasting, indicator, scope, days):
        place = (moment, tuple(group))
        if part == Part.NUMERATOR:
            ended[place][passed] += number
        else:
            waiting[place][passed + (days[moment] - since).days] += number
    return {place: quartiles(ended[place], waiting[place]) for place in {*ended, *waiting}}


def _lasting(indicator: Indicator, scope: Scope, days: Mapping[str, date]) -> Select[Any]:
    rows = narrowed(indicator, scope)
    moments, stood = on_days(rows, days)
    groups = [rows.c[name] for name in scope.by]
    return (
        select(moments.c[MOMENT], rows.c.part, rows.c.days, rows.c.from_on, func.count(), *groups)
        .select_from(rows.join(moments, stood))
        .where(rows.c.part.in_((Part.NUMERATOR, Part.OPEN)))
        .group_by(moments.c[MOMENT], rows.c.part, rows.c.days, rows.c.from_on, *groups)
    )
