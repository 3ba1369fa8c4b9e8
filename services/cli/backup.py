"""`hustar backup`, `hustar verify-backup` and `hustar restore`: copies of an installation, and putting one back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from services.backup.making import back_up, verify
from services.backup.manifest import BackupUnusable
from services.backup.restoring import finish, restore
from services.backup.thinning import thin
from services.cli.access import reading, settings_or_end, writing
from services.cli.output import AsJson, err, fail, say
from services.cli.recover import examine
from shared.db.migrations import SchemaError
from shared.db.ownership import DataFolderHeld
from shared.eventlog.port import LogUnavailable
from shared.events.recovery import count_lost
from shared.settings import SERVICES

Backup = Annotated[Path, typer.Argument(help="The backup's folder.")]


def make_backup(
    as_json: AsJson = False,
    to: Annotated[Path | None, typer.Option(help="Folder of the backups; without it HUSTAR_BACKUPS.")] = None,
    with_secret: Annotated[
        bool, typer.Option(help="Also the secret that development made: who has it reads personal data.")
    ] = False,
    without_log: Annotated[
        bool, typer.Option("--without-log", help="Not what Kafka holds: where its records are mirrored elsewhere.")
    ] = False,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Then remove all but so many of the newest, with the log and without.")
    ] = None,
) -> None:
    """Back up every service's database and the log. A server may be running.

    On the embedded engines all of it is as it was at one moment. Not in it: HUSTAR_SECRET and other settings.
    """
    with reading() as installation:
        settings = installation.settings
    try:
        folder = back_up(settings, to=to or settings.backups, with_secret=with_secret, with_log=not without_log)
        manifest = verify(folder)
    except BackupUnusable as error:
        fail(f"No backup was made: {error}")
    removed = [] if keep is None else thin(folder.parent, keep=keep)
    size = sum(file.bytes for file in manifest.files)
    content = {"backup": str(folder), "bytes": size, "files": [file.name for file in manifest.files]}
    gone = f" {len(removed)} older ones removed." if removed else ""
    text = f"Backed up to {folder}: {len(manifest.files)} files, {size:,} bytes, verified.{gone}"
    say({**content, "removed": [str(path) for path in removed]}, text=text, as_json=as_json)


def verify_backup(folder: Backup, as_json: AsJson = False) -> None:
    """Check a backup: every file's checksum, and that its engine can read it."""
    try:
        manifest = verify(folder)
    except BackupUnusable as error:
        fail(f"The backup cannot be used: {error}")
    content = {"backup": str(folder), "made_at": manifest.made_at, "release": manifest.release, "sound": True}
    say(content, text=f"{folder} of {manifest.made_at}, release {manifest.release}: sound.", as_json=as_json)


def restore_backup(
    folder: Backup,
    as_json: AsJson = False,
    service: Annotated[list[str] | None, typer.Option(help="Only this service's database; may be repeated.")] = None,
    replace: Annotated[bool, typer.Option(help="Keep aside what is there and put the backup in its place.")] = False,
) -> None:
    """Put a backup back. Refuses while anything runs, and onto a newer installation; all of it or nothing."""
    settings = settings_or_end()
    if unknown := set(service or ()) - set(SERVICES):
        fail(f"There is no service {', '.join(sorted(unknown))}. There are: {', '.join(SERVICES)}.", code=2)
    try:
        if not settings.on_postgres and finish(settings.data):
            err.print("A restore that had been interrupted is finished; now the one that was asked for.")
        done = restore(settings, folder, services=service or (), replace=replace)
    except (BackupUnusable, SchemaError, DataFolderHeld) as error:
        fail(f"Nothing was restored: {error}")
    lost = _compared()
    content: dict[str, Any] = {
        "restored": done.services, "with_log": done.with_log, "kept_aside": done.kept_aside, "erased_again": done.erased_again,
        "lost": lost,
    }  # fmt: skip
    text = [f"Restored: {', '.join(done.services)}{' and the log' if done.with_log else ''}."]
    text += [f"Kept aside: {name}" for name in done.kept_aside]
    if done.erased_again:
        text.append(f"{done.erased_again} persons had been erased since, and were erased again.")
    if lost is None:
        text.append("The log cannot be reached: workers compare with it when they start.")
    elif any(lost.values()):
        told = ", ".join(f"{name} lacks {count} events" for name, count in lost.items() if count)
        text.append(f"Behind the log: {told}. Look at them with `hustar recover show`, then `hustar recover accept`.")
    say(content, text="\n".join(text), as_json=as_json)


def _compared() -> dict[str, int] | None:
    """What each restored database lacks that the log has; None where the log is away."""
    lost: dict[str, int] = {}
    try:
        with writing() as installation:
            for each in installation.services:
                examine(installation, each)
                with each.database.read() as session:
                    lost[each.definition.name] = count_lost(session)
    except LogUnavailable:
        return None
    return lost
