"""What breaks a caller of an HTTP API: pairs of small OpenAPI documents with one change each."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.docs.interfaces.rules.http import http_breaks

Document = dict[str, Any]
Change = Callable[[Document], object]

TEXT = {"type": "string"}
JSON = "application/json"


def document() -> Document:
    """One thing that can be listed, and be changed by two roles."""
    thing = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "note": TEXT, "state": {"enum": ["open", "shut"]}}}
    change = {"type": "object", "required": ["to"], "properties": {"to": {"enum": ["open", "shut"]}, "note": TEXT}}
    reference = {"$ref": "#/components/schemas/Thing"}
    answer = {"description": "", "content": {JSON: {"schema": reference}}}
    return {
        "paths": {
            "/things": {
                "get": {
                    "parameters": [{"name": "state", "in": "query", "schema": TEXT}],
                    "responses": {"200": {"content": {JSON: {"schema": {"type": "array", "items": reference}}}}},
                },
            },
            "/things/{thing_id}": {
                "get": {
                    "parameters": [{"name": "thing_id", "in": "path", "required": True, "schema": TEXT}],
                    "responses": {"200": answer, "404": {"description": ""}},
                },
                "patch": {
                    "parameters": [
                        {"name": "thing_id", "in": "path", "required": True, "schema": TEXT},
                        {"name": "If-Match", "in": "header", "required": True, "schema": TEXT},
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Change"}}},
                    },
                    "responses": {"200": answer},
                    "security": [{"bearer": []}],
                    "x-roles": ["admin", "university"],
                },
            },
        },
        "components": {"schemas": {"Thing": thing, "Change": change}},
    }


def listing(document: Document) -> Any:
    return document["paths"]["/things"]["get"]


def reading(document: Document) -> Any:
    return document["paths"]["/things/{thing_id}"]["get"]


def changing(document: Document) -> Any:
    return document["paths"]["/things/{thing_id}"]["patch"]


def thing(document: Document) -> Any:
    return document["components"]["schemas"]["Thing"]


def change(document: Document) -> Any:
    return document["components"]["schemas"]["Change"]


READ_ONE = "GET /things/{thing_id} answer 200 application/json"
READ_MANY = "GET /things answer 200 application/json"
ANSWERED = "PATCH /things/{thing_id} answer 200 application/json"
SENT = "PATCH /things/{thing_id} body application/json"

BREAKS: dict[str, tuple[Change, set[str]]] = {
    "path removed": (lambda d: d["paths"].pop("/things"), {"GET /things"}),
    "method removed": (lambda d: d["paths"]["/things/{thing_id}"].pop("patch"), {"PATCH /things/{thing_id}"}),
    "parameter removed": (lambda d: listing(d).update(parameters=[]), {"GET /things query parameter state"}),
    "parameter demanded": (
        lambda d: listing(d)["parameters"][0].update(required=True),
        {"GET /things query parameter state"},
    ),
    "parameter retyped": (
        lambda d: listing(d)["parameters"][0].update(schema={"type": "integer"}),
        {"GET /things query parameter state"},
    ),
    "several parameters demanded": (
        lambda d: listing(d)["parameters"][0].update(schema={"type": "array", "items": TEXT, "minItems": 2}),
        {"GET /things query parameter state"},
    ),
    "parameter narrowed": (
        lambda d: listing(d)["parameters"][0].update(schema={"enum": ["open"]}),
        {"GET /things query parameter state"},
    ),
    "parameter added and demanded": (
        lambda d: listing(d)["parameters"].append({"name": "of", "in": "query", "required": True, "schema": TEXT}),
        {"GET /things query parameter of"},
    ),
    "header removed": (
        lambda d: changing(d)["parameters"].pop(),
        {"PATCH /things/{thing_id} header parameter If-Match"},
    ),
    "path parameter retyped": (
        lambda d: reading(d)["parameters"][0].update(schema={"type": "integer"}),
        {"GET /things/{thing_id} path parameter thing_id"},
    ),
    "field of an answer removed": (
        lambda d: thing(d)["properties"].pop("note"),
        {f"{READ_ONE} .note", f"{READ_MANY} [].note", f"{ANSWERED} .note"},
    ),
    "field of an answer retyped": (
        lambda d: thing(d)["properties"].update(id={"type": "integer"}),
        {f"{READ_ONE} .id", f"{READ_MANY} [].id", f"{ANSWERED} .id"},
    ),
    "field of an answer not always there": (
        lambda d: thing(d).update(required=[]),
        {f"{READ_ONE} .id", f"{READ_MANY} [].id", f"{ANSWERED} .id"},
    ),
    "value of an answer removed": (
        lambda d: thing(d)["properties"].update(state={"enum": ["open"]}),
        {f"{READ_ONE} .state", f"{READ_MANY} [].state", f"{ANSWERED} .state"},
    ),
    "field of a body removed": (lambda d: change(d)["properties"].pop("note"), {f"{SENT} .note"}),
    "field of a body demanded": (lambda d: change(d).update(required=["to", "note"]), {f"{SENT} .note"}),
    "field of a body added and demanded": (
        lambda d: change(d).update(properties={**change(d)["properties"], "why": TEXT}, required=["to", "why"]),
        {f"{SENT} .why"},
    ),
    "value of a body removed": (lambda d: change(d)["properties"].update(to={"enum": ["open"]}), {f"{SENT} .to"}),
    "body removed": (lambda d: changing(d).pop("requestBody"), {"PATCH /things/{thing_id} body"}),
    "body demanded": (
        lambda d: reading(d).update(requestBody={"required": True, "content": {}}),
        {"GET /things/{thing_id} body"},
    ),
    "content type of a body removed": (lambda d: changing(d)["requestBody"].update(content={"text/csv": {}}), {SENT}),
    "status removed": (lambda d: reading(d)["responses"].pop("404"), {"GET /things/{thing_id} answer 404"}),
    "content type of an answer removed": (
        lambda d: listing(d)["responses"]["200"].update(content={"text/csv": {}}),
        {READ_MANY},
    ),
    "token demanded": (lambda d: listing(d).update(security=[{"bearer": []}]), {"GET /things security"}),
    "role shut out": (lambda d: changing(d).update({"x-roles": ["admin"]}), {"PATCH /things/{thing_id} security"}),
}

FREE: dict[str, Change] = {
    "path added": lambda d: d["paths"].update({"/others": {"get": {"responses": {}}}}),
    "method added": lambda d: d["paths"]["/things"].update(post={"responses": {}}),
    "optional parameter added": lambda d: listing(d)["parameters"].append({"name": "of", "in": "query", "schema": TEXT}),
    "query parameter given several times": lambda d: listing(d)["parameters"][0].update(
        schema={"type": "array", "items": TEXT, "minItems": 1}
    ),
    "parameter no longer demanded": lambda d: changing(d)["parameters"][1].update(required=False),
    "header written otherwise": lambda d: changing(d)["parameters"][1].update(name="if-match"),
    "path parameter called otherwise": lambda d: (
        reading(d)["parameters"][0].update(name="id"),
        d["paths"].update({"/things/{id}": d["paths"].pop("/things/{thing_id}")}),
    ),
    "field of an answer added": lambda d: thing(d)["properties"].update(more=TEXT),
    "value of an answer added": lambda d: thing(d)["properties"].update(state={"enum": ["open", "shut", "lost"]}),
    "optional field of a body added": lambda d: change(d)["properties"].update(why=TEXT),
    "field of a body no longer demanded": lambda d: change(d).update(required=[]),
    "value of a body added": lambda d: change(d)["properties"].update(to={"enum": ["open", "shut", "lost"]}),
    "status added": lambda d: reading(d)["responses"].update({"410": {"description": ""}}),
    "content type added": lambda d: listing(d)["responses"]["200"]["content"].update({"text/csv": {}}),
    "optional body added": lambda d: reading(d).update(requestBody={"content": {}}),
    "role let in": lambda d: changing(d).update({"x-roles": ["admin", "auditor", "university"]}),
    "every role let in": lambda d: changing(d).update({"x-roles": []}),
    "everybody let in": lambda d: changing(d).pop("security"),
    "words changed": lambda d: reading(d).update(summary="One thing", operationId="one_thing"),
}


def changed(by: Change) -> Document:
    after = json.loads(json.dumps(document()))
    by(after)
    assert after != document()
    return after  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", BREAKS)
def test_what_takes_something_from_a_caller_is_named_with_its_place(name: str) -> None:
    by, places = BREAKS[name]
    found = list(http_breaks("openapi/things.json", document(), changed(by)))
    assert {each.place for each in found} == places
    assert all(each.why and each.document == "openapi/things.json" for each in found)


@pytest.mark.parametrize("name", FREE)
def test_what_only_adds_breaks_nobody(name: str) -> None:
    assert list(http_breaks("openapi/things.json", document(), changed(FREE[name]))) == []


def test_roles_that_are_named_for_the_first_time_shut_the_others_out() -> None:
    before = changed(lambda d: changing(d).update({"x-roles": []}))
    found = list(http_breaks("openapi/things.json", before, document()))
    assert [each.why for each in found] == ["may now be called by admin, university only"]
