"""Samples of events as CloudEvents: one of ours, any of ours, and records that hold one well or badly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import orjson
from cloudevents.core.bindings.kafka import KafkaMessage
from cloudevents.core.v1.event import CloudEvent
from hypothesis import strategies as st

from shared.eventlog.port import Message, Record
from shared.events.cloudevents import to_message
from shared.events.envelope import Envelope

TAKEN = datetime(2026, 7, 1, tzinfo=UTC)

EARLIEST, LATEST = datetime(1971, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - the zone is drawn apart

SECRET = "비밀-010-1234-5678"

EVENT = Envelope(
    id=UUID("0197c2a4-7f1e-7c3a-9a55-2b9df5c0a1ff"),
    type="kr.hustar.trainees.enrolment.completed.v1",
    source="/services/trainees",
    subject="0197c2a4-0000-7000-8000-000000000001",
    time=datetime(2026, 7, 1, 0, 30, 0, 5, tzinfo=UTC),
    dataschema="/schemas/trainees.enrolment.completed.v1.json",
    aggregateversion=3,
    data='{"stage":"수료","effective_on":"2026-07-01"}'.encode(),
    correlationid="c-1",
    causationid="c-2",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff" + "".join(map(chr, range(0xFDD0, 0xFDF0)))),
    min_size=1,
    max_size=40,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)

contents = st.dictionaries(texts, json_values, min_size=1, max_size=4)

zones = st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3, minutes=-30))])

envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    type=texts,
    source=texts,
    subject=texts,
    time=st.datetimes(EARLIEST, LATEST, timezones=zones),
    dataschema=texts,
    aggregateversion=st.integers(1, 2**31 - 1),
    data=contents.map(orjson.dumps),
    correlationid=st.none() | texts,
    causationid=st.none() | texts,
    traceparent=st.none() | texts,
)


def record_of(message: Message | KafkaMessage) -> Record:
    """The message as it comes out of the log."""
    headers = tuple(message.headers.items()) if isinstance(message, KafkaMessage) else message.headers
    key = message.key.encode() if isinstance(message.key, str) else message.key
    return Record("t", 0, 0, key, message.value, headers, TAKEN)


def as_sdk_event(envelope: Envelope, data: Any) -> CloudEvent:
    attributes: dict[str, Any] = {
        "id": str(envelope.id),
        "type": envelope.type,
        "source": envelope.source,
        "subject": envelope.subject,
        "time": envelope.time,
        "dataschema": envelope.dataschema,
        "datacontenttype": "application/json",
        "aggregateversion": envelope.aggregateversion,
    }
    for name in ("correlationid", "causationid", "traceparent"):
        if (value := getattr(envelope, name)) is not None:
            attributes[name] = value
    return CloudEvent(attributes, data)


def same(found: Envelope, expected: Envelope) -> bool:
    """Equal, with equal JSON rather than equal bytes."""
    data = orjson.loads(found.data) == orjson.loads(expected.data)
    return data and replace(found, data=b"") == replace(expected, data=b"")


def binary(*, without: str = "", value: bytes | None = EVENT.data, **headers: bytes) -> Record:
    """Our event in binary mode with other headers, given with `_` for `-` in the content type's name."""
    given = {"content-type" if name == "content_type" else name: content for name, content in headers.items()}
    merged = dict(to_message(EVENT, topic="t").headers) | given
    merged.pop(without, None)
    return Record("t", 0, 0, b"k", value, tuple(merged.items()), TAKEN)


def structured(*, without: str = "", content_type: bytes = b"application/cloudevents+json", **attributes: object) -> Record:
    """Our event in structured mode with other attributes."""
    event = as_sdk_event(EVENT, None).get_attributes() | {"specversion": "1.0", "time": EVENT.time.isoformat()}
    event |= {"data": orjson.loads(EVENT.data)} | attributes
    event.pop(without, None)
    return Record("t", 0, 0, b"k", orjson.dumps(event), (("content-type", content_type),), TAKEN)


MISSING = ("id", "type", "source", "subject", "time", "dataschema", "aggregateversion", "specversion")
