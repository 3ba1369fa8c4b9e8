"""Bringing a service's schema up, and refusing one that is newer than this release."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from shared.db.database import Database


class SchemaError(Exception):
    """The schema is not the one this release works with; the text says which way and what to do."""


def migrate(database: Database, scripts: Path) -> list[str]:
    """Bring the schema up to this release's head and return the revisions applied. Safe to repeat and to interrupt.

    Raises SchemaError when the schema is newer than this release.
    """
    with _locked(database) as connection:
        before = _current(connection)
        _refuse_newer(database, scripts, before)
        script = ScriptDirectory(str(scripts))
        head = script.get_current_head()
        if before == head or head is None:
            return []
        config = Config()
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return [step.revision for step in script.iterate_revisions(head, before)][::-1]


def check(database: Database, scripts: Path) -> None:
    """Raise SchemaError unless the schema is exactly at this release's head."""
    with database.reader.connect() as connection:
        current = _current(connection)
    _refuse_newer(database, scripts, current)
    if current != ScriptDirectory(str(scripts)).get_current_head():
        raise SchemaError(f"{database.service}: the schema is at {current or 'nothing'}; run `hustar migrate` (`make migrate`)")


def check_running(database: Database, scripts: Path) -> None:
    """The same for a process that runs: while it does, the next release may have come, whose schema has all that this one needs.

    Schemas only grow. A process that *starts* then refuses, because how far apart the two are nobody can say.
    """
    with database.reader.connect() as connection:
        current = _current(connection)
    script = ScriptDirectory(str(scripts))
    if current is None or current in {each.revision for each in script.walk_revisions()} - {script.get_current_head()}:
        raise SchemaError(f"{database.service}: the schema is at {current or 'nothing'}; run `hustar migrate` (`make migrate`)")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(database: Database, scripts: Path, current: str | None) -> None:
    known = {script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaError(
            f"{database.service}: the schema is at {current}, newer than this release; install the release that made it"
        )


@contextmanager
def _locked(database: Database) -> Iterator[Connection]:
    """One migration at a time: the single writer on SQLite, an advisory lock on PostgreSQL."""
    with database.writer.connect() as connection:
        if database.engine_name == "postgresql":
            connection.execute(text("SET lock_timeout = 0"))
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(7265162)"))
        yield connection
        connection.commit()
        if database.engine_name == "postgresql":
            connection.invalidate()  # its timeouts are not the pool's


def run_migrations(metadata: MetaData) -> None:
    """What every service's migrations/env.py does: run in the connection and transaction that `migrate` opened."""
    connection: Any = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True, transaction_per_migration=False
    )
    context.run_migrations()
