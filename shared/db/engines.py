"""How connections are made: SQLite made safe, PostgreSQL with limits on everything that can wait."""

import sqlite3
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool, StaticPool

log = structlog.get_logger()

_WAL_RESET_FIXED: Final = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
_WRITER: Final = {"journal_mode": "WAL", "wal_autocheckpoint": 1000, "journal_size_limit": 64 * 1024 * 1024}
_READER: Final = {"wal_autocheckpoint": 0, "query_only": "ON"}
_EVERY: Final = {"synchronous": "FULL", "foreign_keys": "ON", "busy_timeout": 10_000}  # sorts spill to files


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite can lose committed writes in WAL mode with several connections (3.7.0 to 3.51.2).

    Source: sqlite.org/wal.html, "The WAL-reset bug"; fixed in 3.51.3 and in the 3.44.6 and 3.50.7 branches.
    """
    if version < (3, 7, 0) or version >= _WAL_RESET_FIXED[-1]:
        return False
    return not any(version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_RESET_FIXED)


def log_sqlite_version() -> None:
    """Say at start which SQLite this is, and warn when it has the WAL-reset bug that the single writer works around."""
    version = sqlite3.sqlite_version_info
    if has_wal_reset_bug((version[0], version[1], version[2])):
        log.warning("sqlite_has_wal_reset_bug", version=sqlite3.sqlite_version, remedy="use SQLite 3.51.3 or newer")
    else:
        log.info("sqlite", version=sqlite3.sqlite_version)


def sqlite_writer(url: URL) -> Engine:
    """One connection, kept for ever: the only one that writes and the only one that checkpoints."""
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True)
    _prepare(engine, pragmas=_WRITER, begin="BEGIN IMMEDIATE")
    return engine


def sqlite_reader(url: URL) -> Engine:
    """A pool of connections that cannot write."""
    connect_args = {"check_same_thread": False}
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=8, max_overflow=24, pool_timeout=10, connect_args=connect_args, hide_parameters=True
    )
    _prepare(engine, pragmas=_READER, begin="BEGIN")
    return engine


def _prepare(engine: Engine, *, pragmas: dict[str, Any], begin: str) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transactions begin too late (at the first write) and lose updates: ours begin by hand.
        connection.isolation_level = None
        for name, value in {**_EVERY, **pragmas}.items():
            connection.execute(f"PRAGMA {name} = {value}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def postgres(url: URL, *, pool_size: int) -> Engine:
    """A pool whose statements, locks, idle transactions and connects all end by themselves.

    No connection is made beyond the pool: one that is made for a single transaction costs more than most transactions.
    """
    settings = {
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
        "application_name": "hustar",
    }
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
    )


def postgres_reader(writer: Engine) -> Engine:
    """The same pool, whose transactions begin as read-only ones: that takes no statement of its own."""
    return writer.execution_options(postgresql_readonly=True)
