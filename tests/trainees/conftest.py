"""A trainees database on each engine, made once and emptied before each test, and the service on a port over it."""

import uuid
from collections.abc import Iterator

import pytest

from infra.local import PostgresServer
from services.trainees.app import service
from shared.auth.issuer import create_issuer
from shared.crypto import Keyring
from shared.db import Database
from shared.db.migrations import migrate
from shared.http import create_app
from shared.settings import load_settings
from tests.serving import serving
from tests.trainees.callers import Callers
from tests.trainees.story import Story, emptied

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.engines("postgres"))]
KEYS = Keyring(b"a secret for tests of at least 32 bytes")
INFO = {"cipher": KEYS.cipher("personal-data"), "keyed_hash": KEYS.keyed_hash("personal-data")}


@pytest.fixture(scope="session", params=ENGINES)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database at this release's schema."""
    name = f"trainees_{uuid.uuid4().hex[:8]}"
    server: PostgresServer | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.url(name) if server else f"sqlite:///{tmp_path_factory.mktemp(name) / 'trainees.db'}"
    database = Database(url, service="trainees", info=INFO)
    migrate(database, service.migrations)
    yield database
    database.close()
    if server:
        server.drop(name)


@pytest.fixture
def database(migrated: Database) -> Database:
    """The same, with nothing in it."""
    return emptied(migrated)


@pytest.fixture
def story(database: Database) -> Story:
    return Story(database)


@pytest.fixture(scope="session")
def served(migrated: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    """The service on a real port, signed in to by the built-in issuer's demo clients."""
    settings = load_settings(data=tmp_path_factory.mktemp("keys"), public_url="http://trainees.test")
    issuer = create_issuer(settings)
    app = create_app(
        service=service.name,
        title=service.title,
        routers=service.routers,
        db=migrated,
        settings=settings,
        verifier=issuer.verifier,
        quota=None,
    )
    with serving(app) as client:
        yield Callers(client, issuer)


@pytest.fixture
def callers(served: Callers, database: Database) -> Callers:
    """The callers of a service that knows nothing yet."""
    return served
