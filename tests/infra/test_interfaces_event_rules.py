"""What breaks a listener: pairs of small documents about events, with one change each."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.docs.interfaces.rules.whole import breaks

Documents = dict[str, Any]
Change = Callable[[Documents], object]

ASYNCAPI = "asyncapi.json"
FILLED = "schemas/employers.seat.filled.v1.json"
LAPSED = "schemas/employers.seat.lapsed.v1.json"
ADDRESS = "hustar.employers.seat.v1"
TEXT = {"type": "string"}


def documents() -> Documents:
    """One topic with two kinds of event."""
    headers = {"$ref": "#/components/schemas/Headers"}
    key = {"type": "string", "format": "uuid"}
    message = {"contentType": "application/json", "headers": headers, "bindings": {"kafka": {"key": key}}}
    schema = {
        "type": "object",
        "required": ["seat_id", "effective_on"],
        "properties": {"seat_id": key, "effective_on": {"type": "string", "format": "date"}, "reported_on": TEXT},
    }
    return {
        ASYNCAPI: {
            "channels": {
                "employers.seat": {
                    "address": ADDRESS,
                    "messages": {"filled": {}, "lapsed": {}},
                    "bindings": {"kafka": {"partitions": 6}},
                },
            },
            "components": {
                "messages": {"filled": message, "lapsed": message},
                "schemas": {"Headers": {"type": "object", "required": ["ce_id"], "properties": {"ce_id": TEXT}}},
            },
        },
        FILLED: schema,
        LAPSED: schema,
    }


def channel(found: Documents) -> Any:
    return found[ASYNCAPI]["channels"]["employers.seat"]


def message(found: Documents) -> Any:
    return found[ASYNCAPI]["components"]["messages"]["filled"]


def headers(found: Documents) -> Any:
    return found[ASYNCAPI]["components"]["schemas"]["Headers"]


BREAKS: dict[str, tuple[Change, set[tuple[str, str]]]] = {
    "event or version removed": (lambda d: d.pop(FILLED), {(FILLED, "the document")}),
    "field removed": (lambda d: d[FILLED]["properties"].pop("reported_on"), {(FILLED, "reported_on")}),
    "field retyped": (
        lambda d: d[FILLED]["properties"].update(seat_id={"type": "integer"}),
        {(FILLED, "seat_id")},
    ),
    "field reformatted": (
        lambda d: d[FILLED]["properties"].update(effective_on={"type": "string", "format": "date-time"}),
        {(FILLED, "effective_on")},
    ),
    "values listed": (lambda d: d[FILLED]["properties"].update(reported_on={"enum": ["a"]}), {(FILLED, "reported_on")}),
    "optional field demanded": (
        lambda d: d[FILLED].update(required=["seat_id", "effective_on", "reported_on"]),
        {(FILLED, "reported_on")},
    ),
    "field added and demanded": (
        lambda d: d[FILLED].update(
            required=["seat_id", "effective_on", "more"], properties={**d[FILLED]["properties"], "more": TEXT}
        ),
        {(FILLED, "more")},
    ),
    "field not always there": (lambda d: d[FILLED].update(required=["seat_id"]), {(FILLED, "effective_on")}),
    "topic removed": (lambda d: d[ASYNCAPI]["channels"].clear(), {(ASYNCAPI, ADDRESS)}),
    "topic renamed": (lambda d: channel(d).update(address="hustar.employers.seat.v2"), {(ASYNCAPI, ADDRESS)}),
    "partitions changed": (
        lambda d: channel(d)["bindings"]["kafka"].update(partitions=12),
        {(ASYNCAPI, f"{ADDRESS} partitions")},
    ),
    "event moved away": (lambda d: channel(d)["messages"].pop("filled"), {(ASYNCAPI, f"{ADDRESS} filled")}),
    "message removed": (lambda d: d[ASYNCAPI]["components"]["messages"].pop("filled"), {(ASYNCAPI, "filled")}),
    "content type changed": (lambda d: message(d).update(contentType="application/avro"), {(ASYNCAPI, "filled")}),
    "key retyped": (
        lambda d: message(d)["bindings"]["kafka"].update(key={"type": "integer"}),
        {(ASYNCAPI, "filled key")},
    ),
    "header removed": (
        lambda d: headers(d).update(properties={}),
        {(ASYNCAPI, "filled headers.ce_id"), (ASYNCAPI, "lapsed headers.ce_id")},
    ),
}

FREE: dict[str, Change] = {
    "event or version added": lambda d: d.update({"schemas/employers.seat.filled.v2.json": {"type": "object"}}),
    "optional field added": lambda d: d[FILLED]["properties"].update(more=TEXT),
    "optional header added": lambda d: headers(d)["properties"].update(ce_more=TEXT),
    "topic added": lambda d: d[ASYNCAPI]["channels"].update(other={"address": "hustar.employers.other.v1"}),
    "listener added": lambda d: d[ASYNCAPI].update(operations={"matching.receives.employers.seat": {}}),
    "words changed": lambda d: d[FILLED].update(description="Somebody works there."),
    "service added": lambda d: d.update({"openapi/learning.json": {"paths": {}}}),
}


def written(found: Documents) -> dict[str, str]:
    return {path: json.dumps(document) for path, document in found.items()}


def changed(by: Change) -> Documents:
    after: Documents = json.loads(json.dumps(documents()))
    by(after)
    assert after != documents()
    return after


@pytest.mark.parametrize("name", BREAKS)
def test_what_a_listener_could_not_read_or_find_is_named_with_its_place(name: str) -> None:
    by, places = BREAKS[name]
    found = breaks(written(documents()), written(changed(by)))
    assert {(each.document, each.place) for each in found} == places
    assert all(each.why for each in found)


@pytest.mark.parametrize("name", FREE)
def test_what_only_adds_breaks_no_listener(name: str) -> None:
    assert breaks(written(documents()), written(changed(FREE[name]))) == []


def test_a_service_whose_document_is_gone_breaks_its_callers() -> None:
    found = breaks({"openapi/matching.json": "{}"}, {})
    assert [str(each) for each in found] == ["openapi/matching.json: the document: removed"]
