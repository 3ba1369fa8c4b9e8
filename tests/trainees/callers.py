"""The trainees service as its callers meet it: over HTTP, with tokens of the built-in issuer."""

from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from shared.auth.issuer import Issuer
from tests.trainees.story import day, somebody

MANAGER, ADMIN, AUDITOR, EXECUTIVE = "program-manager", "admin", "auditor", "executive"
_numbers = count(1)


class Callers:
    """Speaks as whoever is named: a demo client of the issuer."""

    def __init__(self, client: httpx.Client, issuer: Issuer) -> None:
        self._client = client
        self._issuer = issuer

    def get(self, who: str, path: str, *, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
        return self._client.get(f"/api/v1{path}", params=query, headers={**self.token(who), **(headers or {})})

    def anonymous(self, path: str) -> httpx.Response:
        return self._client.get(f"/api/v1{path}")

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
        headers = {**self.token(who), "Idempotency-Key": key or uuid4().hex, "Accept-Language": language}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._client.post(f"/api/v1{path}", json=body, headers=headers)

    def upload(self, who: str, path: str, content: bytes, **query: Any) -> httpx.Response:
        """A CSV file."""
        headers = {**self.token(who), "Content-Type": "text/csv", "Accept-Language": "en"}
        return self._client.post(f"/api/v1{path}", content=content, params=query, headers=headers)

    def put(self, who: str, path: str, body: dict[str, Any], *, if_match: str | None = None) -> httpx.Response:
        headers = {**self.token(who), "Accept-Language": "en"}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._client.put(f"/api/v1{path}", json=body, headers=headers)

    def patch(self, who: str, path: str, body: dict[str, Any], *, if_match: str | None = None) -> httpx.Response:
        headers = {**self.token(who), "Accept-Language": "en"}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._client.patch(f"/api/v1{path}", json=body, headers=headers)

    def send(
        self,
        who: str,
        university: str,
        cohort: str,
        content: bytes,
        *,
        kind: str = "text/csv; charset=utf-8",
        language: str = "en",
        **query: Any,
    ) -> httpx.Response:
        """Send a roster."""
        headers = {
            **self.token(who), "Idempotency-Key": uuid4().hex, "Content-Type": kind, "Accept-Language": language,
        }  # fmt: skip
        asked = {"cohort_id": cohort.rpartition("/")[2], **query}
        return self._client.post(f"/api/v1{university}/roster-syncs", params=asked, content=content, headers=headers)

    @property
    def origin(self) -> str:
        return str(self._client.base_url)

    def token(self, who: str) -> dict[str, str]:
        """The header by which the service knows who calls."""
        return {"Authorization": f"Bearer {self._issuer.token(who)}"}

    def move(self, who: str, path: str, to: str, **said: Any) -> httpx.Response:
        """A transition from the version that the program manager sees."""
        etag = self.get(MANAGER, path).headers["ETag"]
        return self.post(who, f"{path}/transitions", {"to": to, **said}, if_match=etag)

    def university(self, code: str = "knu") -> str:
        """The path of a university."""
        body = {"code": code, "name_ko": "가상대학교", "name_en": "Fictitious University", "region": "27"}
        return self._created("/universities", body)

    def program(self, university: str, **said: Any) -> str:
        body = {
            "university_id": university.rpartition("/")[2], "code": f"p{next(_numbers)}", "name_ko": "혁신아카데미",
            "name_en": "Innovation Academy", "kind": "academy", "field": "robot", "training_months": 5,
            "internship_months": 3, "goals": ["hustar.talents"],
        }  # fmt: skip
        return self._created("/programs", {**body, **said})

    def cohort(self, program: str, **said: Any) -> str:
        return self._created("/cohorts", {**cohort_body(program), **said})

    def applicant(self, cohort: str, who: str = MANAGER, **said: Any) -> str:
        return self._created("/applications", {**application_body(cohort), **said}, who=who)

    def _created(self, resource: str, body: dict[str, Any], *, who: str = MANAGER) -> str:
        answer = self.post(who, resource, body)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"].removeprefix("/api/v1")


def cohort_body(program: str) -> dict[str, Any]:
    """A body for a cohort of the program at that path."""
    number = next(_numbers)
    return {
        "program_id": program.rpartition("/")[2], "code": f"c{number}", "ordinal": number, "capacity": 30,
        "applications_open_on": day(0).isoformat(), "applications_close_on": day(20).isoformat(),
        "starts_on": day(60).isoformat(), "training_ends_on": day(210).isoformat(), "ends_on": day(300).isoformat(),
    }  # fmt: skip


def application_body(cohort: str, **person: Any) -> dict[str, Any]:
    """A body for the application of a fictitious person to the cohort at that path."""
    anyone = somebody()
    given = {"name": anyone.name, "birth_date": anyone.birth_date, "phone": anyone.phone, **person}
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}
    return {"cohort_id": cohort.rpartition("/")[2], "person": told, "applied_on": day(0).isoformat()}
