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
from tests.benchmarks.positions import IN_ALL, TOLD, filled

SIZES: Final = (5_000, 15_000, 50_000)
QUICK: Final = (500, 1_500, 5_000)
QUERY: Final = "로봇제어"
WHAT: Final = (
    "one search for 로봇제어 among so many open positions: a page of 20, and the counts of postings and seats by five facets"
)
FLOOR: Final = "the same answer by hand in SQL over the same tables"
NEW: Final = (
    "one search for a word that nobody searched before among so many open positions, now one that thousands hold and now one "
    "that all of them hold: a page of 20, and the counts of postings and seats by five facets"
)
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


@benchmarks.add(
    "position-search-new-words",
    what=NEW,
    floor=FLOOR,
    engine="PostgreSQL",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=1.5,
    needs=("postgres",),
)
def position_search_new_words(engines: Engines) -> Iterator[Contest]:
    yield from _contest(lambda size: engines.database(f"new{size}"), new=True)


@benchmarks.add(
    "position-search-new-words-embedded",
    what=NEW,
    floor=FLOOR,
    engine="SQLite",
    unit=Unit.SECONDS,
    sizes=SIZES,
    quick_sizes=QUICK,
    goal=1.5,
)
def position_search_new_words_embedded(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    yield from _contest(lambda size: f"sqlite:///{folder / f'new{size}.db'}", new=True)


def _new_words() -> Iterator[str]:
    """Parts of what titles say and of what every description ends with, by turns; none comes twice."""
    frequent = (word.replace(" ", "")[a:b] for word in TOLD for b in range(2, 9) for a in range(b - 1) if len(word) >= b - a > 1)
    everywhere = IN_ALL.replace(" ", "")
    in_all = (everywhere[a : a + many] for many in (4, 5, 6, 7) for a in range(len(everywhere) - many))
    seen: set[str] = set()
    for pair in zip(frequent, in_all, strict=False):
        yield from (word for word in pair if word not in seen and len(word) > 1)
        seen.update(pair)


def _contest(url_of: Callable[[int], str], *, new: bool = False) -> Iterator[Contest]:
    with ExitStack() as stack:
        databases: dict[int, Database] = {}
        words: dict[int, Iterator[str]] = {}
        asked = dict.fromkeys(SIZES + QUICK, QUERY)

        def database(size: int) -> Database:
            if size not in databases:
                databases[size] = filled(url_of(size), size=size)
                stack.callback(databases[size].close)
                _search(databases[size], "모든")  # the sets are made once in the life of a process
            return databases[size]

        def ours(size: int) -> float:
            known = database(size)
            if new:
                asked[size] = next(words.setdefault(size, _new_words()))
            begun = perf_counter()
            assert _search(known, asked[size])
            return perf_counter() - begun

        def floor(size: int) -> float:
            known = database(size)
            begun = perf_counter()
            with known.read() as session:
                assert search_by_hand.search(session, asked[size])
            return perf_counter() - begun

        yield Contest(ours, floor)


def _search(database: Database, query: str) -> int:
    request = Request({"type": "http", "path": "/", "query_string": b"limit=20", "headers": []})
    with database.read() as session:
        page = Page(request, caller="reader", cipher=_CIPHER)
        return queries.search_positions(session, page, Wish(text=query), by=_READER).ads
