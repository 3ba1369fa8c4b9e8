"""A fresh employers database, on each engine in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.employers.app import service
from shared.auth.issuer import create_issuer
from shared.db import Database
from shared.db.migrations import migrate
from shared.http import create_app
from shared.settings import load_settings
from tests.employers.callers import Callers
from tests.employers.story import Story
from tests.shared.http.serving import serving


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database at this release's schema."""
    database = Database(database_url, service="employers")
    migrate(database, service.migrations)
    yield database
    database.close()


@pytest.fixture
def story(database: Database) -> Story:
    return Story(database)


@pytest.fixture
def callers(database: Database, tmp_path: Path) -> Iterator[Callers]:
    """The service on a real port over the same database."""
    settings = load_settings(data=tmp_path / "keys", public_url="http://employers.test")
    issuer = create_issuer(settings)
    app = create_app(
        service="employers",
        title=service.title,
        routers=service.routers,
        db=database,
        settings=settings,
        verifier=issuer.verifier,
    )
    with serving(app) as client:
        yield Callers(client, issuer)
