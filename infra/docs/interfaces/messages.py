"""An event as an AsyncAPI message: the CloudEvents headers of the Kafka binding, the key, the data, an example."""

from collections.abc import Sequence
from typing import Any, Final

from infra.docs.interfaces.event_schemas import content, description, summary
from infra.docs.interfaces.samples import TIME, identifier, sample
from shared.events.contract import Event

Part = dict[str, Any]

KAFKA_BINDING: Final = "0.5.0"
SCHEMAS: Final = "#/components/schemas/"
HEADERS: Final = "CloudEventHeaders"

_UUID: Final = {"type": "string", "format": "uuid"}
_HEADERS: Final[Part] = {
    "title": HEADERS,
    "description": "The attributes of a CloudEvent 1.0.2 in Kafka's binary mode. Every value is UTF-8 text.",
    "type": "object",
    "required": [
        "content-type", "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_dataschema",
        "ce_aggregateversion",
    ],
    "properties": {
        "content-type": {"type": "string", "const": "application/json"},
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {**_UUID, "description": "UUIDv7; with the source it names the event, however often it comes"},
        "ce_type": {"type": "string", "description": "kr.hustar.<service>.<aggregate>.<past verb>.v<version>"},
        "ce_source": {"type": "string", "format": "uri-reference", "description": "/services/<service>"},
        "ce_subject": {**_UUID, "description": "the aggregate's id, which is also the record's key"},
        "ce_time": {"type": "string", "format": "date-time", "description": "when it was recorded, in UTC, with microseconds"},
        "ce_dataschema": {"type": "string", "format": "uri-reference", "description": "the JSON Schema of the data"},
        "ce_aggregateversion": {
            "type": "string",
            "pattern": "^[1-9][0-9]{0,9}$",
            "description": "the how-manieth event of its aggregate: 1, 2, 3, without gaps",
        },
        "ce_correlationid": {"type": "string", "description": "what set off everything that belongs together"},
        "ce_causationid": {"type": "string", "description": "the event or request that this one follows from"},
        "ce_traceparent": {"type": "string", "description": "W3C trace context of where it began"},
    },
}  # fmt: skip


def message(event: type[Event]) -> Part:
    """The message of an event."""
    return {
        "name": event.type(),
        "title": event.__name__,
        "summary": summary(event),
        "description": description(event),
        "contentType": "application/json",
        "tags": [{"name": event.service}, {"name": event.aggregate()}],
        "headers": {"$ref": f"{SCHEMAS}{event.type()}.headers"},
        "payload": {"$ref": f"{SCHEMAS}{event.type()}"},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": {"kafka": {"key": {**_UUID, "description": _key(event)}, "bindingVersion": KAFKA_BINDING}},
        "examples": [{"name": event.name, "summary": summary(event), "headers": _example(event), "payload": sample(event)}],
    }


def schemas(events: Sequence[type[Event]]) -> Part:
    """What the messages refer to: the common headers, and each event's own headers and data."""
    found: Part = {HEADERS: _HEADERS}
    for event in events:
        data = content(event, f"{SCHEMAS}{{model}}")
        found |= data.pop("$defs", {})
        found[event.type()] = data
        found[f"{event.type()}.headers"] = _headers(event)
    return found


def _headers(event: type[Event]) -> Part:
    said = {
        "ce_type": event.type(),
        "ce_source": f"/services/{event.service}",
        "ce_dataschema": event.dataschema(),
    }
    own = {name: {"type": "string", "const": value} for name, value in said.items()}
    return {"allOf": [{"$ref": f"{SCHEMAS}{HEADERS}"}, {"type": "object", "properties": own}]}


def _key(event: type[Event]) -> str:
    return f"the id of the {event.aggregate()}: what happens to one keeps its order"


def _example(event: type[Event]) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": str(identifier(event.type())),
        "ce_type": event.type(),
        "ce_source": f"/services/{event.service}",
        "ce_subject": str(identifier(f"{event.aggregate()}_id")),
        "ce_time": TIME,
        "ce_dataschema": event.dataschema(),
        "ce_aggregateversion": "1",
        "ce_correlationid": str(identifier("correlation")),
    }
