"""Docker, or podman where there is no Docker: what the rehearsal asks of a container engine."""

import json
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PROJECT: Final = "hustar-rehearsal"
_NOISE: Final = ("systemd", "syslog")
_PROFILES: Final = ("--profile", "operate", "--profile", "observability", "--profile", "tools")


class EngineError(Exception):
    """The engine refused, or a container did not do what it should. The text is what it said."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    errors: str

    @property
    def text(self) -> str:
        """What it said, without what podman says about systemd wherever there is none."""
        return "\n".join(line for line in (self.out + self.errors).splitlines() if not any(noise in line for noise in _NOISE))


def run(command: Sequence[str], *, timeout: float = 600) -> Done:
    """Run it to its end, whatever that is."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL)
    return Done(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Engine:
    """One compose project on one engine. Services are started one by one, in the order that the caller wants."""

    name: str
    compose: tuple[str, ...]
    description: str

    def up(self, service: str) -> None:
        """Create and start a service, and nothing that it depends on."""
        self._compose("up", "-d", "--no-deps", "--no-build", service)

    def run_once(self, service: str, *arguments: str, timeout: float = 300) -> Done:
        """Run a service's image and settings once, with other arguments."""
        return run([*self.compose, "run", "--rm", "--no-deps", "-T", service, *arguments], timeout=timeout)

    def build(self, service: str) -> None:
        self._compose("build", service, timeout=3600)

    def down(self) -> None:
        """Remove containers, networks and volumes of the project."""
        run([*self.compose, "--profile", "*", "down", "--volumes"] if self.name == "docker" else [*self.compose, "down", "-v"])

    def container(self, service: str) -> str:
        """The id of the service's container, running or not."""
        found = run([self.name, "ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}",
                     "--filter", f"label=com.docker.compose.service={service}"])  # fmt: skip
        if not found.out.strip():
            raise EngineError(f"{service} has no container")
        return found.out.split()[0]

    def execute(self, service: str, *command: str) -> Done:
        return run([self.name, "exec", self.container(service), *command], timeout=120)

    def inspect(self, service: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(run([self.name, "inspect", self.container(service)]).out)[0]
        return found

    def is_running(self, service: str) -> bool:
        return bool(self.inspect(service)["State"]["Running"])

    def kill(self, service: str) -> None:
        run([self.name, "kill", "--signal", "KILL", self.container(service)])

    def start(self, service: str) -> None:
        self._must(self.name, "start", self.container(service))

    def stop(self, service: str) -> tuple[float, int]:
        """Ask it to end as the compose file says; the seconds it took and its exit code."""
        began = time.monotonic()
        self._must(self.name, "stop", "-t", "30", self.container(service))
        return time.monotonic() - began, int(self.inspect(service)["State"]["ExitCode"])

    def logs(self, service: str, *, lines: int = 15) -> str:
        return run([self.name, "logs", "--tail", str(lines), self.container(service)]).text

    def finished(self, service: str, *, patience: float) -> None:
        """Wait until a one-shot service has ended well."""
        deadline = time.monotonic() + patience
        while self.is_running(service):
            self._expect_before(deadline, service)
            time.sleep(0.5)
        code = self.inspect(service)["State"]["ExitCode"]
        if code:
            raise EngineError(f"{service} ended with {code}:\n{self.logs(service)}")

    def healthy(self, service: str, *, patience: float) -> None:
        """Wait until a service's own health check passes; podman without systemd must be asked to run it."""
        deadline = time.monotonic() + patience
        while not self._is_healthy(service):
            if not self.is_running(service):
                raise EngineError(f"{service} ended:\n{self.logs(service)}")
            self._expect_before(deadline, service)
            time.sleep(1)

    def _is_healthy(self, service: str) -> bool:
        if self.name == "podman":
            return run(["podman", "healthcheck", "run", self.container(service)], timeout=60).code == 0
        return str(self.inspect(service)["State"].get("Health", {}).get("Status")) == "healthy"

    def _expect_before(self, deadline: float, service: str) -> None:
        if time.monotonic() > deadline:
            raise EngineError(f"{service} was not there in time:\n{self.logs(service)}")

    def _compose(self, *arguments: str, timeout: float = 600) -> None:
        self._must(*self.compose, *arguments, timeout=timeout)

    def _must(self, *command: str, timeout: float = 600) -> None:
        done = run(command, timeout=timeout)
        if done.code:
            raise EngineError(f"{' '.join(command)}\n{done.text}")


def find_engine(*, file: Path, environment: Path, podman_compose: Path) -> Engine:
    """Docker if its engine answers, else podman. Raises EngineError when there is neither."""
    options = ("--env-file", str(environment), "-f", str(file), "-p", PROJECT)
    if shutil.which("docker") and run(["docker", "info"]).code == 0 and run(["docker", "compose", "version"]).code == 0:
        version = run(["docker", "version", "--format", "{{.Server.Version}}"]).out.strip()
        return Engine("docker", ("docker", "compose", *options), f"Docker {version}")
    if shutil.which("podman"):
        version = run(["podman", "--version"]).out.strip().removeprefix("podman version ")
        runtime = run(["podman", "info", "--format", "{{.Host.OCIRuntime.Name}}"]).out.strip()
        description = f"podman {version} with {runtime}, {podman_compose_version(podman_compose)}"
        return Engine("podman", (str(podman_compose), *options, *_PROFILES), description)
    raise EngineError("there is neither Docker nor podman here (Debian: apt-get install podman runc)")


def podman_compose_version(program: Path) -> str:
    return next(iter(run([str(program), "--version"]).out.splitlines()), "podman-compose")
