"""CloudEvents 1.0.2 over the log (Kafka protocol binding): an Envelope as a record and back.

We write binary mode and read both modes. This is on the path of every event, hence plain functions on bytes; the
CloudEvents SDK is the oracle in the tests.
"""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from shared.eventlog.port import Message, Record
from shared.events.envelope import Envelope

CONTENT_TYPE = "content-type"
JSON = "application/json"
STRUCTURED = "application/cloudevents"

_JSON = JSON.encode()
_SPECVERSION = b"1.0"
_OPTIONAL = ("correlationid", "causationid", "traceparent")
_NAMES = ("specversion", "id", "type", "source", "subject", "time", "dataschema", "aggregateversion", *_OPTIONAL)
_HEADERS = tuple((name, f"ce_{name}") for name in _NAMES)
_MAX_VERSION = 2**31 - 1

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_VERSION = re.compile(r"[1-9]\d{0,9}", re.ASCII)
# What a CloudEvents string may not hold: control characters and noncharacters (surrogates are not UTF-8 to begin with).
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_JSON_TYPE = re.compile(r"(?:application|text)/(?:[a-z0-9.-]+\+)?json")


class NotAnEvent(Exception):
    """The record is not an event of ours and never will be. `reason` says what is wrong, and nothing of what is in it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def to_message(envelope: Envelope, *, topic: str) -> Message:
    """The event in binary mode: the data as the value, the attributes as headers, the subject as the key."""
    subject = envelope.subject.encode()
    headers = [
        (CONTENT_TYPE, _JSON),
        ("ce_specversion", _SPECVERSION),
        ("ce_id", str(envelope.id).encode()),
        ("ce_type", _encoded(envelope.type)),
        ("ce_source", _encoded(envelope.source)),
        ("ce_subject", subject),
        ("ce_time", _written_time(envelope.time)),
        ("ce_dataschema", _encoded(envelope.dataschema)),
        ("ce_aggregateversion", b"%d" % envelope.aggregateversion),
    ]
    if envelope.correlationid is not None:
        headers.append(("ce_correlationid", envelope.correlationid.encode()))
    if envelope.causationid is not None:
        headers.append(("ce_causationid", envelope.causationid.encode()))
    if envelope.traceparent is not None:
        headers.append(("ce_traceparent", envelope.traceparent.encode()))
    return Message(topic, subject, envelope.data, tuple(headers))


def from_record(record: Record) -> Envelope:
    """The event in a record, in either mode. Raises NotAnEvent.

    The data is checked to be UTF-8; whether it fits its schema is for the event's class to say.
    """
    headers = dict(record.headers)
    content_type = headers.get(CONTENT_TYPE)
    if content_type == _JSON and len(headers) == len(record.headers) and "ce_specversion" in headers:
        return _from_binary(headers, record.value)
    headers = _normalised(record.headers)
    media_type = _media_type(headers.get(CONTENT_TYPE, _JSON))
    if media_type.startswith(STRUCTURED):
        return _from_structured(media_type, record.value)
    if not _JSON_TYPE.fullmatch(media_type):
        raise NotAnEvent("the content type is not JSON")
    return _from_binary(headers, record.value)


def _from_binary(headers: Mapping[str, bytes], value: bytes | None) -> Envelope:
    if value is None:
        raise NotAnEvent("the record has no data")
    if not _is_utf8(value):
        raise NotAnEvent("the data is not UTF-8")
    attributes: dict[str, object] = {}
    for name, header in _HEADERS:
        content = headers.get(header)
        if content is not None:
            try:
                attributes[name] = content.decode()
            except UnicodeDecodeError:
                raise NotAnEvent(f"the {name} is not UTF-8") from None
    return _envelope(attributes, value)


def _from_structured(media_type: str, value: bytes | None) -> Envelope:
    if media_type != "application/cloudevents+json":
        raise NotAnEvent("the event format is not JSON")
    if value is None:
        raise NotAnEvent("the record has no data")
    try:
        attributes = orjson.loads(value)
    except orjson.JSONDecodeError:
        raise NotAnEvent("the event is not JSON") from None
    if not isinstance(attributes, dict):
        raise NotAnEvent("the event is not a JSON object")
    data_type = attributes.get("datacontenttype", JSON)
    if not isinstance(data_type, str) or not _JSON_TYPE.fullmatch(_media_type(data_type.encode())):
        raise NotAnEvent("the content type of the data is not JSON")
    return _envelope(attributes, _structured_data(attributes))


def _structured_data(attributes: Mapping[str, Any]) -> bytes:
    if ("data" in attributes) == ("data_base64" in attributes):
        raise NotAnEvent("the event needs either data or data_base64")
    if "data" in attributes:
        return orjson.dumps(attributes["data"])
    try:
        data = b64decode(attributes["data_base64"], validate=True)
    except (ValueError, TypeError):
        raise NotAnEvent("data_base64 is not base64") from None
    if not _is_utf8(data):
        raise NotAnEvent("the data is not UTF-8")
    return data


def _envelope(attributes: Mapping[str, object], data: bytes) -> Envelope:
    """The attributes as typed values; CloudEvents allows its integers both as a number and as text."""
    if attributes.get("specversion") != "1.0":
        raise NotAnEvent("the specversion is not 1.0")
    return Envelope(
        _read_id(_text(attributes, "id")),
        _text(attributes, "type"),
        _text(attributes, "source"),
        _text(attributes, "subject"),
        _read_time(_text(attributes, "time")),
        _text(attributes, "dataschema"),
        _read_version(attributes.get("aggregateversion")),
        data,
        *[_text(attributes, name) if name in attributes else None for name in _OPTIONAL],
    )


def _text(attributes: Mapping[str, object], name: str) -> str:
    text = attributes.get(name)
    if type(text) is not str:
        raise NotAnEvent(f"the {name} is missing or not text")
    if not text.isprintable() and _FORBIDDEN.search(text):
        raise NotAnEvent(f"the {name} has a control character")
    if not text:
        raise NotAnEvent(f"the {name} is empty")
    return text


def _read_id(text: str) -> UUID:
    if not _UUID.fullmatch(text):
        raise NotAnEvent("the id is not a UUID")
    return UUID(text)


def _read_time(text: str) -> datetime:
    if not _TIME.fullmatch(text):
        raise NotAnEvent("the time is not RFC 3339")
    try:
        time = datetime.fromisoformat(text.upper())
        return time if time.tzinfo is UTC else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAnEvent("the time does not exist") from None


def _read_version(version: object) -> int:
    if type(version) is str and _VERSION.fullmatch(version):
        version = int(version)
    if type(version) is not int or not 0 < version <= _MAX_VERSION:
        raise NotAnEvent("the aggregateversion is missing or not a positive 32-bit number")
    return version


def _is_utf8(value: bytes) -> bool:
    if value.isascii():
        return True
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _written_time(time: datetime) -> bytes:
    if time.tzinfo is not UTC:
        if time.tzinfo is None:
            raise ValueError("an event's time needs a time zone")
        time = time.astimezone(UTC)
    return time.isoformat(timespec="microseconds")[:26].encode() + b"Z"


@lru_cache(maxsize=1024)
def _encoded(text: str) -> bytes:
    """Types, sources and schemas are few and come again and again."""
    return text.encode()


def _normalised(headers: Sequence[tuple[str, bytes]]) -> dict[str, bytes]:
    """Header names in lower case; an attribute that is given twice has no value that could be trusted."""
    result: dict[str, bytes] = {}
    for name, content in headers:
        name = name.lower()
        if name in result and (name.startswith("ce_") or name == CONTENT_TYPE):
            raise NotAnEvent("an attribute or the content type is given twice")
        result[name] = content
    return result


def _media_type(content_type: bytes) -> str:
    """The media type in lower case, once its charset is known to be UTF-8."""
    try:
        media_type, *parameters = content_type.decode("ascii").lower().split(";")
    except UnicodeDecodeError:
        raise NotAnEvent("the content type is not ASCII") from None
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in ("utf-8", "utf8"):
            raise NotAnEvent("the charset is not UTF-8")
    return media_type.strip()
