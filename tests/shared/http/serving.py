"""Serves an application on a real port for the time of a test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp


@contextmanager
def serving(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client whose base address is the running application's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none", timeout_graceful_shutdown=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="serving")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.005)
            limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with httpx.Client(base_url=address, limits=limits, timeout=20) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
