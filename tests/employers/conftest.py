"""A fresh employers database, on each engine in turn."""

from collections.abc import Iterator

import pytest

from services.employers.app import service
from shared.db import Database
from shared.db.migrations import migrate
from tests.employers.story import Story


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
