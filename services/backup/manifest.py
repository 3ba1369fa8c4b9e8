"""What a backup says of itself: what is in it, of which release, how far the log was, and a checksum of every file."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from shared.eventlog.port import TopicPartition

NAME: Final = "manifest.json"
FORMAT: Final = 1


class BackupUnusable(Exception):
    """The backup cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a backup. `schema` is the migration that the database stood at; `owner` and `grants` are PostgreSQL's."""

    name: str
    bytes: int
    sha256: str
    service: str | None = None
    schema: str | None = None
    owner: str | None = None
    grants: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup. `positions` are the log's ends when it was taken; `erased` are persons who must not come back, and why."""

    made_at: str
    release: str
    database: str
    database_version: str
    log: str
    topic_prefix: str
    positions: dict[str, dict[str, int]]
    erased: dict[str, str]
    with_secret: bool
    files: list[StoredFile]
    format: int = FORMAT

    def file_of(self, service: str) -> StoredFile:
        """The file with a service's database. Raises BackupUnusable."""
        found = next((file for file in self.files if file.service == service), None)
        if found is None:
            raise BackupUnusable(f"the backup has no database of {service}")
        return found


def ends_of(positions: Mapping[str, Mapping[str, int]]) -> dict[TopicPartition, int]:
    """Positions as the log speaks of them."""
    return {TopicPartition(topic, int(number)): end for topic, parts in positions.items() for number, end in parts.items()}


def stored(path: Path, **about: Any) -> StoredFile:
    """A file as it is on the disk now, synced."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return StoredFile(path.name, path.stat().st_size, digest, **about)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Last of all: a folder without one is no backup."""
    with (folder / NAME).open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=2, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`. Raises BackupUnusable."""
    try:
        content: Any = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackupUnusable(f"{folder} is no backup: it has no {NAME}") from None
    except ValueError:
        raise BackupUnusable(f"{folder / NAME} cannot be read") from None
    known = content.get("format") if isinstance(content, dict) else None
    if known != FORMAT:
        raise BackupUnusable(f"the backup has format {known}; this release knows {FORMAT}")
    try:
        return Manifest(**{**content, "files": [StoredFile(**file) for file in content["files"]]})
    except (KeyError, TypeError):
        raise BackupUnusable(f"{folder / NAME} does not say what a manifest says") from None


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise BackupUnusable when a file is missing or is not the one that was stored."""
    for file in manifest.files:
        path = folder / file.name
        if not path.is_file():
            raise BackupUnusable(f"{file.name} is missing from the backup")
        if stored(path).sha256 != file.sha256:
            raise BackupUnusable(f"{file.name} is not the file that was stored: its checksum differs")


def backups_in(folder: Path) -> list[tuple[Path, Manifest]]:
    """Every backup below `folder`, oldest first; what is none is left out."""
    found = []
    for path in sorted(folder.glob(f"*/{NAME}")):
        try:
            found.append((path.parent, read_manifest(path.parent)))
        except BackupUnusable:
            continue
    return sorted(found, key=lambda each: each[1].made_at)
