"""The engines that benchmarks run on: real ones, started at most once a run, PostgreSQL with every commit on disk."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from infra.local import KafkaServer, LocalPostgres, PostgresServer, open_kafka
from tests.engines import delete_topics


def _durable_postgres() -> PostgresServer:
    """The server that POSTGRES_URL names, else one of our own that syncs its commits, as production does."""
    given = os.environ.get("POSTGRES_URL")
    if given:
        return PostgresServer(given)
    server = LocalPostgres(durable=True)
    server.start()
    return server


Server = PostgresServer | KafkaServer
OPENERS: Final[dict[str, Callable[[], Server]]] = {"postgres": _durable_postgres, "kafka": open_kafka}


class Engines:
    """What the chosen benchmarks need, starting in the background. An absent engine raises EngineUnavailable when used.

    `openers` say where each comes from: engines of this run's own, unless somebody has some already.
    """

    def __init__(self, needed: set[str], *, openers: Mapping[str, Callable[[], Server]] = OPENERS) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hustar-bench-"))
        self._mark = f"bench{uuid.uuid4().hex[:8]}"
        self._databases: list[str] = []
        self._starting: dict[str, Future[Server]] = {}
        if needed:
            pool = ThreadPoolExecutor(len(needed), thread_name_prefix="engine")
            self._starting = {name: pool.submit(openers[name]) for name in sorted(needed)}
            pool.shutdown(wait=False)

    @property
    def postgres(self) -> PostgresServer:
        server = self._starting["postgres"].result()
        assert isinstance(server, PostgresServer)
        return server

    @property
    def kafka(self) -> KafkaServer:
        server = self._starting["kafka"].result()
        assert isinstance(server, KafkaServer)
        return server

    def database(self, name: str) -> str:
        """The address of a fresh database, dropped in the end."""
        self._databases.append(f"{self._mark}_{name}")
        return self.postgres.url(self._databases[-1])

    def database_prefix(self, *services: str) -> str:
        """What the names of these services' databases begin with; all are dropped in the end."""
        self._databases += [f"{self._mark}_{service}" for service in services]
        return f"{self._mark}_"

    def topic_prefix(self, name: str) -> str:
        """What the names of a benchmark's topics and groups begin with; the topics are deleted in the end."""
        return f"{self._mark}-{name}"

    def scratch(self) -> Path:
        """An empty folder that goes with the run."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def await_all(self) -> None:
        """Wait until every engine has started or failed to: nothing is measured beside a server that starts."""
        for starting in self._starting.values():
            starting.exception()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for starting in self._starting.values():
            if starting.exception() is None:
                self._leave(starting.result())
        shutil.rmtree(self.folder, ignore_errors=True)

    def _leave(self, server: Server) -> None:
        """Nothing of ours stays on a server that is somebody else's."""
        if isinstance(server, PostgresServer):
            for name in self._databases:
                server.drop(name)
        else:
            delete_topics(server, prefix=self._mark)
        server.close()
