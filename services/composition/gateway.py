"""One origin for several services in one process: each path goes to the service whose prefix it begins with."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any, Final

from fastapi import FastAPI

from shared.service import ServiceDefinition

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
_SCHEMAS: Final = "#/components/schemas/"


class Gateway:
    """An ASGI app. `own` answers what belongs to no service: health, metrics, the issuer, the merged OpenAPI."""

    def __init__(self, services: Sequence[tuple[ServiceDefinition, FastAPI]], *, own: Mapping[str, App], default: App) -> None:
        routes: list[tuple[str, App]] = [(prefix, app) for definition, app in services for prefix in definition.prefixes]
        routes += list(own.items())
        self._routes: list[tuple[str, App]] = sorted(routes, key=lambda route: -len(route[0]))
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await self.app_for(scope["path"])(scope, receive, send)

    def app_for(self, path: str) -> App:
        """The app of the longest prefix that `path` begins with, at a path boundary."""
        for prefix, app in self._routes:
            if path == prefix or path.startswith(prefix.rstrip("/") + "/"):
                return app
        return self._default


def merged_openapi(documents: Sequence[tuple[str, Mapping[str, Any]]], *, title: str, version: str) -> dict[str, Any]:
    """The OpenAPI documents of services, by their names, as one. Schemas that differ bear their service's name in front."""
    merged: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": title, "version": version}, "paths": {}, "components": {}}
    known: set[str] = set()
    for service, own in documents:
        document = _qualified(own, merged["components"].get("schemas", {}), service)
        known |= _name_operations(document, known, service)
        merged["paths"].update(document.get("paths", {}))
        for kind, components in document.get("components", {}).items():
            merged["components"].setdefault(kind, {}).update(components)
    return {**merged, "servers": [{"url": "/"}]}


def _qualified(document: Mapping[str, Any], known: Mapping[str, Any], service: str) -> dict[str, Any]:
    """A service's document in which the schemas that an earlier one describes differently have other names."""
    own: Mapping[str, Any] = document.get("components", {}).get("schemas", {})
    names = {name: f"{service.capitalize()}{name}" for name in own if known.get(name, own[name]) != own[name]}
    result: dict[str, Any] = _renamed(document, {f"{_SCHEMAS}{old}": f"{_SCHEMAS}{new}" for old, new in names.items()})
    if names:
        schemas = result["components"]["schemas"]
        result["components"]["schemas"] = {names.get(name, name): schema for name, schema in schemas.items()}
    return result


def _name_operations(document: Mapping[str, Any], known: set[str], service: str) -> set[str]:
    """Give operations whose names are taken another one, and return the names that the document uses."""
    used = set()
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            if isinstance(operation, dict) and "operationId" in operation:
                if operation["operationId"] in known:
                    operation["operationId"] = f"{service}_{operation['operationId']}"
                used.add(operation["operationId"])
    return used


def _renamed(part: Any, references: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {
            key: references.get(value, value) if key == "$ref" and isinstance(value, str) else _renamed(value, references)
            for key, value in part.items()
        }
    return [_renamed(each, references) for each in part] if isinstance(part, list) else part
