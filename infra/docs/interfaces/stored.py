"""The documents as they are kept: in a folder, or in a commit."""

import io
import subprocess
import tarfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1]
ROOT: Final = FOLDER.parents[1]
_GENERATED: Final = ("asyncapi.json", "openapi/*.json", "schemas/*.json")

Texts = dict[str, str]


class NoSuchBase(Exception):
    """What should be compared with is neither a folder nor a commit."""


def read_folder(folder: Path) -> Texts:
    """The generated documents in a folder like infra/docs, by their path below it."""
    found = [path for pattern in _GENERATED for path in folder.glob(pattern)]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(found)}


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Make the folder hold these documents and no other generated ones."""
    for stale in read_folder(folder).keys() - texts.keys():
        (folder / stale).unlink()
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def read_commit(commit: str, *, root: Path = ROOT) -> Texts:
    """The generated documents as a commit of the project has them; none where it has no such folder. Raises NoSuchBase."""
    place = FOLDER.relative_to(ROOT).as_posix()
    if not git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}", root=root):
        raise NoSuchBase(commit)
    listed = (git("ls-tree", "-r", "--name-only", "-z", commit, "--", f"{place}/", root=root) or "").split("\0")
    wanted = [path for path in listed if any(fnmatch(path, f"{place}/{pattern}") for pattern in _GENERATED)]
    if not wanted:
        return {}
    archive = subprocess.run(
        ["git", "archive", "--format=tar", commit, "--", *wanted], cwd=root, capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        contents = {member.name: files.extractfile(member) for member in files if member.isfile()}
        return {name.removeprefix(f"{place}/"): file.read().decode() for name, file in contents.items() if file is not None}


def git(*arguments: str, root: Path = ROOT) -> str | None:
    """What a git command says, or None when it fails or there is no git here."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
