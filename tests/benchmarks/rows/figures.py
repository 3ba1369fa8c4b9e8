"""Figures: a current value and a year's monthly series by field, beside reading as many prepared numbers by key."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import Final

from sqlalchemy import select, text

from services.reporting.domain.stages import ENROLMENT
from services.reporting.indicators import current
from services.reporting.queries.affected import one_of
from services.reporting.queries.explain import explain
from services.reporting.queries.near import enrolments_of
from services.reporting.queries.series import series_of
from services.reporting.queries.standards import side_by_side
from services.reporting.queries.values import question, value_of
from services.reporting.tables import FACT
from shared.clock import now
from shared.db import Database
from tests.benchmarks.engines import Engines
from tests.benchmarks.facts import COHORT, MEASURED, close, filled, with_columns
from tests.benchmarks.frame import Contest, Unit, benchmarks

SIZES: Final = (100_000, 1_000_000, 10_000_000)
QUICK: Final = (10_000, 30_000, 100_000)
WHAT: Final = "the current number of talents and a year's monthly completion rate by field, with passports, from so many facts"
FLOOR: Final = "reading the sums that these come from by their key, and nothing else"
ANY: Final = "the number of talents as of a year ago, as it was known yesterday: counted from so many facts by column"
MANY: Final = "the completion rate by field and month of a year, and what changed it in half a year, as known yesterday"
COUNT: Final = "one pass over the same facts in SQL"
BESIDE: Final = "one of 400 cohorts by every standard, with the steps from each to the next, as it was known yesterday"
OWN: Final = "reading the facts of that cohort's enrolments by its index"
_SUMS: Final = "SELECT * FROM rollup WHERE generation = 1 AND indicator = :indicator AND dimension = :dimension AND grain = 'm'"


@benchmarks.add(
    "figures", what=WHAT, floor=FLOOR, engine="PostgreSQL", unit=Unit.SECONDS, sizes=SIZES, quick_sizes=QUICK, needs=("postgres",)
)
def figures(engines: Engines) -> Iterator[Contest]:
    yield from _contest(lambda size: engines.database(f"figures{size}"), _shown, _sums)


@benchmarks.add("figures-embedded", what=WHAT, floor=FLOOR, engine="SQLite", unit=Unit.SECONDS, sizes=SIZES, quick_sizes=QUICK)
def figures_embedded(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    yield from _contest(lambda size: f"sqlite:///{folder / f'figures{size}.db'}", _shown, _sums)


@benchmarks.add(
    "figures-then", what=ANY, floor=COUNT, engine="PostgreSQL", unit=Unit.SECONDS, sizes=SIZES[:2], quick_sizes=QUICK,
    needs=("postgres",),
)  # fmt: skip
def figures_then(engines: Engines) -> Iterator[Contest]:
    yield from _contest(lambda size: engines.database(f"then{size}"), _as_known_then, _one_pass)


@benchmarks.add(
    "figures-then-embedded", what=ANY, floor=COUNT, engine="SQLite", unit=Unit.SECONDS, sizes=SIZES[:2], quick_sizes=QUICK
)
def figures_then_embedded(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    yield from _contest(lambda size: f"sqlite:///{folder / f'then{size}.db'}", _as_known_then, _one_pass)


@benchmarks.add(
    "figures-then-series", what=MANY, floor=COUNT, engine="SQLite", unit=Unit.SECONDS, sizes=SIZES[:2], quick_sizes=QUICK
)
def figures_then_series(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    yield from _contest(lambda size: f"sqlite:///{folder / f'series{size}.db'}", _series_known_then, _one_pass)


@benchmarks.add(
    "standards", what=BESIDE, floor=OWN, engine="PostgreSQL", unit=Unit.SECONDS, sizes=SIZES[:2], quick_sizes=QUICK,
    needs=("postgres",),
)  # fmt: skip
def standards(engines: Engines) -> Iterator[Contest]:
    yield from _contest(lambda size: engines.database(f"standards{size}"), _side_by_side, _of_one_cohort)


@benchmarks.add(
    "standards-embedded", what=BESIDE, floor=OWN, engine="SQLite", unit=Unit.SECONDS, sizes=SIZES[:2], quick_sizes=QUICK
)
def standards_embedded(engines: Engines) -> Iterator[Contest]:
    folder = engines.scratch()
    yield from _contest(lambda size: f"sqlite:///{folder / f'standards{size}.db'}", _side_by_side, _of_one_cohort)


def _contest(
    url_of: Callable[[int], str], asked: Callable[[Database], None], floor: Callable[[Database], None]
) -> Iterator[Contest]:
    with ExitStack() as stack:
        databases: dict[int, Database] = {}

        def timed(size: int, work: Callable[[Database], None]) -> float:
            if size not in databases:
                make = filled if asked in (_shown, _side_by_side) else with_columns
                databases[size] = make(url_of(size), size=size)
                stack.callback(close, databases[size])
                asked(databases[size])  # statements are compiled once in the life of a process
            begun = perf_counter()
            work(databases[size])
            return perf_counter() - begun

        yield Contest(lambda size: timed(size, asked), lambda size: timed(size, floor))


def _shown(database: Database) -> None:
    value, rate = (current()[name] for name in MEASURED)
    with database.read() as session:
        scope = question(session)
        assert value_of(session, value, scope).counts.numerator > 0
        assert len(series_of(session, rate, scope, by=["field", "month"], starts_on=None).points) >= 8 * 12


def _sums(database: Database) -> None:
    with database.read() as session:
        for indicator, dimension in zip(MEASURED, ("", "field"), strict=True):
            assert session.execute(text(_SUMS), {"indicator": indicator, "dimension": dimension}).all()


def _as_known_then(database: Database) -> None:
    with database.read() as session:
        scope = question(session, known_at=now() - timedelta(days=1))
        then = replace(scope, as_of=scope.as_of - timedelta(days=365))
        assert value_of(session, current()[MEASURED[0]], then).counts.numerator > 0


def _series_known_then(database: Database) -> None:
    rate = current()[MEASURED[1]]
    with database.read() as session:
        scope = question(session, known_at=now() - timedelta(days=1))
        assert len(series_of(session, rate, scope, by=["field", "month"], starts_on=None).points) >= 8 * 12
        before = replace(scope, as_of=scope.as_of - timedelta(days=2000), known_at=scope.known_at - timedelta(days=180))
        assert explain(session, rate, before, scope, name_things=True).steps


def _side_by_side(database: Database) -> None:
    with database.read() as session:
        yesterday = now() - timedelta(days=1)
        found = side_by_side(session, question(session, known_at=yesterday, only={"cohort_id": COHORT}, staff=True))
        assert found.measured[0].value.counts.begun > 0
        assert any(bridge.steps for bridge in found.bridges)


def _of_one_cohort(database: Database) -> None:
    with database.read() as session:
        enrolments = one_of(session, enrolments_of(session, 1, COHORT))(FACT.c.aggregate_id)
        assert session.execute(select(FACT).where(FACT.c.generation == 1, FACT.c.aggregate == ENROLMENT, enrolments)).all()


def _one_pass(database: Database) -> None:
    with database.read() as session:
        statement = "SELECT stage, count(DISTINCT person_id) FROM fact WHERE generation = 1 GROUP BY stage"
        assert session.execute(text(statement)).all()
