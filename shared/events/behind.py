"""A database that was restored is behind the log: noticed before anything leaves it, so that no version is issued twice.

Only a service's own relay writes to its topics, and it keeps how far they reach (`own_position`). What lies behind that,
and is neither in the outbox nor among the versions that the database has told, is lost: facts of this service that its
database no longer knows. They are kept in `lost_event`; until an operator has settled them the database takes no writes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import Table, func, select

from shared import clock
from shared.db import Database, ReadSession, WriteSession
from shared.db.bulk import bulk_upsert, each_of
from shared.db.errors import BehindLog
from shared.eventlog.port import EventLog, Record, TopicPartition
from shared.events.cloudevents import NotAnEvent, from_record
from shared.events.contract import Event, UnknownEvent, event_class
from shared.events.envelope import Envelope
from shared.events.outbox import FLOORS
from shared.events.tables import lost_event, outbox, own_position

log = structlog.get_logger()
BATCH: Final = 2000
_COLUMNS: Final = (
    "event_id", "aggregate_type", "aggregate_id", "version", "type", "payload", "time", "topic", "partition", "offset",
    "found_at", "done_again",
)  # fmt: skip


class Again(Protocol):
    """Does once more what no restore may undo, without telling of it where the log has it; whether it did anything."""

    def __call__(self, session: WriteSession, event: Event, told: bool) -> bool: ...


@dataclass(frozen=True, slots=True)
class Own:
    """What a service tells of: its topics, and per aggregate type the table that holds its things with their versions."""

    topics: Sequence[str]
    tables: Mapping[str, Table]
    again: Again | None = None


class Guard:
    """Looks at the log before the first event leaves. Ask before every start of relay and consumer."""

    def __init__(self, database: Database, event_log: EventLog, own: Own) -> None:
        self._database = database
        self._log = event_log
        self._own = own

    def examine(self) -> None:
        """Raise BehindLog when the log has facts of this service that the database lacks. Raises LogUnavailable."""
        take_stand(self._database)
        if self._database.refusing is None:
            lost = find_lost(self._database, self._log, self._own)
            if lost:
                log.error("restored_behind_the_log", service=self._database.service, events=lost, remedy="hustar recover")
                take_stand(self._database)
        self.check()

    def check(self) -> None:
        """Raise BehindLog as long as what was lost is not settled."""
        if self._database.refusing is not None:
            take_stand(self._database)
        if self._database.refusing is not None:
            raise BehindLog


def take_stand(database: Database) -> None:
    """Let the database refuse writes while lost events are open, and number things above what the log has of them."""
    with database.read() as session:
        open_ = session.execute(select(func.count()).where(lost_event.c.settled_at.is_(None))).scalar_one()
        highest = select(lost_event.c.aggregate_id, func.max(lost_event.c.version).label("highest")).group_by(
            lost_event.c.aggregate_id
        )
        floors = {row.aggregate_id: row.highest for row in session.execute(highest)}
    database.know(**{FLOORS: floors})
    database.refusing = f"{open_} events are on the log and not in this database" if open_ else None


def find_lost(database: Database, event_log: EventLog, own: Own) -> int:
    """Read what the log has behind the known position, keep what is lost of it, and return how many events that are."""
    there = event_log.topics()
    ends = event_log.end_offsets([topic for topic in own.topics if topic in there])
    with database.read() as session:
        known = positions(session)
    lost = 0
    for partition, end in sorted(ends.items()):
        position = known.get(partition, 0)
        if position > end:
            log.error("log_is_shorter_than_told", topic=partition.topic, partition=partition.partition, told=position, end=end)
        while position < end:
            records = event_log.read(partition, position, max_records=BATCH)
            if not records:
                break
            lost += database.run(lambda session, batch=records: _keep_lost(session, batch, own), idempotent=True)  # type: ignore[misc]
            position = records[-1].offset + 1
    return lost


def positions(session: ReadSession) -> dict[TopicPartition, int]:
    """How far the service's own topics reach, as its relay knows."""
    return {TopicPartition(topic, number): offset for topic, number, offset in session.execute(select(own_position))}


def store_positions(session: WriteSession, reached: Mapping[TopicPartition, int]) -> None:
    """Keep how far the topics reach now."""
    rows = [(at.topic, at.partition, offset) for at, offset in sorted(reached.items())]
    bulk_upsert(session, own_position, ["topic", "partition", "next_offset"], rows, key=["topic", "partition"])


def _keep_lost(session: WriteSession, records: Sequence[Record], own: Own) -> int:
    rows = []
    for record, envelope in _unknown(session, records, own.tables):
        event = _event(envelope)
        done = event is not None and own.again is not None and own.again(session, event, told=True)
        place = (record.topic, record.partition, record.offset, clock.now(), done)
        about = (envelope.id, _type_of(record), envelope.subject, envelope.aggregateversion, envelope.type)
        rows.append((*about, envelope.data.decode(), envelope.time, *place))
    if rows:
        bulk_upsert(session, lost_event, _COLUMNS, rows, key=["event_id"])
    last = records[-1]
    store_positions(session, {TopicPartition(last.topic, last.partition): last.offset + 1})
    return len(rows)


def _unknown(session: WriteSession, records: Sequence[Record], tables: Mapping[str, Table]) -> Iterator[tuple[Record, Envelope]]:
    """The events among `records` that the database has neither told nor is about to tell, each once."""
    table = tables.get(_type_of(records[0]))
    if table is None:
        return  # tallies and the like: each is a thing of its own, and no database keeps it
    arrived = list(_envelopes(records))
    subjects = sorted({envelope.subject for _, envelope in arrived})
    if not subjects:
        return
    pending = select(outbox.c.id, outbox.c.aggregateid, outbox.c.aggregateversion)
    waiting = session.execute(each_of(session, pending, outbox.c.aggregateid, subjects)).all()
    ids = {row.id for row in waiting}
    untold = {(row.aggregateid, row.aggregateversion) for row in waiting}
    held = versions_of(session, table, subjects)
    for record, envelope in arrived:
        subject, version = envelope.subject, envelope.aggregateversion
        told = version <= held.get(subject, 0) and (subject, version) not in untold
        if not told and envelope.id not in ids:
            ids.add(envelope.id)
            yield record, envelope


def versions_of(session: ReadSession, table: Table, subjects: Sequence[str]) -> dict[str, int]:
    """The versions of those things that there are."""
    statement = select(table.c.id, table.c.version)
    found = session.execute(each_of(session, statement, table.c.id, [UUID(subject) for subject in subjects]))
    return {str(id_): version for id_, version in found}


def _envelopes(records: Sequence[Record]) -> Iterator[tuple[Record, Envelope]]:
    for record in records:
        try:
            envelope = from_record(record)
            UUID(envelope.subject)
        except (NotAnEvent, ValueError):
            continue  # a stranger's: consumers set it aside
        yield record, envelope


def _event(envelope: Envelope) -> Event | None:
    try:
        return event_class(envelope.type).model_validate_json(envelope.data)
    except (UnknownEvent, ValidationError):
        return None


def _type_of(record: Record) -> str:
    return ".".join(record.topic.split(".")[-3:-1])


def given_up(session: ReadSession) -> dict[UUID, tuple[str, str]]:
    """What an operator gave up: event ids, each with type and id of its thing. Not what was done again."""
    columns: Any = lost_event.c
    statement = select(columns.event_id, columns.aggregate_type, columns.aggregate_id)
    found = session.execute(statement.where(columns.settled_at.is_not(None), columns.done_again.is_(False)))
    return {id_: (type_, subject) for id_, type_, subject in found}
