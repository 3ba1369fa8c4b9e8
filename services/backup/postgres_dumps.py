"""PostgreSQL's own dumps: one file per database in pg_dump's custom format, and the names and rights around it."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from services.backup.manifest import BackupUnusable, StoredFile

INSTALLED: Final = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
_WHO_RESTORES: Final = (
    "databases are made anew by a restore, and this user may not do that:"
    " set POSTGRES_URL to an administrator of the server, and no POSTGRES_URL_<SERVICE>"
)
_GRANTED: Final = """
    SELECT coalesce(nullif(g.grantee, 0)::regrole::text, 'public') AS grantee, g.privilege_type
    FROM pg_database d, aclexplode(d.datacl) g WHERE d.datname = %s
"""


def dump(url: str, target: Path) -> None:
    """Write the database at `url` to `target`. Raises BackupUnusable with what pg_dump says."""
    address = make_url(url)
    arguments = ["--format=custom", "--no-password", f"--file={target}", f"--dbname={address.database}"]
    _run("pg_dump", arguments, address)


def load(source: Path, url: str) -> None:
    """Put a dump into the empty database at `url`: all of it or nothing. Raises BackupUnusable."""
    address = make_url(url)
    arguments = ["--single-transaction", "--exit-on-error", "--no-password", f"--dbname={address.database}", str(source)]
    _run("pg_restore", arguments, address)


def check_dump(path: Path) -> None:
    """Raise BackupUnusable unless pg_restore can read its contents."""
    _run("pg_restore", ["--list", str(path)], None)


def about(url: str) -> dict[str, Any]:
    """The database's owner and who else may do what with it."""
    with _inside(url) as connection:
        name = make_url(url).database
        owner = connection.execute("SELECT datdba::regrole::text FROM pg_database WHERE datname = %s", [name]).fetchone()
        grants = connection.execute(_GRANTED, [name]).fetchall()
    return {"owner": owner[0] if owner else None, "grants": [[str(who), str(what)] for who, what in grants]}


def version(url: str) -> str:
    """The server's version."""
    with _inside(url) as connection:
        return str(connection.info.server_version)


def users_of(connection: psycopg.Connection[Any], names: Sequence[str]) -> dict[str, int]:
    """How many sessions each of these databases has."""
    found = connection.execute(
        "SELECT datname, count(*) FROM pg_stat_activity WHERE datname = ANY(%s) GROUP BY datname", [list(names)]
    )
    return {row[0]: row[1] for row in found.fetchall()}


def existing(connection: psycopg.Connection[Any], names: Sequence[str]) -> set[str]:
    """Which of these databases there are."""
    return {row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname = ANY(%s)", [list(names)])}


def create(connection: psycopg.Connection[Any], name: str, file: StoredFile) -> None:
    """Make an empty database with the owner and the rights that the dumped one had. One left by an earlier attempt goes."""
    new = sql.Identifier(name)
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(new))
    connection.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(new))
    try:
        if file.grants:
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(new))
        for who, what in file.grants:
            grantee = sql.SQL("PUBLIC") if who == "public" else sql.Identifier(who.strip('"'))
            connection.execute(sql.SQL("GRANT {} ON DATABASE {} TO {}").format(sql.SQL(_word(what)), new, grantee))
        if file.owner:
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(new, sql.Identifier(file.owner.strip('"'))))
    except psycopg.errors.UndefinedObject as error:
        raise BackupUnusable(f"a role of {file.name} is missing on this server: {error.diag.message_primary}") from error


def swap(connection: psycopg.Connection[Any], renames: Mapping[str, str]) -> None:
    """Rename databases, all of them or none. Raises BackupUnusable when somebody uses one."""
    try:
        with connection.transaction():
            for old, new in renames.items():
                names = sql.Identifier(old), sql.Identifier(new)
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
    except psycopg.errors.ObjectInUse as error:
        raise BackupUnusable(f"nothing was changed: {error.diag.message_primary}; stop every process first") from error


def maintenance(url: str) -> "psycopg.Connection[Any]":
    """A connection beside the services' databases, in which each statement stands by itself. Raises BackupUnusable."""
    try:
        connection = _inside(make_url(url).set(database="postgres").render_as_string(hide_password=False))
    except psycopg.OperationalError as error:
        if "permission denied" not in str(error):
            raise
        raise BackupUnusable(_WHO_RESTORES) from error
    (may,) = connection.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone() or (
        False,
    )
    if not may:
        connection.close()
        raise BackupUnusable(_WHO_RESTORES)
    return connection


def as_owner(url: str, owner: str | None) -> str:
    """The same address, in the role that owns the database: what is made there belongs to the service, not to who restores."""
    address = make_url(url)
    name = (owner or "").strip('"')
    if not name or name == address.username:
        return url
    return address.update_query_dict({"options": f"-crole={name}"}).render_as_string(hide_password=False)


def _inside(url: str) -> "psycopg.Connection[Any]":
    """A connection to the database itself: a service's user may not connect to any other."""
    address = make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True, connect_timeout=5)


def _word(privilege: str) -> Any:
    if not re.fullmatch(r"[A-Z ]+", privilege):
        raise BackupUnusable(f"{privilege!r} is no privilege")
    return privilege


def _run(program: str, arguments: Sequence[str], address: URL | None) -> None:
    environment = dict(os.environ)
    if address is not None:
        given = {"PGHOST": address.host, "PGPORT": address.port, "PGUSER": address.username, "PGPASSWORD": address.password}
        # By the environment: a command line is for everybody on the machine to read.
        environment |= {name: str(value) for name, value in given.items() if value}
    done = subprocess.run([_program(program), *arguments], capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise BackupUnusable(f"{program}: {done.stderr.strip()[-500:]}")


def _program(name: str) -> str:
    """The newest of the installed ones: an older one cannot read a newer server."""
    installed = [path / name for pattern in INSTALLED for path in Path("/").glob(pattern) if (path / name).exists()]
    newest = max(installed, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))], default=None)
    found = str(newest) if newest else shutil.which(name)
    if found is None:
        raise BackupUnusable(f"{name} is not installed (Debian: apt-get install postgresql-client)")
    return found
