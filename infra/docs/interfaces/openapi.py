"""The HTTP APIs as OpenAPI 3.1 documents: each service's application is put together and asked, and never started."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from fastapi import FastAPI

from services.composition.definitions import definitions
from shared.auth.issuer import create_issuer
from shared.auth.issuer.app import Issuer
from shared.db import Database
from shared.http import ServiceRouter, create_app
from shared.settings import Settings

ISSUER: Final = "issuer"


@dataclass(frozen=True, slots=True)
class Applications:
    """Every service's application and the built-in issuer's, by name, with the routers they are made of."""

    apps: Mapping[str, FastAPI]
    routers: Mapping[str, Sequence[ServiceRouter]]
    issuer: Issuer


def openapi_documents() -> dict[str, dict[str, Any]]:
    """The document of each service, and of the built-in issuer, by name."""
    with applications() as made:
        return {name: app.openapi() for name, app in made.apps.items()}


@contextmanager
def applications() -> Iterator[Applications]:
    """The applications on databases that do not exist. The environment's settings play no part."""
    with TemporaryDirectory() as folder, ExitStack() as open_ones:
        settings = Settings.model_construct(data=Path(folder))
        issuer = create_issuer(settings)
        titles = {each.name: each.title for each in definitions()} | {ISSUER: "Issuer"}
        routers = {each.name: each.routers for each in definitions()} | {ISSUER: [issuer.router]}
        apps = {}
        for name, title in titles.items():
            database = Database(f"sqlite:///{folder}/{name}.db", service=name)
            open_ones.callback(database.close)
            apps[name] = create_app(
                service=name,
                title=title,
                routers=routers[name],
                db=database,
                settings=settings,
                verifier=issuer.verifier,
                quota=None,
            )
        yield Applications(apps, routers, issuer)
