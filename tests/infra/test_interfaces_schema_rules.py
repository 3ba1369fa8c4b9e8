"""What breaks whom in a schema: pairs of small schemas, judged by hand for callers that send, callers that read, and the log."""

from typing import Any

import pytest

from infra.docs.interfaces.rules.findings import Use
from infra.docs.interfaces.rules.schemas import Schemas

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
DAY: Schema = {"type": "string", "format": "date"}
KINDS: Schema = {"enum": ["a", "b"], "type": "string"}

SENT, READ, KEPT = Use.SENT, Use.READ, Use.KEPT
EVERYBODY = {SENT, READ, KEPT}
SOONER_OR_LATER = {SENT, KEPT}
READERS = {READ, KEPT}
NOBODY: set[Use] = set()


def record(required: tuple[str, ...] = (), /, **properties: Any) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


# What changed, before, after, whom it breaks, and where.
CHANGES: list[tuple[str, Any, Any, set[Use], str]] = [
    ("nothing", record(x=TEXT), record(x=TEXT), NOBODY, ""),
    ("order, titles and descriptions", record(x=TEXT, y=DAY), record(y={**DAY, "title": "Y"}, x=TEXT), NOBODY, ""),
    ("optional field added", record(x=TEXT), record(x=TEXT, y=TEXT), NOBODY, ""),
    ("required field added", record(x=TEXT), record(("y",), x=TEXT, y=TEXT), SOONER_OR_LATER, ".y"),
    ("optional field removed", record(x=TEXT, y=TEXT), record(x=TEXT), EVERYBODY, ".y"),
    ("required field removed", record(("y",), x=TEXT, y=TEXT), record(x=TEXT), EVERYBODY, ".y"),
    ("field renamed", record(x=TEXT), record(z=TEXT), EVERYBODY, ".x"),
    ("optional became required", record(x=TEXT), record(("x",), x=TEXT), SOONER_OR_LATER, ".x"),
    ("required became optional", record(("x",), x=TEXT), record(x=TEXT), READERS, ".x"),
    ("retyped", record(x=TEXT), record(x=NUMBER), EVERYBODY, ".x"),
    ("object became text", record(x=record(y=TEXT)), record(x=TEXT), EVERYBODY, ".x"),
    ("one became many", record(x=TEXT), record(x={"type": "array", "items": TEXT}), EVERYBODY, ".x"),
    ("whole numbers became numbers", record(x=NUMBER), record(x={"type": "number"}), READERS, ".x"),
    ("numbers became whole numbers", record(x={"type": "number"}), record(x=NUMBER), SOONER_OR_LATER, ".x"),
    ("reformatted", record(x=DAY), record(x={"type": "string", "format": "date-time"}), EVERYBODY, ".x"),
    ("format added", record(x=TEXT), record(x=DAY), SOONER_OR_LATER, ".x"),
    ("format removed", record(x=DAY), record(x=TEXT), READERS, ".x"),
    ("may now be null", record(x=DAY), record(x=nullable(DAY)), READERS, ".x"),
    ("may no longer be null", record(x=nullable(DAY)), record(x=DAY), SOONER_OR_LATER, ".x"),
    ("null written otherwise", record(x=nullable(TEXT)), record(x={"type": ["string", "null"]}), NOBODY, ""),
    ("retyped below null", record(x=nullable(DAY)), record(x=nullable(NUMBER)), EVERYBODY, ".x"),
    ("value removed", record(x=KINDS), record(x={"enum": ["a"], "type": "string"}), EVERYBODY, ".x"),
    ("value added", record(x=KINDS), record(x={"enum": ["a", "b", "c"], "type": "string"}), {KEPT}, ".x"),
    ("one value became several", record(x={"const": "a"}), record(x=KINDS), {KEPT}, ".x"),
    ("one value became another", record(x={"const": "a"}), record(x={"const": "b"}), EVERYBODY, ".x"),
    ("values listed now", record(x=TEXT), record(x=KINDS), SOONER_OR_LATER, ".x"),
    ("values no longer listed", record(x=KINDS), record(x=TEXT), READERS, ".x"),
    ("longest shortened", record(x={**TEXT, "maxLength": 9}), record(x={**TEXT, "maxLength": 8}), SOONER_OR_LATER, ".x"),
    ("longest set", record(x=TEXT), record(x={**TEXT, "maxLength": 8}), SOONER_OR_LATER, ".x"),
    ("longest lengthened", record(x={**TEXT, "maxLength": 8}), record(x={**TEXT, "maxLength": 9}), {KEPT}, ".x"),
    ("least raised", record(x={**NUMBER, "minimum": 1}), record(x={**NUMBER, "minimum": 2}), SOONER_OR_LATER, ".x"),
    ("least dropped", record(x={**NUMBER, "minimum": 1}), record(x=NUMBER), {KEPT}, ".x"),
    ("pattern set", record(x=TEXT), record(x={**TEXT, "pattern": "^a"}), SOONER_OR_LATER, ".x"),
    ("pattern changed", record(x={**TEXT, "pattern": "^a"}), record(x={**TEXT, "pattern": "^b"}), SOONER_OR_LATER, ".x"),
    ("closed", record(x=TEXT), {**record(x=TEXT), "additionalProperties": False}, SOONER_OR_LATER, ""),
    ("opened", {**record(x=TEXT), "additionalProperties": False}, record(x=TEXT), NOBODY, ""),
    ("map retyped", {"additionalProperties": NUMBER}, {"additionalProperties": TEXT}, EVERYBODY, ".*"),
    ("item retyped", {"type": "array", "items": TEXT}, {"type": "array", "items": NUMBER}, EVERYBODY, "[]"),
    ("place added", {"prefixItems": [TEXT]}, {"prefixItems": [TEXT, TEXT]}, EVERYBODY, ""),
    ("place retyped", {"prefixItems": [TEXT, TEXT]}, {"prefixItems": [TEXT, NUMBER]}, EVERYBODY, "[1]"),
    ("deep below", record(x={"items": record(y=TEXT)}), record(x={"items": record()}), EVERYBODY, ".x[].y"),
    ("form added", {"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT, NUMBER, record()]}, READERS, ""),
    ("form removed", {"anyOf": [TEXT, NUMBER, record()]}, {"anyOf": [NUMBER, TEXT]}, SOONER_OR_LATER, ""),
    ("form retyped", {"oneOf": [TEXT, record(x=TEXT)]}, {"oneOf": [TEXT, record(x=NUMBER)]}, EVERYBODY, ""),
]  # fmt: skip


@pytest.mark.parametrize("use", Use)
@pytest.mark.parametrize(("before", "after", "whom", "where"), [change[1:] for change in CHANGES], ids=[c[0] for c in CHANGES])
def test_a_change_breaks_those_who_rely_on_what_it_changes(before: Any, after: Any, whom: set[Use], where: str, use: Use) -> None:
    found = {place for place, _ in Schemas({}, {}, use).breaks(before, after)}
    assert found == ({where} if use in whom else set())


def parts(**schemas: Schema) -> Schema:
    return {"$defs": schemas}


PERSON: Schema = {"$ref": "#/$defs/Person"}


def test_a_part_is_compared_wherever_it_is_referred_to() -> None:
    schemas = Schemas(parts(Person=record(x=TEXT)), parts(Person=record(x=NUMBER)), READ)
    whole = record(one=PERSON, many={"type": "array", "items": PERSON})
    assert {place for place, _ in schemas.breaks(whole, whole)} == {".one.x", ".many[].x"}


def test_a_part_that_was_given_a_name_is_still_the_same() -> None:
    assert list(Schemas({}, parts(Person=record(x=TEXT)), KEPT).breaks(record(one=record(x=TEXT)), record(one=PERSON))) == []


def test_a_part_that_holds_itself_is_compared_once() -> None:
    before, after = record(next=nullable(PERSON), x=TEXT), record(next=nullable(PERSON), x=NUMBER)
    found = list(Schemas(parts(Person=before), parts(Person=after), READ).breaks(PERSON, PERSON))
    assert found == [(".x", "retyped: string became integer")]


def test_parts_that_are_put_together_are_one() -> None:
    before = {"allOf": [record(("x",), x=TEXT), record(y=TEXT)]}
    assert list(Schemas({}, {}, KEPT).breaks(before, record(("x",), x=TEXT, y=TEXT))) == []
    assert [place for place, _ in Schemas({}, {}, KEPT).breaks(before, record(("x",), x=TEXT))] == [".y"]


def test_what_is_said_twice_about_a_field_holds_together() -> None:
    before = {"allOf": [record(("x",), x=TEXT), record(x={"const": "a"})]}
    after = {"allOf": [record(("x",), x=TEXT), record(x={"const": "b"})]}
    assert list(Schemas({}, {}, READ).breaks(before, after)) == [(".x", "no longer has the values a")]
