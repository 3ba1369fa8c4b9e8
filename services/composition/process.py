"""One process from its call to its end: what it was asked for, what it refuses, what it opens, and how it serves."""

import argparse
import socket
import sys
from collections.abc import Sequence
from typing import Protocol

from services.composition.apps import Front, build_front, build_probes
from services.composition.runtime import Role, Runtime, open_runtime
from services.composition.server import Listening, serve
from services.composition.welcome import Welcome
from shared.collector import settle_collector
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
    variable, port = ("HUSTAR_PROBES_PORT", settings.probes_port) if call.role is Role.WORKER else ("PORT", settings.port)
    if port and _taken(settings.host, port):
        runtime.close()
        return _refuse(f"Port {port} on {settings.host} is taken. Stop what uses it, or set {variable}.")
    try:
        return _run(runtime, call.role, port=port)
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


def _run(runtime: Runtime, role: Role, *, port: int | None) -> int:
    if not runtime.settings.on_postgres:
        log_sqlite_version()
    front = _front(runtime, role)
    welcome = Welcome(runtime, front, role)
    listening = Listening(front.app, port) if front is not None and port is not None else None
    settle_collector()
    serve(runtime, listening, role=role, leaving=front.drain if front else welcome.stop, ready=welcome.greet)
    welcome.stop()
    return 0


def _front(runtime: Runtime, role: Role) -> Front | None:
    """What this process answers: everything, only whether it is well, or nothing."""
    if role is not Role.WORKER:
        return build_front(runtime)
    return build_probes(runtime) if runtime.settings.probes_port is not None else None


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services", description="Run the HuStar Tracker, whole or in parts.")
    parser.add_argument(
        "names", nargs="*", choices=[*SERVICES, []], metavar="service", help=f"any of {', '.join(SERVICES)}; none: all"
    )
    parser.add_argument("--role", type=Role, choices=list(Role), default=Role.ALL, help="what the process does (default: all)")
    return parser.parse_args(arguments)


def _taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _refuse(text: str, *, code: int = 1) -> int:
    print(text, file=sys.stderr)
    return code
