"""A migrated reporting database, and a world outside that tells it what happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.reporting.app import service
from shared.db import Database
from shared.db.migrations import migrate
from tests.reporting.happenings import Happenings


def opened(url: str) -> Database:
    database = Database(url, service="reporting")
    migrate(database, service.migrations)
    return database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Reporting's database, on each engine in turn."""
    found = opened(database_url)
    yield found
    found.close()


@pytest.fixture
def light_database(tmp_path: Path) -> Iterator[Database]:
    """Reporting's database on SQLite, for what does not depend on the engine."""
    found = opened(f"sqlite:///{tmp_path / 'reporting.db'}")
    yield found
    found.close()


@pytest.fixture
def world(database: Database) -> Happenings:
    return Happenings(database)


@pytest.fixture
def light_world(light_database: Database) -> Happenings:
    return Happenings(light_database)
