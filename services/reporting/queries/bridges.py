"""One cohort by every standard, quickly enough for a page: values from the sums, steps from the cohort's own facts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Select, Uuid, bindparam, literal

from services.reporting.domain.values import Counts, Reading
from services.reporting.indicators import Scope, current
from services.reporting.indicators.standards import STANDARDS, Standard
from services.reporting.indicators.timeline import Portion
from services.reporting.queries.affected import given_things, ids_in_json
from services.reporting.queries.columns import ask
from services.reporting.queries.counts import counts_now
from services.reporting.queries.near import EVERY_ARRIVAL, near, things_near_cohort
from services.reporting.queries.standards import Bridge, crossings, told_steps
from shared.clock import now
from shared.db import ReadSession

_PREPARED: Final = 64


@dataclass(frozen=True, slots=True)
class Standing:
    """What one standard makes of the cohort, and the share of outcomes that is known where that is shown beside it."""

    standard: Standard
    counts: Counts
    reading: Reading
    beside: Reading | None


def by_every_standard(session: ReadSession, scope: Scope, cohort_id: UUID) -> list[Standing]:
    """The same cohort by every standard."""
    of_cohort = replace(scope, only={"cohort_id": cohort_id})

    def counted(name: str) -> tuple[Counts, Reading]:
        counts = counts_now(session, current()[name], of_cohort).get((), Counts())
        return counts, current()[name].read(counts)

    found = []
    for standard in STANDARDS:
        counts, reading = counted(standard.indicator)
        found.append(Standing(standard, counts, reading, None if standard.beside is None else counted(standard.beside)[1]))
    return found


def bridges_of(session: ReadSession, scope: Scope, cohort_id: UUID) -> Sequence[Bridge]:
    """From each standard to the next in counted steps, of which nobody is named."""
    if not scope.newest:
        close = near(session, replace(scope, only={"cohort_id": cohort_id}))
        return [
            Bridge(before, after, told_steps(before, after, list(ask(session, close, crossings(before, after, close))), {}))
            for before, after in pairwise(STANDARDS)
        ]
    things = things_near_cohort(session, scope, cohort_id)
    engine = session.get_bind().dialect.name
    given: dict[str, Any] = {"generation": scope.generation, "cohort": cohort_id}
    if things is not None:
        given["things"] = things if engine == "postgresql" else ids_in_json(things)
    found = []
    for before, after in pairwise(STANDARDS):
        statement = _prepared(before.code, after.code, scope.as_of, engine, merged=scope.merged, narrowed=things is not None)
        found.append(Bridge(before, after, told_steps(before, after, session.execute(statement, given).all(), {})))
    return found


@lru_cache(maxsize=_PREPARED)
def _prepared(before: str, after: str, as_of: date, engine: str, *, merged: bool, narrowed: bool) -> Select[Any]:
    """Made once a day: making it takes longer than answering it."""
    portion = Portion(literal(EVERY_ARRIVAL, Integer), given_things(engine) if narrowed else None)
    only = {"cohort_id": bindparam("cohort", type_=Uuid())}
    generation: Any = bindparam("generation", type_=Integer)
    scope = Scope(generation, as_of, now(), only, merged=merged, portion=portion, staff=True)
    named = {standard.code: standard for standard in STANDARDS}
    return crossings(named[before], named[after], scope)
