"""A folder of backups that is filled every hour keeps the newest, and always some from which the log can come back."""

from datetime import timedelta
from pathlib import Path

from services.backup.log_records import RECORDS
from services.backup.manifest import Manifest, backups_in, stored, write_manifest
from services.backup.thinning import thin
from shared.clock import now


def backup(folder: Path, *, hours_ago: int, with_log: bool) -> str:
    made = now() - timedelta(hours=hours_ago)
    path = folder / made.strftime("%Y%m%dT%H%M%S%fZ")
    path.mkdir(parents=True)
    names = ["trainees.dump", *([RECORDS] if with_log else [])]
    for name in names:
        (path / name).write_bytes(b"x")
    files = [stored(path / name) for name in names]
    manifest = Manifest(
        made_at=made.isoformat(), release="0", database="postgresql", database_version="17", log="kafka", topic_prefix="hustar",
        positions={}, erased={}, with_secret=False, files=files,
    )  # fmt: skip
    write_manifest(path, manifest)
    return path.name


def test_the_newest_of_each_kind_stay_and_what_is_no_backup_is_left_alone(tmp_path: Path) -> None:
    hourly = [backup(tmp_path, hours_ago=hours, with_log=False) for hours in (1, 2, 3, 4)]
    daily = [backup(tmp_path, hours_ago=hours, with_log=True) for hours in (20, 44, 68)]
    killed = [f".{(now() - timedelta(hours=hours)).strftime('%Y%m%dT%H%M%S%fZ')}" for hours in (50, 1)]
    for name in (*killed, "notes", ".settings"):
        (tmp_path / name).mkdir()
    removed = thin(tmp_path, keep=2)
    assert {path.name for path in removed} == {*hourly[2:], *daily[2:], killed[0]}
    assert {path.name for path, _ in backups_in(tmp_path)} == {*hourly[:2], *daily[:2]}
    assert all((tmp_path / name).is_dir() for name in (killed[1], "notes", ".settings"))
    assert thin(tmp_path, keep=2) == []
