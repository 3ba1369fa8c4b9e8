"""One process from its call to its end: what it was asked for, what it refuses, what it opens, and how it serves."""

import argparse
import gc
import socket
import sys
from collections.abc import Sequence
from typing import Protocol

from services.composition.apps import build_front
from services.composition.runtime import Role, Runtime, open_runtime
from services.composition.server import serve
from services.composition.welcome import Welcome
from shared.db.engines import log_sqlite_version
from shared.db.errors import is_away
from shared.db.migrations import SchemaError
from shared.db.ownership import DataFolderHeld
from shared.settings import SERVICES, Settings, SettingsError, load_settings
from shared.telemetry.logs import configure_logging


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop. 0 after an orderly stop, 1 when it cannot start, 2 for a wrong call or wrong settings."""
    call = _parse(arguments)
    try:
        settings = load_settings()
    except SettingsError as error:
        return _refuse(f"The settings cannot be used:\n{error}", code=2)
    configure_logging(level=settings.log_level)
    try:
        exporters = _exporters(settings, call.names)
        runtime = open_runtime(settings, names=call.names or SERVICES, role=call.role)
    except (DataFolderHeld, SchemaError, SettingsError) as error:
        return _refuse(str(error))
    except Exception as error:
        if not is_away(error):
            raise
        return _refuse("A database cannot be reached. Is POSTGRES_URL right and the server up?")
    # After the data: whoever starts the product twice should hear who holds the data, not that a port is taken.
    if call.role is not Role.WORKER and settings.port and _taken(settings):
        runtime.close()
        return _refuse(f"Port {settings.port} on {settings.host} is taken. Stop what uses it, or set PORT.")
    try:
        return _run(runtime, call.role)
    finally:
        for exporter in exporters:
            exporter.close()


class _Exporter(Protocol):
    def close(self) -> None: ...


def _exporters(settings: Settings, names: Sequence[str]) -> list[_Exporter]:
    """Who sends traces and log lines, where a collector is named: databases that are opened from now on are watched."""
    if settings.otlp_endpoint is None:
        return []
    # The SDK takes a tenth of a second to read: those who send nothing do not wait for it.
    from shared.telemetry.otlp import export_spans
    from shared.telemetry.otlp_logs import OtlpLogs

    return [export_spans(settings), OtlpLogs(settings, service=f"hustar-{names[0]}" if len(names) == 1 else "hustar")]


def _run(runtime: Runtime, role: Role) -> int:
    if runtime.settings.postgres_url is None:
        log_sqlite_version()
    front = build_front(runtime) if role is not Role.WORKER else None
    welcome = Welcome(runtime, front, role)
    app = front.app if front is not None else None
    # What is there by now stays until the end: it is set apart, and the collector looks only at what comes after it.
    gc.freeze()
    gc.enable()
    serve(runtime, app, role=role, leaving=front.drain if front else welcome.stop, ready=welcome.greet)
    welcome.stop()
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services", description="Run the HuStar Tracker, whole or in parts.")
    parser.add_argument(
        "names", nargs="*", choices=[*SERVICES, []], metavar="service", help=f"any of {', '.join(SERVICES)}; none: all"
    )
    parser.add_argument("--role", type=Role, choices=list(Role), default=Role.ALL, help="what the process does (default: all)")
    return parser.parse_args(arguments)


def _taken(settings: Settings) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return True
    return False


def _refuse(text: str, *, code: int = 1) -> int:
    print(text, file=sys.stderr)
    return code
