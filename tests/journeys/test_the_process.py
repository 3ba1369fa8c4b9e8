"""The product as a process: it starts, says where it is, refuses a second owner, stops in order."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.waiting import PATIENCE

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS"}}
    return subprocess.Popen(
        [sys.executable, "-m", "services", *arguments],
        env=clean | {"LOG_LEVEL": "WARNING", "DEMO": "0"} | environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def started(data: Path, port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = command(HUSTAR_DATA=str(data), PORT=str(port), **environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/livez", process)
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            httpx.get(url, timeout=2).raise_for_status()
            return
        except httpx.HTTPError:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)


def refused(**environment: str) -> tuple[int, str]:
    process = command(**environment)
    _, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, errors


def test_it_greets_with_address_clients_and_next_steps_and_stops_in_order(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port) as process:
        code, errors = refused(HUSTAR_DATA=str(tmp_path), PORT=str(port))
        assert code == 1
        assert f"held by process {process.pid} at http://127.0.0.1:{port}" in errors
        other = tmp_path / "other"
        code, errors = refused(HUSTAR_DATA=str(other), PORT=str(port))
        assert (code, f"Port {port}" in errors) == (1, True)
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE).json()["status"] in {"ok", "degraded"}
        metrics = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE).text
        assert 'hustar_outbox_rows{service="trainees"} 0.0' in metrics
        assert 'hustar_consumer_lag_records{consumer="reporting"' in metrics
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    for text in (f"http://127.0.0.1:{port}/", "program-manager", "secret: demo", "hustar reconcile"):
        assert text in out
    assert "Traceback" not in errors


def test_settings_that_cannot_be_used_are_named_and_no_secret_is_printed(tmp_path: Path) -> None:
    code, errors = refused(HUSTAR_DATA=str(tmp_path), PORT="eighty", HUSTAR_SECRET="canary")
    assert code == 2
    assert "PORT" in errors
    assert "HUSTAR_SECRET" in errors
    assert "canary" not in errors
    code, errors = refused(HUSTAR_ENV="production")
    assert code == 2
    assert "HUSTAR_OIDC_ISSUER" in errors


def test_a_database_that_cannot_be_reached_ends_in_a_sentence(tmp_path: Path) -> None:
    url = f"postgresql://nobody:secret-canary@127.0.0.1:{free_port()}/postgres"
    code, errors = refused(HUSTAR_DATA=str(tmp_path), POSTGRES_URL=url, PORT=str(free_port()))
    assert code == 1
    assert "cannot be reached" in errors
    assert "canary" not in errors


def test_a_part_of_the_product_answers_only_its_own_paths(tmp_path: Path) -> None:
    port = free_port()
    process = command("employers", "--role", "api", HUSTAR_DATA=str(tmp_path), PORT=str(port))
    try:
        origin = f"http://127.0.0.1:{port}"
        wait_for(f"{origin}/livez", process)
        assert httpx.get(f"{origin}/api/v1/companies", timeout=PATIENCE).status_code == 401
        assert httpx.get(f"{origin}/api/v1/enrolments", timeout=PATIENCE).status_code == 404
        paths = httpx.get(f"{origin}/openapi.json", timeout=PATIENCE).json()["paths"]
        assert set(paths) >= {"/api/v1/companies", "/api/v1/enrolments"}, "it describes all, whatever it answers itself"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_a_worker_tells_how_it_is_and_nothing_else(tmp_path: Path) -> None:
    port = free_port()
    process = command("--role", "worker", HUSTAR_DATA=str(tmp_path), HUSTAR_PROBES_PORT=str(port))
    try:
        origin = f"http://127.0.0.1:{port}"
        wait_for(f"{origin}/livez", process)
        wait_for(f"{origin}/readyz", process)
        checks = httpx.get(f"{origin}/readyz", timeout=PATIENCE).json()["checks"]
        assert {checks[name] for name in ("trainees-database", "reporting-database", "loops")} == {"ok"}
        assert 'hustar_consumer_lag_records{consumer="matching"' in httpx.get(f"{origin}/metrics", timeout=PATIENCE).text
        assert httpx.get(f"{origin}/api/v1/companies", timeout=PATIENCE).status_code == 404
    finally:
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in errors
