"""What a rehearsal needs before it can boot: podman's settings, podman-compose, base images, an environment, secrets."""

import re
import resource
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

from tests.compose.engine import EngineError, run

ROOT: Final = Path(__file__).parents[2]
FILE: Final = ROOT / "docker-compose.yml"
STANDINS: Final = Path(__file__).with_name("standins") / "build.sh"
PODMAN_COMPOSE: Final = "podman-compose==1.6.0"
BASES: Final = {
    "python": "PYTHON_IMAGE", "gateway": "GATEWAY_IMAGE", "postgres": "POSTGRES_IMAGE", "kafka": "KAFKA_IMAGE",
    "keycloak": "KEYCLOAK_IMAGE",
}  # fmt: skip
# What watches the product. The others of these profiles have no stand-in: their pages are in no published module.
WATCHERS: Final = {
    "collector": "COLLECTOR_IMAGE", "prometheus": "PROMETHEUS_IMAGE", "loki": "LOKI_IMAGE", "tempo": "TEMPO_IMAGE",
}  # fmt: skip
WITHOUT_STAND_IN: Final = frozenset({"grafana", "kafka-ui", "mail-catcher"})
_DIGEST: Final = re.compile(r"@sha256:[0-9a-f]{64}$")


def defaults() -> dict[str, str]:
    """What .env says."""
    lines = [line for line in (ROOT / ".env").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def environment(folder: Path, *, stand_ins: bool, **more: str) -> Path:
    """The file of variables for this run: .env and `more`; stand-ins bear the real images' names, but not their digests."""
    values = defaults() | {"HUSTAR_DOMAIN": "localhost", "HUSTAR_DEMO_USERS": "true"} | more
    if stand_ins:
        values = {name: _DIGEST.sub("", value) for name, value in values.items()}
    file = folder / "environment"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return file


def secrets(folder: Path) -> dict[str, str]:
    """Fresh secrets for this run; those that the realm is made with."""
    subprocess.run([ROOT / "infra/compose/secrets.sh", folder, "localhost"], check=True, capture_output=True)
    lines = (folder / "identity_environment").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def podman_compose(cache: Path) -> Path:
    """podman-compose in an environment of its own, so that the project's knows nothing of it."""
    folder = cache / "podman-compose"
    program = folder / "bin" / "podman-compose"
    if not program.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", PODMAN_COMPOSE], check=True)
    return program


def podman_settings(folder: Path) -> Path:
    """runc, and limits below this machine's own: podman's defaults cannot be set where the machine itself has less."""
    files = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65_536)
    file = folder / "containers.conf"
    file.write_text(
        f'[containers]\ndefault_ulimits = ["nofile={files}:{files}", "nproc=16384:16384"]\n'
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
    )
    return file


def registry_answers(engine: str) -> bool:
    """Whether base images can be had where they come from."""
    return run([engine, "pull", "--quiet", defaults()["GATEWAY_IMAGE"]], timeout=300).code == 0


def make_stand_ins(cache: Path) -> None:
    """Local images under the names of the real ones. Says so on standard output."""
    print("  No image registry can be reached: base images are STAND-INS made here from Debian's packages and Maven's jars.")
    names = [f"{what}={_DIGEST.sub('', defaults()[variable])}" for what, variable in BASES.items()]
    if subprocess.run([STANDINS, cache, *names], stdout=sys.stdout, check=False).returncode:
        raise EngineError("the stand-ins could not be made")


def make_watchers(cache: Path) -> frozenset[str]:
    """Stand-ins for what watches the product; the services that have no image now, which the rehearsal goes without."""
    names = {what: _DIGEST.sub("", defaults()[variable]) for what, variable in WATCHERS.items()}
    script = STANDINS.with_name("watching.sh")
    subprocess.run([script, cache, *(f"{what}={name}" for what, name in names.items())], stdout=sys.stdout, check=False)
    return WITHOUT_STAND_IN | {what for what, name in names.items() if run(["podman", "image", "exists", name]).code}


def boot_waves() -> list[dict[str, Mapping[str, object]]]:
    """The services that are no profile's, in waves: each after those that it depends on."""
    services = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    waiting = {name: set(each.get("depends_on", {})) for name, each in services.items() if "profiles" not in each}
    waves: list[dict[str, Mapping[str, object]]] = []
    while waiting:
        there = {name for wave in waves for name in wave}
        waves.append({name: services[name] for name, needs in waiting.items() if needs <= there})
        waiting = {name: needs for name, needs in waiting.items() if name not in waves[-1]}
    return waves
