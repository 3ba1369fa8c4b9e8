"""Why a number moved: what became known of the earlier day, then what happened up to the later one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import exists, or_, select

from services.reporting.domain.values import Counts
from services.reporting.indicators import Indicator, Scope
from services.reporting.indicators.changes import KINDS, changed, steps
from services.reporting.indicators.spans import Part
from services.reporting.queries.columns import ask
from services.reporting.queries.counts import counts_on
from services.reporting.queries.values import Value, value_of
from services.reporting.tables import COHORT_VERSION, COMPANY_PLACE, FACT, IDENTITY
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid

SHOWN: Final = 50


class Cause(StrEnum):
    """`learned`: it had been so already, and became known later. `happened`: it came to be between the two days."""

    LEARNED = "learned"
    HAPPENED = "happened"


@dataclass(frozen=True, slots=True)
class Step:
    """Things that went the same way: from a part (None: they were not there) to another, and what that did to the value."""

    cause: Cause
    was: Part | None
    was_reason: str | None
    is_: Part | None
    is_reason: str | None
    things: int
    numerator: int
    denominator: int
    some: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The value before, the steps, and the value after them: numerators and denominators add up."""

    before: Value
    after: Value
    steps: Sequence[Step]


def explain(session: ReadSession, indicator: Indicator, before: Scope, after: Scope, *, name_things: bool) -> Explanation:
    """From one answer to another. Raises Invalid unless neither the day nor the moment goes backwards."""
    errors = [
        FieldError(name, "before_the_beginning", N_("Must not be before what it is compared with."))
        for name, wrong in (("as_of", after.as_of < before.as_of), ("known_at", after.known_at < before.known_at))
        if wrong
    ]
    if errors:
        raise Invalid(*errors)
    # Both are counted, so that the steps add up to them whatever happens meanwhile.
    before, after = replace(before, newest=False), replace(after, newest=False)
    between = replace(before, known_at=after.known_at)
    happened = _steps(session, indicator, Cause.HAPPENED, between, after, name_things=name_things)
    if not _anything_learned(session, before, after):
        # Then nothing differs but the day: both values are counted at once.
        counts = counts_on(session, indicator, after, {"before": before.as_of, "after": after.as_of})
        values = [
            value_of(session, indicator, scope, counts=counts.get((name, ()), Counts()))
            for name, scope in (("before", before), ("after", after))
        ]
        return Explanation(values[0], values[1], happened)
    learned = _steps(session, indicator, Cause.LEARNED, before, between, name_things=name_things)
    return Explanation(value_of(session, indicator, before), value_of(session, indicator, after), [*learned, *happened])


def _anything_learned(session: ReadSession, before: Scope, after: Scope) -> bool:
    """Whether anything at all became known between the two moments: evidence is of any day."""
    learned = []
    for table in (FACT, IDENTITY, COHORT_VERSION, COMPANY_PLACE):
        moments = [table.c[name] for name in ("recorded_at", "superseded_at") if name in table.c]
        known = or_(*[(each > before.known_at) & (each <= after.known_at) for each in moments])
        learned.append(select(exists().where(table.c.generation == before.generation, known)))
    return any(ask(session, before, each).scalar_one() for each in learned)


def _steps(
    session: ReadSession, indicator: Indicator, cause: Cause, before: Scope, after: Scope, *, name_things: bool
) -> list[Step]:
    if before == after:
        return []
    statement = steps(indicator, changed(indicator, before, after), some=SHOWN if name_things else 0)
    found = [
        list(rows)
        for _, rows in groupby(ask(session, after, statement).all(), lambda row: tuple(getattr(row, name) for name in KINDS))
    ]
    return [
        Step(
            cause=cause,
            was=None if row.was_part is None else Part(row.was_part),
            was_reason=row.was_reason,
            is_=None if row.is_part is None else Part(row.is_part),
            is_reason=row.is_reason,
            things=row.things,
            numerator=int(row.numerator),
            denominator=int(row.denominator),
            some=tuple(each.thing for each in rows) if name_things else (),
        )
        for rows in found
        for row in rows[:1]
    ]
