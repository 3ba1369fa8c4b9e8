"""Settling what a restored database lost: its things are numbered above what the log has of them, and it takes writes again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, delete, func, insert, select, update

from shared import clock
from shared.db import ReadSession, WriteSession
from shared.db.bulk import each_of
from shared.events.behind import versions_of
from shared.events.outbox import COLUMNS
from shared.events.tables import lost_event, outbox

_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling did: events given up, events done again, things numbered anew, things that only the log has."""

    given_up: int = 0
    done_again: int = 0
    renumbered: int = 0
    only_on_log: int = 0


def open_lost(session: ReadSession, *, limit: int | None = None) -> Sequence[Row[Any]]:
    """What was lost and is not settled, in the order in which it had happened."""
    statement = select(lost_event).where(lost_event.c.settled_at.is_(None))
    statement = statement.order_by(lost_event.c.time, lost_event.c.aggregate_id, lost_event.c.version).limit(limit)
    return session.execute(statement).all()


def count_lost(session: ReadSession) -> int:
    """How many lost events are not settled."""
    count: int = session.execute(select(func.count()).where(lost_event.c.settled_at.is_(None))).scalar_one()
    return count


def settle(session: WriteSession, tables: Mapping[str, Table]) -> Settled:
    """Give up what is open. Nothing is deleted: the log keeps its events, and `lost_event` which of them no longer hold.

    Each thing continues above the highest version on the log; events that wait in the outbox are numbered anew.
    """
    done = {True: 0, False: 0}
    counted = select(lost_event.c.done_again, func.count()).where(lost_event.c.settled_at.is_(None))
    for again, count in session.execute(counted.group_by(lost_event.c.done_again)):
        done[bool(again)] = count
    renumbered = missing = 0
    for aggregate_type, highest in _by_type(session):
        found = _renumber(session, tables[aggregate_type], highest)
        renumbered += found
        missing += len(highest) - found
    session.execute(update(lost_event).where(lost_event.c.settled_at.is_(None)).values(settled_at=clock.now()))
    return Settled(given_up=done[False], done_again=done[True], renumbered=renumbered, only_on_log=missing)


def _by_type(session: WriteSession) -> Iterator[tuple[str, dict[str, int]]]:
    """Per type, some things at a time: their ids and the highest version that the log has of each."""
    columns = lost_event.c
    statement = (
        select(columns.aggregate_type, columns.aggregate_id, func.max(columns.version))
        .where(columns.settled_at.is_(None))
        .group_by(columns.aggregate_type, columns.aggregate_id)
    )
    by_type: dict[str, dict[str, int]] = {}
    for type_, id_, version in session.execute(statement):
        by_type.setdefault(type_, {})[id_] = version
    for type_, highest in by_type.items():
        remaining = iter(highest.items())
        while part := dict(islice(remaining, _AT_ONCE)):
            yield type_, part


def _renumber(session: WriteSession, table: Table, highest: Mapping[str, int]) -> int:
    ids = sorted(highest)
    held = versions_of(session, table, ids)
    waiting: dict[str, list[dict[str, Any]]] = {}
    statement = each_of(session, select(outbox), outbox.c.aggregateid, ids)
    for row in sorted(session.execute(statement).mappings(), key=lambda row: row["seq"]):
        waiting.setdefault(row["aggregateid"], []).append({name: row[name] for name in COLUMNS})
    if waiting:
        session.execute(delete(outbox).where(outbox.c.aggregateid.in_(list(waiting))))
        again = [
            {**row, "aggregateversion": highest[id_] + place}
            for id_, rows in waiting.items()
            for place, row in enumerate(rows, start=1)
        ]
        session.execute(insert(outbox), again)
    rows = [{"which": UUID(id_), "number": highest[id_] + len(waiting.get(id_, ()))} for id_ in held]
    if rows:
        raised = update(table).where(table.c.id == bindparam("which")).values(version=bindparam("number"))
        session.connection().execute(raised, rows)
    return len(held)
