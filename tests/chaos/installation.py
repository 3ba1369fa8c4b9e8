"""An installation under fire: its processes, who kills them, and who starts them again."""

import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.chaos.spawner import Spawner
from tests.serving import WITHOUT_TLS

POINTS = "request.*=0.008,database.*=0.003,relay.*=0.012,consumer.*=0.004"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class Member:
    """One process of the installation: how it is started, and as which process it runs now."""

    name: str
    arguments: tuple[str, ...]
    pid: int | None = None
    starts: int = 0
    may_crash: bool = False


@dataclass(slots=True)
class Installation:
    """Processes over one set of databases. `members` are kept alive by `keep_alive` and killed by `kill_at_random`."""

    folder: Path
    environment: dict[str, str]
    members: list[Member]
    seed: int
    spawner: Spawner = field(default_factory=Spawner)
    port: int = field(default_factory=free_port)
    kills: Counter[str] = field(default_factory=Counter)
    _mutex: threading.Lock = field(default_factory=threading.Lock)
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=2, verify=WITHOUT_TLS))

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def points_log(self) -> Path:
        return self.folder / "crash-points.log"

    def start(self, *, with_crash_points: bool) -> None:
        for member in self.members:
            self._start(member, with_crash_points=with_crash_points)
        self.wait_until_it_answers()

    def ensure_running(self, *, with_crash_points: bool) -> None:
        """Start again whatever died."""
        with self._mutex:
            for member in self.members:
                if member.pid is None or not self.spawner.is_alive(member.pid):
                    self._start(member, with_crash_points=with_crash_points)

    def kill_one(self, dice: random.Random) -> None:
        """SIGKILL a member that runs."""
        with self._mutex:
            alive = [member for member in self.members if member.pid is not None and self.spawner.is_alive(member.pid)]
            if alive:
                member = dice.choice(alive)
                assert member.pid is not None
                os.kill(member.pid, signal.SIGKILL)
                self.kills[f"killed {member.name}"] += 1

    def cease_fire(self) -> None:
        """Kill whoever still carries crash points and start everything without: nobody dies while the rest is waited for."""
        with self._mutex:
            for member in self.members:
                if member.may_crash and member.pid is not None and self.spawner.is_alive(member.pid):
                    os.kill(member.pid, signal.SIGKILL)
                    self.kills[f"killed {member.name}"] += 1
                    while self.spawner.is_alive(member.pid):
                        time.sleep(0.01)
        self.ensure_running(with_crash_points=False)

    def stop(self) -> None:
        """End everything in order, as SIGTERM does, within thirty seconds."""
        for member in self.members:
            if member.pid is not None and self.spawner.is_alive(member.pid):
                os.kill(member.pid, signal.SIGTERM)
        deadline = time.monotonic() + 30
        while any(member.pid is not None and self.spawner.is_alive(member.pid) for member in self.members):
            assert time.monotonic() < deadline, "a process did not stop within 30 s"
            time.sleep(0.05)

    def close(self) -> None:
        self._http.close()
        self.spawner.close()

    def count_kills(self) -> Counter[str]:
        """Every death that really happened: those sent from outside and those at crash points."""
        points = self.points_log.read_text().split() if self.points_log.exists() else []
        return self.kills + Counter(f"at {point}" for point in points)

    def wait_until_it_answers(self, *, patience: float = 60) -> None:
        deadline = time.monotonic() + patience
        while not self.answers():
            self.ensure_running(with_crash_points=False)
            assert time.monotonic() < deadline, f"no answer:\n{self.last_words()}"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            return self._http.get(f"{self.origin}/livez").status_code == 200
        except httpx.TransportError:
            return False

    def last_words(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-15:]) for log in logs)

    def _start(self, member: Member, *, with_crash_points: bool) -> None:
        plan = f"{POINTS};seed={self.seed}-{member.name}-{member.starts};log={self.points_log}" if with_crash_points else ""
        environment: Mapping[str, str] = {
            **self.environment,
            "PORT": str(self.port),
            "DEMO": "0",
            "LOG_LEVEL": "WARNING",
            "HUSTAR_CRASH": plan,
        }
        member.starts += 1
        member.may_crash = with_crash_points
        member.pid = self.spawner.start(member.arguments, environment=environment, log=self.folder / f"{member.name}.log")
