"""SQLite's traps: the settings of every connection, the version with the bug, the fair queue, the folder's one owner."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.db import Database
from shared.db.engines import has_wal_reset_bug
from shared.db.gate import FairGate
from shared.db.ownership import DataFolderHeld, own
from shared.errors import Unavailable


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_the_versions_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], affected: bool) -> None:
    assert has_wal_reset_bug(version) is affected


def pragma(database: Database, name: str, *, writer: bool) -> object:
    if writer:
        with database.write() as session:
            return session.execute(text(f"PRAGMA {name}")).scalar()
    with database.read() as session:
        return session.execute(text(f"PRAGMA {name}")).scalar()


def test_every_connection_is_durable_and_only_the_writer_checkpoints(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}", service="test")
    for writer in (True, False):
        assert pragma(database, "journal_mode", writer=writer) == "wal"
        assert pragma(database, "synchronous", writer=writer) == 2
        assert pragma(database, "foreign_keys", writer=writer) == 1
        assert pragma(database, "wal_autocheckpoint", writer=writer) == (1000 if writer else 0)
        assert pragma(database, "query_only", writer=writer) == (0 if writer else 1)
    database.close()


def test_a_writer_has_the_lock_from_its_first_statement(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    database = Database(f"sqlite:///{path}", service="test")
    with database.write() as session:
        session.execute(text("CREATE TABLE t (x)"))
    other = sqlite3.connect(path, timeout=0)
    with database.write() as session:
        session.execute(text("SELECT * FROM t"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.close()
    database.close()


@pytest.mark.unhurried
def test_the_gate_lets_in_by_arrival_and_says_no_after_the_time_limit() -> None:
    gate, threads = FairGate(), []
    order: list[int | str] = []

    def visit(number: int) -> None:
        with gate.hold(timeout=5):
            order.append(number)

    with gate.hold(timeout=1):
        for number in range(10):
            threads.append(threading.Thread(target=visit, args=(number,)))
            threads[-1].start()
            time.sleep(0.005)  # so that they arrive in order
        impatient = threading.Thread(target=lambda: order.append(_refused(gate)))
        impatient.start()
        impatient.join()
    for thread in threads:
        thread.join()
    assert order == ["refused", *range(10)]
    with gate.hold(timeout=0.1):
        pass


def _refused(gate: FairGate) -> str:
    try:
        with gate.hold(timeout=0.02):
            return "entered"
    except Unavailable:
        return "refused"


def test_a_folder_has_one_owner_who_is_named_to_the_next(tmp_path: Path) -> None:
    folder = own(tmp_path, address="http://127.0.0.1:8000")
    with pytest.raises(DataFolderHeld, match=rf"process {os.getpid()} at http://127.0.0.1:8000 since "):
        own(tmp_path, address="other")
    folder.release()
    own(tmp_path, address="other").release()


@pytest.mark.slow
def test_a_killed_owner_leaves_the_folder_free(tmp_path: Path) -> None:
    program = """if True:
        import sys
        from pathlib import Path
        from shared.db.ownership import own
        folder = own(Path(sys.argv[1]), address="x")
        print("mine", flush=True)
        input()
    """
    owner = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    assert owner.stdin is not None
    assert owner.stdout.readline() == "mine\n"
    with pytest.raises(DataFolderHeld, match=f"process {owner.pid}"):
        own(tmp_path, address="y")
    owner.kill()
    owner.wait()
    owner.stdout.close()
    owner.stdin.close()
    own(tmp_path, address="y").release()
