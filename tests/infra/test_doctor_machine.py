"""What the doctor says of a machine: room, rights, secret, certificate, keys of the issuer and backups, at their limits."""

import json
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.backup.manifest import (
    FORMAT,
    NAME,
    BackupUnusable,
    Manifest,
    StoredFile,
    backups_in,
    check_files,
    read_manifest,
    stored,
    write_manifest,
)
from services.doctor import event_log, machine
from services.doctor.findings import Finding
from shared.clock import now
from shared.settings import Environment, Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "var").mkdir()
    return load_settings(data=tmp_path / "var", backups=tmp_path / "backups", secret=None, postgres_url=None)


def told(findings: Iterator[Finding]) -> list[tuple[str, str]]:
    return [(each.state.value, each.detail.format_map(each.params)) for each in findings]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "state"), [(0.5, "broken"), (4, "broken"), (12, "look"), (50, "well")])
def test_room_on_the_disk_is_said_before_there_is_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: float, state: str
) -> None:
    gib = 2**30
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * gib, 0, int(free * gib)))
    ((found, said),) = told(machine.disk(settings))
    assert found == state
    assert said.startswith(f"{free:.1f} GiB free" if free < 1 else f"{free}.0 GiB free")


def test_an_old_python_and_an_sqlite_that_loses_writes_are_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(machine.python())[0][0] == "well"
    monkeypatch.setattr(machine, "OLDEST_PYTHON", (9, 0))
    assert told(machine.python())[0][0] == "broken"
    for version, state in (((3, 50, 1), "look"), ((3, 51, 3), "well")):
        monkeypatch.setattr(machine.sqlite3, "sqlite_version_info", version)  # type: ignore[attr-defined]
        assert told(machine.sqlite(settings))[0][0] == state
    elsewhere = settings.model_copy(update={"postgres_url": "postgresql://x", "kafka_bootstrap_servers": "x:9092"})
    assert told(machine.sqlite(elsewhere)) == []


def test_data_that_is_not_there_or_that_others_read_is_told(settings: Settings) -> None:
    assert told(machine.permissions(settings))[0][0] == "well"
    secret = settings.data / "secret"
    secret.write_text("x")
    secret.chmod(0o644)
    assert told(machine.permissions(settings)) == [("broken", "secret can be read by other accounts")]
    nowhere = settings.model_copy(update={"data": settings.data / "nowhere"})
    assert told(machine.permissions(nowhere)) == [("broken", f"There is no data in {nowhere.data}")]


def test_a_secret_of_developments_own_is_no_secret_in_production(settings: Settings) -> None:
    assert [state for state, _ in told(machine.keys(settings))] == ["look"]
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    assert [state for state, _ in told(machine.keys(production))] == ["broken"]
    assert [state for state, _ in told(machine.keys(settings.model_copy(update={"secret": "s"})))] == ["well"]
    plain = production.model_copy(update={"public_url": "http://city.example"})
    assert told(machine.certificate(plain)) == [("look", "The public address has no TLS")]
    assert told(machine.certificate(settings.model_copy(update={"public_url": "http://city.example"}))) == []


@contextmanager
def tls_server(folder: Path, *, days: int) -> Iterator[int]:
    """A server whose certificate is good for so many days."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    until = now() + timedelta(days=days, hours=1)
    certificate = made.not_valid_before(now() - timedelta(days=99)).not_valid_after(until).sign(key, hashes.SHA256())
    path = folder / "both.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            plain_socket, _ = listening.accept()
            with context.wrap_socket(plain_socket, server_side=True) as tls:
                tls.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(("days", "state"), [(1, "broken"), (9, "look"), (99, "well")])
def test_a_certificate_is_renewed_before_it_runs_out(settings: Settings, tmp_path: Path, days: int, state: str) -> None:
    with tls_server(tmp_path, days=days) as port:
        found = told(machine.certificate(settings.model_copy(update={"public_url": f"https://127.0.0.1:{port}"})))
    assert found == [(state, f"The certificate of 127.0.0.1 is good for {days} days")]


@contextmanager
def issuer_with(keys: Any) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps({"keys": keys}).encode())

        def log_message(self, *_given: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/keys"
        server.shutdown()


def test_an_issuer_without_a_key_that_tokens_are_checked_with_is_told(settings: Settings) -> None:
    assert told(event_log.issuer(settings.model_copy(update={"oidc_jwks_url": None}))) == []
    with issuer_with([{"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": "AQAB", "e": "AQAB"}]) as address:
        found = told(event_log.issuer(settings.model_copy(update={"oidc_jwks_url": address})))
    assert found == [("broken", "The issuer has no ES256 key")]


def backup_of(folder: Path, *, ago: timedelta) -> Manifest:
    folder.mkdir(parents=True)
    (folder / "x.db").write_bytes(b"x")
    about: dict[str, Any] = dict.fromkeys(Manifest.__dataclass_fields__)
    about |= {"made_at": (now() - ago).isoformat(), "files": [stored(folder / "x.db", **_file())], "format": FORMAT}
    made = Manifest(**about)
    write_manifest(folder, made)
    return made


def _file() -> dict[str, Any]:
    needed = [name for name in StoredFile.__dataclass_fields__ if name not in {"name", "size", "bytes", "sha256"}]
    return {name: None for name in needed if name != "sha256"}


@pytest.mark.parametrize(("hours", "state"), [(2, "well"), (30, "look"), (60, "broken")])
def test_a_backup_is_missed_before_it_is_needed(settings: Settings, hours: int, state: str) -> None:
    assert told(machine.backup(settings))[0][0] == "look"
    backup_of(settings.backups / "one", ago=timedelta(hours=hours))
    assert told(machine.backup(settings)) == [(state, f"The last backup is {hours}.0 hours old")]


def test_what_is_no_backup_or_is_damaged_is_named_and_passed_over(settings: Settings) -> None:
    good = settings.backups / "good"
    made = backup_of(good, ago=timedelta(0))
    check_files(good, made)
    with pytest.raises(BackupUnusable, match="no database of water"):
        made.file_of("water")
    content = json.loads((good / NAME).read_text())
    for name, said in {
        "a": "[]", "b": "{", "c": json.dumps({**content, "format": 99}), "d": json.dumps({**content, "moon": 1}),
        "e": json.dumps({"format": FORMAT}),
    }.items():  # fmt: skip
        (settings.backups / name).mkdir()
        (settings.backups / name / NAME).write_text(said)
        with pytest.raises(BackupUnusable):
            read_manifest(settings.backups / name)
    with pytest.raises(BackupUnusable, match="is no backup"):
        read_manifest(settings.backups)
    assert [path.name for path, _ in backups_in(settings.backups)] == ["good"]
    (good / "x.db").write_bytes(b"y")
    with pytest.raises(BackupUnusable, match="checksum differs"):
        check_files(good, made)
    (good / "x.db").unlink()
    with pytest.raises(BackupUnusable, match="missing"):
        check_files(good, made)
