"""Which facts count: those that were true on a date, as they were known at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Select, func, select

from services.reporting.domain.stages import PLACEMENT
from services.reporting.tables import COHORT_VERSION, FACT

Statement = Select[*tuple[Any, ...]]

COHORT: Final = "cohort"
CLAIM: Final = 1
COHORT_ORDINAL: Final = "cohort_ordinal"
OF_ENROLMENTS: Final = ("field", "program_id", "cohort_id", COHORT_ORDINAL, "university_id")
OF_SEATS: Final = ("field", "company_id")
OF_PLACEMENTS: Final = (*OF_ENROLMENTS, "company_id")


@dataclass(frozen=True, slots=True)
class Scope:
    """The question: on which date, as known when, of what (dimension to value), broken down by which dimensions.

    `only` and `by` name dimensions that the indicator allows: who asks has checked that.
    """

    generation: int
    as_of: date
    known_at: datetime
    only: Mapping[str, Any] = field(default_factory=dict)
    by: tuple[str, ...] = ()


def standing(scope: Scope, aggregates: Sequence[str], *columns: str) -> CTE:
    """Where each aggregate of these kinds stands: its last fact by (effective date, version), with its stage and `columns`.

    The last one is the one that none follows; unlike a row number counted downwards this is the order of the key.
    """
    one = (FACT.c.aggregate, FACT.c.aggregate_id)
    followed = func.lead(FACT.c.version).over(partition_by=one, order_by=(FACT.c.effective_on, FACT.c.version))
    wanted = dict.fromkeys(("aggregate", "aggregate_id", "stage", *columns))
    history = (
        select(*[FACT.c[name] for name in wanted], followed.label("followed_by"))
        .where(
            FACT.c.generation == scope.generation,
            FACT.c.aggregate.in_(aggregates),
            FACT.c.recorded_at <= scope.known_at,
            FACT.c.effective_on <= scope.as_of,
            FACT.c.stage.is_not(None),
        )
        .cte("history")
    )
    return select(*[history.c[name] for name in wanted]).where(history.c.followed_by.is_(None)).cte("standing")


def best_evidence(scope: Scope, placement: CTE) -> ColumnElement[int]:
    """The best evidence of a placement that was known, whatever date it is about: it says how sure we are, not since when.

    A placement that started is an employer's claim at least.
    """
    grade = (
        select(func.max(FACT.c.evidence_grade))
        .where(
            FACT.c.generation == scope.generation,
            FACT.c.aggregate == PLACEMENT,
            FACT.c.aggregate_id == placement.c.aggregate_id,
            FACT.c.recorded_at <= scope.known_at,
        )
        .scalar_subquery()
    )
    return func.coalesce(grade, CLAIM)


def cohorts(scope: Scope) -> CTE:
    """The cohorts as they were last known."""
    known = COHORT_VERSION.c
    followed = func.lead(known.version).over(partition_by=known.cohort_id, order_by=known.version)
    history = (
        select(*known, followed.label("followed_by"))
        .where(known.generation == scope.generation, known.recorded_at <= scope.known_at)
        .cte("cohort_history")
    )
    return select(*[history.c[column.name] for column in known]).where(history.c.followed_by.is_(None)).cte(COHORT)


def within(statement: Statement, scope: Scope, rows: CTE) -> Statement:
    """`statement` over `rows`, narrowed to what the scope names and broken down by its dimensions."""
    named = dict.fromkeys((*scope.only, *scope.by))
    groups: dict[str, ColumnElement[Any]] = {name: rows.c[name] for name in named if name != COHORT_ORDINAL}
    if COHORT_ORDINAL in named:
        cohort = cohorts(scope) if rows.name != COHORT else rows
        if cohort is not rows:
            statement = statement.outerjoin(cohort, cohort.c.cohort_id == rows.c.cohort_id)
        groups[COHORT_ORDINAL] = cohort.c.ordinal
    narrowed = statement.where(*[groups[name] == value for name, value in scope.only.items()])
    chosen = [groups[name].label(name) for name in scope.by]
    return narrowed.add_columns(*chosen).group_by(*[groups[name] for name in scope.by])
