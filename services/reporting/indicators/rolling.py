"""By how much each measure of an indicator changes on which day, for the whole and by each dimension: what rollups add up."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Integer, String, case, cast, func, literal, or_, select, union_all

from services.reporting.indicators.counting import How, Measure, measures
from services.reporting.indicators.definition import Indicator, RollUp
from services.reporting.indicators.dimensions import DIMENSIONS, with_dimensions
from services.reporting.indicators.home import HUSTAR, home_regions
from services.reporting.indicators.spans import Part
from services.reporting.indicators.timeline import FOREVER, Scope, Statement

WHOLE: Final = ""
NOBODY: Final = ""  # the member that is not known
LAST_DAY: Final = FOREVER.replace(day=30)


def columns_of(indicator: Indicator) -> list[str]:
    """The names of an indicator's measures, in the order of the columns that hold them."""
    return list(_hows(indicator))


def further(indicator: Indicator) -> Sequence[int]:
    """The places of the measures that a change still holds as rows: less the numerator, they are what is meant."""
    return [place for place, how in enumerate(_hows(indicator).values()) if how is How.FURTHER]


def _hows(indicator: Indicator) -> Mapping[str, How]:
    key = (indicator.id, indicator.version)
    if key not in _KNOWN:
        _KNOWN[key] = {name: each.how for name, each in measures(indicator, _NO_ROWS).items()}
    return _KNOWN[key]


def is_rolled(indicator: Indicator, row: Any) -> bool:
    """Whether what is kept, as `row` of ROLLED says, is what the definition says."""
    if row is None:
        return False
    if indicator.of_home and (row.home or spelled(HUSTAR)) != spelled(home_regions()):
        return False
    return bool(
        (indicator.version, list(indicator.dimensions), columns_of(indicator)) == (row.version, row.dimensions, row.measures)
    )


def spelled(home: Sequence[str]) -> str:
    """Home regions as they are kept with the sums that were made for them."""
    return ",".join(home)


def written(dimension: str, member: str) -> str:
    """A member as it is stored, which is the same in every database."""
    if dimension == WHOLE or member == NOBODY:
        return member
    return str(DIMENSIONS[dimension].member(member))


def changes_by_day(indicator: Indicator, scope: Scope) -> Statement:
    """Rows of dimension, member, day and the change of each measure in the order of `columns_of`.

    Where things are unique a change is that of the union of a thing's stretches, so that sums of changes are counts of
    things. The question has no day: `scope.as_of` is LAST_DAY.
    """
    rows = with_dimensions(scope, indicator.spans(scope).cte(), set(indicator.dimensions))
    unique = indicator.roll_up is RollUp.RECOUNT
    found = measures(indicator, rows)
    turns = _turns(indicator, rows, [_worth(each, rows, unique=unique) for each in found.values()])
    sweeps = [unique and each.how is How.AMOUNT for each in found.values()]
    each = [_of_one_dimension(turns, name, sweeps=sweeps if unique else None) for name in (WHOLE, *indicator.dimensions)]
    return select(union_all(*each).subquery())


def _worth(measure: Measure, rows: CTE, *, unique: bool) -> ColumnElement[int]:
    """What a row adds to a measure while it stands."""
    if measure.how is not How.AMOUNT:
        return case((measure.condition, 1), else_=0)
    if unique:
        return case((measure.condition & rows.c.counted.is_not(None), 1), else_=0)
    return case((measure.condition, rows.c.amount), else_=0)


def _turns(indicator: Indicator, rows: CTE, worth: Sequence[ColumnElement[int]]) -> CTE:
    """On the first day of every row what it adds, and on the day after its last the same, taken away."""
    groups = [cast(rows.c[name], String).label(name) for name in indicator.dimensions]
    sides = []
    for day, sign in ((rows.c.from_on, 1), (rows.c.until_on, -1)):
        sides.append(
            select(
                rows.c.counted,
                *groups,
                day.label("day"),
                *[cast(each * sign, Integer).label(f"w{place}") for place, each in enumerate(worth)],
            ).where(day < FOREVER)
        )
    return union_all(*sides).cte()


def _of_one_dimension(turns: CTE, dimension: str, *, sweeps: Sequence[bool] | None) -> Statement:
    member: ColumnElement[Any] = literal(NOBODY) if dimension == WHOLE else func.coalesce(turns.c[dimension], NOBODY)
    names = [column.name for column in turns.c if column.name.startswith("w")]
    if sweeps is None:
        sums = [func.sum(turns.c[name]) for name in names]
        grouped = select(member.label("member"), turns.c.day, *[each.label(name) for each, name in zip(sums, names, strict=True)])
        grouped = grouped.group_by(member, turns.c.day).having(or_(*[each != 0 for each in sums]))
        rows = grouped.cte()
    else:
        rows = _swept(turns, member, names, sweeps)
    return select(literal(dimension).label("dimension"), *rows.c)


def _swept(turns: CTE, member: ColumnElement[Any], names: Sequence[str], sweeps: Sequence[bool]) -> CTE:
    """A thing begins to count when the first of its rows does, and ceases when none does any more."""
    sums = [func.sum(turns.c[name]) for name in names]
    by_thing = (
        select(
            turns.c.counted, member.label("member"), turns.c.day, *[each.label(n) for each, n in zip(sums, names, strict=True)]
        )
        .group_by(turns.c.counted, member, turns.c.day)
        .having(or_(*[each != 0 for each in sums]))
        .cte()
    )
    standing = select(
        by_thing,
        *[
            func.sum(by_thing.c[name])
            .over(partition_by=(by_thing.c.counted, by_thing.c.member), order_by=by_thing.c.day)
            .label(f"s{name}")
            for name, swept in zip(names, sweeps, strict=True)
            if swept
        ],
    ).cte()

    def change(name: str, *, swept: bool) -> ColumnElement[int]:
        if not swept:
            return standing.c[name]
        after, before = standing.c[f"s{name}"], standing.c[f"s{name}"] - standing.c[name]
        return case((after > 0, 1), else_=0) - case((before > 0, 1), else_=0)

    changed = [func.sum(change(name, swept=swept)) for name, swept in zip(names, sweeps, strict=True)]
    return (
        select(standing.c.member, standing.c.day, *[each.label(name) for each, name in zip(changed, names, strict=True)])
        .group_by(standing.c.member, standing.c.day)
        .having(or_(*[each != 0 for each in changed]))
        .cte()
    )


_NO_ROWS: Final = select(
    cast(literal(Part.OUTSIDE), String).label("part"),
    cast(literal(None), String).label("reason"),
    cast(literal(None), Integer).label("grade"),
).cte()
_KNOWN: Final[dict[tuple[str, int], Mapping[str, How]]] = {}
