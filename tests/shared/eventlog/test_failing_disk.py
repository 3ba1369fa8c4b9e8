"""The embedded log on a disk that is full or fails to sync: what cannot be kept is not acknowledged."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared.eventlog.embedded import EmbeddedLog
from shared.eventlog.port import TopicPartition
from tests.engines import cannot_be_had

T0 = TopicPartition("t", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.mark.slow
def test_a_full_disk_acknowledges_nothing_and_heals(path: Path) -> None:
    said = _on_a_failing_disk(path, ["1", "full", *"2" * 20, "room", "3", "4"])
    assert said[0] == "ack"
    assert {"failed", "unavailable"} & set(said[1:21])
    assert said[-2:] == ["ack", "ack"]
    assert _stored(path) == said.count("ack")


@pytest.mark.slow
def test_after_a_failed_sync_nothing_is_acknowledged_until_a_restart(path: Path, tmp_path: Path) -> None:
    if shutil.which("cc") is None:
        cannot_be_had("making fsync fail needs a C compiler (cc): install the system's package gcc, with libc6-dev")
    shim = _shim(tmp_path)
    said = _on_a_failing_disk(path, ["1", "sync-fails", "2", "sync-works", "3"], preload=shim)
    assert said == ["ack", "failed", "unavailable"]
    assert _on_a_failing_disk(path, ["4"]) == ["ack"]
    assert _stored(path) in (2, 3)  # the second one's fate is unknown, which is what `failed` says


def _on_a_failing_disk(path: Path, commands: list[str], *, preload: Path | None = None) -> list[str]:
    flag = path.with_name("sync-fails")
    command = [sys.executable, "-m", "tests.shared.eventlog.failing_disk", str(path), str(flag)]
    environment = {**os.environ, **({"LD_PRELOAD": str(preload), "SYNC_FAILS": str(flag)} if preload else {})}
    answer = subprocess.run(
        command, input="\n".join(commands), capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split()


def _stored(path: Path) -> int:
    log = EmbeddedLog(path)
    end = log.end_offsets(["t"])[T0]
    assert [record.offset for record in log.read(T0, 0)] == list(range(end))
    log.close()
    return end


def _shim(folder: Path) -> Path:
    """A library under which fsync fails while a file of this name is there."""
    source = folder / "shim.c"
    source.write_text("""
        #include <errno.h>
        #include <stdlib.h>
        #include <unistd.h>
        static int fails(void) { const char *flag = getenv("SYNC_FAILS"); return flag && access(flag, F_OK) == 0; }
        int fsync(int fd) { if (fails()) { errno = EIO; return -1; } return 0; }
        int fdatasync(int fd) { if (fails()) { errno = EIO; return -1; } return 0; }
    """)
    library = folder / "shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return library
