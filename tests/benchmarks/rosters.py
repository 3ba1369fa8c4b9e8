"""Rosters that benchmarks send: about fictitious persons nobody knows yet, or those of the night before."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from services.trainees.app import service
from services.trainees.commands.registry import create_program, open_cohort, register_university
from services.trainees.commands.roster.deciding import commit_sync
from services.trainees.commands.roster.receiving import receive
from services.trainees.commands.roster.working import work_on_rosters
from services.trainees.domain.registry import ProgramKind
from services.trainees.domain.roster.lifecycle import SyncMode, SyncState
from services.trainees.tables import RosterSync, metadata
from shared.auth.actor import Actor, Role
from shared.clock import today
from shared.collector import settle_collector
from shared.crypto import Keyring
from shared.db import Database
from shared.db.migrations import migrate

_BY: Final = Actor("benchmark", frozenset({Role.PROGRAM_MANAGER}))


def rows_of_persons(size: int, *, changed: int = 0) -> list[tuple[str, ...]]:
    """Rows about fictitious persons; of the first `changed` the telephone number is another one."""
    return [
        (f"2024{n:06d}", f"가상{n}", "1999-03-02", f"010-{_area(n, changed)}-{n % 10_000:04d}", f"a{n}@example.kr")
        for n in range(size)
    ]


def _area(number: int, changed: int) -> int:
    return (5000 if number < changed else 2000) + number // 10_000


def _file(rows: list[tuple[str, ...]]) -> bytes:
    return ("학번,성명,생년월일,연락처,이메일\n" + "".join(",".join(row) + "\n" for row in rows)).encode()


class Sending:
    """A trainees database with one cohort, to which rosters are sent."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.size = 0
        self.nights = 0
        self._cohort: tuple[UUID, UUID] | None = None

    def first(self, size: int) -> float:
        """A roster of persons whom nobody knows yet."""
        self._empty()
        self.size = size
        return self._send(_file(rows_of_persons(size)))

    def nightly(self, size: int) -> float:
        """The roster of the night before, one row in a hundred changed."""
        if self.size != size:
            self.first(size)
        self.nights += 1
        return self._send(_file(rows_of_persons(size, changed=size // 100 if self.nights % 2 else 0)))

    def about_to_apply(self, size: int) -> UUID:
        """A sync of persons whom nobody knows yet, agreed to: what `work` does next is apply it."""
        self._empty()
        self.size = 0
        return self._agreed(_file(rows_of_persons(size)))

    def _send(self, content: bytes) -> float:
        started = perf_counter()
        sync_id = self._agreed(content)
        self.work()
        seconds = perf_counter() - started
        self.check(sync_id)
        return seconds

    def _agreed(self, content: bytes) -> UUID:
        assert self._cohort is not None
        university, cohort = self._cohort
        sync = self.database.run(lambda session: receive(session, university, [cohort], content, mode=SyncMode.FULL, by=_BY))
        self.work()
        self.database.run(lambda session: commit_sync(session, sync.id, by=_BY))
        return sync.id

    def work(self) -> None:
        """What the worker does until nothing waits any more."""
        while work_on_rosters(self.database):
            continue

    def check(self, sync_id: UUID) -> None:
        """That all of it was brought in."""
        with self.database.read() as session:
            done = session.get_one(RosterSync, sync_id)
        assert done.state is SyncState.APPLIED, (done.state, done.problems)
        assert done.rejected == 0

    def _empty(self) -> None:
        with self.database.write() as session:
            tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
            session.execute(text(f"TRUNCATE {tables}"))
        self._cohort = self.database.run(_cohort)

    def notes(self) -> Mapping[str, str]:
        return {"peak": f"{getrusage(RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB, the benchmark itself included"}


def _cohort(session: Any) -> tuple[UUID, UUID]:
    university = register_university(session, code="knu", name_ko="가상대학교", name_en="Fictitious University", region="27")
    program = create_program(
        session, university.id, code="p", name_ko="과정", name_en="Program", kind=ProgramKind.ACADEMY, field="robot",
        training_months=5, internship_months=3, goals=[],
    )  # fmt: skip
    day = today()
    dates = dict.fromkeys(("applications_open_on", "applications_close_on", "starts_on", "training_ends_on", "ends_on"), day)
    cohort = open_cohort(session, program.id, code="c", ordinal=1, capacity=100_000, applicants=None, **dates)
    return university.id, cohort.id


def open_trainees(url: str) -> Database:
    """The database of trainees with its keys."""
    keys = Keyring(b"a secret for benchmarks of at least 32 bytes")
    info = {"keyring": keys, "cipher": keys.cipher("personal-data"), "keyed_hash": keys.keyed_hash("personal-data")}
    return Database(url, service="trainees", info=info)


@contextmanager
def sending(url: str) -> Iterator[Sending]:
    """Somebody who sends rosters to a database of their own."""
    database = open_trainees(url)
    try:
        migrate(database, service.migrations)
        settle_collector()  # as the product does once it has started
        yield Sending(database)
    finally:
        database.close()
