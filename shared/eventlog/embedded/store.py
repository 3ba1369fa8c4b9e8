"""The embedded log's file: one SQLite database, one writer connection that also checkpoints, readers that cannot write."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from shared.eventlog.errors import LogClosed, LogHeld, LogReadOnly
from shared.eventlog.port import LogUnavailable, TopicPartition, TopicSpec

VERSION = 1
OFFSET_BITS = 40
_OFFSETS = (1 << OFFSET_BITS) - 1

# A record's id is its partition's id followed by 40 bits of offset: one integer key keeps a partition together on disk
# and takes twice as many rows a second as a compound key. The view `records` shows it to people.
_SCHEMA = """
CREATE TABLE topic (name TEXT PRIMARY KEY, partitions INTEGER NOT NULL, max_bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE partition (id INTEGER PRIMARY KEY, topic TEXT NOT NULL, number INTEGER NOT NULL, UNIQUE (topic, number));
CREATE TABLE record (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key BLOB, value BLOB, headers BLOB NOT NULL);
CREATE TABLE committed (
    consumer_group TEXT, topic TEXT, partition INTEGER, next INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, topic, partition)
) WITHOUT ROWID;
CREATE VIEW records AS
    SELECT p.topic, p.number AS partition, r.id & 1099511627775 AS offset, r.timestamp, r.key, r.value, r.headers
    FROM partition p JOIN record r ON r.id >= p.id << 40 AND r.id < p.id + 1 << 40;
PRAGMA user_version = 1;
"""

# After one of these, what the disk holds is unknown: nothing may be acknowledged until the file was opened afresh.
_LASTING = frozenset({"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC", "SQLITE_CORRUPT", "SQLITE_NOTADB"})


class Row(NamedTuple):
    """A stored record. `timestamp` is in milliseconds; `headers` as `EmbeddedLog` writes them."""

    id: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: bytes


class TopicRow(NamedTuple):
    """A topic: its partitions' ids in order, and the largest message it takes."""

    partitions: tuple[int, ...]
    max_bytes: int


class OutcomeUnknown(LogUnavailable):
    """The commit was asked for and its success was not confirmed: it may or may not be there."""


class Store:
    """Everything that touches the file. Appending is for one thread at a time; reading is for any number."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self._path = path
        self._readers: list[sqlite3.Connection] = []
        self._in_use = 0
        self._idle = threading.Condition()
        self._closed = False
        self._lasting: str | None = None
        self._lock: int | None = None
        self._writer: sqlite3.Connection | None = None
        if read_only and not path.is_file():
            raise LogUnavailable(f"there is no event log in {path.parent}")
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _hold(path.with_name(path.name + ".lock"))
            try:
                self._writer = _open_writer(path)
            except BaseException:
                os.close(self._lock)
                raise

    def topics(self) -> dict[str, TopicRow]:
        with self._reading() as reader:
            ids: dict[str, list[int]] = {}
            for id_, topic in reader.execute("SELECT id, topic FROM partition ORDER BY topic, number"):
                ids.setdefault(topic, []).append(id_)
            limits = dict(reader.execute("SELECT name, max_bytes FROM topic").fetchall())
        return {topic: TopicRow(tuple(ids[topic]), limit) for topic, limit in limits.items()}

    def end(self, partition_id: int) -> int:
        """The offset that the partition's next record gets."""
        with self._reading() as reader:
            last = reader.execute("SELECT max(id) FROM record WHERE id >= ? AND id < ?", _ids(partition_id)).fetchone()[0]
        return 0 if last is None else (int(last) & _OFFSETS) + 1

    def fetch(self, partition_id: int, *, offset: int, end: int, limit: int) -> list[tuple[int, Row]]:
        """At most `limit` records from `offset` up to, not including, `end`, with their offsets."""
        low = partition_id << OFFSET_BITS
        with self._reading() as reader:
            rows = reader.execute(
                "SELECT id, timestamp, key, value, headers FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                (low | offset, low | end, limit),
            ).fetchall()
        return [(row[0] & _OFFSETS, Row._make(row)) for row in rows]

    def committed(self, group: str) -> dict[TopicPartition, int]:
        with self._reading() as reader:
            rows = reader.execute("SELECT topic, partition, next FROM committed WHERE consumer_group = ?", (group,)).fetchall()
        return {TopicPartition(topic, number): offset for topic, number, offset in rows}

    def add_topics(self, specs: Sequence[TopicSpec], *, max_bytes: Mapping[str, int]) -> None:
        with self._transaction() as writer:
            for spec in specs:
                writer.execute("INSERT INTO topic VALUES (?, ?, ?)", (spec.name, spec.partitions, max_bytes[spec.name]))
                numbers = [(spec.name, number) for number in range(spec.partitions)]
                writer.executemany("INSERT INTO partition (topic, number) VALUES (?, ?)", numbers)

    def append(self, rows: Sequence[Row]) -> None:
        """Store the records durably, or none. Raises LogUnavailable when none is, OutcomeUnknown when nobody can tell."""
        if not rows:
            return
        with self._transaction() as writer:
            writer.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?)", rows)

    def save_committed(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """A hint: survives the end of the process, and may be lost with the power, so that it costs no sync."""
        rows = [(group, topic, number, offset) for (topic, number), offset in offsets.items()]
        with self._transaction(synchronous="NORMAL") as writer:
            writer.executemany("INSERT OR REPLACE INTO committed VALUES (?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Readers first: the last connection that closes checkpoints, and that has to be the writer."""
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: self._in_use == 0)
            while self._readers:
                self._readers.pop().close()
        if self._writer is not None:
            self._writer.close()
        if self._lock is not None:
            os.close(self._lock)
        self._writer = self._lock = None

    @contextmanager
    def _transaction(self, *, synchronous: str = "FULL") -> Iterator[sqlite3.Connection]:
        writer = self._usable_writer()
        try:
            writer.execute(f"PRAGMA synchronous = {synchronous}")
            writer.execute("BEGIN IMMEDIATE")
            yield writer
        except sqlite3.Error as error:
            self._undo(error)
            raise LogUnavailable(f"nothing was stored: {_name(error)}") from error
        try:
            writer.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo(error)
            raise OutcomeUnknown(f"the commit was not confirmed: {_name(error)}") from error

    def _usable_writer(self) -> sqlite3.Connection:
        if self._lasting is not None:
            raise LogUnavailable(f"the event log's disk failed ({self._lasting}): check it and start again")
        if self._writer is None:
            raise LogClosed if self._closed else LogReadOnly
        return self._writer

    def _undo(self, error: sqlite3.Error) -> None:
        if _name(error) in _LASTING:
            self._lasting = _name(error)
        # A full disk has rolled back by itself already.
        if self._writer is not None and self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        reader = self._borrow()
        try:
            yield reader
        except sqlite3.Error as error:
            raise LogUnavailable(f"the event log cannot be read: {_name(error)}") from error
        finally:
            with self._idle:
                self._in_use -= 1
                self._readers.append(reader)
                self._idle.notify_all()

    def _borrow(self) -> sqlite3.Connection:
        with self._idle:
            if self._closed:
                raise LogClosed
            reader = self._readers.pop() if self._readers else _open_reader(self._path)
            self._in_use += 1
            return reader


def _ids(partition_id: int) -> tuple[int, int]:
    return partition_id << OFFSET_BITS, (partition_id + 1) << OFFSET_BITS


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", type(error).__name__)


def _hold(path: Path) -> int:
    """Take the lock file for this process's life, and write down who holds it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(file, 32).decode("ascii", "replace").strip()
        os.close(file)
        raise LogHeld(holder or "unknown") from None
    os.truncate(file, 0)
    os.write(file, str(os.getpid()).encode())
    return file


def _open_writer(path: Path) -> sqlite3.Connection:
    writer = _connect(path, mode="rwc")
    try:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 2000")
        writer.execute("PRAGMA journal_size_limit = 67108864")
        _prepare(writer)
    except sqlite3.Error as error:
        writer.close()
        raise LogUnavailable(f"the event log cannot be opened: {_name(error)}") from error
    except BaseException:
        writer.close()
        raise
    return writer


def _prepare(writer: sqlite3.Connection) -> None:
    version = writer.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise LogUnavailable(f"the event log has format {version}; this release knows {VERSION}")
    if version == 0:
        writer.execute("PRAGMA synchronous = FULL")
        writer.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")


def _open_reader(path: Path) -> sqlite3.Connection:
    reader = _connect(path, mode="ro")
    reader.execute("PRAGMA wal_autocheckpoint = 0")
    reader.execute("PRAGMA query_only = ON")
    return reader


def _connect(path: Path, *, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False, timeout=5.0
        )
    except sqlite3.Error as error:
        raise LogUnavailable(f"the event log cannot be opened: {_name(error)}") from error
