"""Reporting on a real port, with the built-in issuer beside it, as a browser or a client meets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from services.reporting.app import service
from shared.auth.issuer import Issuer, create_issuer
from shared.db import Database
from shared.http import create_app
from shared.settings import Settings, load_settings
from tests.serving import WITHOUT_TLS, on_a_port
from tests.waiting import PATIENCE


@dataclass
class Site:
    """A running reporting service."""

    origin: str
    settings: Settings
    issuer: Issuer

    def client(self, who: str | None = None) -> httpx.Client:
        """A program that calls it, with a token of a demo identity if one is named."""
        headers = {"Accept-Language": "en"}
        if who is not None:
            headers["Authorization"] = f"Bearer {self.issuer.token(who)}"
        return httpx.Client(base_url=self.origin, headers=headers, timeout=PATIENCE, verify=WITHOUT_TLS)


@contextmanager
def site(database: Database, folder: Path, *, demo: bool = True, provider: str | None = None) -> Iterator[Site]:
    """Reporting over `database`, until the block ends. Pages sign in at `provider`, the built-in issuer unless named."""
    found: list[Site] = []

    def made(origin: str) -> ASGIApp:
        settings = load_settings(data=folder, public_url=origin, demo=demo)
        issuer = create_issuer(settings)
        settings = settings.model_copy(update={"oidc_issuer": provider})
        app = create_app(
            service=service.name,
            title=service.title,
            routers=[*service.routers, issuer.router],
            db=database,
            settings=settings,
            verifier=issuer.verifier,
            mounts=service.mounts,
            refusing=service.refusing,
            visitors=service.visitors(database, settings) if service.visitors else None,
        )
        app.state.settings = settings
        app.state.verifier = issuer.verifier
        found.append(Site(origin, settings, issuer))
        return app

    with on_a_port(made, lifespan="off"):
        yield found[0]
