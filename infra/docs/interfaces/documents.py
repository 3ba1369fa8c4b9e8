"""Every generated document by its path below infra/docs, as the code makes it now."""

import json
from collections.abc import Mapping
from typing import Any, Final

from infra.docs.interfaces.asyncapi import asyncapi
from infra.docs.interfaces.event_schemas import event_schema, published_events
from infra.docs.interfaces.openapi import openapi_documents
from services.composition.definitions import definitions

Document = Mapping[str, Any]

ASYNCAPI: Final = "asyncapi.json"
OPENAPI: Final = "openapi"
SCHEMAS: Final = "schemas"


def documents() -> dict[str, Document]:
    """The documents of the interfaces, from the code. Nothing is listened to and nothing is kept."""
    found: dict[str, Document] = {}
    for service, document in openapi_documents().items():
        found[f"{OPENAPI}/{service}.json"] = document
    found[ASYNCAPI] = asyncapi(definitions())
    for event in published_events():
        found[event.dataschema().removeprefix("/")] = event_schema(event)
    return dict(sorted(found.items()))


def texts() -> dict[str, str]:
    """The same as they are written to files."""
    return {path: rendered(document) for path, document in documents().items()}


def rendered(document: Document) -> str:
    """JSON that is the same for the same content, whoever writes it, and that people can read."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
