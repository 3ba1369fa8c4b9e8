"""The consumer: from the log into the service's database, a batch a transaction, the log's own offset only a hint."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NoReturn

import structlog
from sqlalchemy import insert, select, update

from shared import clock
from shared.crash import crash_point
from shared.db import Database, ReadSession, WriteSession
from shared.db.errors import BehindLog, is_transient
from shared.errors import Refused
from shared.eventlog.errors import OffsetOutOfRange
from shared.eventlog.port import Consumer, EventLog, LogUnavailable, Record, TopicPartition
from shared.eventlog.topics import topic_for
from shared.events.handlers import Handlers
from shared.events.intake import Intake, LogTruncated, Outcome
from shared.events.tables import consumer_offset, consumer_state
from shared.telemetry.context import valid_traceparent
from shared.telemetry.metrics import count_taken_in
from shared.telemetry.spans import Kind, Member, batch

log = structlog.get_logger()
BATCH: Final = 500
PROJECTED_BATCH: Final = 2000  # a projection locks nothing that others wait for, and pays for a batch, not for an event
HINT_SECONDS: Final = 1.0


class ConsumerStopped(Exception):
    """The consumer stopped itself and says why; an operator resumes it when the cause is gone."""


class Budget:
    """How many dead letters a consumer may write before it must think that the fault is its own."""

    def __init__(self, *, in_a_row: int = 20, share: float = 0.01, window: int = 2000) -> None:
        self.in_a_row = in_a_row
        self.share = share
        self.window = window
        self._row = 0
        self._recent: deque[bool] = deque(maxlen=window)

    def count(self, outcome: Outcome) -> None:
        """Take note of a batch. Raises ConsumerStopped when it is one too many."""
        if outcome.applied:
            self._row = 0
            self._recent.extend([False] * min(outcome.applied, self.window))
        self._row += outcome.set_aside
        self._recent.extend([True] * outcome.set_aside)
        bad = sum(self._recent)
        if self._row >= self.in_a_row:
            raise ConsumerStopped(f"{self._row} records in a row could not be handled")
        if len(self._recent) == self.window and bad > self.share * self.window:
            raise ConsumerStopped(f"{bad} of the last {self.window} records could not be handled")


class EventConsumer:
    """One service's consumer. `run_once` is one step of its loop; the worker calls it, and tests drain with it."""

    def __init__(self, database: Database, event_log: EventLog, handlers: Handlers, *, name: str, topic_prefix: str) -> None:
        self.name = name
        self.group = f"{topic_prefix}.{name}"
        self.topics = sorted(topic_for(topic_prefix, aggregate) for aggregate in handlers.aggregate_types)
        self._database = database
        self._log = event_log
        self._handlers = handlers
        self._batch = PROJECTED_BATCH if handlers.rebuildable else BATCH
        self._consumer: Consumer | None = None
        self._intake: Intake | None = None
        self._budget = Budget()
        self._hints: dict[TopicPartition, int] = {}
        self._hinted = 0.0

    def run_once(self, *, timeout: float = 1.0) -> int:
        """Take in what one poll gives and return how many records that were.

        Raises ConsumerStopped, LogUnavailable, or a transient database error: then the next call reads again from
        the stored offsets.
        """
        if self._database.refusing is not None:
            self.disconnect()  # what it would decide now it has decided before: the log has it
            raise BehindLog
        consumer = self._connected()
        try:
            records = self._poll(consumer, timeout)
            crash_point("consumer.polled")
            if records:
                self._take(records)
            if self._hints and (not records or time.monotonic() - self._hinted >= HINT_SECONDS):
                self._hint(consumer)
        except BaseException:
            self.disconnect()
            raise
        return len(records)

    def _poll(self, consumer: Consumer, timeout: float) -> list[Record]:
        try:
            return consumer.poll(timeout=timeout, max_records=self._batch)
        except OffsetOutOfRange as error:
            self._stop(str(error))

    def assignment(self) -> frozenset[TopicPartition]:
        """The partitions that this consumer holds now."""
        consumer = self._consumer
        return consumer.assignment() if consumer is not None else frozenset()

    def disconnect(self) -> None:
        """Leave the group and forget the position: the next step starts from the stored offsets."""
        consumer, self._consumer, self._intake = self._consumer, None, None
        self._hints.clear()
        if consumer is not None:
            try:
                consumer.close()
            except LogUnavailable as error:
                log.warning("consumer_left_without_goodbye", consumer=self.name, reason=str(error))

    def _connected(self) -> Consumer:
        if self._consumer is None:
            with self._database.read() as session:
                generation, stopped = state(session, self.name)
            if stopped:
                raise ConsumerStopped(stopped)
            self._intake = Intake(self._handlers, name=self.name, generation=generation)
            self._consumer = self._log.consumer(group=self.group, topics=self.topics, start=self._stored_offset)
        return self._consumer

    def _stored_offset(self, partition: TopicPartition) -> int:
        assert self._intake is not None
        with self._database.read() as session:
            return stored_offset(session, self._intake.consumer, partition)

    def _take(self, records: Sequence[Record]) -> None:
        try:
            self._take_or_split(records)
        except (LogTruncated, ConsumerStopped) as error:
            self._stop(str(error))

    def _take_or_split(self, records: Sequence[Record]) -> None:
        """All in one transaction; if that fails each half in its own, down to the one record that cannot be handled."""
        try:
            with batch(self.name, "process", kind=Kind.CONSUMER, members=_members(records), each=self._handlers.rebuildable):
                outcome = self._transaction(records)
        except (LogTruncated, LogUnavailable):
            raise
        except Exception as error:
            if is_transient(error):
                raise
            if len(records) > 1:
                log.warning("batch_failed", consumer=self.name, records=len(records), error=type(error).__name__)
                half = len(records) // 2
                self._take_or_split(records[:half])
                self._take_or_split(records[half:])
                return
            outcome = self._set_aside(records[0], error)
        self._settle(outcome)
        count_taken_in(
            self.name,
            applied=outcome.applied,
            duplicates=outcome.duplicates,
            set_aside=outcome.set_aside,
            waiting=outcome.waiting,
            delay=(clock.now() - min(record.timestamp for record in records)).total_seconds(),
        )

    def _set_aside(self, record: Record, error: Exception) -> Outcome:
        reason, detail = explain(error)
        log.error("event_set_aside", consumer=self.name, reason=reason, topic=record.topic, offset=record.offset)
        return self._transaction_of(lambda session, intake: intake.set_aside(session, record, reason=reason, detail=detail))

    def _transaction(self, records: Sequence[Record]) -> Outcome:
        return self._transaction_of(lambda session, intake: intake.take(session, records))

    def _transaction_of(self, step: Callable[[WriteSession, Intake], Outcome]) -> Outcome:
        intake = self._intake
        assert intake is not None

        def unit(session: WriteSession) -> Outcome:
            self._same_generation(session, intake)
            outcome = step(session, intake)
            crash_point("consumer.before_commit")
            return outcome

        outcome = self._database.run(unit, idempotent=True)
        crash_point("consumer.after_commit")
        return outcome

    def _same_generation(self, session: WriteSession, intake: Intake) -> None:
        generation, _ = state(session, self.name, for_share=True)
        if generation != intake.generation:
            raise LogUnavailable("the projection was swapped; reading on from its new offsets")

    def _settle(self, outcome: Outcome) -> None:
        self._hints.update(outcome.next_offsets)
        self._budget.count(outcome)

    def _stop(self, reason: str) -> NoReturn:
        self._database.run(lambda session: stop(session, self.name, reason), idempotent=True)
        self._budget = Budget()
        log.error("consumer_stopped", consumer=self.name, reason=reason)
        raise ConsumerStopped(reason)

    def _hint(self, consumer: Consumer) -> None:
        """Tell the log how far we are: when there is a pause, and once a second while there is none."""
        crash_point("consumer.before_hint")
        mine = consumer.assignment()
        hints = {partition: offset for partition, offset in self._hints.items() if partition in mine}
        self._hints.clear()
        self._hinted = time.monotonic()
        try:
            consumer.commit(hints)
        except LogUnavailable as error:
            log.info("offset_hint_not_stored", consumer=self.name, reason=str(error))


def _members(records: Sequence[Record]) -> Iterator[Member]:
    return (Member(_traceparent(record), record.topic) for record in records)


def _traceparent(record: Record) -> str | None:
    """What the record's trace is, as far as it can be told without reading the event."""
    found = next((value for name, value in record.headers if name == "ce_traceparent"), None)
    return valid_traceparent(found.decode("latin-1")) if found is not None else None


def explain(error: Exception) -> tuple[str, str]:
    """A stable reason and a text without content for why a handler failed."""
    if isinstance(error, Refused):
        return error.code, str(error)
    return "handler_failed", type(error).__name__


def state(session: ReadSession, name: str, *, for_share: bool = False) -> tuple[int, str | None]:
    """The live generation of a consumer, and why it is stopped if it is."""
    statement = select(consumer_state.c.generation, consumer_state.c.stopped_because).where(consumer_state.c.name == name)
    row = session.execute(statement.with_for_update(read=True) if for_share else statement).one_or_none()
    return (row.generation, row.stopped_because) if row else (1, None)


def ensure_state(session: WriteSession, name: str) -> None:
    """Give a consumer its row, locked until the transaction ends."""
    row = session.execute(select(consumer_state.c.name).where(consumer_state.c.name == name).with_for_update()).one_or_none()
    if row is None:
        session.execute(insert(consumer_state).values(name=name, generation=1))


def stop(session: WriteSession, name: str, reason: str) -> None:
    """Keep a consumer from running until it is resumed."""
    ensure_state(session, name)
    session.execute(
        update(consumer_state).where(consumer_state.c.name == name).values(stopped_at=clock.now(), stopped_because=reason)
    )


def resume(session: WriteSession, name: str) -> None:
    """Let a stopped consumer run again."""
    session.execute(update(consumer_state).where(consumer_state.c.name == name).values(stopped_at=None, stopped_because=None))


def stored_offset(session: ReadSession, consumer: str, partition: TopicPartition) -> int:
    """The next offset that a consumer will take in; 0 when it has never read the partition."""
    found: int | None = session.execute(
        select(consumer_offset.c.next_offset).where(
            consumer_offset.c.consumer == consumer,
            consumer_offset.c.topic == partition.topic,
            consumer_offset.c.partition == partition.partition,
        )
    ).scalar()
    return found or 0
