"""One process owns a data folder: the embedded databases and log are safe only while nobody else writes to them."""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from shared import clock


class DataFolderHeld(Exception):
    """Another process owns the folder; the text says which, since when, and where it answers."""


RESTORING: Final = "restoring.json"
"""In a data folder while files are exchanged by a restore: what is there belongs to two different moments."""


@dataclass(slots=True)
class DataFolder:
    """The folder, owned until `release` or until the process ends, however it ends: the lock is the kernel's."""

    path: Path
    _lock: IO[str]

    def release(self) -> None:
        self._lock.close()


def own(path: Path, *, address: str, restoring: bool = False) -> DataFolder:
    """Make `path` if need be and own it. Raises DataFolderHeld at once when somebody does, or a restore was interrupted."""
    path.mkdir(parents=True, exist_ok=True)
    lock = (path / ".lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _describe(lock)
        lock.close()
        raise DataFolderHeld(f"{path} is held by {holder}. Stop it first, or set HUSTAR_DATA to another folder.") from None
    if not restoring and (path / RESTORING).exists():
        lock.close()
        raise DataFolderHeld(f"A restore into {path} was interrupted. Run it again: hustar restore.")
    lock.truncate(0)
    json.dump({"pid": os.getpid(), "address": address, "since": clock.now().isoformat(timespec="seconds")}, lock)
    lock.flush()
    return DataFolder(path, lock)


def _describe(lock: IO[str]) -> str:
    lock.seek(0)
    try:
        holder: dict[str, Any] = json.load(lock)
    except ValueError:
        return "another process"
    return f"process {holder.get('pid')} at {holder.get('address')} since {holder.get('since')}"
