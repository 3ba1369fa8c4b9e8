"""Pages: what the server takes for the start page and for an indicator's, beside a page that has no figures."""

from collections.abc import Iterator
from contextlib import ExitStack
from time import perf_counter
from typing import Final

import httpx
from sqlalchemy import text

from services.reporting.app import service
from services.reporting.commands import roll_up
from shared.db import Database
from tests.benchmarks.engines import Engines
from tests.benchmarks.facts import close, filled
from tests.benchmarks.frame import Contest, Unit, benchmarks
from tests.reporting.serving import site
from tests.serving import WITHOUT_TLS

SIZES: Final = (100_000, 1_000_000)
QUICK: Final = (10_000, 30_000)
WHAT: Final = "the start page and an indicator's page with its charts, the first time after new facts arrived, over so many facts"
FLOOR: Final = "a page of the same frame without figures, twice"
PAGES: Final = ("/", "/indicators/completion_rate")
BARE: Final = "/notes"


@benchmarks.add("pages-embedded", what=WHAT, floor=FLOOR, engine="SQLite", unit=Unit.SECONDS, sizes=SIZES, quick_sizes=QUICK)
def pages_embedded(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    with ExitStack() as stack:
        opened: dict[int, tuple[Database, httpx.Client]] = {}

        def ready(size: int) -> tuple[Database, httpx.Client]:
            if size not in opened:
                database = filled(f"sqlite:///{folder / f'pages{size}.db'}", size=size, rolled=False)
                assert service.opening is not None
                service.opening(database)
                while roll_up(database):
                    pass
                stack.callback(close, database)
                at = stack.enter_context(site(database, folder))
                client = stack.enter_context(httpx.Client(base_url=at.origin, timeout=120, verify=WITHOUT_TLS))
                opened[size] = database, client
                _asked(client, *PAGES, BARE)
            return opened[size]

        def ours(size: int) -> float:
            database, client = ready(size)
            # What was kept of the last round is out of date: as if something had arrived.
            database.run(lambda session: session.execute(text("UPDATE source_read SET events = events + 1")))
            return _asked(client, *PAGES)

        def floor(size: int) -> float:
            return _asked(ready(size)[1], *[BARE] * len(PAGES))

        yield Contest(ours, floor)


def _asked(client: httpx.Client, *paths: str) -> float:
    begun = perf_counter()
    for path in paths:
        client.get(path).raise_for_status()
    return perf_counter() - begun
