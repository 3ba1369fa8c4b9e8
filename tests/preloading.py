"""Test processes that find the product imported: one reads it and puts the probes of coverage in, the others are its forks.

Reading and probing a thousand modules takes longer than most files of tests. xdist starts its processes as always,
`python <this file> <address> -u -c <code>`; what it starts hands its pipes to the process that has read everything, and
that one forks. The fork collects tests, opens engines and is ended like any process of xdist.
"""

import contextlib
import gc
import os
import pkgutil
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

_CODE_AT_MOST: Final = 65536
_READ: Final = ("shared", "services")
_NOT_READ: Final = ("migrations", "__main__", "drawing")  # run once for a database, or as programs of their own


def preload(specs: list[Any]) -> Callable[[], None]:
    """Let what xdist will start for `specs` be forked from one process that has the product. Call what comes back at the end."""
    folder = tempfile.TemporaryDirectory(prefix="hustar-preloaded-")
    address = Path(folder.name) / "socket"
    environment = {**os.environ, "PYTEST_XDIST_WORKER": "preloading"}
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.preloading", address],
        env=environment, cwd=Path(__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert parent.stdin is not None
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"listening\n"
    for spec in specs:
        spec.python = f"{sys.executable} -I -S {__file__} {address}"

    def close() -> None:
        parent.communicate()
        folder.cleanup()

    return close


def _be_forked(address: str, code: str) -> None:
    """What xdist starts: hand over code and pipes, and last as long as the fork does."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        socket.send_fds(connection, [code.encode()], [0, 1, 2])
        for handle in (0, 1):
            os.close(handle)
        with contextlib.suppress(KeyboardInterrupt):
            connection.recv(1)


def _serve(address: str) -> str:
    """Read the product, then fork whenever asked, until the input ends. Returns in each fork, with the code that it is to run."""
    children: list[int] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("listening", flush=True)
        gc.disable()
        for name in _modules():
            import_module(name)
        gc.freeze()
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            code, pipes, _, _ = socket.recv_fds(connection, _CODE_AT_MOST, 3)
            child = os.fork()
            if child == 0:
                _become_the_process_of(pipes, connection)
                return code.decode()
            children.append(child)
            for handle in (*pipes, connection.detach()):
                os.close(handle)
    for child in children:
        os.waitpid(child, 0)
    raise SystemExit(0)


def _become_the_process_of(pipes: list[int], connection: socket.socket) -> None:
    """Take over input and output. The connection stays open for as long as this process lasts: whoever asked waits for that."""
    connection.detach()
    for number, handle in enumerate(pipes):
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin, sys.stdout, sys.stderr = open(0, closefd=False), open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115


def _modules() -> Iterator[str]:
    """Every module of the product that tests import."""
    for name in _READ:
        package = import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not set(_NOT_READ) & set(found.name.split(".")):
                yield found.name


def _run(code: str) -> None:
    """As `python -c` does, in a main module that knows nothing of this one."""
    sys.argv = ["-c"]
    main = sys.modules["__main__"] = ModuleType("__main__")
    exec(code, main.__dict__)  # noqa: S102 - the code is xdist's


if __name__ == "__main__":
    if "-c" in sys.argv:
        _be_forked(sys.argv[1], sys.argv[-1])
    else:
        import tests.covering.begun  # noqa: F401 - before anything of the product is imported

        with contextlib.suppress(KeyboardInterrupt):
            _run(_serve(sys.argv[1]))
