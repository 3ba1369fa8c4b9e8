"""The official AsyncAPI parser (npm, @asyncapi/parser), which judges our document: installed on demand, at pinned versions.

The versions of everything that comes with it and their hashes are in infra/docs/asyncapi-parser/npm-shrinkwrap.json,
without addresses: npm asks the registry that the environment names.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.docs.interfaces.stored import FOLDER
from infra.local.errors import EngineUnavailable

PARSER: Final = FOLDER / "asyncapi-parser"
PACKAGE: Final = PARSER / "package.json"
PINS: Final = PARSER / "npm-shrinkwrap.json"
INSTALLED: Final = PARSER / "node_modules" / ".installed"

_PATIENCE: Final = 300.0
_QUIET: Final = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
_WORDS: Final = ("deprecated", "engines", "funding", "license")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the parser has to say. `severity` 0 is an error, 1 a warning, 2 and 3 are hints."""

    severity: int
    code: str
    message: str
    path: str


def findings(document: str) -> list[Finding]:
    """What the parser finds in an AsyncAPI document, once `install` was called. A document that it refuses has errors."""
    done = _run(["node", "validate.mjs"], given=document)
    return [Finding(**json.loads(line)) for line in done.stdout.splitlines()]


def install() -> None:
    """Have the parser at its pinned versions, with their hashes checked. Instant when it is there. Raises EngineUnavailable."""
    wanted = hashlib.sha256(PACKAGE.read_bytes() + PINS.read_bytes()).hexdigest()
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise _unavailable(f"{program} was not found", "install it (Debian: apt-get install nodejs npm)")
    if INSTALLED.is_file() and INSTALLED.read_text() == wanted:
        return
    _npm("ci", *_QUIET, folder=PARSER)
    INSTALLED.write_text(wanted)


def pin() -> None:
    """Write the versions that package.json resolves to now, and their hashes."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PACKAGE, folder)
        _npm("install", "--package-lock-only", "--omit-lockfile-registry-resolved", *_QUIET, folder=Path(folder))
        lock = json.loads((Path(folder) / "package-lock.json").read_text())
    for package in lock["packages"].values():
        for word in _WORDS:
            package.pop(word, None)
    PINS.write_text(json.dumps(lock, indent=1) + "\n")


def _npm(*arguments: str, folder: Path) -> None:
    try:
        done = subprocess.run(
            ["npm", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unavailable(f"npm took longer than {_PATIENCE:.0f} s", "check the network") from None
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
        raise _unavailable(f"npm failed: {'; '.join(errors[:3])}", "check the network and the registry that npm is told to use")


def _run(command: list[str], *, given: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=PARSER, input=given, capture_output=True, text=True, encoding="utf-8", timeout=_PATIENCE, check=False
    )
    if done.returncode not in (0, 1) or done.stderr:
        raise RuntimeError(f"the AsyncAPI parser broke: {done.stderr.strip()[-500:]}")
    return done


def _unavailable(reason: str, remedy: str) -> EngineUnavailable:
    return EngineUnavailable("The AsyncAPI parser", reason=reason, remedy=remedy)
