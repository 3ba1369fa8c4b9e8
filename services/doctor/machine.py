"""What this machine brings: Python, SQLite, room on the disk, who may read the data, the certificate, the age of the backup."""

import os
import shutil
import socket
import sqlite3
import ssl
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from services.backup.manifest import backups_in
from services.doctor.findings import Finding, broken, look, well
from shared import clock
from shared.db.engines import has_wal_reset_bug
from shared.errors import N_
from shared.settings import Environment, Settings

OLDEST_PYTHON: Final = (3, 11)
_GIB: Final = 2**30
_DAY: Final = 86_400.0


def python() -> Iterator[Finding]:
    told = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield broken(N_("Python {version}"), N_("Install Python 3.11 or newer and run make setup."), version=told)
    else:
        yield well(N_("Python {version}"), version=told)


def sqlite(settings: Settings) -> Iterator[Finding]:
    if settings.on_postgres and settings.kafka_bootstrap_servers is not None:
        return
    version = sqlite3.sqlite_version_info
    if has_wal_reset_bug((version[0], version[1], version[2])):
        yield look(
            N_("SQLite {version} has the WAL-reset bug; the product avoids it by writing through one connection"),
            N_("For data that matters use SQLite 3.51.3 or newer, or PostgreSQL."),
            version=sqlite3.sqlite_version,
        )
    else:
        yield well(N_("SQLite {version}"), version=sqlite3.sqlite_version)


def disk(settings: Settings) -> Iterator[Finding]:
    folder = _nearest(settings.data)
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    told = {"free": round(usage.free / _GIB, 1), "where": str(folder)}
    if usage.free < _GIB or share < 0.05:
        yield broken(N_("{free} GiB free at {where}"), N_("Make room now: nothing can be stored on a full disk."), **told)
    elif share < 0.15:
        yield look(N_("{free} GiB free at {where}"), N_("Make room, or give it a larger volume."), **told)
    else:
        yield well(N_("{free} GiB free at {where}"), **told)


def permissions(settings: Settings) -> Iterator[Finding]:
    folder = settings.data
    if not folder.exists():
        if not settings.on_postgres:
            yield broken(N_("There is no data in {where}"), N_("Run make run, or set HUSTAR_DATA."), where=str(folder))
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        remedy = N_("Give the folder to the account that runs the product.")
        yield broken(N_("{where} cannot be written to by this account"), remedy, where=str(folder))
    open_ = [path.name for path in (folder / "secret",) if path.exists() and path.stat().st_mode & 0o077]
    if open_:
        yield broken(
            N_("{files} can be read by other accounts"), N_("chmod 600 the file: who has it reads personal data."),
            files=", ".join(open_),
        )  # fmt: skip
    elif os.access(folder, os.W_OK):
        yield well(N_("{where} is this account's"), where=str(folder))


def keys(settings: Settings) -> Iterator[Finding]:
    if settings.secret is not None:
        yield well(N_("HUSTAR_SECRET is set"))
    elif settings.environment is Environment.PRODUCTION:
        yield broken(N_("There is no secret"), N_("Set HUSTAR_SECRET: at least 32 random characters, kept apart from backups."))
    else:
        yield look(N_("The secret is development's own, beside the data"), N_("In production set HUSTAR_SECRET."))


def certificate(settings: Settings) -> Iterator[Finding]:
    address = urlsplit(settings.origin)
    if address.scheme != "https":
        if settings.environment is Environment.PRODUCTION:
            remedy = N_("Set HUSTAR_PUBLIC_URL to the https address that browsers use.")
            yield look(N_("The public address has no TLS"), remedy)
        return
    yield _examined(address.hostname or "", address.port or 443)


def broker_certificates(settings: Settings) -> Iterator[Finding]:
    """Of every broker that is named: the first whose certificate ends keeps the whole log away."""
    if settings.kafka_bootstrap_servers is not None and settings.kafka_security_protocol.encrypts:
        for broker in settings.kafka_bootstrap_servers.split(","):
            host, _, port = broker.strip().rpartition(":")
            yield _examined(host.strip("[]"), int(port))


def own_certificate(settings: Settings) -> Iterator[Finding]:
    """What this process shows the brokers: when it ends, they let nobody in any more."""
    if settings.kafka_certificate_file is not None:
        shown = x509.load_pem_x509_certificates(settings.kafka_certificate_file.read_bytes())[0]
        yield _lasting(N_("The certificate that Kafka is shown is good for {days} days"), shown)


def _examined(host: str, port: int) -> Finding:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it is examined here, also when it is not trusted
    with socket.create_connection((host, port), timeout=5) as plain, context.wrap_socket(plain, server_hostname=host) as tls:
        shown = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True) or b"")
    return _lasting(N_("The certificate of {host} is good for {days} days"), shown, host=host)


def _lasting(text: str, shown: x509.Certificate, **told: object) -> Finding:
    days = (shown.not_valid_after_utc - clock.now()).days
    if days >= 21:
        return well(text, days=days, **told)
    return (broken if days < 3 else look)(text, N_("Renew it."), days=days, **told)


def backup(settings: Settings) -> Iterator[Finding]:
    made = backups_in(settings.backups)
    if not made:
        yield look(N_("There is no backup in {where}"), N_("Run hustar backup, every hour or so."), where=str(settings.backups))
        return
    age = (clock.now() - datetime.fromisoformat(made[-1][1].made_at).astimezone(UTC)).total_seconds()
    told = {"hours": round(age / 3600, 1)}
    if age > 2 * _DAY:
        yield broken(N_("The last backup is {hours} hours old"), N_("Run hustar backup, and see why nothing did."), **told)
    elif age > _DAY:
        yield look(N_("The last backup is {hours} hours old"), N_("Run hustar backup, and see why nothing did."), **told)
    else:
        yield well(N_("The last backup is {hours} hours old"), **told)


def _nearest(path: Path) -> Path:
    """The folder, or the first above it that there is."""
    return next(each for each in (path.resolve(), *path.resolve().parents) if each.exists())
