"""Rebuild: a projection made anew from the log beside the running one, then swapped in, in one transaction."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update

from shared.crash import crash_point
from shared.db import Database, WriteSession
from shared.db.errors import is_transient
from shared.eventlog.port import EventLog, Record, TopicPartition
from shared.eventlog.topics import topic_for
from shared.events.consumer import ensure_state, explain, state, stored_offset
from shared.events.handlers import Handlers
from shared.events.intake import Intake
from shared.events.tables import aggregate_version, consumer_offset, consumer_state, dead_letter, inbox

BATCH: Final = 2000
Progress = Callable[[int, int], None]
ForgetGeneration = Callable[[WriteSession, int], None]


class NotRebuildable(Exception):
    """The service does more than project: its handlers decide and emit, and may not run over history again."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The generation that was built, how many records it took, and whether it is the live one now."""

    generation: int
    records: int
    swapped: bool


def rebuild(
    database: Database,
    event_log: EventLog,
    handlers: Handlers,
    *,
    name: str,
    topic_prefix: str,
    forget: ForgetGeneration,
    progress: Progress = lambda _done, _total: None,
    swap: bool = True,
    without: Container[UUID] = frozenset(),
) -> Rebuilt:
    """Build the next generation from offset 0 and make it the live one. The running consumer goes on meanwhile.

    Events `without` which it is built are those that restored services have given up.
    An earlier attempt that died is swept away first. Raises NotRebuildable.
    """
    if not handlers.rebuildable:
        raise NotRebuildable(name)
    with database.read() as session:
        live, _ = state(session, name)
    intake = Intake(handlers, name=name, generation=live + 1, without=without)
    database.run(lambda session: _sweep(session, intake, forget), idempotent=True)
    topics = sorted(topic_for(topic_prefix, aggregate) for aggregate in handlers.aggregate_types)
    records = _Builder(database, event_log, intake, progress).catch_up(topics)
    crash_point("rebuild.before_swap")
    if swap:
        database.run(lambda session: _swap(session, name, live=live), idempotent=True)
    return Rebuilt(intake.generation, records, swap)


def drop_generation(database: Database, *, name: str, generation: int, forget: ForgetGeneration) -> None:
    """Delete a generation that is not the live one. Raises ValueError for the live one."""

    def unit(session: WriteSession) -> None:
        live, _ = state(session, name, for_share=True)
        if generation == live:
            raise ValueError("the live generation cannot be dropped")
        _sweep_consumer(session, f"{name}.g{generation}")
        forget(session, generation)

    database.run(unit, idempotent=True)


class _Builder:
    def __init__(self, database: Database, event_log: EventLog, intake: Intake, progress: Progress) -> None:
        self._database = database
        self._log = event_log
        self._intake = intake
        self._progress = progress
        self._done = 0

    def catch_up(self, topics: Sequence[str]) -> int:
        """Read until every partition's end is reached, and return how many records that took."""
        while True:
            ends = self._log.end_offsets(topics)
            with self._database.read() as session:
                positions = {partition: stored_offset(session, self._intake.consumer, partition) for partition in ends}
            behind = sum(end - positions[partition] for partition, end in ends.items())
            if behind <= 0:
                return self._done
            total = self._done + behind
            for partition, end in ends.items():
                self._read(partition, positions[partition], end, total)

    def _read(self, partition: TopicPartition, position: int, end: int, total: int) -> None:
        while position < end:
            records = self._log.read(partition, position, max_records=BATCH)
            if not records:
                return
            self._take(records)
            crash_point("rebuild.batch")
            position = records[-1].offset + 1
            self._done += len(records)
            self._progress(self._done, total)

    def _take(self, records: Sequence[Record]) -> None:
        intake = self._intake
        try:
            self._database.run(lambda session: intake.take(session, records), idempotent=True)
        except Exception as error:
            if is_transient(error):
                raise
            if len(records) > 1:
                for record in records:
                    self._take([record])
                return
            reason, detail = explain(error)
            self._database.run(
                lambda session: intake.set_aside(session, records[0], reason=reason, detail=detail), idempotent=True
            )


def _swap(session: WriteSession, name: str, *, live: int) -> None:
    ensure_state(session, name)
    changed = session.execute(
        update(consumer_state)
        .where(consumer_state.c.name == name, consumer_state.c.generation == live)
        .values(generation=live + 1, stopped_at=None, stopped_because=None)
        .returning(consumer_state.c.generation)
    ).all()
    if not changed:
        raise RuntimeError("another rebuild was swapped in meanwhile")


def _sweep(session: WriteSession, intake: Intake, forget: ForgetGeneration) -> None:
    _sweep_consumer(session, intake.consumer)
    forget(session, intake.generation)


def _sweep_consumer(session: WriteSession, consumer: str) -> None:
    for table in (inbox, aggregate_version, consumer_offset, dead_letter):
        session.execute(delete(table).where(table.c.consumer == consumer))


def generations(database: Database, name: str) -> list[str]:
    """The consumers of `name` that have offsets: one per generation that is stored."""
    with database.read() as session:
        found = session.execute(
            select(consumer_offset.c.consumer).distinct().where(consumer_offset.c.consumer.like(f"{name}.g%"))
        )
        return sorted(found.scalars())
