"""One cohort by every standard, side by side, and as counted steps from each to the next."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CTE, Select, String, case, cast, func, literal, select, union_all

from services.reporting.indicators import Indicator, Scope, current, standing
from services.reporting.indicators.definition import Text
from services.reporting.indicators.spans import Part
from services.reporting.indicators.standards import STANDARDS, Crossing, Standard, side_of, told
from services.reporting.queries.columns import ask
from services.reporting.queries.values import Value, value_of
from shared.db import ReadSession

SHOWN: Final = 50
_KINDS: Final = ("was_part", "was_reason", "is_part", "is_reason")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one standard makes of the facts, and what is shown beside it."""

    standard: Standard
    value: Value
    beside: Value | None


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """Things that count otherwise by the next standard, what that does to both sides, and why in words.

    `some` are up to fifty of them: enrolments.
    """

    crossing: Crossing
    numerator: int
    denominator: int
    text: Text
    some: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Bridge:
    """From one standard to the next: numerators and denominators add up."""

    before: Standard
    after: Standard
    steps: Sequence[BridgeStep]


@dataclass(frozen=True, slots=True)
class SideBySide:
    measured: Sequence[Measured]
    bridges: Sequence[Bridge]


def side_by_side(session: ReadSession, scope: Scope) -> SideBySide:
    """Every standard on the same facts. Raises Invalid for a dimension that these indicators do not have."""
    newest = current()
    measured = [
        Measured(
            standard,
            value_of(session, newest[standard.indicator], scope),
            None if standard.beside is None else value_of(session, newest[standard.beside], scope),
        )
        for standard in STANDARDS
    ]
    bridges = [Bridge(a, b, _steps(session, scope, a, b)) for a, b in pairwise(STANDARDS)]
    return SideBySide(measured, bridges)


def _steps(session: ReadSession, scope: Scope, before: Standard, after: Standard) -> list[BridgeStep]:
    both = _both(current()[before.indicator], current()[after.indicator], scope)
    rows = list(ask(session, scope, counted_crossings(both)))
    return told_steps(before, after, rows, _some(session, scope, both))


def crossings(before: Standard, after: Standard, scope: Scope) -> Select[Any]:
    """How many things are which part for which reason by the one standard, and by the other."""
    return counted_crossings(_both(current()[before.indicator], current()[after.indicator], scope))


def counted_crossings(both: CTE) -> Select[Any]:
    kinds = [both.c[name] for name in _KINDS]
    counted = select(*kinds, func.count().label("things")).group_by(*kinds)
    return counted.order_by(func.count().desc(), *[func.coalesce(kind, "") for kind in kinds])


def told_steps(
    before: Standard, after: Standard, rows: Iterable[Any], some: Mapping[tuple[str | None, ...], Sequence[UUID]]
) -> list[BridgeStep]:
    """The crossings that make a difference, in words."""
    first, second = current()[before.indicator], current()[after.indicator]
    found = []
    for row in rows:
        kind = (row.was_part, row.was_reason, row.is_part, row.is_reason)
        crossing = Crossing(row.things, _part(row.was_part), row.was_reason, _part(row.is_part), row.is_reason)
        was, now = side_of(first, crossing.was), side_of(second, crossing.now)
        if was == now:
            continue  # who is out of both, or counts the same in both, makes no difference between them
        numerator, denominator = ((int(there) - int(here)) * row.things for here, there in zip(was, now, strict=True))
        text = told(first, second, crossing)
        found.append(BridgeStep(crossing, numerator, denominator, text, tuple(some.get(kind, ()))))
    return found


def _both(first: Indicator, second: Indicator, scope: Scope) -> CTE:
    """One row per enrolment: its part and reason by the one definition, and by the other."""
    sides = []
    for indicator, side in ((first, "was"), (second, "is")):
        stood = standing(indicator, scope).subquery()
        sides.append(select(stood.c.item, stood.c.part, stood.c.reason, cast(literal(side), String).label("side")))
    rows = union_all(*sides).cte()
    columns = [
        func.max(case((rows.c.side == side, rows.c[name]))).label(f"{side}_{name}")
        for side in ("was", "is")
        for name in ("part", "reason")
    ]
    return select(rows.c.item, *columns).group_by(rows.c.item).cte()


def _some(session: ReadSession, scope: Scope, both: CTE) -> dict[tuple[str | None, ...], list[UUID]]:
    found: dict[tuple[str | None, ...], list[UUID]] = defaultdict(list)
    kinds = [both.c[name] for name in _KINDS]
    place = func.row_number().over(partition_by=kinds, order_by=both.c.item).label("place")
    numbered = select(both.c.item, *kinds, place).subquery()
    first = select(numbered.c.item, *[numbered.c[name] for name in _KINDS]).where(numbered.c.place <= SHOWN)
    for item, *kind in ask(session, scope, first.order_by(numbered.c.item)):
        found[tuple(kind)].append(item)
    return found


def _part(name: str | None) -> Part | None:
    return None if name is None else Part(name)
