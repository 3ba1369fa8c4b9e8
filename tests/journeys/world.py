"""The whole product in one process, for stories: real HTTP, real databases, a real log, and events that move on demand."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from services.composition.apps import build_front
from services.composition.runtime import Runtime, open_runtime
from services.reconciliation.pipeline import waiting
from shared.settings import SERVICES, Settings
from tests.waiting import PATIENCE

API = "/api/v1"


class Unexpected(AssertionError):
    """The product answered with another status than the story expects."""


@dataclass(slots=True)
class Client:
    """One user, by the name of their demo client."""

    http: httpx.Client
    name: str
    _token: str = ""

    def get(self, path: str, *, expect: int = 200, **params: Any) -> Any:
        return self._body(self.http.get(API + path, params=params, headers=self.headers()), expect)

    def post(self, path: str, body: Any, *, expect: int = 201, etag: int | None = None, **headers: str) -> Any:
        given = {"Idempotency-Key": f'"{uuid.uuid4()}"'} | ({"If-Match": f'"{etag}"'} if etag is not None else {}) | headers
        return self._body(self.http.post(API + path, json=body, headers=self.headers(**given)), expect)

    def upload(self, path: str, content: bytes, *, expect: int = 201, **params: Any) -> Any:
        headers = self.headers(**{"Idempotency-Key": f'"{uuid.uuid4()}"', "Content-Type": "text/csv"})
        return self._body(self.http.post(API + path, content=content, params=params, headers=headers), expect)

    def move(self, path: str, thing: Any, to: str, on: str, **more: Any) -> Any:
        return self.post(
            f"{path}/{thing['id']}/transitions", {"to": to, "effective_on": on, **more}, expect=200, etag=thing["version"]
        )

    def headers(self, **more: str) -> dict[str, str]:
        if not self._token:
            form = {"grant_type": "client_credentials", "client_id": self.name, "client_secret": "demo"}
            self._token = self.http.post("/oauth/token", data=form).raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {self._token}", "Accept-Language": "en", **more}

    @staticmethod
    def _body(answer: httpx.Response, expect: int) -> Any:
        if answer.status_code != expect:
            raise Unexpected(f"{answer.request.method} {answer.request.url}: {answer.status_code}\n{answer.text}")
        return answer.json() if answer.headers.get("content-type", "").endswith("json") else answer.text


@dataclass(slots=True)
class World:
    """The product, and those who use it."""

    runtime: Runtime
    origin: str
    http: httpx.Client
    _clients: dict[str, Client] = field(default_factory=dict)

    def as_(self, name: str) -> Client:
        return self._clients.setdefault(name, Client(self.http, name))

    @property
    def manager(self) -> Client:
        return self.as_("program-manager")

    def drain(self) -> None:
        """Move every event to everybody who listens."""
        quiet = 0
        timeout = 0.2 if self.runtime.settings.kafka_bootstrap_servers else 0.01
        deadline = time.monotonic() + PATIENCE
        while quiet < 2:
            quiet = 0 if self.runtime.drain(timeout=timeout) or self._behind() else quiet + 1
            assert time.monotonic() < deadline, f"events do not come to rest: {self._waiting()}"

    def value(self, indicator: str, **params: Any) -> Any:
        return self.as_("executive").get(f"/indicators/{indicator}/value", **params)

    def _behind(self) -> int:
        return sum(self._waiting().values())

    def _waiting(self) -> dict[str, int]:
        assert self.runtime.event_log is not None
        return waiting(self.runtime.services, self.runtime.event_log, self.runtime.settings.topic_prefix)


@contextmanager
def running(settings: Settings) -> Iterator[World]:
    """The product over HTTP, its relays and consumers not running by themselves."""
    runtime = open_runtime(settings, names=SERVICES)
    runtime.create_topics()
    front = build_front(runtime, quota=None)
    server = uvicorn.Server(uvicorn.Config(front.app, host="127.0.0.1", port=settings.port, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, name="http", daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        with httpx.Client(base_url=settings.origin, timeout=PATIENCE) as http:
            yield World(runtime, settings.origin, http)
    finally:
        server.should_exit = True
        thread.join(20)
        runtime.close()
