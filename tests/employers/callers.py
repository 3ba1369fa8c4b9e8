"""The employers service as its callers meet it: over HTTP, with tokens of the built-in issuer."""

from typing import Any
from uuid import uuid4

import httpx

from shared.auth.issuer import Issuer
from tests.employers.story import day

MANAGER, ADMIN, AUDITOR, EXECUTIVE, UNIVERSITY = "program-manager", "admin", "auditor", "executive", "university-knu"


class Callers:
    """Speaks as whoever is named: a demo client of the issuer."""

    def __init__(self, client: httpx.Client, issuer: Issuer) -> None:
        self._client = client
        self._issuer = issuer

    @property
    def nobody(self) -> httpx.Client:
        """A caller without a token."""
        return self._client

    def get(self, who: str, path: str, *, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
        return self._client.get(f"/api/v1{path}", params=query, headers={**self._signed_in(who), **(headers or {})})

    def post(
        self, who: str, path: str, body: dict[str, Any], *, if_match: str | None = None, language: str = "en"
    ) -> httpx.Response:
        headers = {**self._signed_in(who), "Idempotency-Key": uuid4().hex, "Accept-Language": language}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._client.post(f"/api/v1{path}", json=body, headers=headers)

    def patch(self, who: str, path: str, body: dict[str, Any], *, if_match: str) -> httpx.Response:
        return self._client.patch(f"/api/v1{path}", json=body, headers={**self._signed_in(who), "If-Match": if_match})

    def put(self, who: str, path: str, body: dict[str, Any], *, if_match: str = "*") -> httpx.Response:
        return self._client.put(f"/api/v1{path}", json=body, headers={**self._signed_in(who), "If-Match": if_match})

    def delete(self, who: str, path: str) -> httpx.Response:
        return self._client.delete(f"/api/v1{path}", headers=self._signed_in(who))

    def upload(self, who: str, path: str, content: bytes, kind: str, **query: Any) -> httpx.Response:
        headers = {**self._signed_in(who), "Idempotency-Key": uuid4().hex, "Content-Type": kind, "Accept-Language": "en"}
        return self._client.post(f"/api/v1{path}", content=content, params=query, headers=headers)

    def _signed_in(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._issuer.token(who)}"}

    def move(self, who: str, path: str, to: str, **said: Any) -> httpx.Response:
        """A transition from the version that the program manager sees."""
        etag = self.get(MANAGER, path).headers["ETag"]
        return self.post(who, f"{path}/transitions", {"to": to, **said}, if_match=etag)

    def company(self, number: str) -> str:
        """The path of a company with an active agreement."""
        body = {"business_number": number, "name_ko": "가상로봇", "name_en": "Fictitious Robot", "region": "27"}
        path = f"/companies/{self.post(MANAGER, '/companies', body).json()['id']}"
        terms = {"starts_on": day(-30).isoformat(), "ends_on": day(30).isoformat()}
        agreement = self.post(MANAGER, f"{path}/agreements", terms)
        assert self.move(MANAGER, agreement.headers["Location"].removeprefix("/api/v1"), "active").status_code == 200
        return path

    def position(self, number: str, company: str, *path: str, **said: Any) -> str:
        """The path of a posting of that company, led through the states named."""
        body = {**posting(company), **said}
        if body["kind"] != "permanent":
            body.setdefault("duration_months", 3)
        created = self.post(f"employer-{number}", "/positions", body)
        assert created.status_code == 201, created.text
        position = f"/positions/{created.json()['id']}"
        for state in path:
            assert self.move(MANAGER, position, state).status_code == 200
        return position


def posting(company: str) -> dict[str, Any]:
    """A body for a posting of the company at that path."""
    return {
        "company_id": company.rpartition("/")[2], "title": "로봇 제어", "field": "robot", "kind": "permanent", "seats": 3,
        "region": "27", "opens_on": day(-30).isoformat(),
        "salary": {"lowest": 36_000_000, "per": "year"}, "working_hours": {"weekly": 40},
    }  # fmt: skip
