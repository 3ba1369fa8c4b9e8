"""Rebuild: a projection made anew from the log beside the running one, then swapped in, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

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
) -> Rebuilt:
    """Build the next generation from offset 0 and make it the live one. The running consumer goes on meanwhile.

    An earlier attempt that died is swept away first. Raises NotRebuildable.
    """
    if not handlers.rebuildable:
        raise NotRebuildable(name)
    with database.read() as session:
        live, _ = state(session, name)
    intake = Intake(handlers, name=name, generation=live + 1)
    database.run(lambda session: _sweep(session, intake, forget), idempotent=True)
    topics = sorted(topic_for(topic_prefix, aggregate) for aggregate in handlers.aggregate_types)
    records = _catch_up(database, event_log, intake, topics, progress)
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


def _catch_up(database: Database, event_log: EventLog, intake: Intake, topics: Sequence[str], progress: Progress) -> int:
    done = 0
    while True:
        ends = event_log.end_offsets(topics)
        positions = _positions(database, intake, ends)
        behind = {partition: position for partition, position in positions.items() if position < ends[partition]}
        if not behind:
            return done
        total = done + sum(ends[partition] - position for partition, position in behind.items())
        for partition, position in behind.items():
            report = partial(_report, progress, done, total)
            done += _partition(database, event_log, intake, partition, position, ends[partition], report)


def _report(progress: Progress, before: int, total: int, taken: int) -> None:
    progress(before + taken, total)


def _positions(database: Database, intake: Intake, ends: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    with database.read() as session:
        return {partition: stored_offset(session, intake.consumer, partition) for partition in ends}


def _partition(
    database: Database,
    event_log: EventLog,
    intake: Intake,
    partition: TopicPartition,
    position: int,
    end: int,
    progress: Callable[[int], None],
) -> int:
    start = position
    while position < end:
        records = event_log.read(partition, position, max_records=BATCH)
        if not records:
            break
        _take(database, intake, records)
        crash_point("rebuild.batch")
        position = records[-1].offset + 1
        progress(position - start)
    return position - start


def _take(database: Database, intake: Intake, records: Sequence[Record]) -> None:
    try:
        database.run(lambda session: intake.take(session, records), idempotent=True)
    except Exception as error:
        if is_transient(error):
            raise
        if len(records) == 1:
            reason, detail = explain(error)
            database.run(lambda session: intake.set_aside(session, records[0], reason=reason, detail=detail), idempotent=True)
            return
        for record in records:
            _take(database, intake, [record])


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
