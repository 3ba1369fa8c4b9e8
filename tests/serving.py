"""An application on a real port for the time of a test: started and stopped without waiting for anybody's clock."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
import uvicorn
from starlette.types import ASGIApp

from tests.waiting import PATIENCE

WITHOUT_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients that call over plain HTTP: reading the authorities of the world takes longer than most tests."""


class _Server(uvicorn.Server):
    """uvicorn that says when it has started, and stops when told to instead of looking ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leaving: asyncio.Event | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._leaving = asyncio.get_running_loop(), asyncio.Event()
        try:
            await super().startup(sockets)
        finally:
            self.begun.set()

    async def main_loop(self) -> None:
        assert self._leaving is not None
        await self.on_tick(0)
        await self._leaving.wait()

    def leave(self) -> None:
        self.should_exit = True
        if self._loop is not None and self._leaving is not None:
            self._loop.call_soon_threadsafe(self._leaving.set)


@contextmanager
def on_a_port(make: Callable[[str], ASGIApp], **options: Any) -> Iterator[str]:
    """The origin at which the application that `make` builds for it answers, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        given = {"log_config": None, "access_log": False, "ws": "none", "timeout_graceful_shutdown": 5, **options}
        server = _Server(uvicorn.Config(make(origin), **given))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="serving")
        thread.start()
        try:
            assert server.begun.wait(20)
            yield origin
        finally:
            server.leave()
            thread.join()


@contextmanager
def serving(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client whose base address is the running application's."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    with (
        on_a_port(lambda _origin: app, lifespan="on") as origin,
        httpx.Client(base_url=origin, limits=limits, timeout=PATIENCE, verify=WITHOUT_TLS) as client,
    ):
        yield client
