"""Our events as CloudEvents in Kafka messages: the official SDK is the judge."""

from dataclasses import replace

import orjson
import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given

from shared.eventlog.port import Message
from shared.events.cloudevents import from_record, to_message
from shared.events.envelope import Envelope
from tests.shared.events.cloudevents_samples import EARLIEST, EVENT, as_sdk_event, envelopes, record_of, same

pytestmark = pytest.mark.slow


def read_by_the_sdk(message: Message) -> BaseCloudEvent:
    assert message.value is not None
    return from_kafka(KafkaMessage(dict(message.headers), message.key, message.value), JSONFormat())


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
@pytest.mark.slow
def test_what_the_sdk_writes_as_bytes_in_structured_mode_we_read(envelope: Envelope) -> None:
    message = to_structured(as_sdk_event(envelope, envelope.data), JSONFormat())
    assert b"data_base64" in message.value
    assert from_record(record_of(message)) == envelope


def test_a_time_without_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_message(replace(EVENT, time=EARLIEST), topic="t")
