"""The process: starts what its role needs, says so, and on SIGTERM ends in order within thirty seconds."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from types import FrameType
from typing import Final

import structlog
import uvicorn

from services.composition.gateway import App
from services.composition.metrics import pipeline_metrics
from services.composition.runtime import Role, Runtime
from shared.settings import Settings

log = structlog.get_logger()
DRAIN_SECONDS: Final = 15


class Server(uvicorn.Server):
    """uvicorn that says that it is going before it stops listening, so that nobody sends it more."""

    def __init__(self, config: uvicorn.Config, *, leaving: Callable[[], None]) -> None:
        super().__init__(config)
        self._leaving = leaving

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._leaving()
        super().handle_exit(sig, frame)


@dataclass(frozen=True, slots=True)
class Listening:
    """What answers HTTP, and on which port."""

    app: App
    port: int


def serve(
    runtime: Runtime, listening: Listening | None, *, role: Role, leaving: Callable[[], None], ready: Callable[[], None]
) -> None:
    """Run until a signal says stop. `ready` is called once requests are answered (or, without HTTP, at once)."""

    def begin() -> None:
        """Everything else begins once requests are answered: starting takes the processor from nobody who waits."""
        if role is not Role.API:
            runtime.start_workers()
        if role is not Role.WORKER:
            runtime.warm()
        ready()

    try:
        if listening is None:
            _wait_for_signal(begin)
        else:
            with pipeline_metrics(runtime):
                _serve_http(runtime.settings, listening, leaving=leaving, ready=begin)
    finally:
        runtime.close(timeout=10)
        log.info("stopped")


def _serve_http(settings: Settings, listening: Listening, *, leaving: Callable[[], None], ready: Callable[[], None]) -> None:
    config = uvicorn.Config(
        listening.app,
        host=settings.host,
        port=listening.port,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=30,
    )
    server = Server(config, leaving=leaving)
    original = server.startup

    async def startup(sockets: list[object] | None = None) -> None:
        await original(sockets)  # type: ignore[arg-type]
        if server.started:
            ready()

    server.startup = startup  # type: ignore[method-assign,assignment]
    # uvicorn sends itself the signal again once it has stopped: it must find a handler that lets the rest end in order.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: setattr(server, "should_exit", True))
    server.run()


def _wait_for_signal(ready: Callable[[], None]) -> None:
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    ready()
    while not stopping.wait(1.0):
        continue
