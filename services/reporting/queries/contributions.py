"""Which outcomes count for which goals: once in each, how far goals overlap, and the totals over all of them.

An outcome is a person or a seat in the numerator of an indicator. One that counts for several goals counts in each of them
once, and in a total once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, case, func, select

from services.reporting.indicators import Indicator, Scope, current, standing
from services.reporting.indicators.spans import Part
from services.reporting.queries.measuring import COUNTED, program_rows, programs_of, selects
from services.reporting.queries.plans import FoundGoal, goals
from shared.db import ReadSession


@dataclass(frozen=True, slots=True)
class Contribution:
    """What counts for one goal. Without `fields` and `programs`, everything that its indicator counts does."""

    goal: str
    plan: str
    indicator: str
    everything: bool
    fields: Sequence[str]
    programs: Sequence[str]
    said_by_programs: Sequence[str]
    count: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many outcomes count for both goals."""

    goals: tuple[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class Total:
    """How many different outcomes count for any of the goals of an indicator, and how many goals' counts added up would say."""

    indicator: str
    unit: str
    unique: int
    added_up: int


@dataclass(frozen=True, slots=True)
class Matrix:
    scope: Scope
    contributions: Sequence[Contribution]
    overlaps: Sequence[Overlap]
    totals: Sequence[Total]
    observed: Sequence[FoundGoal]


def contribution_matrix(session: ReadSession, scope: Scope, *, plan: str | None = None) -> Matrix:
    """The whole matrix, or that of one plan's goals. One statement per indicator that goals are measured by."""
    found = [each for each in goals(session).values() if plan is None or each.plan.framework.id == plan]
    by_indicator: dict[str, list[FoundGoal]] = defaultdict(list)
    for each in found:
        if each.goal.indicator is not None and current()[each.goal.indicator].unit in COUNTED:
            by_indicator[each.goal.indicator].append(each)
    known = program_rows(session, scope.generation)
    codes = {row.program_id: (row.code, list(row.goals)) for row in known}
    contributions, overlaps, totals = [], [], []
    for name, counting in by_indicator.items():
        indicator = current()[name]
        programs = {each.goal.id: programs_of(known, each.goal) for each in counting}
        groups = _groups(session, indicator, scope, counting, programs)
        counts = {each.goal.id: sum(n for who, n in groups.items() if each.goal.id in who) for each in counting}
        contributions += [_contribution(each, counts[each.goal.id], programs[each.goal.id], codes) for each in counting]
        overlaps += _overlaps(groups, [each.goal.id for each in counting])
        totals.append(Total(name, str(indicator.unit), sum(groups.values()), sum(counts.values())))
    observed = [each for each in found if each.goal.measure is not None]
    return Matrix(scope, contributions, overlaps, totals, observed)


def _groups(
    session: ReadSession,
    indicator: Indicator,
    scope: Scope,
    counting: Sequence[FoundGoal],
    programs: Mapping[str, Sequence[UUID]],
) -> Mapping[frozenset[str], int]:
    """How many outcomes there are by the set of goals that they count for."""
    rows = _numerator(indicator, scope)
    flags = [
        func.max(case((selects(rows.c, indicator, each.goal.counts, programs[each.goal.id]), 1), else_=0)).label(f"g{place}")
        for place, each in enumerate(counting)
    ]
    weight = func.max(rows.c.amount).cast(Integer).label("weight")
    things = select(*flags, weight).group_by(rows.c.counted).subquery()
    columns = [things.c[f"g{place}"] for place in range(len(counting))]
    statement = select(*columns, func.sum(things.c.weight).label("number")).group_by(*columns)
    found: dict[frozenset[str], int] = {}
    for row in session.execute(statement):
        who = frozenset(each.goal.id for place, each in enumerate(counting) if row[place])
        if who:
            found[who] = int(row.number)
    return found


def _numerator(indicator: Indicator, scope: Scope) -> Any:
    rows = standing(indicator, scope).subquery()
    return select(rows).where(rows.c.part == Part.NUMERATOR.value).subquery()


def _overlaps(groups: Mapping[frozenset[str], int], ids: Sequence[str]) -> list[Overlap]:
    pairs = {pair: sum(n for who, n in groups.items() if who.issuperset(pair)) for pair in combinations(ids, 2)}
    return [Overlap(pair, count) for pair, count in pairs.items() if count]


def _contribution(
    found: FoundGoal, count: int, programs: Sequence[UUID], codes: Mapping[UUID, tuple[str, list[str]]]
) -> Contribution:
    selection = found.goal.counts
    return Contribution(
        goal=found.goal.id,
        plan=found.plan.framework.id,
        indicator=found.goal.indicator or "",
        everything=selection is None,
        fields=selection.fields if selection else [],
        programs=sorted(codes[each][0] for each in programs),
        said_by_programs=sorted(code for code, named in codes.values() if found.goal.id in named),
        count=count,
    )
