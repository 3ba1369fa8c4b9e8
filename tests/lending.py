"""One engine of a kind for all processes of a test run.

With xdist the tests run in several processes. The first process starts what one of them asks for, says where it is, and
ends it when all are done: four brokers on two processors would spend more time on starting than the tests on running.
They talk through files in a folder that all know: `kafka.wanted`, and `kafka.json` with the answer.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Final

from infra.local import EngineFailed, EngineUnavailable, KafkaServer, PostgresServer, open_kafka, open_postgres

Server = PostgresServer | KafkaServer
OPENERS: Final[dict[str, Callable[[], Server]]] = {"postgres": open_postgres, "kafka": open_kafka}
PATIENCE: Final = 180.0


class Lender:
    """Starts an engine when a process asks for it. Close it when the run has ended."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hustar-engines-"))
        self._lent: dict[str, Future[Server | None]] = {}
        self._ended = Event()
        self._pool = ThreadPoolExecutor(len(OPENERS), thread_name_prefix="engine")
        self._waiter = Thread(target=self._wait, name="lender", daemon=True)
        self._waiter.start()

    def close(self) -> None:
        """End every engine that was started."""
        self._ended.set()
        self._waiter.join()
        self._pool.shutdown()
        for lent in self._lent.values():
            server = lent.result()
            if server is not None:
                server.close()
        shutil.rmtree(self.folder)

    def _wait(self) -> None:
        while not self._ended.wait(0.05):
            for name in OPENERS.keys() - self._lent.keys():
                if (self.folder / f"{name}.wanted").exists():
                    self._lent[name] = self._pool.submit(self._open, name)

    def _open(self, name: str) -> Server | None:
        server: Server | None = None
        try:
            server = OPENERS[name]()
            answer = {"at": server.server_url if isinstance(server, PostgresServer) else server.bootstrap_servers}
        except EngineUnavailable as error:
            answer = {"engine": error.engine, "reason": error.reason, "remedy": error.remedy}
        except Exception as error:  # noqa: BLE001 - whoever asked raises it
            answer = {"failed": f"{type(error).__name__}: {error}"}
        partial = self.folder / f"{name}.partial"
        partial.write_text(json.dumps(answer))
        partial.replace(self.folder / f"{name}.json")
        return server


def borrow(folder: Path, name: str) -> Server:
    """The engine `name` of the run whose first process answers in `folder`. Raises EngineUnavailable or EngineFailed."""
    (folder / f"{name}.wanted").touch()
    found = folder / f"{name}.json"
    deadline = time.monotonic() + PATIENCE
    while not found.exists():
        if time.monotonic() > deadline:
            raise EngineFailed(f"{name} was not ready within {PATIENCE:.0f} s")
        time.sleep(0.05)
    answer = json.loads(found.read_text())
    if "failed" in answer:
        raise EngineFailed(answer["failed"])
    if "reason" in answer:
        raise EngineUnavailable(answer["engine"], reason=answer["reason"], remedy=answer["remedy"])
    return PostgresServer(answer["at"]) if name == "postgres" else KafkaServer(answer["at"])
