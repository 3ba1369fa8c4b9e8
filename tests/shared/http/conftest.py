"""The notes service, served on a real port over a real database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.auth.issuer import Issuer, create_issuer
from shared.db import Database
from shared.http import create_app
from shared.settings import Settings, load_settings
from tests.shared.http.notes import METADATA, router
from tests.shared.http.serving import serving

Serve = Callable[..., httpx.Client]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data=tmp_path, public_url="http://notes.test")


@pytest.fixture
def issuer(settings: Settings) -> Issuer:
    return create_issuer(settings)


def _opened(url: str) -> Database:
    db = Database(url, service="notes")
    METADATA.create_all(db.writer)
    return db


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
def serve(settings: Settings, issuer: Issuer) -> Iterator[Serve]:
    """Serves the notes service over a database, signed in as the program manager unless told otherwise."""
    with ExitStack() as stack:

        def start(db: Database, *, who: str | None = "program-manager", **options: Any) -> httpx.Client:
            given = {"routers": [router, issuer.router], **options}
            app = create_app(service="notes", title="Notes", db=db, settings=settings, verifier=issuer.verifier, **given)
            client = stack.enter_context(serving(app))
            client.headers["Accept-Language"] = "en"
            if who is not None:
                client.headers["Authorization"] = f"Bearer {issuer.token(who)}"
            return client

        yield start


@pytest.fixture
def client(serve: Serve, database: Database) -> httpx.Client:
    return serve(database)
