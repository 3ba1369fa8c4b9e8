"""The unit of work: one transaction, committed in one place, repeated whole when the database gave it up."""

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from shared.crash import crash_point
from shared.db import engines
from shared.db.errors import BehindLog, OutcomeUnknown, is_away, was_aborted
from shared.db.gate import FairGate
from shared.db.session import ReadSession, WriteSession
from shared.telemetry.spans import watch

T = TypeVar("T")
MAX_ATTEMPTS: Final = 5
PATIENCE: Final = 15.0  # seconds that a write waits for its turn
RESERVE: Final = 4  # connections for what runs beside requests: relay, consumer, checks


class Database:
    """One service's database. Safe to share between threads; close it when the process ends.

    `info` is what every session carries in its own `info`: the service's cipher, for example. `at_once` is how many units
    of work it takes without letting one wait for a connection; more threads than that only wait.
    """

    def __init__(self, url: str, *, service: str, at_once: int = 12, info: Mapping[str, Any] | None = None) -> None:
        parsed = make_url(url)
        self.service = service
        self.at_once = at_once
        self._info = dict(info or {})
        self.engine_name = parsed.get_backend_name()
        self.refusing: str | None = None  # why no writes are taken
        self._gate: FairGate | None = None
        if self.engine_name == "sqlite":
            self._gate = FairGate()
            self.writer: Engine = engines.sqlite_writer(parsed)
            self.reader: Engine = engines.sqlite_reader(parsed)
            watch(self.reader, service=service)
        else:
            self.writer = engines.postgres(parsed, pool_size=at_once + RESERVE)
            self.reader = engines.postgres_reader(self.writer)
        watch(self.writer, service=service)  # PostgreSQL's reader with it, which is of the same pool
        self._claims: set[str] = set()
        self._claims_mutex = Lock()

    @contextmanager
    def write(self, *, idempotent: bool = False, patience: float = PATIENCE) -> Iterator[WriteSession]:
        """One write transaction, committed when the block ends and rolled back when it raises.

        Raises OutcomeUnknown when the connection broke during the commit, unless `idempotent`: then the driver's error.
        Raises Unavailable when SQLite's only writer is somebody else's for longer than `patience` seconds, and BehindLog
        while the database is `refusing`.
        """
        if self.refusing is not None:
            raise BehindLog
        turn = self._gate.hold(timeout=patience) if self._gate else nullcontext()
        with turn, WriteSession(self.writer, expire_on_commit=False, info=self._info) as session:
            transaction = session.begin()
            try:
                yield session
                session.finish()
            except BaseException:
                transaction.rollback()
                raise
            self._commit(transaction.commit, idempotent=idempotent)

    def _commit(self, commit: Callable[[], None], *, idempotent: bool) -> None:
        crash_point("database.before_commit")
        try:
            commit()
            crash_point("database.after_commit")
        except Exception as error:
            if is_away(error) and not idempotent:
                raise OutcomeUnknown from error
            raise

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """One read-only transaction."""
        with ReadSession(self.reader, expire_on_commit=False, info=self._info) as session:
            yield session

    def run(self, unit: Callable[[WriteSession], T], *, idempotent: bool = False, patience: float = PATIENCE) -> T:
        """Run `unit` in a write transaction; repeat it whole, up to five times, when the database gave it up.

        A unit is also repeated after a lost connection: always before its commit began, after it only if `idempotent`.
        """
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                with self.write(idempotent=idempotent, patience=patience) as session:
                    return unit(session)
            except Exception as error:
                if attempt == MAX_ATTEMPTS or not (was_aborted(error) or is_away(error)):
                    raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
        raise AssertionError("unreachable")

    @contextmanager
    def claim(self, session: WriteSession, name: str) -> Iterator[bool]:
        """Whether this transaction may have `name` to itself until it ends. Never waits."""
        if self.engine_name == "postgresql":
            key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            yield bool(session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key}).scalar())
            return
        with self.claim_in_process(name) as free:
            yield free

    @contextmanager
    def claim_in_process(self, name: str) -> Iterator[bool]:
        """The same among this process's threads only, without a transaction: enough where one process owns the data."""
        with self._claims_mutex:
            free = name not in self._claims
            if free:
                self._claims.add(name)
        try:
            yield free
        finally:
            if free:
                with self._claims_mutex:
                    self._claims.discard(name)

    @property
    def info(self) -> Mapping[str, Any]:
        """What every session carries."""
        return self._info

    def know(self, **info: Any) -> None:
        """Let every session from now on carry this in its `info`: what only the database itself could tell."""
        self._info.update(info)

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self.reader.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.reader.dispose()
        self.writer.dispose()
