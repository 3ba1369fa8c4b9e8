"""Records that hold no event are refused with a reason that gives nothing of their content away."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.eventlog.port import Record
from shared.events.cloudevents import NotAnEvent, from_record
from tests.shared.events.cloudevents_samples import MISSING, SECRET, TAKEN, binary, json_values, structured

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


@pytest.mark.unhurried
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
