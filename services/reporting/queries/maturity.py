"""What is not known yet: which figure of which cohort can be computed from when on, and whom to ask to know more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, case, func, select, type_coerce

from services.reporting.domain.values import IMMATURE, UNKNOWN_OUTCOME
from services.reporting.indicators import Indicator, Scope, current, standing
from services.reporting.indicators.dimensions import with_dimensions
from services.reporting.indicators.spans import Part
from services.reporting.indicators.timeline import cohorts
from services.reporting.queries.columns import ask
from services.reporting.queries.near import near
from services.reporting.queries.values import Value, check_dimensions, find_indicator, value_of
from shared.db import ReadSession

_KNOWLEDGE: Final = "knowledge_rate"


class Ripeness(StrEnum):
    """`computable`: nothing waits. `partly`: a number exists, some still waits. `waiting`: none yet. `planned`: by its dates."""

    COMPUTABLE = "computable"
    PARTLY = "partly"
    WAITING = "waiting"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Due:
    """When one indicator of one cohort can be computed: the first of it on `computable_on`, the whole of it on `complete_on`."""

    cohort_id: UUID
    code: str
    ordinal: int
    field: str
    indicator: str
    ripeness: Ripeness
    counted: int
    waiting: int
    computable_on: date | None
    complete_on: date | None


@dataclass(frozen=True, slots=True)
class Unheard:
    """One completion of somebody whose outcome nobody knows: ids, and since when it has been so."""

    enrolment_id: UUID
    person_id: UUID
    cohort_id: UUID | None
    since: date


@dataclass(frozen=True, slots=True)
class FollowUpList:
    """Of how many it has to be heard so that the knowledge rate reaches `threshold` per cent, and of whom it can be."""

    value: Value
    threshold: float
    needed: int
    people: Sequence[Unheard]


def calendar(session: ReadSession, scope: Scope) -> list[Due]:
    """Every cohort and every indicator that has to ripen, what comes first at the head; what is complete already at the end.

    Where nobody of a cohort is out of training yet, the dates follow from the day on which it is planned to end.
    Raises Invalid for a dimension that cohorts do not have.
    """
    ripening = [each for each in current().values() if IMMATURE in each.exclusions]
    check_dimensions(current()[_KNOWLEDGE], list(scope.only))
    close = near(session, scope)
    found = [due for indicator in ripening for due in _of(session, indicator, close)]
    return sorted(found, key=lambda due: (due.waiting == 0 and due.counted > 0, due.computable_on or date.max, due.code))


def _of(session: ReadSession, indicator: Indicator, scope: Scope) -> list[Due]:
    rows = standing(indicator, scope).subquery()
    ripens = type_coerce(case((rows.c.reason == IMMATURE, rows.c.until_on)), Date)
    counted = (
        select(
            rows.c.cohort_id,
            func.count().filter(rows.c.part.in_([part.value for part in Part if part.in_denominator])).label("counted"),
            func.count().filter(rows.c.reason == IMMATURE).label("waiting"),
            func.min(ripens).label("first"),
            func.max(ripens).label("last"),
        )
        .group_by(rows.c.cohort_id)
        .subquery()
    )
    cohort = _narrowed_cohorts(scope)
    planned = indicator.due(cohort.c.ends_on) if indicator.due is not None else None
    statement = select(
        cohort.c.cohort_id,
        cohort.c.code,
        cohort.c.ordinal,
        cohort.c.field,
        counted.c.counted,
        counted.c.waiting,
        counted.c.first,
        counted.c.last,
        *([] if planned is None else [type_coerce(planned, Date).label("planned")]),
    ).outerjoin(counted, counted.c.cohort_id == cohort.c.cohort_id)
    return [_due(dict(row), indicator) for row in ask(session, scope, statement).mappings()]


def _narrowed_cohorts(scope: Scope) -> Any:
    """The cohorts that a question is about. What it says of persons narrows the figures, not the cohorts."""
    cohort = with_dimensions(scope, cohorts(scope), set())
    named = {"field", "program_id", "cohort_id", "university_id", "cohort_ordinal"}
    columns = {"cohort_ordinal": "ordinal"}
    asked = [cohort.c[columns.get(name, name)] == value for name, value in scope.only.items() if name in named]
    return select(cohort).where(*asked).subquery()


def _due(row: Mapping[str, Any], indicator: Indicator) -> Due:
    counted, waiting, planned = row["counted"] or 0, row["waiting"] or 0, row.get("planned")
    ripeness = (
        Ripeness.PARTLY
        if counted and waiting
        else Ripeness.COMPUTABLE
        if counted
        else Ripeness.WAITING
        if waiting
        else Ripeness.PLANNED
    )
    none_yet = ripeness is Ripeness.PLANNED
    return Due(
        cohort_id=row["cohort_id"],
        code=row["code"],
        ordinal=row["ordinal"],
        field=row["field"],
        indicator=indicator.id,
        ripeness=ripeness,
        counted=counted,
        waiting=waiting,
        computable_on=planned if none_yet else row["first"],
        complete_on=planned if none_yet else row["last"],
    )


def follow_up_list(session: ReadSession, scope: Scope, *, threshold: float, limit: int) -> FollowUpList:
    """Whom to ask first: who completed last, as they are found most easily. Raises Invalid for an unknown dimension."""
    indicator = find_indicator(_KNOWLEDGE)
    scope = near(session, scope)
    value = value_of(session, indicator, scope)
    due = value.counts.denominator or 0
    needed = max(0, ceil(due * threshold / 100) - value.counts.numerator)
    rows = standing(indicator, scope).subquery()
    unheard = select(rows.c.item, rows.c.counted, rows.c.cohort_id, rows.c.from_on).where(rows.c.reason == UNKNOWN_OUTCOME)
    found = ask(session, scope, unheard.order_by(rows.c.from_on.desc(), rows.c.item).limit(limit))
    return FollowUpList(value, threshold, needed, [Unheard(*row) for row in found])
