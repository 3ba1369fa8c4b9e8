"""The outbox: events leave in the transaction that made them true, or not at all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from itertools import chain, islice
from typing import Any, Final, Protocol
from uuid import UUID

import orjson
import uuid_utils
from sqlalchemy import Row, insert

from shared import clock
from shared.crash import crash_point
from shared.db.bulk import bulk_insert
from shared.db.prepared import Prepared
from shared.db.session import WriteSession
from shared.errors import N_, Conflict, TooLarge
from shared.events.contract import Content, Event
from shared.events.envelope import Envelope
from shared.events.tables import outbox
from shared.ids import new_id
from shared.telemetry.context import Trace, current_trace

FLOORS: Final = "version_floors"
"""Where a session knows from what version of a thing the log has, though its database was restored and does not."""
MAX_EVENT_BYTES: Final = 256 * 1024
_COPY_FROM: Final = 200
COLUMNS: Final = (
    "id", "aggregatetype", "aggregateid", "type", "payload", "source", "dataschema",
    "aggregateversion", "time", "correlationid", "causationid", "traceparent",
)  # fmt: skip
_INSERT: Final = Prepared(insert(outbox), columns=COLUMNS)


class VersionTaken(Conflict):
    """The log has this version of the thing with another content, from before its database was restored."""

    code = "version_taken"
    detail = N_("The log has this version of it already, from before the database was restored.")


class Aggregate(Protocol):
    """What an event happens to: a row with an id and the number of events it has had."""

    id: UUID
    version: int


def emit(session: WriteSession, aggregate: Aggregate, event: Event) -> None:
    """Record that `event` happened to `aggregate` and raise its version by one; both are stored when `session` commits.

    The caller holds the aggregate's row lock, or has just created it. Raises TooLarge above 256 KiB of content.
    """
    floors = session.info.get(FLOORS)
    if floors:
        aggregate.version = max(aggregate.version, floors.get(str(aggregate.id), 0))
    aggregate.version += 1
    emit_version(session, event, aggregate_id=aggregate.id, version=aggregate.version)


def emit_version(session: WriteSession, event: Event | Content, *, aggregate_id: UUID, version: int) -> None:
    """The same for bulk statements, which raise the versions themselves: `version` is the one that the event makes."""
    _refuse_taken(session, aggregate_id, version)
    row = _row(event, aggregate_id, version, new_id(), at=clock.now(), trace=current_trace())
    pending = session.info.get("outbox")
    if pending is None:
        pending = session.info["outbox"] = []
        session.before_commit(_store)
    pending.append(row)


def emit_versions(session: WriteSession, events: Iterable[tuple[Event | Content, UUID, int]]) -> None:
    """The same for any number of events with their aggregates and versions: many are stored at once and take no memory."""
    remaining = iter(events)
    first = list(islice(remaining, _COPY_FROM))
    if len(first) < _COPY_FROM:
        for event, aggregate_id, version in first:
            emit_version(session, event, aggregate_id=aggregate_id, version=version)
        return
    _store(session)  # what happened to the same things before leaves before
    at, trace = clock.now(), current_trace()
    rows = (_checked(session, *each, at=at, trace=trace) for each in chain(first, remaining))
    bulk_insert(session, outbox, COLUMNS, rows)


def _checked(
    session: WriteSession, event: Event | Content, aggregate_id: UUID, version: int, *, at: datetime, trace: Trace
) -> tuple[object, ...]:
    _refuse_taken(session, aggregate_id, version)
    # A compiled id: of tens of thousands, those of the standard library take several times as long to be made.
    return _row(event, aggregate_id, version, uuid_utils.uuid7(), at=at, trace=trace)


def _refuse_taken(session: WriteSession, aggregate_id: UUID, version: int) -> None:
    floors = session.info.get(FLOORS)
    if floors and version <= floors.get(str(aggregate_id), 0):
        raise VersionTaken


def _row(
    event: Event | Content, aggregate_id: UUID, version: int, id_: object, *, at: datetime, trace: Trace
) -> tuple[object, ...]:
    if isinstance(event, Content):
        kind, data = event.kind, orjson.dumps(event.said).decode()
    else:
        kind, data = type(event), event.model_dump_json()
    if len(data) > MAX_EVENT_BYTES // 4 and len(data.encode()) > MAX_EVENT_BYTES:
        raise TooLarge(limit=MAX_EVENT_BYTES)
    aggregate_type, type_, source, dataschema = _of_kind(kind)
    return (
        id_,
        aggregate_type,
        str(aggregate_id),
        type_,
        data,
        source,
        dataschema,
        version,
        at,
        trace.correlation_id,
        trace.causation_id,
        trace.traceparent,
    )


@cache
def _of_kind(kind: type[Event]) -> tuple[str, str, str, str]:
    return kind.aggregate_type(), kind.type(), f"/services/{kind.service}", kind.dataschema()


def pending_events(session: WriteSession) -> int:
    """How many events this transaction has so far."""
    return len(session.info.get("outbox", ()))


def _store(session: WriteSession) -> None:
    rows = session.info.pop("outbox", [])
    if not rows:
        return
    crash_point("request.before_outbox")
    if len(rows) >= _COPY_FROM:
        bulk_insert(session, outbox, COLUMNS, rows)
    else:
        _INSERT.execute(session, [dict(zip(COLUMNS, row, strict=True)) for row in rows])
    crash_point("request.after_outbox")


def envelope_of(row: Row[Any]) -> Envelope:
    """The envelope of an outbox row as selected with all columns of `outbox`, in the table's order."""
    # By place: a row's attributes take four times as long as all the rest, for every event there is.
    fields: Sequence[Any] = row
    _, id_, _, subject, type_, payload, source, schema, version, time, correlation, causation, traceparent = fields
    return Envelope(id_, type_, source, subject, time, schema, version, payload.encode(), correlation, causation, traceparent)
