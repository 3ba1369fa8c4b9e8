"""Our records are CloudEvents, and CloudEvents of others are read: the SDK is the judge."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import orjson
import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared.eventlog.port import Message, Record
from shared.events.cloudevents import NotAnEvent, from_record, to_message
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


def read_by_the_sdk(message: Message) -> BaseCloudEvent:
    assert message.value is not None
    return from_kafka(KafkaMessage(dict(message.headers), message.key, message.value), JSONFormat())


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


def test_an_event_in_binary_mode() -> None:
    assert to_message(EVENT, topic="t") == Message(
        topic="t",
        key=b"0197c2a4-0000-7000-8000-000000000001",
        value='{"stage":"수료","effective_on":"2026-07-01"}'.encode(),
        headers=(
            ("content-type", b"application/json"),
            ("ce_specversion", b"1.0"),
            ("ce_id", b"0197c2a4-7f1e-7c3a-9a55-2b9df5c0a1ff"),
            ("ce_type", b"kr.hustar.trainees.enrolment.completed.v1"),
            ("ce_source", b"/services/trainees"),
            ("ce_subject", b"0197c2a4-0000-7000-8000-000000000001"),
            ("ce_time", b"2026-07-01T00:30:00.000005Z"),
            ("ce_dataschema", b"/schemas/trainees.enrolment.completed.v1.json"),
            ("ce_aggregateversion", b"3"),
            ("ce_correlationid", b"c-1"),
            ("ce_causationid", b"c-2"),
            ("ce_traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ),
    )


@given(envelopes)
def test_what_we_write_we_read(envelope: Envelope) -> None:
    assert from_record(record_of(to_message(envelope, topic="t"))) == envelope


@given(envelopes)
def test_what_we_write_the_sdk_reads(envelope: Envelope) -> None:
    event = read_by_the_sdk(to_message(envelope, topic="t"))
    expected = as_sdk_event(envelope, None).get_attributes() | {
        "specversion": "1.0",
        "aggregateversion": str(envelope.aggregateversion),
        "partitionkey": envelope.subject,
    }
    assert event.get_attributes() == expected
    assert event.get_data() == orjson.loads(envelope.data)


@given(envelopes)
def test_what_the_sdk_writes_in_binary_mode_we_read(envelope: Envelope) -> None:
    message = to_binary(as_sdk_event(envelope, orjson.loads(envelope.data)), JSONFormat(), lambda event: event.get_subject())
    assert same(from_record(record_of(message)), envelope)


@given(envelopes)
def test_what_the_sdk_writes_in_structured_mode_we_read(envelope: Envelope) -> None:
    message = to_structured(as_sdk_event(envelope, orjson.loads(envelope.data)), JSONFormat())
    assert same(from_record(record_of(message)), envelope)


@given(envelopes)
def test_what_the_sdk_writes_as_bytes_in_structured_mode_we_read(envelope: Envelope) -> None:
    message = to_structured(as_sdk_event(envelope, envelope.data), JSONFormat())
    assert b"data_base64" in message.value
    assert from_record(record_of(message)) == envelope


def test_a_time_without_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_message(replace(EVENT, time=EARLIEST), topic="t")


# Reading


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


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/json",
        b"Application/JSON",
        b"application/json; charset=utf-8",
        b'APPLICATION/JSON;CHARSET="UTF-8"',
        b"application/json; charset=utf-8; profile=x",
        b"application/vnd.hustar+json",
        b"text/json",
    ],
)
def test_binary_mode_in_any_spelling(content_type: bytes) -> None:
    assert from_record(binary(content_type=content_type)) == EVENT


def test_a_missing_content_type_means_json() -> None:
    assert from_record(binary(without="content-type")) == EVENT


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/cloudevents+json",
        b"application/cloudevents+json; charset=UTF-8",
        b"APPLICATION/CloudEvents+JSON",
    ],
)
def test_structured_mode_in_any_spelling(content_type: bytes) -> None:
    assert same(from_record(structured(content_type=content_type)), EVENT)


def test_header_names_in_any_case() -> None:
    record = binary()
    shouted = tuple((name.upper(), content) for name, content in record.headers)
    assert from_record(replace(record, headers=shouted)) == EVENT


def test_other_headers_and_attributes_are_passed_over() -> None:
    record = binary(ce_partitionkey=b"x", ce_tracestate=b"\xff", traceparent=b"the hop's", Other=b"\xff")
    assert from_record(replace(record, headers=(*record.headers, ("Other", b"again")))) == EVENT
    assert same(from_record(structured(partitionkey="x", another=[1])), EVENT)


def test_an_aggregateversion_may_be_a_number_in_structured_mode() -> None:
    assert from_record(structured(aggregateversion=3)).aggregateversion == 3
    assert from_record(structured(aggregateversion="3")).aggregateversion == 3


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        (b"2026-07-01T09:30:00+09:00", datetime(2026, 7, 1, 0, 30, tzinfo=UTC)),
        (b"2026-07-01t00:30:00.5z", datetime(2026, 7, 1, 0, 30, 0, 500_000, tzinfo=UTC)),
        (b"2026-07-01T00:30:00.123456789Z", datetime(2026, 7, 1, 0, 30, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_times_are_instants(written: bytes, instant: datetime) -> None:
    time = from_record(binary(ce_time=written)).time
    assert time == instant
    assert time.tzinfo is UTC


MISSING = ("id", "type", "source", "subject", "time", "dataschema", "aggregateversion", "specversion")
BROKEN: Mapping[str, tuple[Record, str]] = {
    **{f"no {name}": (binary(without=f"ce_{name}"), name) for name in MISSING},
    **{f"structured without {name}": (structured(without=name), name) for name in MISSING},
    "no data": (binary(value=None), "no data"),
    "data not UTF-8": (binary(value=b'{"a":"\xff' + SECRET.encode() + b'"}'), "data is not UTF-8"),
    "another version of CloudEvents": (binary(ce_specversion=b"0.3"), "specversion"),
    "id no UUID": (binary(ce_id=SECRET.encode()), "id is not a UUID"),
    "id in braces": (binary(ce_id=b"{0197c2a4-7f1e-7c3a-9a55-2b9df5c0a1ff}"), "id is not a UUID"),
    "id with underscores": (binary(ce_id=b"0197c2a4-7f1e-7c3a-9a55-2b9df5c0a1_f"), "id is not a UUID"),
    "id not UTF-8": (binary(ce_id=b"\xff\xfe"), "id is not UTF-8"),
    "empty type": (binary(ce_type=b""), "type is empty"),
    "NUL in the subject": (binary(ce_subject=b"a\x00b"), "subject has a control character"),
    "line break in the source": (binary(ce_source=f"/x\n{SECRET}".encode()), "source has a control character"),
    "type not UTF-8": (binary(ce_type=b"\xb1\xe8"), "type is not UTF-8"),
    "time without zone": (binary(ce_time=b"2026-07-01T00:00:00"), "time is not RFC 3339"),
    "time as a week": (binary(ce_time=b"2026-W01-1T00:00:00.000000Z"), "time is not RFC 3339"),
    "time as text": (binary(ce_time=SECRET.encode()), "time is not RFC 3339"),
    "time in other digits": (binary(ce_time="２０２６-07-01T00:00:00Z".encode()), "time is not RFC 3339"),
    "30 February": (binary(ce_time=b"2026-02-30T00:00:00Z"), "time does not exist"),
    "time before time": (binary(ce_time=b"0001-01-01T00:00:00+09:00"), "time does not exist"),
    "version zero": (binary(ce_aggregateversion=b"0"), "aggregateversion"),
    "negative version": (binary(ce_aggregateversion=b"-1"), "aggregateversion"),
    "huge version": (binary(ce_aggregateversion=b"2147483648"), "aggregateversion"),
    "version in other digits": (binary(ce_aggregateversion="３".encode()), "aggregateversion"),
    "version as text": (binary(ce_aggregateversion=SECRET.encode()), "aggregateversion"),
    "version true": (structured(aggregateversion=True), "aggregateversion"),
    "version a fraction": (structured(aggregateversion=1.5), "aggregateversion"),
    "empty correlation": (binary(ce_correlationid=b""), "correlationid is empty"),
    "correlation a number": (structured(correlationid=5), "correlationid"),
    "correlation null": (structured(correlationid=None), "correlationid"),
    "an attribute twice": (replace(binary(), headers=(*binary().headers, ("ce_id", b"x"))), "given twice"),
    "text": (binary(content_type=b"text/plain"), "content type is not JSON"),
    "XML": (binary(content_type=SECRET.encode()), "content type is not ASCII"),
    "other charset": (binary(content_type=b"application/json; charset=cp949"), "charset"),
    "a batch": (structured(content_type=b"application/cloudevents-batch+json"), "event format is not JSON"),
    "Avro": (structured(content_type=b"application/cloudevents+avro"), "event format is not JSON"),
    "structured without value": (replace(structured(), value=None), "no data"),
    "structured without data": (structured(without="data"), "data"),
    "structured with both": (structured(data_base64="e30="), "either"),
    "structured with broken base64": (structured(without="data", data_base64=SECRET), "base64"),
    "structured with base64 of bytes": (structured(without="data", data_base64=base64.b64encode(b"\xff").decode()), "UTF-8"),
    "structured with other data": (structured(datacontenttype="text/plain"), "content type of the data"),
    "structured with content type a number": (structured(datacontenttype=5), "content type of the data"),
    "structured, no JSON": (replace(structured(), value=SECRET.encode()), "event is not JSON"),
    "structured, NaN": (replace(structured(), value=b'{"data": NaN}'), "event is not JSON"),
    "structured, a list": (replace(structured(), value=b"[]"), "not a JSON object"),
    "structured, deep": (replace(structured(), value=b"[" * 100_000), "event is not JSON"),
    "no headers": (replace(binary(), headers=()), "specversion"),
}


@pytest.mark.parametrize(("record", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_one_says_what_is_wrong_and_nothing_of_its_content(record: Record, reason: str) -> None:
    with pytest.raises(NotAnEvent) as caught:
        from_record(record)
    assert reason in caught.value.reason
    assert re.fullmatch(r"[A-Za-z0-9_ .,-]+", caught.value.reason)
    assert caught.value.__cause__ is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["content-type", *(f"ce_{name}" for name in MISSING), "CE_ID", "x"]),
            st.binary(max_size=30) | st.sampled_from([b"1.0", b"application/json", b"application/cloudevents+json", b"3"]),
        ),
        max_size=12,
    ),
    st.none() | st.binary(max_size=50) | json_values.map(orjson.dumps),
)
def test_no_content_makes_reading_fail_in_another_way(headers: list[tuple[str, bytes]], value: bytes | None) -> None:
    with pytest.raises(NotAnEvent):
        from_record(Record("t", 0, 0, None, value, tuple(headers), TAKEN))
