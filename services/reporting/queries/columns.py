"""The facts by column, beside the database: for what was known earlier, and whatever else no sums are kept of.

The copy answers only where it holds exactly what the session sees. Until it does, the database counts itself.
"""

from collections.abc import Mapping
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final

import structlog
from sqlalchemy import Column, Result, Select, Table, select, text

from services.reporting.indicators import Scope
from services.reporting.queries.freshness import live_generation
from services.reporting.queries.rolled import events_taken_in
from services.reporting.tables import COHORT_VERSION, COMPANY_PLACE, FACT, IDENTITY, TRAIT
from shared.db import Database, ReadSession
from shared.db.columnar import Columnar

log = structlog.get_logger()
Found = Result[*tuple[Any, ...]]
WORTH_IT: Final = 20_000  # so many events are counted as fast by the database, but for what sets definitions side by side
CATCHES_UP: Final = 20_000  # more news than these are taken in beside the question, not before its answer
COPIED: Final = (FACT, IDENTITY, TRAIT, COHORT_VERSION, COMPANY_PLACE)
INFO: Final = "columns"
_TRIES: Final = 3
_AT_ONCE: Final = 500
_LATE: Final = 600.0  # seconds after which a batch that took its number has become visible, or never will


class FactColumns:
    """The copy of one process. Safe to share between threads."""

    def __init__(self, database: Database, *, worth_it: int = WORTH_IT) -> None:
        self._database = database
        self._worth_it = worth_it
        self._lock = Lock()
        self._filling = Lock()
        self._copy: Columnar | None = None
        self._generation = 0
        self._events = -1
        self._seen: set[int] = set()
        self._marks: list[tuple[float, int]] = []  # when which batch was the latest

    def answer(
        self, session: ReadSession, generation: int, statement: Select[Any], given: Mapping[str, Any] | None = None
    ) -> Found | None:
        """What the statement finds; None where the copy cannot say."""
        events = events_taken_in(session, generation)
        if events < self._worth_it:
            return None
        with self._lock:
            if self._copy is None or self._generation != generation or events - self._events > CATCHES_UP:
                self._fill_beside()
                return None
            if not self._is_level(session, events):
                return None
            return self._copy.execute(statement, given)

    def is_worth_it(self, session: ReadSession) -> bool:
        """Whether there is so much that the copy counts faster."""
        return events_taken_in(session, live_generation(session)) >= self._worth_it

    def keep(self) -> None:
        """Have a copy, where it is worth it: before somebody asks."""
        with self._database.read() as session:
            behind = self.is_worth_it(session) and self._generation != live_generation(session)
        if behind:
            self._fill_beside()

    def fill(self) -> None:
        """Copy everything anew. Questions are answered by the database meanwhile."""
        begun = monotonic()
        fresh = Columnar(COPIED)
        with self._database.read() as session:
            if self._database.engine_name == "postgresql":
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
                session.execute(text("SET LOCAL statement_timeout = '30min'"))
            generation = live_generation(session)
            events = events_taken_in(session, generation)
            for table in COPIED:
                fresh.take(session, table, "generation = :generation", {"generation": generation})
            seen = set().union(*_batches(session, generation, after=-1).values())
        with self._lock:
            stale, self._copy = self._copy, fresh
            self._generation, self._events = generation, events
            self._seen, self._marks = seen, [(monotonic(), max(seen, default=-1))]
            if stale is not None:
                stale.close()
        log.info("facts_by_column", events=events, seconds=round(monotonic() - begun, 1))

    def close(self) -> None:
        """Give back what it holds."""
        with self._lock:
            if self._copy is not None:
                self._copy.close()
            self._copy, self._generation = None, 0

    def _fill_beside(self) -> None:
        def work() -> None:
            try:
                self.fill()
            except Exception:
                log.exception("facts_by_column_failed")
            finally:
                self._filling.release()

        if self._filling.acquire(blocking=False):
            Thread(target=work, name="facts-by-column", daemon=True).start()

    def _is_level(self, session: ReadSession, events: int) -> bool:
        """Bring the copy to what the session sees, or say that it holds something else."""
        for _ in range(_TRIES):
            if events <= self._events:
                return events == self._events  # otherwise somebody who began later has asked before
            self._catch_up(session)
            before, events = events, events_taken_in(session, self._generation)
            if events == before:
                self._events = events
                return True
        return False

    def _catch_up(self, session: ReadSession) -> None:
        assert self._copy is not None
        at = monotonic()
        settled = max((batch for when, batch in self._marks if at - when > _LATE), default=-1)
        self._seen = {batch for batch in self._seen if batch >= settled}
        self._marks = [mark for mark in self._marks if mark[1] >= settled]
        found = _batches(session, self._generation, after=settled)
        for column, batches in found.items():
            news = sorted(batches - self._seen)
            for start in range(0, len(news), _AT_ONCE):
                among = ",".join(map(str, news[start : start + _AT_ONCE]))
                here = f"generation = :generation AND {column.name} IN ({among})"
                given = {"generation": self._generation}
                self._copy.take(session, _table_of(column), here, given, replacing=column.name == "closed_in")
        self._seen = self._seen.union(*found.values())
        self._marks.append((at, max(self._seen, default=-1)))


def ask(session: ReadSession, scope: Scope, statement: Select[Any], given: Mapping[str, Any] | None = None) -> Found:
    """What a statement over the facts finds: by the copy where there is one that knows, by the database otherwise."""
    columns: FactColumns | None = session.info.get(INFO)
    found = None
    if columns is not None and scope.portion is None:
        found = columns.answer(session, scope.generation, statement, given)
    return session.execute(statement, given) if found is None else found


def _batches(session: ReadSession, generation: int, *, after: int) -> Mapping[Column[Any], set[int]]:
    """The numbers of all batches after one that left anything in a table, or closed anything; what closes comes last."""
    found: dict[Column[Any], set[int]] = {}
    for column in (*[table.c.batch for table in COPIED], FACT.c.closed_in):
        numbers = select(column).distinct().where(_table_of(column).c.generation == generation, column > after)
        found[column] = set(session.execute(numbers).scalars())
    return found


def _table_of(column: Column[Any]) -> Table:
    assert isinstance(column.table, Table)
    return column.table
