"""A migrated reporting database, and a world outside that tells it what happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.reporting.app import service
from shared.db import Database, ReadSession
from shared.db.migrations import migrate
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site


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


@pytest.fixture
def demo_site(light_database: Database, tmp_path: Path) -> Iterator[Site]:
    """Reporting as the demo shows it, over `light_database`."""
    with site(light_database, tmp_path) as found:
        yield found


@pytest.fixture
def strict_site(light_database: Database, tmp_path: Path) -> Iterator[Site]:
    """Reporting that asks to sign in (DEMO=0), over `light_database`."""
    with site(light_database, tmp_path, demo=False) as found:
        yield found


@pytest.fixture
def light_session(light_database: Database) -> Iterator[ReadSession]:
    with light_database.read() as session:
        yield session
