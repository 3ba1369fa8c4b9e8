"""A fresh matching database, on each engine in turn, and the market that its tests tell of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.matching.app import service
from shared.db import Database
from shared.db.migrations import migrate
from tests.matching.market import Market


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database at this release's schema."""
    database = Database(database_url, service="matching")
    migrate(database, service.migrations)
    yield database
    database.close()


@pytest.fixture
def market(database: Database) -> Market:
    return Market(database)


@pytest.fixture
def small_market(tmp_path: Path) -> Iterator[Market]:
    """For what does not depend on the engine."""
    database = Database(f"sqlite:///{tmp_path / 'matching.db'}", service="matching")
    migrate(database, service.migrations)
    yield Market(database)
    database.close()
