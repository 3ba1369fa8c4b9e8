"""The search over positions, beside the same query by hand in SQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import perf_counter
from typing import Final

from starlette.requests import Request

from services.employers import queries
from services.employers.queries.position_search import Wish
from shared.auth.actor import Actor, Role
from shared.crypto import Keyring
from shared.db import Database
from shared.http import Page
from tests.benchmarks.engines import Engines
from tests.benchmarks.floors import search_by_hand
from tests.benchmarks.frame import Contest, Unit, benchmarks
from tests.benchmarks.positions import filled

SIZES: Final = (5_000, 15_000, 50_000)
QUICK: Final = (500, 1_500, 5_000)
QUERY: Final = "로봇제어"
WHAT: Final = (
    "one search for 로봇제어 among so many open positions: a page of 20, and the counts of postings and seats by five facets"
)
FLOOR: Final = "the same answer by hand in SQL over the same tables"
_READER: Final = Actor("reader", frozenset({Role.PROGRAM_MANAGER}))
_CIPHER: Final = Keyring(b"benchmark" * 4).cipher("cursors")


@benchmarks.add(
    "position-search",
    what=WHAT,
    floor=FLOOR,
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=1.5,
    needs=("postgres",),
)
def position_search(engines: Engines) -> Iterator[Contest]:
    yield from _contest(lambda size: engines.database(f"search{size}"))


@benchmarks.add(
    "position-search-embedded",
    what=WHAT,
    floor=FLOOR,
    engine="SQLite",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=1.5,
)
def position_search_embedded(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    yield from _contest(lambda size: f"sqlite:///{folder / f'search{size}.db'}")


def _contest(url_of: Callable[[int], str]) -> Iterator[Contest]:
    with ExitStack() as stack:
        databases: dict[int, Database] = {}

        def database(size: int) -> Database:
            if size not in databases:
                databases[size] = filled(url_of(size), size=size)
                stack.callback(databases[size].close)
                _search(databases[size])  # the sets are made once in the life of a process
            return databases[size]

        def ours(size: int) -> float:
            known = database(size)
            begun = perf_counter()
            assert _search(known)
            return perf_counter() - begun

        def floor(size: int) -> float:
            known = database(size)
            begun = perf_counter()
            with known.read() as session:
                assert search_by_hand.search(session, QUERY)
            return perf_counter() - begun

        yield Contest(ours, floor)


def _search(database: Database) -> int:
    request = Request({"type": "http", "path": "/", "query_string": b"limit=20", "headers": []})
    with database.read() as session:
        page = Page(request, caller="reader", cipher=_CIPHER)
        return queries.search_positions(session, page, Wish(text=QUERY), by=_READER).ads
