"""The interfaces' documents as the code makes them, once for all tests."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from infra.docs.interfaces.documents import ASYNCAPI, Document, documents

made = cache(documents)


def asyncapi() -> Mapping[str, Any]:
    """The AsyncAPI document."""
    return made()[ASYNCAPI]


def openapi() -> dict[str, Document]:
    """The OpenAPI document of every service, and of the issuer, by name."""
    found = {path: document for path, document in made().items() if path.startswith("openapi/")}
    return {path.removeprefix("openapi/").removesuffix(".json"): document for path, document in found.items()}


def schemas() -> dict[str, Document]:
    """The schema of every event, by path."""
    return {path: document for path, document in made().items() if path.startswith("schemas/")}
