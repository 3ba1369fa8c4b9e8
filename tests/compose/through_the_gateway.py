"""The product as its users have it: HTTPS at the gateway, tokens from the identity provider, events that move by themselves."""

import re
import ssl
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from shared.settings import SERVICES
from tests.compose.engine import Engine, EngineError
from tests.journeys.world import Client, World

REALM: Final = "/identity/realms/hustar"
_METRICS: Final = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/metrics', timeout=10).read().decode())"
_WAITING: Final = re.compile(
    r"^(hustar_outbox_rows|hustar_consumer_lag_records|hustar_dead_letters_open)\{.*\} (\S+)$", re.MULTILINE
)


def https(origin: str, authority: Path) -> httpx.Client:
    """A client that trusts the installation's own certificate authority and no other."""
    return httpx.Client(base_url=origin, timeout=60, verify=ssl.create_default_context(cafile=str(authority)))


@dataclass(slots=True)
class TokenClient(Client):
    """A user whose token comes from the identity provider."""

    secret: str = ""

    def headers(self, **more: str) -> dict[str, str]:
        if not self._token:
            form = {"grant_type": "client_credentials", "client_id": self.name, "client_secret": self.secret}
            answer = self.http.post(f"{REALM}/protocol/openid-connect/token", data=form)
            self._token = answer.raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {self._token}", "Accept-Language": "en", **more}


class Installed(World):
    """The world of the stories, in containers. It has no runtime to step: `drain` waits until everything has come to rest."""

    def __init__(self, engine: Engine, http: httpx.Client, secrets: dict[str, str]) -> None:
        self.http, self.origin = http, str(http.base_url).rstrip("/")
        self._clients: dict[str, Client] = {}
        self._engine, self._secrets = engine, secrets

    def as_(self, name: str) -> Client:
        university = name.partition("university-")[2]
        secret = self._secrets[f"UNIVERSITY_{university.upper()}_SECRET" if university else "DEMO_CLIENTS_SECRET"]
        return self._clients.setdefault(name, TokenClient(self.http, name, secret=secret))

    def drain(self) -> None:
        self.at_rest(patience=180)

    def at_rest(self, *, patience: float) -> float:
        """Wait until nothing is on its way, twice in a row; how many seconds that took."""
        began, quiet = time.monotonic(), 0
        while quiet < 2:
            waiting = sum(self.waiting(service) for service in SERVICES)
            quiet = 0 if waiting else quiet + 1
            if time.monotonic() - began > patience:
                raise EngineError(f"{waiting:.0f} events do not come to rest")
            time.sleep(0.5)
        return time.monotonic() - began

    def waiting(self, service: str) -> float:
        """What waits in a service's outbox and before its consumer; infinite while its worker cannot be asked."""
        done = self._engine.execute(f"{service}-worker", "python", "-c", _METRICS)
        found = _WAITING.findall(done.out)
        names = {name for name, _ in found}
        return sum(float(value) for _, value in found) if "hustar_outbox_rows" in names else float("inf")


def sign_in(http: httpx.Client, *, user: str, password: str) -> str:
    """Sign in at the pages as a person does, in a browser without script; the text of the start page."""
    answer = http.get("/auth/login", follow_redirects=True)
    action = re.search(r'<form[^>]*action="([^"]+)"', answer.raise_for_status().text)
    assert action is not None, "the identity provider shows no form"
    form = {"username": user, "password": password, "credentialId": ""}
    address = urlsplit(unescape(action[1]))
    answer = http.post(f"{address.path}?{address.query}", data=form, follow_redirects=True)
    assert urlsplit(str(answer.url)).path == "/", f"signing in ended at {answer.url.path}: {answer.status_code}"
    return answer.raise_for_status().text


def problem(answer: httpx.Response) -> Any:
    """The code of a refusal."""
    return answer.json().get("code")
