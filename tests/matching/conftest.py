"""A matching database on each engine, made once and emptied before each test, and the service on a port over it."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from infra.local import PostgresServer
from services.matching.app import service
from shared.auth.issuer import create_issuer
from shared.db import Database
from shared.db.migrations import migrate
from shared.http import create_app
from shared.settings import load_settings
from tests.matching.callers import Callers
from tests.matching.market import Market
from tests.serving import serving

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.engines("postgres"))]


def _emptied(database: Database) -> Database:
    with database.write() as session:
        for table in reversed(service.metadata.sorted_tables):
            session.execute(delete(table))
    return database


@pytest.fixture(scope="session", params=ENGINES)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database at this release's schema."""
    name = f"matching_{uuid.uuid4().hex[:8]}"
    server: PostgresServer | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.url(name) if server else f"sqlite:///{tmp_path_factory.mktemp(name) / 'matching.db'}"
    database = Database(url, service="matching")
    migrate(database, service.migrations)
    yield database
    database.close()
    if server:
        server.drop(name)


@pytest.fixture
def database(migrated: Database) -> Database:
    """The same, with nothing in it."""
    return _emptied(migrated)


@pytest.fixture
def market(database: Database) -> Market:
    return Market(database)


@pytest.fixture(scope="session")
def small_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """For what does not depend on the engine."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('small') / 'matching.db'}", service="matching")
    migrate(database, service.migrations)
    yield database
    database.close()


@pytest.fixture
def small_market(small_database: Database) -> Market:
    return Market(_emptied(small_database))


@pytest.fixture(scope="session")
def served(migrated: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    """The service on a real port, signed in to by the built-in issuer's demo clients."""
    settings = load_settings(data=tmp_path_factory.mktemp("keys"), public_url="http://matching.test")
    issuer = create_issuer(settings)
    app = create_app(
        service=service.name,
        title=service.title,
        routers=service.routers,
        db=migrated,
        settings=settings,
        verifier=issuer.verifier,
    )
    with serving(app) as client:
        yield Callers(client, issuer)


@pytest.fixture
def callers(served: Callers, market: Market) -> Callers:
    """The callers of a service that knows what `market` tells it."""
    return served
