"""JSON Schemas laid flat for comparing: references followed, parts merged, alternatives listed, null told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

_UNIONS: Final = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema allows beside null: one of these forms, each without references. `names` are the references followed."""

    forms: tuple[Schema, ...]
    nullable: bool
    names: frozenset[str]


def shape(schema: Any, document: Schema) -> Shape:
    """The shape of a schema of `document`. True and an empty schema allow everything: one form that says nothing."""
    names: set[str] = set()
    flat = _flat(schema, document, names)
    forms = [form for each in _alternatives(flat, document, names) for form in _by_type(each)]
    others = tuple(form for form in forms if form.get("type") != "null")
    return Shape(others, nullable=len(others) < len(forms), names=frozenset(names))


def _flat(schema: Any, document: Schema, names: set[str]) -> Schema:
    if not isinstance(schema, Mapping):
        return {} if schema is not False else {"not": {}}
    rest = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
    parts: list[Any] = list(schema.get("allOf", ()))
    if "$ref" in schema:
        names.add(schema["$ref"])
        parts.append(_referred(schema["$ref"], document))
    merged: dict[str, Any] = {}
    for part in [*(_flat(each, document, names) for each in parts), rest]:
        _merge(merged, part)
    return merged


def _referred(reference: str, document: Schema) -> Any:
    """What a reference within the document names. Raises KeyError."""
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def _merge(into: dict[str, Any], part: Schema) -> None:
    for key, value in part.items():
        if key == "properties" and key in into:
            both = into[key].keys() & value.keys()
            into[key] = {**into[key], **value, **{name: {"allOf": [into[key][name], value[name]]} for name in both}}
        elif key == "required" and key in into:
            into[key] = [*into[key], *value]
        else:
            into[key] = value


def _alternatives(flat: Schema, document: Schema, names: set[str]) -> list[Schema]:
    union = next((key for key in _UNIONS if key in flat), None)
    if union is None:
        return [flat]
    rest = {key: value for key, value in flat.items() if key != union}
    found = []
    for each in flat[union]:
        merged: dict[str, Any] = {}
        _merge(merged, _flat(each, document, names))
        _merge(merged, {key: value for key, value in rest.items() if key in {"properties", "required", "type"}})
        found.extend(_alternatives(merged, document, names))
    return found


def _by_type(form: Schema) -> Sequence[Schema]:
    """A form that allows several types, as several forms of one type."""
    types = form.get("type")
    return [{**form, "type": each} for each in types] if isinstance(types, list) else [form]


def type_of(form: Schema) -> str | None:
    """The one type of a form; None where it does not say."""
    found = form.get("type")
    if found is None and "const" in form:
        found = _JSON_TYPES.get(type(form["const"]))
    return found


def values_of(form: Schema) -> tuple[Any, ...] | None:
    """The values that a form lists, if it lists them."""
    if "const" in form:
        return (form["const"],)
    return tuple(form["enum"]) if "enum" in form else None


_JSON_TYPES: Final[Mapping[type, str]] = {str: "string", bool: "boolean", int: "integer", float: "number"}
