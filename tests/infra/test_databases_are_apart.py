"""What infra/postgres/init.sh makes, on a real server: a database and a user per service, and nobody in another's."""

import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL
from typer.testing import CliRunner

from infra.local import LocalPostgres, PostgresServer
from infra.local.postgres import find_programs
from services.backup import postgres_dumps
from services.cli.app import app
from shared.settings import SERVICES
from tests.engines import available

pytestmark = [pytest.mark.engines("postgres"), pytest.mark.slow]
USERS = (*SERVICES, "identity")


class Apart:
    """A server after the script: addresses by user and database."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self.prefix = f"i{uuid.uuid4().hex[:8]}_"
        self.server = urlsplit(server.server_url)
        self.folder = folder
        folder.mkdir()
        for name in USERS:
            (folder / f"postgres_password_{name}").write_text(f"of-{name}-%-and-'")

    def run(self) -> None:
        given = {
            "SECRETS": str(self.folder), "HUSTAR_DATABASE_PREFIX": self.prefix, "POSTGRES_USER": str(self.server.username),
            "PGPASSWORD": str(self.server.password), "PGHOST": str(self.server.hostname), "PGPORT": str(self.server.port),
            "PATH": f"{find_programs()}:{os.environ['PATH']}",
        }  # fmt: skip
        subprocess.run(["bash", "infra/postgres/init.sh"], env=given, check=True, capture_output=True, timeout=120)

    def url(self, user: str, database: str | None = None) -> str:
        name, password = self.prefix + user, (self.folder / f"postgres_password_{user}").read_text()
        url = URL.create("postgresql", name, password, self.server.hostname, self.server.port, database)
        return url.render_as_string(hide_password=False)

    def owners(self) -> set[tuple[str, str]]:
        """Who owns what, of the relations in the services' databases."""
        found = set()
        for name in SERVICES:
            with psycopg.connect(self.url(name, self.prefix + name)) as connection:
                rows = connection.execute("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")
                found |= {(name, row[0]) for row in rows}
        return found


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """On a server of its own: who may enter the server's own databases is the same for all who share one."""
    with available(LocalPostgres) as server:
        made = Apart(server, tmp_path_factory.mktemp("apart") / "secrets")
        made.run()
        yield made


def test_each_user_gets_into_its_own_database_and_no_other(apart: Apart) -> None:
    databases = [*(apart.prefix + name for name in USERS), "postgres", "template1"]
    for user, database in product(USERS, databases):
        if database == apart.prefix + user:
            psycopg.connect(apart.url(user, database), connect_timeout=10).close()
            continue
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(apart.url(user, database), connect_timeout=10)
    with psycopg.connect(apart.server.geturl(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(f"{apart.prefix}stranger")))
        try:
            for database in databases:
                stranger = apart.server._replace(netloc=f"{apart.prefix}stranger:x@{apart.server.hostname}:{apart.server.port}")
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    psycopg.connect(stranger._replace(path=f"/{database}").geturl(), connect_timeout=10)
        finally:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(f"{apart.prefix}stranger")))


@pytest.mark.parametrize("user", USERS)
def test_a_user_may_do_everything_at_home_and_nothing_to_the_server(apart: Apart, user: str) -> None:
    with psycopg.connect(apart.url(user, apart.prefix + user), autocommit=True) as connection:
        connection.execute("CREATE TABLE at_home (id integer)")
        connection.execute("DROP TABLE at_home")
        rights = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
        assert connection.execute(f"SELECT {rights} FROM pg_roles WHERE rolname = current_user").fetchone() == (False,) * 5
        other = apart.prefix + USERS[USERS.index(user) - 1]
        for refused in (
            "CREATE DATABASE elsewhere",
            "CREATE ROLE somebody",
            f'SET ROLE "{other}"',
            f'DROP DATABASE "{other}"',
            f"ALTER ROLE \"{other}\" PASSWORD 'mine'",
            "SELECT * FROM pg_authid",
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "SELECT pg_read_file('PG_VERSION')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused)


def test_migrations_and_backups_need_no_more_than_these_users_and_a_restore_leaves_everything_theirs(
    apart: Apart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable in ("KAFKA_BOOTSTRAP_SERVERS", "POSTGRES_URL", "HUSTAR_ENV"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HUSTAR_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("HUSTAR_DATABASE_PREFIX", apart.prefix)
    monkeypatch.setenv("HUSTAR_ENV", "development")
    for name in SERVICES:
        monkeypatch.setenv(f"POSTGRES_URL_{name.upper()}", apart.url(name))
    hustar("migrate")
    hustar("topics")
    backup = hustar("backup", "--to", str(tmp_path / "backups"))["backup"]
    assert "administrator" in hustar("restore", backup, "--replace", code=1)

    for name in SERVICES:
        monkeypatch.delenv(f"POSTGRES_URL_{name.upper()}")
    monkeypatch.setenv("POSTGRES_URL", apart.server._replace(path="").geturl())
    assert sorted(hustar("restore", backup, "--replace")["restored"]) == sorted(SERVICES)
    # What the restore itself makes there, as migrations of this release would on an older backup, is the service's, too.
    address = apart.server._replace(path=f"/{apart.prefix}matching").geturl()
    with psycopg.connect(postgres_dumps.as_owner(address, f"{apart.prefix}matching")) as connection:
        connection.execute("CREATE TABLE by_a_migration (id integer)")
    assert apart.owners() == {(name, apart.prefix + name) for name in SERVICES}


def hustar(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, [*arguments, *(["--json"] if not code else [])])
    assert result.exit_code == code, result.output
    return result.output if code else json.loads(result.stdout)
