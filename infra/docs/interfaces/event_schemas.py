"""The JSON Schema of an event's content, and its words: from the class and its docstring."""

import inspect
import pkgutil
from importlib import import_module
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from shared import contracts
from shared.events.contract import Event, registry

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


class _Untitled(GenerateJsonSchema):
    """Fields without titles: pydantic's only repeat the name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def published_events() -> list[type[Event]]:
    """Every event of the published language, in the order of their types; not those that tests make for themselves."""
    for module in pkgutil.iter_modules(contracts.__path__):
        import_module(f"{contracts.__name__}.{module.name}")
    ours = f"{contracts.__name__}."
    return [event for _, event in sorted(registry().items()) if event.__module__.startswith(ours)]


def event_schema(event: type[Event]) -> dict[str, Any]:
    """What the data of an event holds (JSON Schema 2020-12). It stays open: readers ignore fields that they do not know."""
    return {"$schema": DRAFT, "$id": event.dataschema(), **content(event, "#/$defs/{model}")}


def content(event: type[Event], references: str) -> dict[str, Any]:
    """The schema alone, its parts under `references`. A field is required unless older records may lack it."""
    schema = event.model_json_schema(ref_template=references, schema_generator=_Untitled)
    return {**schema, "title": event.__name__, "description": description(event)}


def summary(event: type[Event]) -> str:
    """What happened, in the first sentence of the event's docstring."""
    return _paragraphs(event)[0].split("\n")[0]


def description(event: type[Event]) -> str:
    """The event's docstring with what its abstract events say about the fields they bring; its version history last."""
    first, *rest = _paragraphs(event)
    inherited = [_paragraphs(each) for each in event.__mro__[1:] if _explains_fields(each)]
    return "\n\n".join([first, *[paragraph for paragraphs in inherited for paragraph in paragraphs], *rest])


def _explains_fields(ancestor: type) -> bool:
    return issubclass(ancestor, Event) and ancestor is not Event and bool(inspect.get_annotations(ancestor).keys() - {"service"})


def _paragraphs(event: type) -> list[str]:
    return inspect.cleandoc(event.__dict__.get("__doc__") or event.__name__).split("\n\n")
