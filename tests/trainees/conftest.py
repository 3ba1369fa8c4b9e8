"""A fresh trainees database, on each engine in turn."""

from collections.abc import Iterator

import pytest

from services.trainees.app import service
from shared.crypto import Keyring
from shared.db import Database
from shared.db.migrations import migrate
from tests.trainees.story import Story

KEYS = Keyring(b"a secret for tests of at least 32 bytes")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database at this release's schema."""
    info = {"cipher": KEYS.cipher("personal-data"), "keyed_hash": KEYS.keyed_hash("personal-data")}
    database = Database(database_url, service="trainees", info=info)
    migrate(database, service.migrations)
    yield database
    database.close()


@pytest.fixture
def story(database: Database) -> Story:
    return Story(database)
