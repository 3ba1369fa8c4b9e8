"""An indicator over time and broken down: one point per period and group, each as it was on the period's last day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from services.reporting.domain.periods import MOST_POINTS, Period, last_days
from services.reporting.domain.values import Counts, Reading
from services.reporting.indicators import Indicator, Scope
from services.reporting.queries.counts import counts_on
from services.reporting.queries.freshness import Source, sources
from services.reporting.queries.passport import how_long_on
from services.reporting.queries.rolled import is_complete
from services.reporting.queries.values import check_dimensions, reading_of
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid

A_YEAR: Final = timedelta(days=364)
_NOW: Final = "now"


@dataclass(frozen=True, slots=True)
class Point:
    """What one group counted up to one day."""

    dimensions: Mapping[str, Any]
    as_of: date
    counts: Counts
    reading: Reading


@dataclass(frozen=True, slots=True)
class Series:
    """The points in the order of their periods, then of their groups; a group that is not known is None and comes last."""

    indicator: Indicator
    scope: Scope
    by: Sequence[str]
    points: Sequence[Point]
    sources: Sequence[Source]
    complete: bool = True


def series_of(session: ReadSession, indicator: Indicator, scope: Scope, *, by: Sequence[str], starts_on: date | None) -> Series:
    """`by` names dimensions and at most one period; without a period there is one point per group, on `scope.as_of`.

    The series begins a year before `scope.as_of` unless `starts_on` says otherwise. Raises Invalid for a dimension that the
    indicator does not have, for two periods, for an impossible beginning, and for more than 120 periods.
    """
    periods = [Period(name) for name in dict.fromkeys(by) if name in set(Period)]
    groups = tuple(name for name in dict.fromkeys(by) if name not in set(Period))
    check_dimensions(indicator, list(scope.only), by=groups, also=[*Period])
    days = _days(periods, scope.as_of, starts_on)
    read_so_far = sources(session, scope.generation, indicator.sources)
    found = counts_on(session, indicator, replace(scope, by=groups), days)
    lasting = how_long_on(session, indicator, replace(scope, by=groups), days)
    nothing: set[tuple[Any, ...]] = set() if groups else {()}
    members = sorted({group for _, group in found} or nothing, key=_in_order)
    points = []
    for name, day in days.items():
        for member in members:
            counts, quartiles = found.get((name, member), Counts()), lasting.get((name, member))
            reading = reading_of(indicator, scope, counts, quartiles, day=day, read_so_far=read_so_far)
            points.append(Point({**_period(periods, name), **_named(groups, member)}, day, counts, reading))
    return Series(indicator, scope, tuple(dict.fromkeys(by)), points, read_so_far, is_complete(session, scope))


def _days(periods: Sequence[Period], as_of: date, starts_on: date | None) -> Mapping[str, date]:
    if not periods:
        if starts_on is not None:
            raise Invalid(
                FieldError("starts_on", "no_period", N_("A beginning needs a period to count from: {allowed}."), _ALLOWED)
            )
        return {_NOW: as_of}
    if len(periods) > 1:
        raise Invalid(FieldError("by", "two_periods", N_("Only one of these at a time: {allowed}."), _ALLOWED))
    begins = starts_on or as_of - A_YEAR
    if begins > as_of:
        raise Invalid(FieldError("starts_on", "after_the_end", N_("Must not be after the as-of date.")))
    days = last_days(periods[0], starts_on=begins, ends_on=as_of)
    if len(days) > MOST_POINTS:
        raise Invalid(FieldError("starts_on", "too_long", N_("A series has at most {most} periods."), {"most": MOST_POINTS}))
    return days


_ALLOWED: Final = {"allowed": ", ".join(Period)}


def _period(periods: Sequence[Period], name: str) -> Mapping[str, str]:
    return {periods[0]: name} if periods else {}


def _named(groups: Sequence[str], member: tuple[Any, ...]) -> Mapping[str, Any]:
    return dict(zip(groups, member, strict=True))


def _in_order(member: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [(value is None, value or 0) for value in member]
