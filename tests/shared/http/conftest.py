"""The notes service, served on a real port over a real database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.auth.issuer import Issuer, create_issuer
from shared.db import Database
from shared.http import create_app
from shared.settings import Settings, load_settings
from tests.serving import serving
from tests.shared.http.notes import METADATA, router


def _unnoticed(_app: FastAPI) -> None:
    """Nobody wants to know the application itself."""


class Server:
    """Serves the notes service, signed in as the program manager unless told otherwise, until the stack unwinds."""

    def __init__(self, settings: Settings, issuer: Issuer, stack: ExitStack) -> None:
        self.settings = settings
        self.issuer = issuer
        self.stack = stack

    def __call__(
        self,
        db: Database,
        *,
        who: str | None = "program-manager",
        started: Callable[[FastAPI], None] = _unnoticed,
        **options: Any,
    ) -> httpx.Client:
        given = {"routers": [router, self.issuer.router], "verifier": self.issuer.verifier, **options}
        app = create_app(service="notes", title="Notes", db=db, settings=self.settings, **given)
        started(app)
        client = self.stack.enter_context(serving(app))
        client.headers["Accept-Language"] = "en"
        if who is not None:
            client.headers["Authorization"] = f"Bearer {self.issuer.token(who)}"
        return client


def _opened(url: str) -> Database:
    db = Database(url, service="notes")
    METADATA.create_all(db.writer)
    return db


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data=tmp_path_factory.mktemp("data"), public_url="http://notes.test")


@pytest.fixture(scope="module")
def issuer(settings: Settings) -> Issuer:
    return create_issuer(settings)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    db = _opened(f"sqlite:///{tmp_path / 'notes.db'}")
    yield db
    db.close()


@pytest.fixture
def any_database(database_url: str) -> Iterator[Database]:
    db = _opened(database_url)
    yield db
    db.close()


@pytest.fixture
def serve(settings: Settings, issuer: Issuer) -> Iterator[Server]:
    with ExitStack() as stack:
        yield Server(settings, issuer, stack)


@pytest.fixture(scope="module")
def client(settings: Settings, issuer: Issuer) -> Iterator[httpx.Client]:
    """One server for all tests of a file that need no database of their own."""
    db = _opened(f"sqlite:///{settings.data / 'shared.db'}")
    with ExitStack() as stack:
        yield Server(settings, issuer, stack)(db)
    db.close()
