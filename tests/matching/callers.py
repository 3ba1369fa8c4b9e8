"""The matching service as its callers meet it: over HTTP, with tokens of the built-in issuer."""

from typing import Any
from uuid import uuid4

import httpx

from shared.auth.issuer import Issuer

MANAGER, ADMIN, AUDITOR, EXECUTIVE, UNIVERSITY = "program-manager", "admin", "auditor", "executive", "university-knu"


class Callers:
    """Speaks as whoever is named: a demo client of the issuer."""

    def __init__(self, client: httpx.Client, issuer: Issuer) -> None:
        self._client = client
        self._issuer = issuer

    def get(
        self, who: str, path: str, *, language: str = "en", headers: dict[str, str] | None = None, **query: Any
    ) -> httpx.Response:
        signed_in = {**self._signed_in(who), "Accept-Language": language}
        return self._client.get(f"/api/v1{path}", params=query, headers={**signed_in, **(headers or {})})

    def post(
        self,
        who: str,
        path: str,
        body: dict[str, Any],
        *,
        if_match: str | None = None,
        key: str | None = None,
        language: str = "en",
    ) -> httpx.Response:
        headers = {**self._signed_in(who), "Idempotency-Key": key or uuid4().hex, "Accept-Language": language}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._client.post(f"/api/v1{path}", json=body, headers=headers)

    def ask(self, who: str, path: str, *, language: str = "en") -> httpx.Response:
        """A request that needs no body."""
        headers = {**self._signed_in(who), "Idempotency-Key": uuid4().hex, "Accept-Language": language}
        return self._client.post(f"/api/v1{path}", headers=headers)

    def send(self, who: str, path: str, content: bytes) -> httpx.Response:
        """A CSV file."""
        headers = {**self._signed_in(who), "Idempotency-Key": uuid4().hex, "Content-Type": "text/csv"}
        return self._client.post(f"/api/v1{path}", content=content, headers={**headers, "Accept-Language": "en"})

    def put(self, who: str, path: str, body: Any, *, if_match: str | None = None, language: str = "en") -> httpx.Response:
        return self._client.put(f"/api/v1{path}", json=body, headers=self._conditional(who, if_match, language))

    def patch(self, who: str, path: str, body: Any, *, if_match: str | None = None, language: str = "en") -> httpx.Response:
        return self._client.patch(f"/api/v1{path}", json=body, headers=self._conditional(who, if_match, language))

    def delete(self, who: str, path: str, *, if_match: str | None = None, language: str = "en") -> httpx.Response:
        return self._client.delete(f"/api/v1{path}", headers=self._conditional(who, if_match, language))

    def _conditional(self, who: str, if_match: str | None, language: str) -> dict[str, str]:
        demanded = {} if if_match is None else {"If-Match": if_match}
        return {**self._signed_in(who), "Accept-Language": language, **demanded}

    def follow(self, who: str, link: str) -> httpx.Response:
        """The page that a Link header leads to."""
        return self._client.get(link.partition(";")[0].strip("<> "), headers=self._signed_in(who))

    def move(self, who: str, path: str, to: str, **said: Any) -> httpx.Response:
        """A transition from the version that the program manager sees."""
        etag = self.get(MANAGER, path).headers["ETag"]
        return self.post(who, f"{path}/transitions", {"to": to, **said}, if_match=etag)

    def _signed_in(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._issuer.token(who)}"}
