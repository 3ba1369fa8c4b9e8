"""Removing old backups, so that a folder that is filled every hour does not run full."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Final

from services.backup.log_records import RECORDS
from services.backup.making import LOG
from services.backup.manifest import Manifest, backups_in
from shared import clock

_ABANDONED: Final = timedelta(days=1)


def thin(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups with a log and the newest `keep` without one; what was removed.

    Apart, because one without the log is restored with the log of an older one when the cluster is lost. Drafts of backups
    that were killed go after a day.
    """
    assert keep >= 1
    found = [each for each in backups_in(folder) if not each[0].name.startswith(".")]
    old: list[Path] = []
    for with_log in (True, False):
        of_a_kind = [path for path, manifest in found if _has_log(manifest) == with_log]
        old += of_a_kind[:-keep]
    yesterday = (clock.now() - _ABANDONED).strftime("%Y%m%dT")
    old += [path for path in folder.glob(".*T*Z") if path.is_dir() and path.name[1:] < yesterday]
    for path in old:
        shutil.rmtree(path)
    return old


def _has_log(manifest: Manifest) -> bool:
    return any(file.name in (RECORDS, LOG) for file in manifest.files)
