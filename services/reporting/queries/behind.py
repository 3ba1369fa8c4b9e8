"""What is behind a number: the things that were counted, each with its part and the facts that say so."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.reporting.indicators import Indicator, Scope, standing
from services.reporting.indicators.spans import Part
from services.reporting.indicators.timeline import known
from services.reporting.queries.near import near
from services.reporting.queries.values import check_dimensions
from services.reporting.tables import FACT
from shared.db import ReadSession
from shared.db.bulk import each_of
from shared.http import Page, Rows


@dataclass(frozen=True, slots=True)
class FactBehind:
    """One fact, as it was known. `recorded_at` is when its service stored it."""

    event_id: UUID
    kind: str
    stage: str | None
    effective_on: date
    reported_on: date | None
    recorded_at: datetime
    evidence_grade: int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """One thing behind a number: what it counts as, for what, since which day, and why."""

    item: UUID
    counted: UUID | None
    part: Part
    reason: str | None
    grade: int | None
    since: date
    dimensions: Mapping[str, Any]
    facts: Sequence[FactBehind]


def behind(session: ReadSession, indicator: Indicator, scope: Scope, page: Page, *, part: Part | None) -> Rows[Behind]:
    """A page of the things that the value rests on, or of those with one `part`.

    Raises Invalid for a dimension that the indicator does not have.
    """
    check_dimensions(indicator, list(scope.only))
    scope = near(session, scope)
    rows = standing(indicator, replace(scope, by=indicator.dimensions)).subquery()
    statement = select(*rows.c)
    if part is not None:
        statement = statement.where(rows.c.part == part.value)
    found = page.fetch(session, statement, key=[rows.c.item, rows.c.part])
    facts = _facts(session, indicator, scope, [row["item"] for row in found.items])
    shown = [_behind(row, facts[row["item"]], indicator) for row in found.items]
    return Rows(shown, next=found.next, total=found.total)


def _behind(row: Mapping[str, Any], facts: Sequence[FactBehind], indicator: Indicator) -> Behind:
    dimensions = {name: row[name] for name in indicator.dimensions if name in row}
    told = {name: row[name] for name in ("item", "counted", "reason", "grade")}
    return Behind(**told, part=Part(row["part"]), since=row["from_on"], dimensions=dimensions, facts=facts)


def _facts(session: ReadSession, indicator: Indicator, scope: Scope, items: Sequence[UUID]) -> Mapping[UUID, list[FactBehind]]:
    """The facts of these things up to the day, as they were known, oldest first."""
    aggregates = [source.split(".")[1] for source in indicator.sources]
    columns = ("event_id", "kind", "stage", "effective_on", "reported_on", "recorded_at", "evidence_grade")
    statement = select(FACT.c.aggregate_id, FACT.c.version, FACT.c.step, *[FACT.c[name] for name in columns]).where(
        FACT.c.generation == scope.generation,
        FACT.c.aggregate.in_(aggregates),
        FACT.c.effective_on <= scope.as_of,
        *known(scope),
    )
    found: dict[UUID, list[FactBehind]] = defaultdict(list)
    if items:
        rows = session.execute(each_of(session, statement, FACT.c.aggregate_id, list(dict.fromkeys(items)))).mappings().all()
        for row in sorted(rows, key=lambda row: (row["effective_on"], row["version"], row["step"])):
            found[row["aggregate_id"]].append(FactBehind(**{name: row[name] for name in columns}))
    return found
