"""The embedded databases and log as they all were at one moment, while a server may be writing to them."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

from services.backup.manifest import BackupUnusable

_PATIENCE: Final = 30.0


def copy_set(folder: Path, names: Sequence[str], target: Path) -> None:
    """Copy the files `names` of `folder` to `target` as they all are at one moment. Raises BackupUnusable.

    For a few milliseconds nobody may write to any of them; then each copy reads the state that was there in that moment,
    however long it takes. So no consumer is ahead of the log, and no event is missing that a database takes for published.
    """
    with ExitStack() as stack:
        readers = [stack.enter_context(closing(_opened(folder / name, mode="ro"))) for name in names]
        with _nobody_writes([folder / name for name in names]):
            for reader in readers:
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for name, reader in zip(names, readers, strict=True):
            with closing(sqlite3.connect(target / name, isolation_level=None)) as copy:
                reader.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a companion


@contextmanager
def _nobody_writes(paths: Sequence[Path]) -> Iterator[None]:
    """Hold every file's write lock, taken in one order. Nothing is written, so nothing is checkpointed either."""
    with ExitStack() as stack:
        for path in paths:
            holder = stack.enter_context(closing(_opened(path, mode="rw")))
            holder.execute("PRAGMA wal_autocheckpoint = 0")
            try:
                holder.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise BackupUnusable(f"{path.name} was being written to for {_PATIENCE:.0f} s; try again") from error
            stack.callback(holder.execute, "ROLLBACK")
        yield


def check_copy(path: Path) -> None:
    """Raise BackupUnusable unless SQLite finds the file sound."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            answer = [row[0] for row in copy.execute("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        answer = [type(error).__name__]
    if answer != ["ok"]:
        raise BackupUnusable(f"{path.name} is damaged: {answer[0]}")


def _opened(path: Path, *, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE)
