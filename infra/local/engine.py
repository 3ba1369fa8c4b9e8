"""The life of an engine that we run ourselves: start, stop, kill, freeze and come back on the same port and data."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import psutil

from infra.local.accounts import Account
from infra.local.errors import EngineFailed
from infra.local.guard import GUARD

START_TIMEOUT = 60.0
STOP_TIMEOUT = 30.0


class Engine(ABC):
    """A server process with a folder of its own. It ends, and its folder goes, with the process that made it.

    `parent` is where that folder is made, such as a small file system that a test fills; by default where temporary
    files go. Not safe for use by several threads at once.
    """

    name: ClassVar[str]
    dies_by: ClassVar[signal.Signals] = signal.SIGKILL
    """What ends it and its children at once when its owner is gone."""

    def __init__(self, *, parent: Path | None, account: Account) -> None:
        self.account = account
        self.folder = Path(tempfile.mkdtemp(prefix=f"hustar-{self.name.lower()}-", dir=parent or account.temporary_folder()))
        GUARD.folder(self.folder)
        account.own(self.folder)
        self.log = self.folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @abstractmethod
    def _command(self) -> Sequence[str | Path]:
        """What to run."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether clients are served."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start and wait until clients are served. Raises EngineFailed. Does nothing when it runs already."""
        if self.pid is not None:
            return
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = self.account.popen(self._command(), cwd=self.folder, stdout=log)
        GUARD.process(self._process.pid, end_with=self.dies_by)
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Stop in good order; the data stays."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power switch would: SIGKILL for it and all its children. The data stays as it is."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again, stopping first if needed, on the same port and data."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze it (SIGSTOP): its connections stay open and nobody answers."""
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()

    def resume(self) -> None:
        """Let it go on after `pause`."""
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def close(self) -> None:
        """Stop it for good and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder)
        GUARD.removed(self.folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not self._is_ready():
            if process.poll() is not None:
                GUARD.gone(process.pid)
                raise EngineFailed(f"{self.name} ended with status {process.returncode} while starting:\n{self._log_tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise EngineFailed(f"{self.name} was not ready after {START_TIMEOUT:.0f} s:\n{self._log_tail()}")
            time.sleep(0.03)

    def _end(self, with_signal: signal.Signals) -> None:
        if self._process is None or self.pid is None:
            return
        self._process.send_signal(signal.SIGSTOP)  # no new child can appear between counting the family and the end
        family = self._family()
        self._process.send_signal(with_signal)
        self._process.send_signal(signal.SIGCONT)
        if with_signal != signal.SIGKILL:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_TIMEOUT)
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(STOP_TIMEOUT)
        psutil.wait_procs(family, STOP_TIMEOUT)
        GUARD.gone(self._process.pid)

    def _family(self) -> list[psutil.Process]:
        """The server and its children, the server first."""
        try:
            server = psutil.Process(self.pid or -1)
            return [server, *server.children(recursive=True)]
        except (psutil.NoSuchProcess, ValueError):
            return []

    def _since_start(self) -> str:
        """What the current run has logged."""
        with self.log.open("rb") as log:
            log.seek(self._log_start, os.SEEK_SET)
            return log.read().decode(errors="replace")

    def _log_tail(self) -> str:
        return "\n".join(self._since_start().splitlines()[-20:])
