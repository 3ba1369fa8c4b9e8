"""The relay moves the outbox to the log: reads the rows that are there, publishes, waits for every ack, deletes those.

It never remembers a last number: transactions that commit late with smaller numbers are found by the next read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, LiteralString

import psycopg
from sqlalchemy import Row, delete, func, select

from shared import clock
from shared.crash import crash_point
from shared.db import Database, WriteSession
from shared.db.bulk import among
from shared.db.errors import is_away
from shared.eventlog.port import Ack, EventLog, Failed, LogUnavailable, Message, Producer, TopicPartition
from shared.eventlog.topics import topic_for
from shared.events.behind import Guard, store_positions
from shared.events.cloudevents import to_message
from shared.events.outbox import envelope_of
from shared.events.tables import outbox
from shared.telemetry.metrics import count_published
from shared.telemetry.spans import Kind, Member, batch

BATCH: Final = 2000
_NEXT: Final = select(outbox).order_by(outbox.c.seq).limit(BATCH)  # asked fifty times a second while nothing happens
# 7265161 is this product's number for "the active relay"; each service has a database, and so a lock, of its own.
_HOLDS: Final = """
    SELECT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7265161 AND pid = pg_backend_pid() AND granted
    )
"""
_TRY: Final = "SELECT pg_try_advisory_lock(7265161)"


class Relay:
    """Publishes one service's outbox. Several may run; on PostgreSQL one at a time is active, by an advisory lock."""

    def __init__(self, database: Database, event_log: EventLog, *, topic_prefix: str, guard: Guard | None = None) -> None:
        self._database = database
        self._log = event_log
        self._prefix = topic_prefix
        self._producer: Producer | None = None
        self._lock: psycopg.Connection | None = None
        self._guard = guard
        self._examined = guard is None

    def run_once(self) -> int:
        """Publish one batch and return how many events left; 0 when there is nothing or another relay is active.

        Raises LogUnavailable or a transient database error: nothing is lost, call again. Raises BehindLog while the
        database lacks what the log has from it.
        """
        if not self._is_active():
            return 0
        self._look_first()
        rows = self._next_rows()
        if not rows:
            return 0
        crash_point("relay.read")
        with batch(self._database.service, "send", kind=Kind.PRODUCER, members=self._members(rows)):
            outcomes = self._publish(rows)
        crash_point("relay.published")
        done = _settled(rows, outcomes)
        self._delete(done, reached=_reached(outcomes))
        gone = set(done)
        count_published(self._database.service, [row.type for row in rows if row.seq in gone], failed=len(rows) - len(done))
        crash_point("relay.deleted")
        if len(done) < len(rows):
            reasons = sorted({outcome.reason for outcome in outcomes if isinstance(outcome, Failed)})
            raise LogUnavailable(f"{len(rows) - len(done)} events stay in the outbox: {', '.join(reasons)}")
        return len(done)

    def close(self) -> None:
        """Let another relay take over."""
        if self._producer is not None:
            self._producer.close()
            self._producer = None
        self._release()

    def _is_active(self) -> bool:
        """Whether this relay holds the lock. Asking on the connection that took it proves that it still does."""
        if self._database.engine_name != "postgresql":
            return True
        try:
            if self._lock is None:
                self._lock = _connection_of_its_own(self._database)
            return _scalar(self._lock, _HOLDS) or _scalar(self._lock, _TRY)
        except psycopg.Error as error:
            self._release()
            if is_away(error):
                return False
            raise

    def _look_first(self) -> None:
        """Whoever takes over looks at the log before anything leaves: the database may have been restored meanwhile."""
        if self._guard is not None and not self._examined:
            self._guard.examine()
            self._examined = True

    def _release(self) -> None:
        self._examined = self._guard is None
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def _next_rows(self) -> Sequence[Row[Any]]:
        with self._database.read() as session:
            return session.connection().execute(_NEXT).all()

    def _publish(self, rows: Sequence[Row[Any]]) -> list[Ack | Failed]:
        if self._producer is None:
            self._producer = self._log.producer()
        return self._producer.publish([self._message(row) for row in rows])

    def _members(self, rows: Sequence[Row[Any]]) -> Iterator[Member]:
        return (Member(row.traceparent, topic_for(self._prefix, row.aggregatetype)) for row in rows)

    def _message(self, row: Row[Any]) -> Message:
        return to_message(envelope_of(row), topic=topic_for(self._prefix, row.aggregatetype))

    def _delete(self, numbers: Sequence[int], *, reached: Mapping[TopicPartition, int]) -> None:
        def unit(session: WriteSession) -> None:
            session.execute(delete(outbox).where(among(session, outbox.c.seq, numbers)))
            store_positions(session, reached)

        if numbers:
            self._database.run(unit, idempotent=True)


def _connection_of_its_own(database: Database) -> psycopg.Connection:
    """A connection that no pool may reuse: the lock lives exactly as long as it does."""
    pooled = database.writer.raw_connection()
    driver = pooled.driver_connection
    assert isinstance(driver, psycopg.Connection)
    pooled.detach()
    driver.autocommit = True
    return driver


def _scalar(connection: psycopg.Connection, statement: LiteralString) -> bool:
    row = connection.execute(statement).fetchone()
    return bool(row and row[0])


def _settled(rows: Sequence[Row[Any]], outcomes: Sequence[Ack | Failed]) -> list[int]:
    """The rows that may go: acknowledged, and no earlier one of the same aggregate failed (it must leave first)."""
    failed: set[str] = set()
    done = []
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Failed):
            failed.add(row.aggregateid)
        elif row.aggregateid not in failed:
            done.append(row.seq)
    return done


def _reached(outcomes: Sequence[Ack | Failed]) -> dict[TopicPartition, int]:
    """How far the topics reach now, where anything was acknowledged."""
    reached: dict[TopicPartition, int] = {}
    for outcome in outcomes:
        if isinstance(outcome, Ack):
            at = TopicPartition(outcome.topic, outcome.partition)
            reached[at] = max(reached.get(at, 0), outcome.offset + 1)
    return reached


def backlog(database: Database) -> tuple[int, float]:
    """How many events wait in the outbox and for how many seconds the oldest has."""
    with database.read() as session:
        count, oldest = session.execute(select(func.count(), func.min(outbox.c.time)).select_from(outbox)).one()
    return count, (clock.now() - oldest).total_seconds() if oldest else 0.0
