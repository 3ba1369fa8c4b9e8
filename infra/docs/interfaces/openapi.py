"""The HTTP APIs as OpenAPI 3.1 documents: each service's application is put together and asked, and never started."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from fastapi import FastAPI

from services.composition.definitions import definitions
from shared.auth.issuer import create_issuer
from shared.db import Database
from shared.http import create_app
from shared.settings import Settings

ISSUER: Final = "issuer"


def openapi_documents() -> dict[str, dict[str, Any]]:
    """The document of each service, and of the built-in issuer, by name."""
    with applications() as apps:
        return {name: app.openapi() for name, app in apps.items()}


@contextmanager
def applications() -> Iterator[dict[str, FastAPI]]:
    """The applications by name, on databases that do not exist. The environment's settings play no part."""
    with TemporaryDirectory() as folder:
        settings = Settings.model_construct(data=Path(folder))
        issuer = create_issuer(settings)
        parts = [(each.name, each.title, each.routers) for each in definitions()]
        databases = {name: Database(f"sqlite:///{folder}/{name}.db", service=name) for name, *_ in parts}
        databases[ISSUER] = next(iter(databases.values()))
        try:
            yield {
                name: create_app(
                    service=name,
                    title=title,
                    routers=routers,
                    db=databases[name],
                    settings=settings,
                    verifier=issuer.verifier,
                )
                for name, title, routers in [*parts, (ISSUER, "Issuer", [issuer.router])]
            }
        finally:
            for database in databases.values():
                database.close()
