"""Floor: a raw SQLite connection appends the records' bytes, a thousand a transaction, each synced to the disk."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from shared.eventlog.port import Message

BATCH = 1000


def opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE record (id INTEGER PRIMARY KEY, key BLOB, value BLOB, headers BLOB)")
    return connection


def ready(messages: Sequence[Message]) -> list[tuple[bytes, bytes | None, bytes]]:
    """What is stored of each message: its key, its value and its headers as one run of bytes."""
    return [
        (message.key, message.value, b"".join(name.encode() + value for name, value in message.headers)) for message in messages
    ]


def append(connection: sqlite3.Connection, rows: Sequence[tuple[bytes, bytes | None, bytes]]) -> float:
    """Seconds until all are on the disk."""
    begun = perf_counter()
    for start in range(0, len(rows), BATCH):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO record (key, value, headers) VALUES (?, ?, ?)", rows[start : start + BATCH])
        connection.execute("COMMIT")
    return perf_counter() - begun
