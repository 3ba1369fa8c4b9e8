"""Schemas: brought up once whoever asks, whole or not at all, and refused when they are newer than this release."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from shared.db import Database
from shared.db.migrations import SchemaError, check, check_running, migrate

ENV = "from sqlalchemy import MetaData\nfrom shared.db.migrations import run_migrations\nrun_migrations(MetaData())\n"
STEP = '''"""{revision}"""
import os, signal
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{revision}", {down}


def upgrade() -> None:
    op.create_table("t{revision}", sa.Column("id", sa.Integer, primary_key=True))
    if os.environ.get("DIE_IN") == "{revision}":
        os.kill(os.getpid(), signal.SIGKILL)
    op.create_table("u{revision}", sa.Column("id", sa.Integer, primary_key=True))
'''


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Two migrations of two tables each."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    (folder / "versions" / "0001.py").write_text(STEP.format(revision="0001", down=None))
    (folder / "versions" / "0002.py").write_text(STEP.format(revision="0002", down="'0001'"))
    return folder


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url, service="test")
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    return set(inspect(database.reader).get_table_names())


def test_a_schema_is_brought_up_once_and_then_left_alone(empty: Database, scripts: Path) -> None:
    with pytest.raises(SchemaError, match="run `hustar migrate`"):
        check(empty, scripts)
    assert migrate(empty, scripts) == ["0001", "0002"]
    assert migrate(empty, scripts) == []
    check(empty, scripts)
    assert tables(empty) >= {"t0001", "u0001", "t0002", "u0002"}


def test_several_processes_that_migrate_at_once_do_it_once(database_url: str, scripts: Path) -> None:
    databases = [Database(database_url, service="test") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda database: _patiently(database, scripts), databases))
    assert sorted(map(len, applied)) == [0, 0, 0, 2]
    for database in databases:
        database.close()


def _patiently(database: Database, scripts: Path) -> list[str]:
    return migrate(database, scripts)


def test_a_schema_that_is_newer_than_this_release_is_refused_and_left_as_it_is(empty: Database, scripts: Path) -> None:
    migrate(empty, scripts)
    (scripts / "versions" / "0002.py").unlink()
    for action in (migrate, check):
        with pytest.raises(SchemaError, match="at 0002, newer than this release"):
            action(empty, scripts)
    assert "t0002" in tables(empty)
    check_running(empty, scripts)  # who ran before it came goes on


def test_a_process_that_runs_is_refused_a_schema_that_lacks_something(empty: Database, scripts: Path) -> None:
    with pytest.raises(SchemaError, match="at nothing"):
        check_running(empty, scripts)
    later = (scripts / "versions" / "0002.py").rename(scripts / "0002.py")
    migrate(empty, scripts)
    check_running(empty, scripts)
    later.rename(scripts / "versions" / "0002.py")
    with pytest.raises(SchemaError, match="at 0001; run"):
        check_running(empty, scripts)


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_whole_steps_only_and_the_next_try_ends_it(database_url: str, scripts: Path) -> None:
    program = """if True:
        import sys
        from pathlib import Path
        from shared.db import Database
        from shared.db.migrations import migrate
        migrate(Database(sys.argv[1], service="test"), Path(sys.argv[2]))
    """
    environment = {**os.environ, "DIE_IN": "0002"}
    died = subprocess.run([sys.executable, "-c", program, database_url, str(scripts)], env=environment, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    database = Database(database_url, service="test")
    assert "t0002" not in tables(database), "half a step must not stay"
    assert migrate(database, scripts)[-1] == "0002"
    with database.read() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0002"
    database.close()
