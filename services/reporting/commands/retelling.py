"""Histories that are told anew: what held is closed, what holds now is written beside it, in one batch."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select, update

from services.reporting.domain.rewriting import REWRITES, rewritten
from services.reporting.tables import FACT
from shared.db import WriteSession
from shared.db.bulk import bulk_insert, each_of
from shared.events.handlers import Delivery

Row = dict[str, Any]
_KEY: Final = ("generation", "aggregate", "aggregate_id", "version", "step")
_ORDER: Final = ("effective_on", "version", "step")
_CLOSE: Final = (
    update(FACT)
    .where(*[FACT.c[name] == bindparam(f"its_{name}") for name in _KEY])
    .values(superseded_at=bindparam("closed_at"), closed_in=bindparam("closed_by"))
)


def retell(session: WriteSession, told: Sequence[tuple[Any, Delivery]], generation: int) -> None:
    """Store the facts of aggregates some of whose events rewrite what was said before. In version order per aggregate."""
    held = _held(session, {(fact["aggregate"], fact["aggregate_id"]) for fact, _ in told}, generation)
    stored = {_key(row) for rows in held.values() for row in rows}
    everything: list[Row] = [row for rows in held.values() for row in rows]
    closed: list[Row] = []
    for fact, delivery in told:
        holding = held[fact["aggregate_id"]]
        if type(delivery.event) not in REWRITES:
            holding.append(dict(fact))
            everything.append(holding[-1])
            continue
        change = rewritten(delivery.event, fact, sorted(holding, key=lambda row: [row[name] for name in _ORDER]))
        ended = [_key(row) for row in change.ended]
        for row in [row for row in holding if _key(row) in ended]:
            row["superseded_at"], row["closed_in"] = fact["recorded_at"], fact["batch"]
            closed.append(row)
            holding.remove(row)
        fresh_row = {"superseded_at": None, "closed_in": None, "batch": fact["batch"]}
        news = [{**row, **fresh_row, "step": step} for step, row in enumerate(change.told)]
        holding.extend(news)
        everything.extend(news)
    columns = FACT.columns.keys()
    fresh = [[row[name] for name in columns] for row in everything if _key(row) not in stored]
    bulk_insert(session, FACT, columns, fresh)
    changed = [_closing(row) for row in closed if _key(row) in stored]
    if changed:
        session.connection().execute(_CLOSE, changed)


def _closing(row: Row) -> Row:
    its = {f"its_{name}": row[name] for name in _KEY}
    return {**its, "closed_at": row["superseded_at"], "closed_by": row["closed_in"]}


def _held(session: WriteSession, aggregates: set[tuple[str, UUID]], generation: int) -> dict[UUID, list[Row]]:
    """What holds now, by aggregate."""
    ids: dict[str, list[UUID]] = defaultdict(list)
    for aggregate, id_ in sorted(aggregates):
        ids[aggregate].append(id_)
    held: dict[UUID, list[Row]] = defaultdict(list)
    for aggregate, wanted in ids.items():
        statement = select(*FACT.c).where(
            FACT.c.generation == generation, FACT.c.aggregate == aggregate, FACT.c.superseded_at.is_(None)
        )
        for row in session.execute(each_of(session, statement, FACT.c.aggregate_id, wanted)).mappings():
            held[row["aggregate_id"]].append(dict(row))
    return held


def _key(row: Any) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)
