"""The rows of the table can be measured: both sides do their work once, at a size that takes a moment.

What they say of the size of it means nothing here. That they still do it does: a benchmark that nobody ran since the
tables changed fails on the day on which somebody wants to know.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

import pytest

from infra.local import KafkaServer, PostgresServer
from tests.benchmarks.engines import Engines, Server
from tests.benchmarks.frame import Benchmark
from tests.benchmarks.rows import benchmarks

SMALL: Final = 500
# Where a moment needs more: somebody has to be answered while a roster is applied, and something has to have changed.
SIZES: Final = {
    "api-while-sync": 6_000, "figures-then-series": 5_000, "standards": 4_000, "standards-embedded": 4_000,
}  # fmt: skip
# Alike: they start the same process, or send the same roster to processes that take seconds to start. And what is compiled
# takes a quarter of a minute to compile, for each process anew; that it does its work tests/matching/test_solving.py knows.
ALIKE: Final = {"restart": "first-start", "memory": "first-start", "roster-memory": "roster-first"}
COMPILED: Final = "compiled"


def _rows() -> Iterator[object]:
    for each in benchmarks.benchmarks.values():
        if each.name in ALIKE or COMPILED in each.engine:
            continue
        marks = [pytest.mark.slow, *([pytest.mark.engines(*each.needs)] if each.needs else [])]
        yield pytest.param(each, id=each.name, marks=marks)


def test_whatever_is_left_out_is_a_row_or_like_one() -> None:
    assert set(ALIKE) | set(ALIKE.values()) | set(SIZES) <= set(benchmarks.benchmarks)


def _borrowed(server: Server) -> Server:
    """The same server to somebody who may not end it."""
    return PostgresServer(server.server_url) if isinstance(server, PostgresServer) else KafkaServer(server.bootstrap_servers)


@pytest.mark.parametrize("benchmark_row", list(_rows()))
def test_both_sides_do_their_work(benchmark_row: Benchmark, request: pytest.FixtureRequest) -> None:
    borrowed = {name: partial(_borrowed, request.getfixturevalue(name)) for name in benchmark_row.needs}
    size = 1 if benchmark_row.sizes == (1,) else SIZES.get(benchmark_row.name, SMALL)
    with Engines(set(borrowed), openers=borrowed) as engines, benchmark_row.open(engines) as contest:
        assert contest.ours(size) > 0
        assert contest.floor(size) > 0
        assert all(contest.notes().values())
