"""What changed between two answers to one question: the things that entered, left, or count for something else."""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, CompoundSelect, Integer, Select, String, case, cast, func, literal, select, union_all

from services.reporting.domain.values import Unit
from services.reporting.indicators.counting import narrowed, on_days, standing
from services.reporting.indicators.definition import Indicator, RollUp
from services.reporting.indicators.spans import DENOMINATOR, KNOWN_PARTS, Part
from services.reporting.indicators.timeline import Scope

_STRONGEST_FIRST: Final = {part.value: rank for rank, part in enumerate(Part)}

KINDS: Final = ("was_part", "was_reason", "is_part", "is_reason")


def changed(indicator: Indicator, before: Scope, after: Scope) -> CTE:
    """One row per thing that counts differently: `thing`, the part, reason and amount it had, and those that it has now."""
    sides = _both_sides(indicator, before, after).cte()
    same: list[ColumnElement[Any]] = [sides.c.thing]
    if indicator.unit is Unit.RATIO:
        same.append(sides.c.part)  # a cohort stands on both sides of a ratio
    both = (
        select(
            sides.c.thing,
            *[
                func.max(case((sides.c.side == side, sides.c[name]))).label(f"{side}_{name}")
                for side in ("was", "is")
                for name in ("part", "reason", "amount")
            ],
        )
        .group_by(*same)
        .cte()
    )
    differs = func.coalesce(both.c.was_part, "") != func.coalesce(both.c.is_part, "")
    grew = func.coalesce(both.c.was_amount, 0) != func.coalesce(both.c.is_amount, 0)
    return select(both).where(differs | grew).cte()


def steps(indicator: Indicator, changes: CTE, *, some: int) -> Select[Any]:
    """The changes added up: how many things went from which part to which, and what that did to both sides.

    Each comes with up to `some` of its things, one to a row, the first of them at least.
    """
    below = (Part.OTHER,) if indicator.unit is Unit.RATIO else KNOWN_PARTS if indicator.of_known else DENOMINATOR
    kinds = [changes.c[name] for name in KINDS]
    told = select(
        changes.c.thing,
        *kinds,
        func.count().over(partition_by=kinds).label("things"),
        func.sum(_difference(changes, (Part.NUMERATOR,))).over(partition_by=kinds).label("numerator"),
        func.sum(_difference(changes, below)).over(partition_by=kinds).label("denominator"),
        func.row_number().over(partition_by=kinds, order_by=changes.c.thing).label("place"),
    ).subquery()
    ordered = [told.c.things.desc(), *[func.coalesce(told.c[name], "") for name in KINDS], told.c.place]
    return select(told).where(told.c.place <= max(some, 1)).order_by(*ordered)


def _both_sides(indicator: Indicator, before: Scope, after: Scope) -> Select[Any] | CompoundSelect[Any]:
    """What each thing counted for before and after, as rows of `side`, `thing`, `part`, `reason` and `amount`."""
    if replace(before, as_of=after.as_of) == after:
        # Only the day differs: what is said of a day does not hang on the day that is asked about, so that once is enough.
        rows = narrowed(indicator, after)
        moments, stood = on_days(rows, {"was": before.as_of, "is": after.as_of})
        return _side(indicator, select(rows, moments.c.moment.label("side")).join(moments, stood).cte())
    named = {"was": before, "is": after}
    sides = [select(standing(indicator, scope).cte(), cast(literal(side), String).label("side")) for side, scope in named.items()]
    return union_all(*[_side(indicator, each.cte()) for each in sides])


def _side(indicator: Indicator, rows: CTE) -> Select[Any]:
    amount: ColumnElement[Any] = rows.c.amount
    if indicator.roll_up is RollUp.RECOUNT:
        # Of a thing with several rows the strongest one says what it counts for.
        rank = case(_STRONGEST_FIRST, value=rows.c.part)
        order = func.row_number().over(partition_by=(rows.c.side, rows.c.counted), order_by=(rank, rows.c.item))
        rows = select(rows, order.label("place")).where(rows.c.counted.is_not(None)).cte()
        amount = literal(1)
    chosen = select(
        rows.c.side, rows.c.counted.label("thing"), rows.c.part, rows.c.reason, cast(amount, Integer).label("amount")
    ).where(rows.c.counted.is_not(None))
    return chosen.where(rows.c.place == 1) if indicator.roll_up is RollUp.RECOUNT else chosen


def _difference(changes: CTE, parts: tuple[Part, ...]) -> ColumnElement[int]:
    values = [part.value for part in parts]
    now = case((changes.c.is_part.in_(values), changes.c.is_amount), else_=0)
    then = case((changes.c.was_part.in_(values), changes.c.was_amount), else_=0)
    return now - then
