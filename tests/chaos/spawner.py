"""Starts product processes quickly: imports everything once, then forks a fresh process for every start.

A child is a real process of its own: it opens its databases, log and port after the fork, and dies by SIGKILL like any
other. Only the second that Python needs for its imports is saved, so that a hundred restarts fit into CI.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


class Spawner:
    """The parent of all product processes of one chaos run."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.chaos.spawner"]
        self._parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._read() == "ready"

    def start(self, arguments: Sequence[str], *, environment: Mapping[str, str], log: Path) -> int:
        """Start `python -m services <arguments>` and return its process id."""
        return int(self._ask({"arguments": list(arguments), "environment": dict(environment), "log": str(log)}))

    def is_alive(self, pid: int) -> bool:
        return self._ask({"alive": pid}) == "yes"

    def close(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(30)
        self._parent.stdout.close()

    def _ask(self, question: Mapping[str, object]) -> str:
        assert self._parent.stdin is not None
        self._parent.stdin.write(json.dumps(question) + "\n")
        self._parent.stdin.flush()
        return self._read()

    def _read(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()


def _serve() -> None:
    import services.composition.process
    from services.composition.definitions import definitions

    definitions()
    children: set[int] = set()
    print("ready", flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        if "alive" in question:
            print("yes" if _alive(question["alive"], children) else "no", flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            os.environ.update(question["environment"])
            _become_a_process_of_its_own(question["log"])
            os._exit(services.composition.process.main(question["arguments"]))
        children.add(pid)
        print(pid, flush=True)
    for pid in list(children):
        if _alive(pid, children):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _alive(pid: int, children: set[int]) -> bool:
    if pid not in children:
        return False
    if os.waitpid(pid, os.WNOHANG)[0] == pid:
        children.discard(pid)
        return False
    return True


def _become_a_process_of_its_own(log: str) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.setsid()


if __name__ == "__main__":
    _serve()
