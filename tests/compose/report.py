"""Writes what a rehearsal found to infra/docs/compose-test.md: versions, sizes, times, and what did not run."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass

from shared.clock import today
from tests.compose.engine import Engine, run
from tests.compose.preparing import ROOT, WATCHERS, defaults

REPORT = ROOT / "infra" / "docs" / "compose-test.md"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step went."""

    name: str
    state: str
    seconds: float
    text: str


def write_report(engine: Engine, outcomes: Sequence[Outcome], *, stand_ins: bool) -> None:
    rows = [f"| {each.name} | {each.state} | {each.seconds:.0f} s | {_cell(each.text)} |" for each in outcomes]
    sizes = (
        f"{_size(engine, defaults()['HUSTAR_IMAGE'])}, of which the base is {_size(engine, _plain(defaults()['PYTHON_IMAGE']))}"
    )
    machine = f"{platform.system()} {platform.release().partition('-')[0]}, {os.cpu_count()} processors"
    passed = sum(each.state == "passed" for each in outcomes)
    REPORT.write_text(
        "\n".join(
            [
                "# The last rehearsal of docker-compose.yml",
                "",
                "Written by `make compose-test`; not by hand.",
                "",
                f"- {today().isoformat()}, {engine.description}, {machine}",
                f"- base images: {_bases(engine, stand_ins=stand_ins)}",
                f"- size of the product's image: {sizes}",
                f"- **{passed} of {len(outcomes)} steps passed**",
                "",
                "| step | result | time | seen |",
                "|---|---|---|---|",
                *rows,
                "",
            ]
        ),
        encoding="utf-8",
    )


def _bases(engine: Engine, *, stand_ins: bool) -> str:
    if not stand_ins:
        return "the real ones, by the digests of .env"
    versions = {
        "PostgreSQL": ("POSTGRES_IMAGE", ["postgres", "--version"]),
        "Caddy": ("GATEWAY_IMAGE", ["caddy", "version"]),
        "Python": ("PYTHON_IMAGE", ["python3", "--version"]),
    }
    told = [f"{what}: {_ask(engine, _plain(defaults()[image]), *command)}" for what, (image, command) in versions.items()]
    return (
        "**stand-ins** made on this machine, because no registry could be reached: Debian 12 with its packages under the real "
        f"images' names ({'; '.join(told)}), Kafka's jars and Keycloak's distribution from Maven at the versions of .env, what "
        f"watches by Go from its published modules ({'; '.join(_watchers(engine))})"
    )


def _watchers(engine: Engine) -> list[str]:
    """What the programs that watch say they are; those without an image are not there."""
    images = {what: _plain(defaults()[variable]) for what, variable in WATCHERS.items()}
    there = {what: image for what, image in images.items() if run([engine.name, "image", "inspect", image]).code == 0}
    answers = {what: _ask(engine, image, "/usr/local/bin/program", "--version") for what, image in there.items()}
    return [f"{what}: {next(iter(said.splitlines()), '').partition(' (')[0]}" for what, said in answers.items()]


def _ask(engine: Engine, image: str, *command: str) -> str:
    return run([engine.name, "run", "--rm", "--network", "none", "--entrypoint", command[0], image, *command[1:]]).out.strip()


def _size(engine: Engine, image: str) -> str:
    found = run([engine.name, "image", "inspect", "--format", "{{.Size}}", image]).out.strip()
    return f"{int(found) / 1e6:.0f} MB" if found.isdigit() else "unknown"


def _plain(image: str) -> str:
    return image.partition("@")[0]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())[:600]
