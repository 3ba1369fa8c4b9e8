"""Under which account an engine runs: our own, or an ordinary one when we are root and the engine refuses root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from infra.local.errors import EngineUnavailable


@dataclass(frozen=True, slots=True)
class Account:
    """An account to run as. `name` None is our own."""

    name: str | None = None

    def popen(self, command: Sequence[str | Path], *, cwd: Path, stdout: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start `command` in a session of its own, so that Ctrl-C in our terminal is ours to handle."""
        user, group = self._identity()
        return subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=_environment(),
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )

    def run(self, command: Sequence[str | Path], *, cwd: Path, timeout: float) -> tuple[int, str]:
        """Run `command` to its end. Its status, and its output and errors together."""
        with tempfile.TemporaryFile() as output:
            with self.popen(command, cwd=cwd, stdout=output) as process:
                try:
                    status = process.wait(timeout)
                finally:
                    process.kill()
            output.seek(0)
            return status, output.read().decode(errors="replace")

    def own(self, folder: Path) -> None:
        """Give this account a folder that we made."""
        if self.name is not None:
            shutil.chown(folder, self.name)

    def temporary_folder(self) -> Path:
        """The first of the system's temporary folders that this account can reach."""
        candidates = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
        return next((folder for folder in candidates if self._reaches(folder)), candidates[0])

    def _reaches(self, folder: Path) -> bool:
        if self.name is None:
            return True
        return folder.is_dir() and all(step.stat().st_mode & 0o001 for step in (folder, *folder.resolve().parents))

    def _identity(self) -> tuple[int, int] | tuple[None, None]:
        if self.name is None:
            return None, None
        entry = pwd.getpwnam(self.name)
        return entry.pw_uid, entry.pw_gid


def _environment() -> dict[str, str]:
    """Ours, without what would redirect an engine, and in a language that its logs can be read in."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "KAFKA_", "LC_"))}
    return kept | {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


OURS = Account()


def ordinary_account(engine: str) -> Account:
    """Our own account, or when we are root the first of `postgres` and `nobody` that exists."""
    if os.geteuid() != 0:
        return OURS
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name)
    raise EngineUnavailable(
        engine,
        reason="it refuses to run as root, and there is no account `postgres` or `nobody`",
        remedy="run as another user, or add the account",
    )
