"""The load: clients that write without pause, remember what was acknowledged, and never take silence for a no.

An outcome is acknowledged (2xx), refused (4xx) or unknown (no answer, 5xx). Unknown is repeated with the same key until
it is one of the other two.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.serving import WITHOUT_TLS

API = "/api/v1"
PATH = ("selected", "enrolled", "training", "interning", "completed")
HIRING = ("offered", "accepted", "started")
DAY = "2026-03-02"


@dataclass(slots=True)
class Acknowledged:
    """What the product said it has stored: versions by id."""

    enrolments: dict[str, int] = field(default_factory=dict)
    placements: dict[str, int] = field(default_factory=dict)
    writes: int = 0
    unknowns: int = 0
    replays: int = 0


class Refusal(Exception):
    """The product said no: nothing is stored."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        super().__init__(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}")


class Caller:
    """One client with its own connection, its own people and its own dice."""

    def __init__(self, origin: str, token: Callable[[], str], *, seed: str, patience: float = 120) -> None:
        self._http = httpx.Client(base_url=origin, timeout=10, verify=WITHOUT_TLS)
        self._token = token
        self._patience = patience
        self._seed = seed
        self.dice = random.Random(seed)
        self.acknowledged = Acknowledged()
        self._people = 0

    def post(self, path: str, body: dict[str, Any], *, etag: int | None = None) -> Any:
        """Post until the outcome is known. Raises Refusal for a no."""
        headers = {"Idempotency-Key": f'"{uuid.uuid4()}"'} | ({"If-Match": f'"{etag}"'} if etag is not None else {})
        deadline = time.monotonic() + self._patience
        while True:
            answer = self._try(path, body, headers)
            if answer is not None and answer.status_code < 300:
                self.acknowledged.writes += 1
                self.acknowledged.replays += answer.headers.get("idempotency-replayed") == "true"
                return answer.json()
            if answer is not None and answer.status_code < 500 and answer.status_code not in {409, 429}:
                raise Refusal(answer)
            if answer is not None and answer.status_code == 409 and "idempotency" not in answer.text:
                raise Refusal(answer)
            self.acknowledged.unknowns += 1
            assert time.monotonic() < deadline, f"no outcome for {path}: {answer.text if answer is not None else 'no answer'}"
            time.sleep(0.05)

    def _try(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response | None:
        try:
            return self._http.post(path, json=body, headers={**headers, "Authorization": f"Bearer {self._token()}"})
        except httpx.TransportError:
            return None

    def close(self) -> None:
        self._http.close()


class Worker:
    """Applies, moves, proposes and hires, at random."""

    def __init__(self, caller: Caller, *, cohort: str, position: str, number: int) -> None:
        self._caller = caller
        self._cohort = cohort
        self._position = position
        self._number = number
        self._people = 0
        self._moving: list[dict[str, Any]] = []
        self._completed: list[dict[str, Any]] = []
        self._placing: list[dict[str, Any]] = []

    @property
    def acknowledged(self) -> Acknowledged:
        return self._caller.acknowledged

    def run(self, stopping: threading.Event) -> Acknowledged:
        try:
            while not stopping.is_set():
                self._step()
        finally:
            self._caller.close()
        return self.acknowledged

    def _step(self) -> None:
        roll = self._caller.dice.random()
        if roll < 0.2 or not self._moving:
            self._apply()
        elif roll < 0.75:
            self._move()
        elif self._placing and roll < 0.92:
            self._hire()
        elif self._completed:
            self._propose()

    def _apply(self) -> None:
        self._people += 1
        number = self._number * 100_000 + self._people
        person = {"name": f"가상{number}", "birth_date": "1999-01-02", "phone": f"010-{number // 10000:04d}-{number % 10000:04d}"}
        body = {"cohort_id": self._cohort, "person": person, "applied_on": DAY}
        self._remember_enrolment(self._caller.post(f"{API}/applications", body))

    def _move(self) -> None:
        enrolment = self._moving.pop(self._caller.dice.randrange(len(self._moving)))
        stages = ("applied", *PATH)
        body = {"to": stages[stages.index(enrolment["stage"]) + 1], "effective_on": DAY}
        path = f"{API}/enrolments/{enrolment['id']}/transitions"
        self._remember_enrolment(self._caller.post(path, body, etag=enrolment["version"]))

    def _propose(self) -> None:
        enrolment = self._completed[-1]
        body = {"trainee_id": enrolment["person_id"], "position_id": self._position, "effective_on": DAY}
        try:
            placement = self._caller.post(f"{API}/placements", body)
        except Refusal as refusal:
            if refusal.status not in {404, 409, 422}:
                raise
            return  # matching has not heard of the person yet
        self._completed.pop()
        self._remember_placement(placement)

    def _hire(self) -> None:
        placement = self._placing.pop(self._caller.dice.randrange(len(self._placing)))
        path = f"{API}/placements/{placement['id']}"
        if placement["state"] == "started":
            body: dict[str, Any] = {"grade": 4, "effective_on": DAY}
            self._note(self._caller.post(f"{path}/evidence", body, etag=placement["version"]))
            return
        states = ("proposed", *HIRING)
        body = {"to": states[states.index(placement["state"]) + 1], "effective_on": DAY}
        try:
            self._remember_placement(self._caller.post(f"{path}/transitions", body, etag=placement["version"]))
        except Refusal as refusal:
            if refusal.status not in {409, 412}:  # no seat free, or the seat was refused meanwhile
                raise

    def _remember_enrolment(self, enrolment: dict[str, Any]) -> None:
        self._caller.acknowledged.enrolments[enrolment["id"]] = enrolment["version"]
        (self._completed if enrolment["stage"] == "completed" else self._moving).append(enrolment)

    def _remember_placement(self, placement: dict[str, Any]) -> None:
        self._note(placement)
        self._placing.append(placement)

    def _note(self, placement: dict[str, Any]) -> None:
        self._caller.acknowledged.placements[placement["id"]] = placement["version"]


def prepare(caller: Caller, *, seats: int) -> tuple[str, str]:
    """A cohort with room for everybody and an open position with `seats` seats; their ids."""
    university = caller.post(f"{API}/universities", {"code": "knu", "name_ko": "대학", "name_en": "University", "region": "27"})
    program = caller.post(
        f"{API}/programs",
        {
            "code": "robot", "name_ko": "로봇", "name_en": "Robot", "kind": "academy", "field": "robot",
            "university_id": university["id"], "training_months": 5, "internship_months": 3, "goals": [],
        },
    )  # fmt: skip
    cohort = caller.post(
        f"{API}/cohorts",
        {
            "program_id": program["id"], "code": "robot-1", "ordinal": 1, "capacity": 10_000,
            "applications_open_on": "2026-01-01", "applications_close_on": "2026-03-02", "starts_on": "2026-03-02",
            "training_ends_on": "2026-08-01", "ends_on": "2026-11-01",
        },
    )  # fmt: skip
    company = caller.post(
        f"{API}/companies",
        {"business_number": "0000000015", "name_ko": "회사(가상)", "name_en": "Company (fictitious)", "region": "27"},
    )
    path = f"{API}/companies/{company['id']}/agreements"
    agreement = caller.post(path, {"starts_on": "2026-01-01", "ends_on": "2027-12-31"})
    caller.post(
        f"{path}/{agreement['id']}/transitions", {"to": "active", "effective_on": "2026-01-01"}, etag=agreement["version"]
    )
    position = caller.post(
        f"{API}/positions",
        {
            "company_id": company["id"], "title": "연구원", "field": "robot", "kind": "permanent", "seats": seats,
            "region": "27", "skills": [], "opens_on": "2026-01-02",
            "salary": {"lowest": 36_000_000, "per": "year"}, "working_hours": {"weekly": 40},
        },
    )  # fmt: skip
    for state in ("in_review", "open"):
        step = {"to": state, "effective_on": "2026-01-02"}
        position = caller.post(f"{API}/positions/{position['id']}/transitions", step, etag=position["version"])
    return cohort["id"], position["id"]
