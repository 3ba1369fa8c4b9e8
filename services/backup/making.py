"""Making a backup: copy, describe, check, and only then call it one."""

import shutil
import sqlite3
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from alembic.migration import MigrationContext
from sqlalchemy import select

from services.backup import postgres_dumps
from services.backup.embedded_set import check_copy, copy_set
from services.backup.log_records import RECORDS, check_records, copy_records
from services.backup.manifest import Manifest, StoredFile, check_files, ends_of, read_manifest, stored, write_manifest
from services.composition.definitions import definitions
from shared import clock
from shared.db import Database
from shared.eventlog import open_log, topic_specs
from shared.service import database_url
from shared.settings import SERVICES, Settings

LOG: Final = "log.db"
SECRET: Final = "secret"  # noqa: S105 - a file's name


def back_up(settings: Settings, *, to: Path, with_secret: bool = False, with_log: bool = True) -> Path:
    """Make a backup in a new folder below `to` and return that. A server may be running. Raises BackupUnusable.

    `with_log` says whether what Kafka holds is copied; the embedded log always is.
    """
    name = clock.now().strftime("%Y%m%dT%H%M%S%fZ")
    draft = to / f".{name}"
    draft.mkdir(parents=True, mode=0o700)
    try:
        files = _copy_databases(settings, draft)
        if with_secret and (settings.data / SECRET).is_file():
            shutil.copyfile(settings.data / SECRET, draft / SECRET)
            (draft / SECRET).chmod(0o600)
            files.append(stored(draft / SECRET))
        positions = _positions(settings, draft)
        if settings.kafka_bootstrap_servers is not None and with_log:
            files.append(_copy_log(settings, draft, positions))
        manifest = Manifest(
            made_at=clock.now().isoformat(timespec="seconds"),
            release=version("hustar-tracker"),
            database="postgresql" if settings.on_postgres else "sqlite",
            database_version=_database_version(settings),
            log="kafka" if settings.kafka_bootstrap_servers else "embedded",
            topic_prefix=settings.topic_prefix,
            positions=positions,
            erased=erased(settings),
            with_secret=with_secret,
            files=files,
        )
        write_manifest(draft, manifest)
        draft.rename(to / name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return to / name


def verify(folder: Path) -> Manifest:
    """Check every file of a backup, and that each engine can read its own. Raises BackupUnusable."""
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    for file in manifest.files:
        if file.name.endswith(".db"):
            check_copy(folder / file.name)
        elif file.name.endswith(".dump"):
            postgres_dumps.check_dump(folder / file.name)
        elif file.name == RECORDS:
            check_records(folder / file.name, manifest.positions)
    return manifest


def erased(settings: Settings) -> dict[str, str]:
    """Whose personal data was destroyed, and on what ground."""
    definition = next(each for each in definitions() if each.name == "trainees")
    person = definition.metadata.tables["person"]
    database = Database(database_url(settings, "trainees"), service="trainees")
    try:
        with database.read() as session:
            statement = select(person.c.id, person.c.erased_on).where(person.c.erased_at.is_not(None))
            return {str(id_): str(ground) for id_, ground in session.execute(statement)}
    finally:
        database.close()


def _copy_databases(settings: Settings, draft: Path) -> list[StoredFile]:
    heads = {name: _schema(settings, name) for name in SERVICES}
    if not settings.on_postgres:
        names = [f"{name}.db" for name in SERVICES]
        if settings.kafka_bootstrap_servers is None:
            names.append(LOG)
        copy_set(settings.data, names, draft)
        services = {f"{name}.db": name for name in SERVICES}
        return [stored(draft / name, service=services.get(name), schema=heads.get(services.get(name, ""))) for name in names]
    files = []
    for name in SERVICES:
        url = database_url(settings, name)
        postgres_dumps.dump(url, draft / f"{name}.dump")
        files.append(stored(draft / f"{name}.dump", service=name, schema=heads[name], **postgres_dumps.about(url)))
    if settings.kafka_bootstrap_servers is None:
        copy_set(settings.data, [LOG], draft)
        files.append(stored(draft / LOG))
    return files


def _copy_log(settings: Settings, draft: Path, positions: Mapping[str, Mapping[str, int]]) -> StoredFile:
    event_log = open_log(settings)
    try:
        copy_records(event_log, ends_of(positions), draft / RECORDS)
    finally:
        event_log.close()
    return stored(draft / RECORDS)


def _schema(settings: Settings, service: str) -> str | None:
    database = Database(database_url(settings, service), service=service)
    try:
        with database.reader.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        database.close()


def _database_version(settings: Settings) -> str:
    if not settings.on_postgres:
        return sqlite3.sqlite_version
    return postgres_dumps.version(database_url(settings, SERVICES[0]))


def _positions(settings: Settings, draft: Path) -> dict[str, dict[str, int]]:
    """How far the log reaches: of the copy, where it is in the backup; else of the broker, after the databases were read."""
    embedded = settings.kafka_bootstrap_servers is None
    event_log = open_log(settings.model_copy(update={"data": draft}) if embedded else settings, read_only=embedded)
    try:
        there = event_log.topics()
        ends = event_log.end_offsets([spec.name for spec in topic_specs(settings) if spec.name in there])
    finally:
        event_log.close()
    positions: dict[str, dict[str, int]] = {}
    for at, end in sorted(ends.items()):
        positions.setdefault(at.topic, {})[str(at.partition)] = end
    return positions
