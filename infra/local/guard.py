"""Ends engines and removes their folders when the process that started them is gone, however it went.

It runs as a process of its own and reads what to look after from its standard input, which the system closes when
the owner dies, even by SIGKILL:

    process <pid> <signal>      end this process with this signal
    gone <pid>                  it has ended
    folder <path>               remove this folder
    removed <path>              it has been removed
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

_PATIENCE = 5.0


class Guard:
    """The owner's side: one guard process per owner, started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def process(self, pid: int, *, end_with: signal.Signals) -> None:
        self._say(f"process {pid} {int(end_with)}")

    def gone(self, pid: int) -> None:
        self._say(f"gone {pid}")

    def folder(self, path: Path) -> None:
        self._say(f"folder {path}")

    def removed(self, path: Path) -> None:
        self._say(f"removed {path}")

    def _say(self, line: str) -> None:
        with self._lock:
            if self._process is None:
                self._process = _start()
                atexit.register(self._release)
            assert self._process.stdin is not None
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def _release(self) -> None:
        """At the owner's orderly end: let the guard end what is left, and wait until it has."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(timeout=30)


GUARD = Guard()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # Ctrl-C in the owner's terminal must not end it first
    )


def main() -> None:
    """Read until the owner is gone, then end and remove what is left."""
    processes: dict[int, int] = {}
    folders: dict[str, None] = {}
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "process":
            pid, with_signal = rest.split()
            processes[int(pid)] = int(with_signal)
        elif word == "gone":
            processes.pop(int(rest), None)
        elif word == "folder":
            folders[rest] = None
        elif word == "removed":
            folders.pop(rest, None)
    _end(processes)
    for folder in folders:
        _remove(Path(folder))


def _end(processes: dict[int, int]) -> None:
    for pid, with_signal in processes.items():
        _send(pid, with_signal)
        _send(pid, signal.SIGCONT)
    deadline = time.monotonic() + _PATIENCE
    while any(map(_lives, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in processes:
        _send(pid, signal.SIGKILL)


def _send(pid: int, with_signal: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, with_signal)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _remove(folder: Path) -> None:
    """Remove a folder whose last writers may still be ending."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
