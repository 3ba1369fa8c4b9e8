"""The tables that carry events out of and into a service. Every service has its own copy in its own database."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from shared.db.types import UTCDateTime

_ROW_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
_kernel = MetaData()

# Columns as Debezium's outbox event router names them; rows are only inserted and deleted, never updated.
outbox = Table(
    "outbox",
    _kernel,
    Column("seq", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("aggregatetype", String(255), nullable=False),
    Column("aggregateid", String(255), nullable=False),
    Column("type", String(255), nullable=False),
    Column("payload", Text, nullable=False),
    Column("source", String(255), nullable=False),
    Column("dataschema", String(255), nullable=False),
    Column("aggregateversion", Integer, nullable=False),
    Column("time", UTCDateTime, nullable=False),
    Column("correlationid", String(64)),
    Column("causationid", String(64)),
    Column("traceparent", String(64)),
    UniqueConstraint("aggregatetype", "aggregateid", "aggregateversion", name="uq_outbox_version"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    _kernel,
    Column("consumer", String(80), primary_key=True),
    Column("event_id", Uuid, primary_key=True),
)

aggregate_version = Table(
    "aggregate_version",
    _kernel,
    Column("consumer", String(80), primary_key=True),
    Column("aggregate_id", String(255), primary_key=True),
    Column("version", Integer, nullable=False),
)

consumer_offset = Table(
    "consumer_offset",
    _kernel,
    Column("consumer", String(80), primary_key=True),
    Column("topic", String(255), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)

# Which generation of a consumer's projection is read from, and whether the consumer may run.
consumer_state = Table(
    "consumer_state",
    _kernel,
    Column("name", String(60), primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("stopped_at", UTCDateTime),
    Column("stopped_because", Text),
)

dead_letter = Table(
    "dead_letter",
    _kernel,
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("consumer", String(80), nullable=False),
    Column("topic", String(255), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("key", LargeBinary),
    Column("value", LargeBinary),
    Column("headers", Text, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    Column("logged_at", UTCDateTime, nullable=False),
    Column("reason", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("aggregate_id", String(255)),
    Column("aggregate_version", Integer),
    Column("settled_at", UTCDateTime),
    Column("settled_how", String(20)),
    UniqueConstraint("consumer", "topic", "partition", "offset", name="uq_dead_letter_place"),
    sqlite_autoincrement=True,
)
Index("ix_dead_letter_open", dead_letter.c.consumer, dead_letter.c.aggregate_id, dead_letter.c.settled_at)

# How far this service's own topics reach as its relay knows: what lies behind that is not of this database's making.
own_position = Table(
    "own_position",
    _kernel,
    Column("topic", String(255), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)

# What the log has from this service and its database, restored from a backup, does not; see shared/events/behind.py.
lost_event = Table(
    "lost_event",
    _kernel,
    Column("event_id", Uuid, primary_key=True),
    Column("aggregate_type", String(255), nullable=False),
    Column("aggregate_id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(255), nullable=False),
    Column("payload", Text, nullable=False),
    Column("time", UTCDateTime, nullable=False),
    Column("topic", String(255), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("found_at", UTCDateTime, nullable=False),
    Column("done_again", Boolean, nullable=False),
    Column("settled_at", UTCDateTime),
)
Index("ix_lost_event_aggregate", lost_event.c.aggregate_id)
Index("ix_lost_event_open", lost_event.c.settled_at)

KERNEL_TABLES: Final = (
    outbox, inbox, aggregate_version, consumer_offset, consumer_state, dead_letter, own_position, lost_event,
)  # fmt: skip


def include_event_tables(metadata: MetaData) -> None:
    """Make the event tables part of a service's own metadata, so that its migrations carry them."""
    for table in KERNEL_TABLES:
        table.to_metadata(metadata)
