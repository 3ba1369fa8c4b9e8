"""The chart as Helm renders it, for the tests that look at it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from tests.engines import cannot_be_had
from tests.waiting import PATIENCE

CHART: Final = Path("infra/kubernetes/hustar-tracker")
EVERYTHING: Final = "tests/infra/chart-production.yaml"
NEEDED: Final = (
    "image.repository=registry.example.org/hustar-tracker",
    "publicUrl=https://hustar.example.org",
    "kafka.bootstrapServers=kafka:9092",
    "oidc.issuer=https://id.example.org/realms/hustar",
    "oidc.jwksUrl=https://id.example.org/certs",
)
Thing = dict[str, Any]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Helm comes with the development dependencies where a wheel of it exists; elsewhere it has to be there already."""
    found = shutil.which("helm", path=str(Path(sys.executable).parent)) or shutil.which("helm")
    if found is None:
        cannot_be_had("helm is not there: no wheel of it for this machine; install it from helm.sh")
    return subprocess.run([found, *arguments], capture_output=True, text=True, timeout=PATIENCE)


@lru_cache(maxsize=8)
def rendered(*arguments: str) -> tuple[Thing, ...]:
    done = helm("template", "hustar", str(CHART), "--namespace", "hustar", *arguments)
    assert done.returncode == 0, done.stderr
    return tuple(each for each in yaml.safe_load_all(done.stdout) if each)


def minimal(*more: str) -> tuple[Thing, ...]:
    return rendered(*[part for each in (*NEEDED, *more) for part in ("--set", each)])


def full() -> tuple[Thing, ...]:
    return rendered("--values", EVERYTHING)


def of_kind(kind: str, things: tuple[Thing, ...]) -> dict[str, Thing]:
    return {thing["metadata"]["name"]: thing for thing in things if thing["kind"] == kind}


def pods(things: tuple[Thing, ...]) -> Iterator[tuple[str, Thing]]:
    for kind in ("Deployment", "Job"):
        for name, thing in of_kind(kind, things).items():
            yield name, thing["spec"]["template"]
    for name, thing in of_kind("CronJob", things).items():
        yield name, thing["spec"]["jobTemplate"]["spec"]["template"]
