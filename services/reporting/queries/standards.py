"""One cohort by every standard, side by side, and as counted steps from each to the next."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import CTE, Select, String, case, cast, func, literal, select, union_all

from services.reporting.indicators import Indicator, Scope, current, standing
from services.reporting.indicators.definition import Text
from services.reporting.indicators.spans import Part
from services.reporting.indicators.standards import STANDARDS, Crossing, Standard, side_of, told
from services.reporting.queries.columns import ask
from services.reporting.queries.near import near
from services.reporting.queries.values import Value, value_of
from shared.db import ReadSession

SHOWN: Final = 50
_KINDS: Final = ("was_part", "was_reason", "is_part", "is_reason")
_Kind = tuple[str | None, str | None, str | None, str | None]


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


class _Crossed(NamedTuple):
    """How many things are which part for which reason by one standard, and by another."""

    was_part: str | None
    was_reason: str | None
    is_part: str | None
    is_reason: str | None
    things: int


@dataclass(frozen=True, slots=True)
class _Alike:
    """Enrolments that are the same part for the same reason by every standard: how many, and up to fifty of them."""

    stand: Mapping[str, tuple[str | None, str | None]]
    things: int
    some: list[UUID]


def side_by_side(session: ReadSession, scope: Scope) -> SideBySide:
    """Every standard on the same facts. Raises Invalid for a dimension that these indicators do not have."""
    newest = current()
    # Of one cohort only its own facts are read. The answer is the same.
    close = near(session, scope)
    measured = [
        Measured(
            standard,
            value_of(session, newest[standard.indicator], close),
            None if standard.beside is None else value_of(session, newest[standard.beside], close),
        )
        for standard in STANDARDS
    ]
    alike = _alike(session, close)
    return SideBySide(measured, [Bridge(a, b, _steps(alike, a, b)) for a, b in pairwise(STANDARDS)])


def _steps(alike: Sequence[_Alike], before: Standard, after: Standard) -> list[BridgeStep]:
    things: Counter[_Kind] = Counter()
    some: dict[_Kind, list[UUID]] = defaultdict(list)
    for each in alike:
        kind = (*each.stand[before.code], *each.stand[after.code])
        things[kind] += each.things
        some[kind] += each.some
    rows = [_Crossed(*kind, count) for kind, count in things.items()]
    rows.sort(key=lambda row: (-row.things, *[each or "" for each in row[:4]]))
    return told_steps(before, after, rows, {kind: sorted(items)[:SHOWN] for kind, items in some.items()})


def _alike(session: ReadSession, scope: Scope) -> list[_Alike]:
    """The enrolments by what all standards make of them: each definition reads the facts once, whatever it is compared with."""
    stood = _together({standard.code: current()[standard.indicator] for standard in STANDARDS}, scope)
    kinds = [column for column in stood.c if column is not stood.c.item]
    place = func.row_number().over(partition_by=kinds, order_by=stood.c.item).label("place")
    numbered = select(stood, place, func.count().over(partition_by=kinds).label("things")).subquery()
    first = select(numbered).where(numbered.c.place <= SHOWN).order_by(numbered.c.item)
    found: dict[tuple[str | None, ...], _Alike] = {}
    for row in ask(session, scope, first):
        said = row._mapping
        stand = {each.code: (said[f"{each.code}_part"], said[f"{each.code}_reason"]) for each in STANDARDS}
        alike = found.setdefault(tuple(chain.from_iterable(stand.values())), _Alike(stand, row.things, []))
        alike.some.append(row.item)
    return list(found.values())


def crossings(before: Standard, after: Standard, scope: Scope) -> Select[Any]:
    """How many things are which part for which reason by the one standard, and by the other."""
    both = _together({"was": current()[before.indicator], "is": current()[after.indicator]}, scope)
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


def _together(indicators: Mapping[str, Indicator], scope: Scope) -> CTE:
    """One row per enrolment: its part and reason by each of the definitions, in columns that begin with the definition's key."""
    sides = []
    for side, indicator in indicators.items():
        stood = standing(indicator, scope).subquery()
        sides.append(select(stood.c.item, stood.c.part, stood.c.reason, cast(literal(side), String).label("side")))
    rows = union_all(*sides).cte()
    columns = [
        func.max(case((rows.c.side == side, rows.c[name]))).label(f"{side}_{name}")
        for side in indicators
        for name in ("part", "reason")
    ]
    return select(rows.c.item, *columns).group_by(rows.c.item).cte()


def _part(name: str | None) -> Part | None:
    return None if name is None else Part(name)
