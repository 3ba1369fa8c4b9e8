"""A migrated reporting database, and a world outside that tells it what happens."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from infra.local import PostgresServer
from services.reporting.app import service
from shared.db import Database, ReadSession
from shared.db.migrations import migrate
from tests.browsing import open_chromium
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.told import Told, telling

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.engines("postgres"))]


def opened(url: str) -> Database:
    database = Database(url, service="reporting")
    migrate(database, service.migrations)
    assert service.opening is not None
    service.opening(database)
    return database


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file at this release's schema: migrated once, copied by every test."""
    path = tmp_path_factory.mktemp("template") / "reporting.db"
    opened(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def template_on_postgres(postgres: PostgresServer) -> str:
    """The name of a PostgreSQL database at this release's schema."""
    name = f"reporting_{uuid.uuid4().hex[:8]}"
    opened(postgres.url(name)).close()
    return name


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[Database]:
    """Reporting's database, on each engine in turn."""
    if request.param == "sqlite":
        yield from _copied(template, tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"reporting_{uuid.uuid4().hex[:8]}"
    url = server.url(name, template=request.getfixturevalue("template_on_postgres"))
    found = Database(url, service="reporting")
    yield found
    found.close()
    server.drop(name)


@pytest.fixture
def light_database(tmp_path: Path, template: Path) -> Iterator[Database]:
    """Reporting's database on SQLite, for what does not depend on the engine."""
    yield from _copied(template, tmp_path)


def _copied(template: Path, folder: Path) -> Iterator[Database]:
    path = folder / "reporting.db"
    shutil.copyfile(template, path)
    found = Database(f"sqlite:///{path}", service="reporting")
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    with open_chromium() as found:
        yield found


@pytest.fixture(scope="module")
def told(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A site with facts in it, open to the demo's reader and, at another origin, only to who signs in. Tests do not change it."""
    yield from telling(template, tmp_path_factory.mktemp("told"))


@pytest.fixture
def light_session(light_database: Database) -> Iterator[ReadSession]:
    with light_database.read() as session:
        yield session
