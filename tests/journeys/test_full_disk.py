"""A full disk: 507, nothing acknowledged that is not stored, and everything well again once there is room."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from infra.local.postgres import LocalPostgres
from shared.settings import Settings, load_settings
from tests.engines import available
from tests.journeys.world import API, World, running

BLOCK = 64 * 1024

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.geteuid() != 0 or not shutil.which("mount"), reason="only root can mount a small file system: run as root"
    ),
]


@contextmanager
def small_disk(*, megabytes: int) -> Iterator[Path]:
    """A file system of its own with so much room, where also another account's server may work."""
    path = Path(tempfile.mkdtemp(prefix="hustar-small-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", path], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", path], check=True)
        path.rmdir()


@contextmanager
def no_room(disk: Path) -> Iterator[None]:
    """Fill the disk to its last block, and empty it again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * BLOCK)
        except OSError:
            pass
        try:
            while True:
                file.write(b"\0" * 512)
        except OSError:
            pass
    yield
    ballast.unlink()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.engines("postgres"))])
def on_small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, Path]]:
    """The product with its databases on a small disk."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with ExitStack() as after:
        settings: Settings
        if request.param == "sqlite":
            disk = after.enter_context(small_disk(megabytes=16))
            settings = load_settings(data=disk / "var", port=port, demo=False)
        else:
            disk = after.enter_context(small_disk(megabytes=250))
            server = available(lambda: LocalPostgres(parent=disk))
            after.callback(server.close)
            server.start()
            settings = load_settings(data=tmp_path / "var", port=port, demo=False, postgres_url=server.url("postgres"))
        yield after.enter_context(running(settings)), disk


def register(world: World, number: int) -> int:
    body = {"code": f"u{number}", "name_ko": "대학" * 40, "name_en": "University " * 8, "region": "27"}
    headers = world.manager.headers(**{"Idempotency-Key": f'"{uuid.uuid4()}"'})
    answer = world.http.post(f"{API}/universities", json=body, headers=headers)
    if answer.status_code == 507:
        assert answer.json()["code"] == "storage_full"
    return answer.status_code


def stored(world: World) -> set[str]:
    with world.runtime.service("trainees").database.read() as session:
        return set(session.execute(text("SELECT code FROM university")).scalars())


def test_a_full_disk_loses_nothing_and_heals(on_small_disk: tuple[World, Path]) -> None:
    world, disk = on_small_disk
    acknowledged = {f"u{number}" for number in range(3) if register(world, number) == 201}
    assert len(acknowledged) == 3
    with no_room(disk):
        refused = 0
        for number in range(100, 3000):
            status = register(world, number)
            assert status in {201, 507}
            if status == 201:
                acknowledged.add(f"u{number}")
            refused += status == 507
            if refused == 5:
                break
        assert refused == 5, "the disk must really have been full"
        assert stored(world) == acknowledged
    assert register(world, 9000) == 201
    assert stored(world) == acknowledged | {"u9000"}
    world.drain()
