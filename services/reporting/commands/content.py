"""Compares what sources say about their things with what the facts say: how many stand in which stage.

Counts of events may agree where what they say does not: a fact that was changed, a table that was repaired by hand.
"""

from datetime import timedelta
from time import monotonic
from typing import Any, Final

from sqlalchemy import Row, func, select

from services.reporting.queries.drift import WITH_FACTS
from services.reporting.queries.freshness import live_generation
from services.reporting.tables import CONTENT_CHECK, FACT, SOURCE_READ, TALLY
from shared.clock import now
from shared.db import Database, ReadSession, WriteSession
from shared.db.bulk import bulk_upsert

_REST: Final = 50
"""After a comparison it rests so many times as long as that took: at most a fiftieth of one processor, at any size."""


def check_content(database: Database) -> None:
    """Compare each source of which everything was taken in, unless that was done only just."""
    with database.read() as session:
        generation = live_generation(session)
        found = [check for tally in _due(session, generation) if (check := _compared(session, tally, generation)) is not None]
    if not found:
        return

    def unit(session: WriteSession) -> None:
        with database.claim(session, "reporting-content") as free:
            if free:
                columns = CONTENT_CHECK.columns.keys()
                rows = [[check[name] for name in columns] for check in found]
                bulk_upsert(session, CONTENT_CHECK, columns, rows, key=["source"])

    database.run(unit, idempotent=True)


def _due(session: ReadSession, generation: int) -> list[Row[Any]]:
    """The last tallies of what has facts and stages, but for those that rest."""
    checks = session.execute(select(CONTENT_CHECK).where(CONTENT_CHECK.c.generation == generation)).all()
    at = now()
    resting = {each.source for each in checks if at - each.checked_at < timedelta(seconds=_REST * each.seconds)}
    told = session.execute(select(TALLY).order_by(TALLY.c.source)).all()
    return [each for each in told if each.stages and each.source.split(".")[1] in WITH_FACTS and each.source not in resting]


def _compared(session: ReadSession, tally: Row[Any], generation: int) -> dict[str, Any] | None:
    """What came of it; None while something is on its way."""
    if _taken_in(session, tally.source, generation) != tally.events:
        return None
    begun = monotonic()
    known = _things_by_stage(session, tally.source.split(".")[1], generation)
    if _taken_in(session, tally.source, generation) != tally.events:
        return None
    differs = {
        stage: [tally.stages.get(stage, 0), known.get(stage, 0)]
        for stage in sorted({*tally.stages, *known})
        if tally.stages.get(stage, 0) != known.get(stage, 0)
    }
    return {
        "source": tally.source,
        "generation": generation,
        "events": tally.events,
        "told_at": tally.taken_at,
        "checked_at": now(),
        "seconds": monotonic() - begun,
        "differs": differs,
    }


def _taken_in(session: ReadSession, source: str, generation: int) -> int:
    read = select(func.coalesce(func.sum(SOURCE_READ.c.events), 0))
    return int(session.execute(read.where(SOURCE_READ.c.generation == generation, SOURCE_READ.c.source == source)).scalar_one())


def _things_by_stage(session: ReadSession, kind: str, generation: int) -> dict[str, int]:
    """By stage, the things whose last event led there. In the order of the key: nothing is sorted."""
    later = func.lead(FACT.c.version).over(partition_by=FACT.c.aggregate_id, order_by=(FACT.c.version, FACT.c.step))
    steps = (
        select(FACT.c.stage, later.label("later"))
        .where(
            FACT.c.generation == generation,
            FACT.c.aggregate == kind,
            FACT.c.superseded_at.is_(None),
            FACT.c.stage.is_not(None),
        )
        .subquery()
    )
    last = select(steps.c.stage, func.count()).where(steps.c.later.is_(None)).group_by(steps.c.stage)
    return {stage: int(number) for stage, number in session.execute(last)}
