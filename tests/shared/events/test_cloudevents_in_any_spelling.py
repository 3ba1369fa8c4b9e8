"""CloudEvents that others spell in their own way, as the standard allows, are read all the same."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.events.cloudevents import from_record
from tests.shared.events.cloudevents_samples import EVENT, binary, same, structured


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
