"""A client of the public API as any user's program would be: tokens, idempotency keys, retries."""

import time
import uuid
from collections.abc import Iterator
from threading import Event
from typing import Any, Final

import httpx

from shared import clock

_NAMESPACE: Final = uuid.UUID("6f9619ff-8b86-4011-b42d-00c04fc964ff")
_PATIENCE: Final = 60.0


class Interrupted(Exception):
    """The process is stopping."""


class ApiError(Exception):
    """The API refused what the demo asked; the text has the status and the problem's code."""

    def __init__(self, request: str, answer: httpx.Response) -> None:
        self.status = answer.status_code
        problem = answer.json() if answer.headers.get("content-type", "").startswith("application/problem+json") else {}
        self.code = problem.get("code")
        super().__init__(f"{request}: {answer.status_code} {self.code} {problem.get('detail', '')} {problem.get('errors', '')}")


class Client:
    """One demo client of the built-in issuer."""

    def __init__(self, http: httpx.Client, name: str, *, stopping: Event | None = None) -> None:
        self._http = http
        self._name = name
        self._stopping = stopping or Event()
        self._token = ""
        self._until = 0.0

    def get(self, path: str, **params: Any) -> Any:
        return self._send("GET", path, params=params).json()

    def every(self, path: str, **params: Any) -> Iterator[Any]:
        """All rows of a list, page after page."""
        answer = self._send("GET", path, params={"limit": 500, **params})
        while True:
            yield from answer.json()["items"]
            following = answer.links.get("next")
            if following is None:
                return
            answer = self._send("GET", following["url"])

    def post(self, path: str, body: Any, *, key: str | None = None, etag: int | None = None, **params: Any) -> Any:
        """Post and return the answer's body. The same `key` never has two effects."""
        return self._send("POST", path, json=body, params=params, headers=self._headers(key or f"{path} {body}", etag)).json()

    def put(self, path: str, body: Any, *, etag: int | None = None) -> Any:
        headers = None if etag is None else {"If-Match": f'"{etag}"'}
        return self._send("PUT", path, json=body, headers=headers).json()

    def patch(self, path: str, body: Any, *, etag: int) -> Any:
        return self._send("PATCH", path, json=body, headers={"If-Match": f'"{etag}"'}).json()

    def upload(self, path: str, content: bytes, *, key: str, **params: Any) -> Any:
        headers = {**self._headers(key, None), "Content-Type": "text/csv; charset=utf-8"}
        return self._send("POST", path, content=content, params=params, headers=headers).json()

    def _headers(self, key: str, etag: int | None) -> dict[str, str]:
        headers = {"Idempotency-Key": f'"{uuid.uuid5(_NAMESPACE, key)}"'}
        return headers if etag is None else {**headers, "If-Match": f'"{etag}"'}

    def _send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
        deadline = time.monotonic() + _PATIENCE
        while True:
            if self._stopping.is_set():
                raise Interrupted
            answer = self._once(method, path, headers or {}, content)
            if answer is not None and answer.status_code < 400:
                return answer
            passing = answer is None or answer.status_code in {429, 503}
            if not passing or time.monotonic() > deadline:
                raise ApiError(f"{method} {path}", answer) if answer is not None else TimeoutError(f"{method} {path}: no answer")
            self._stopping.wait(float(answer.headers.get("Retry-After", "0.2")) if answer is not None else 0.2)

    def _once(self, method: str, path: str, headers: dict[str, str], content: dict[str, Any]) -> httpx.Response | None:
        try:
            return self._http.request(method, path, headers={**headers, "Authorization": f"Bearer {self._bearer()}"}, **content)
        except httpx.TransportError:
            return None

    def _bearer(self) -> str:
        if clock.now().timestamp() > self._until:
            form = {"grant_type": "client_credentials", "client_id": self._name, "client_secret": "demo"}
            answer = self._http.post("/oauth/token", data=form)
            answer.raise_for_status()
            self._token = answer.json()["access_token"]
            self._until = clock.now().timestamp() + answer.json()["expires_in"] / 2
        return self._token
