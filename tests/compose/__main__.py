"""`make compose-test`: boots docker-compose.yml with Docker or podman, rehearses what production will see, keeps the result.

It ends with 1 when a step failed or could not run. Everything it made is removed, but for images, which are made slowly.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.compose import preparing
from tests.compose.engine import Engine, EngineError, find_engine
from tests.compose.rehearsal import Rehearsal
from tests.compose.report import Outcome, write_report
from tests.compose.steps import STEPS

CACHE = Path(os.environ.get("COMPOSE_TEST_CACHE", Path(tempfile.gettempdir()) / "hustar-compose-test"))


@dataclass(frozen=True, slots=True)
class Prepared:
    """An engine with every image, and what it boots with."""

    engine: Engine
    secrets: dict[str, str]
    folder: Path
    stand_ins: bool
    absent: frozenset[str]
    port: str


def main() -> int:
    call = _parse()
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hustar-rehearsal-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        try:
            prepared = _prepare(folder, port=str(call.port), build=not call.no_build)
        except EngineError as error:
            print(f"The rehearsal cannot begin: {error}", file=sys.stderr)
            return 1
        try:
            outcomes = _rehearse(prepared)
        finally:
            prepared.engine.down()
        write_report(prepared.engine, outcomes, stand_ins=prepared.stand_ins)
    return 0 if all(outcome.state == "passed" for outcome in outcomes) else 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.compose", description="Boot docker-compose.yml and try it out.")
    parser.add_argument("--port", type=int, default=18443, help="port of the gateway on this machine (default: 18443)")
    parser.add_argument("--no-build", action="store_true", help="take the product's images as they are")
    return parser.parse_args()


def _prepare(folder: Path, *, port: str, build: bool) -> Prepared:
    secret_folder = folder / "secrets"
    made = preparing.secrets(secret_folder)
    given = {"HUSTAR_SECRETS": str(secret_folder), "HUSTAR_HTTPS_PORT": port}
    if "CONTAINERS_CONF" not in os.environ:
        os.environ["CONTAINERS_CONF"] = str(preparing.podman_settings(folder))
    program = preparing.podman_compose(CACHE)
    engine = find_engine(
        file=preparing.FILE, environment=preparing.environment(folder, stand_ins=False, **given), podman_compose=program
    )
    print(f"Engine: {engine.description}")
    stand_ins = not preparing.registry_answers(engine.name)
    absent: frozenset[str] = frozenset()
    if stand_ins:
        preparing.make_stand_ins(CACHE)
        absent = preparing.make_watchers(CACHE)
    if "collector" not in absent:
        given["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318"
    preparing.environment(folder, stand_ins=stand_ins, **given)
    engine.down()
    if build:
        for service in ("migrate", "identity"):
            began = time.monotonic()
            engine.build(service)
            print(f"  image of {service} built in {time.monotonic() - began:.0f} s", flush=True)
    return Prepared(engine, made, folder, stand_ins, absent, port)


def _rehearse(prepared: Prepared) -> list[Outcome]:
    origin, authority = f"https://localhost:{prepared.port}", prepared.folder / "secrets/tls_authority"
    rehearsal = Rehearsal(prepared.engine, origin, authority, prepared.secrets, prepared.absent)
    outcomes: list[Outcome] = []
    for step in STEPS:
        lacking = [outcome.name for outcome in outcomes if outcome.name in step.needs and outcome.state != "passed"]
        if lacking:
            outcomes.append(Outcome(step.name, "not run", 0.0, f"stands on: {', '.join(lacking)}"))
        else:
            began = time.monotonic()
            try:
                state, text = "passed", step.run(rehearsal)
            except Exception as error:  # noqa: BLE001 - whatever fails is named, and the rest is run
                state, text = "FAILED", f"{type(error).__name__}: {error}"
            outcomes.append(Outcome(step.name, state, time.monotonic() - began, text))
        last = outcomes[-1]
        print(f"  {last.state:8} {last.name} ({last.seconds:.0f} s): {last.text[:2000]}", flush=True)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
