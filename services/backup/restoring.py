"""Putting a backup back: prepared beside what is there, brought to this release, and only then exchanged, whole."""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from alembic.migration import MigrationContext
from sqlalchemy.engine import make_url

from services.backup import postgres_dumps
from services.backup.log_returning import kafka_lost, put_log_back
from services.backup.making import LOG, SECRET, erased, verify
from services.backup.manifest import BackupUnusable, Manifest, backups_in
from services.composition.definitions import definition
from shared import clock
from shared.contracts.trainees import PersonErased
from shared.crypto import keyring
from shared.db import Database
from shared.db.migrations import SchemaError, check, migrate
from shared.db.ownership import RESTORING, own
from shared.service import database_url
from shared.settings import SERVICES, Settings

_STAGE: Final = ".restoring"


@dataclass(slots=True)
class Restored:
    """What came back: which services, whether the log came too, what was moved aside, who was destroyed once more."""

    services: list[str]
    with_log: bool
    kept_aside: list[str] = field(default_factory=list)
    erased_again: int = 0


def restore(settings: Settings, folder: Path, *, services: Sequence[str] = (), replace: bool = False) -> Restored:
    """Put the backup in `folder` back, all of it or the databases of `services` alone (then the log stays as it is).

    Nothing may be running. What is there is kept aside, and only with `replace`. Raises BackupUnusable, SchemaError when
    the backup or what it would replace is of a newer release, and DataFolderHeld.
    """
    manifest = verify(folder)
    chosen = [name for name in SERVICES if not services or name in services]
    _fits(settings, manifest)
    if settings.on_postgres:
        return _restore_postgres(settings, folder, manifest, chosen, whole=not services, replace=replace)
    with closing(_Held(settings)):
        return _restore_files(settings, folder, manifest, chosen, whole=not services, replace=replace)


class _Held:
    """The data folder, while it is exchanged."""

    def __init__(self, settings: Settings) -> None:
        self._folder = own(settings.data, address="hustar restore", restoring=True)

    def close(self) -> None:
        self._folder.release()


def _fits(settings: Settings, manifest: Manifest) -> None:
    mine = "postgresql" if settings.on_postgres else "sqlite"
    if manifest.database != mine:
        raise BackupUnusable(f"the backup is of {manifest.database}, this installation is on {mine}")
    if manifest.topic_prefix != settings.topic_prefix:
        raise BackupUnusable(f"the backup's topics begin with {manifest.topic_prefix}, this installation's with another prefix")


def _restore_files(
    settings: Settings, folder: Path, manifest: Manifest, chosen: Sequence[str], *, whole: bool, replace: bool
) -> Restored:
    names = [f"{name}.db" for name in chosen]
    with_log = whole and manifest.log == "embedded" and settings.kafka_bootstrap_servers is None
    if with_log:
        names.append(LOG)
    into_kafka = whole and kafka_lost(settings, manifest)
    if whole and manifest.with_secret:
        names.append(SECRET)
    if settings.secret is None and SECRET not in names and not (settings.data / SECRET).exists():
        raise BackupUnusable(
            "the personal data in it is sealed with a secret that is not here:"
            f" set HUSTAR_SECRET, or put it at {settings.data / SECRET}"
        )
    result = Restored(list(chosen), with_log or into_kafka)
    there = [name for name in names if (settings.data / name).exists()]
    _may_replace(there, replace=replace, where=str(settings.data))
    _not_newer(settings, [name for name in chosen if f"{name}.db" in there])
    gone = _tombstones(settings, folder, alive="trainees.db" in there)
    stage = settings.data / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    for name in names:
        shutil.copyfile(folder / name, stage / name)
        (stage / name).chmod(0o600)
    keys_from = settings if not (stage / SECRET).exists() else settings.model_copy(update={"data": stage})
    staged = {name: f"sqlite:///{(stage / name).resolve()}.db" for name in chosen}
    result.erased_again = _prepare(keys_from, staged, gone, told=not result.with_log)
    if into_kafka:
        put_log_back(settings, folder, manifest, staged)
    aside = f"before-restore-{clock.now():%Y%m%dT%H%M%SZ}"
    _exchange(settings.data, names, aside)
    if there:
        result.kept_aside = [str(settings.data / aside)]
    return result


def _exchange(data: Path, names: Sequence[str], aside: str) -> None:
    """Move the old files away and the new ones in. What a kill leaves half done is finished by `finish`, and refused to run."""
    plan = data / RESTORING
    draft = plan.with_suffix(".partial")
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"names": list(names), "aside": aside}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(plan)
    finish(data)


def finish(data: Path) -> bool:
    """Finish an exchange that was begun, if there is one. Safe to repeat."""
    plan = data / RESTORING
    if not plan.exists():
        return False
    content: Mapping[str, Any] = json.loads(plan.read_text(encoding="utf-8"))
    stage, aside = data / _STAGE, data / content["aside"]
    aside.mkdir(exist_ok=True, mode=0o700)
    for name in content["names"]:
        if (stage / name).exists():
            for old in (data / name, data / f"{name}-wal", data / f"{name}-shm"):
                if old.exists():
                    old.replace(aside / old.name)
            (stage / name).replace(data / name)
    folder = os.open(data, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    plan.unlink()
    shutil.rmtree(stage, ignore_errors=True)
    if not any(aside.iterdir()):
        aside.rmdir()
    return True


def _restore_postgres(
    settings: Settings, folder: Path, manifest: Manifest, chosen: Sequence[str], *, whole: bool, replace: bool
) -> Restored:
    urls = {name: database_url(settings, name) for name in chosen}
    names = {name: str(make_url(url).database) for name, url in urls.items()}
    with postgres_dumps.maintenance(urls[chosen[0]]) as connection:
        there = postgres_dumps.existing(connection, list(names.values()))
        _nobody_connected(postgres_dumps.users_of(connection, list(names.values())))
        present = [name for name in chosen if names[name] in there and not _is_empty(settings, name)]
        _may_replace([names[name] for name in present], replace=replace, where="the server")
        _not_newer(settings, present)
        gone = _tombstones(settings, folder, alive="trainees" in present)
        staged = {}
        for name in chosen:
            fresh = f"{names[name]}_restoring"
            postgres_dumps.create(connection, fresh, manifest.file_of(name))
            address = make_url(urls[name]).set(database=fresh).render_as_string(hide_password=False)
            postgres_dumps.load(folder / f"{name}.dump", address)
            staged[name] = postgres_dumps.as_owner(address, manifest.file_of(name).owner)
        with_log = whole and kafka_lost(settings, manifest)
        result = Restored(list(chosen), with_log)
        result.erased_again = _prepare(settings, staged, gone, told=not with_log)
        if with_log:
            put_log_back(settings, folder, manifest, staged)
        stamp = f"{clock.now():%Y%m%dt%H%M%S}"
        renames: dict[str, str] = {}
        for name in chosen:
            if names[name] in there:
                renames[names[name]] = f"{names[name]}_before_{stamp}"
            renames[f"{names[name]}_restoring"] = names[name]
        postgres_dumps.swap(connection, renames)
    result.kept_aside = [new for old, new in renames.items() if old in there]
    return result


def _is_empty(settings: Settings, service: str) -> bool:
    return bool(_asked(settings, service, lambda database: _head(database) is None))


def _head(database: Database) -> str | None:
    with database.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _may_replace(there: Sequence[str], *, replace: bool, where: str) -> None:
    if there and not replace:
        raise BackupUnusable(f"{where} already has {', '.join(there)}; with --replace they are kept aside")


def _nobody_connected(users: Mapping[str, int]) -> None:
    if users:
        told = ", ".join(f"{name} has {count} sessions" for name, count in sorted(users.items()))
        raise BackupUnusable(f"the installation is running: {told}. Stop every api and worker first")


def _not_newer(settings: Settings, services: Sequence[str]) -> None:
    """Raise SchemaError when what would be replaced was made by a newer release than this one."""

    def ask(database: Database) -> None:
        try:
            check(database, definition(database.service).migrations)
        except SchemaError as error:
            if "newer" in str(error):
                raise

    for name in services:
        _asked(settings, name, ask)


def _asked(settings: Settings, service: str, question: Callable[[Database], Any]) -> Any:
    database = Database(database_url(settings, service), service=service)
    try:
        return question(database)
    finally:
        database.close()


def _tombstones(settings: Settings, folder: Path, *, alive: bool) -> dict[str, str]:
    """Who was erased after the backup, as far as anybody here knows: the data that is replaced, and the other backups."""
    gone = erased(settings) if alive else {}
    for _, manifest in backups_in(folder.parent):
        gone |= manifest.erased
    return gone


def _prepare(settings: Settings, staged: Mapping[str, str], gone: Mapping[str, str], *, told: bool) -> int:
    """Bring the staged databases to this release, and destroy once more what must not come back. `told`: the log has it."""
    keys = keyring(settings)
    again = 0
    for name, url in staged.items():
        service = definition(name)
        info = {"keyring": keys, "cipher": keys.cipher("personal-data"), "keyed_hash": keys.keyed_hash("personal-data")}
        database = Database(url, service=name, info=info)
        try:
            migrate(database, service.migrations)
            if name == "trainees":
                again = _erase_again(database, gone, told=told)
        finally:
            database.close()
    return again


def _erase_again(database: Database, gone: Mapping[str, str], *, told: bool) -> int:
    service = definition("trainees")
    person = service.metadata.tables["person"]
    with database.read() as session:
        known = session.execute(person.select().where(person.c.erased_at.is_(None))).mappings()
        back = [row["id"] for row in known if str(row["id"]) in gone]
    for id_ in back:
        event = PersonErased(person_id=id_, ground=gone[str(id_)], effective_on=clock.today())
        assert service.again is not None
        database.run(partial(service.again, event=event, told=told))
    return len(back)
