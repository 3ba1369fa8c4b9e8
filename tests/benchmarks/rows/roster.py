"""A roster from its receipt to the commit, preview included, beside a COPY of the same rows with one upsert."""

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
from tests.benchmarks.engines import Engines
from tests.benchmarks.floors.copy_and_upsert import copy_and_upsert
from tests.benchmarks.floors.copy_back import Left
from tests.benchmarks.frame import Contest, Unit, benchmarks

SIZES: Final = (3_000, 10_000, 30_000)
QUICK: Final = (1_000, 3_000)
_BY: Final = Actor("benchmark", frozenset({Role.PROGRAM_MANAGER}))
_FLOOR: Final = "psycopg: binary COPY of the same rows into a staging table and one upsert, one transaction"


def _rows(size: int, *, changed: int = 0) -> list[tuple[str, ...]]:
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
        return self._send(_file(_rows(size)))

    def nightly(self, size: int) -> float:
        """The roster of the night before, one row in a hundred changed."""
        if self.size != size:
            self.first(size)
        self.nights += 1
        return self._send(_file(_rows(size, changed=size // 100 if self.nights % 2 else 0)))

    def about_to_apply(self, size: int) -> UUID:
        """A sync of persons whom nobody knows yet, agreed to: what `work` does next is apply it."""
        self._empty()
        self.size = 0
        return self._agreed(_file(_rows(size)))

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


@contextmanager
def sending(url: str) -> Iterator[Sending]:
    keys = Keyring(b"a secret for benchmarks of at least 32 bytes")
    info = {"keyring": keys, "cipher": keys.cipher("personal-data"), "keyed_hash": keys.keyed_hash("personal-data")}
    database = Database(url, service="trainees", info=info)
    try:
        migrate(database, service.migrations)
        settle_collector()  # as the product does once it has started
        yield Sending(database)
    finally:
        database.close()


@benchmarks.add(
    "roster-nightly",
    what="a full roster with one row in a hundred changed: read apart, previewed, applied; receipt to commit",
    floor=_FLOOR,
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=4.0,
    needs=("postgres",),
)
def nightly(engines: Engines) -> Iterator[Contest]:
    url = engines.database("roster_nightly")
    with sending(url) as sent:
        yield Contest(sent.nightly, lambda size: copy_and_upsert(url, _rows(size), known=True), notes=sent.notes)


@benchmarks.add(
    "roster-first",
    what="the same with persons whom nobody knows yet: each is registered, sealed, enrolled and told of by two events",
    floor=_FLOOR,
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=4.0,
    needs=("postgres",),
)
def first(engines: Engines) -> Iterator[Contest]:
    url = engines.database("roster_first")
    with sending(url) as sent:
        yield Contest(sent.first, lambda size: copy_and_upsert(url, _rows(size), known=False), notes=sent.notes)


@benchmarks.add(
    "roster-first-kept",
    what="the same, beside the storing of what it leaves: persons, records, numbers, enrolments, steps, entries, fates, events",
    floor="psycopg: binary COPY of the very rows that it leaves, back into the same tables with their keys and indexes",
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=4.0,
    needs=("postgres",),
)
def first_kept(engines: Engines) -> Iterator[Contest]:
    url = engines.database("roster_first_kept")
    tables = [table.name for table in metadata.sorted_tables]
    with sending(url) as sent:
        left: dict[int, Left] = {}

        def floor(size: int) -> float:
            if size not in left:
                sent.first(size)
                left[size] = Left.of(url, tables, many=size)
            return left[size].copy_back(url)

        yield Contest(sent.first, floor, notes=sent.notes)
