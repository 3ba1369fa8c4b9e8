"""One origin for several services in one process: each path goes to the service whose prefix it begins with."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

from fastapi import FastAPI

from shared.service import ServiceDefinition

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


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


def merged_openapi(services: Sequence[tuple[ServiceDefinition, FastAPI]], *, title: str, version: str) -> dict[str, Any]:
    """The OpenAPI documents of all services as one. Equal component names must mean the same; a conflict raises ValueError."""
    merged: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": title, "version": version}, "paths": {}, "components": {}}
    for definition, app in services:
        document = app.openapi()
        merged["paths"].update(document.get("paths", {}))
        for kind, components in document.get("components", {}).items():
            known = merged["components"].setdefault(kind, {})
            for name, component in components.items():
                if known.setdefault(name, component) != component:
                    raise ValueError(f"{definition.name} describes {kind}/{name} differently")
    return merged


def json_app(content: Callable[[], Mapping[str, Any]]) -> App:
    """A tiny app that answers every request with JSON."""

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        body = json.dumps(content(), ensure_ascii=False).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer
