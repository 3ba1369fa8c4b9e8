"""Keeps the sums that pages and current values are read from, right behind the consumer."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, delete, insert, select, text, union_all
from sqlalchemy.dialects import postgresql, sqlite

from services.reporting.commands.rolling_whole import KEY, Change, Key, is_merged, measured, roll_whole, row_of
from services.reporting.indicators import CATALOGUE, Indicator, Scope, current
from services.reporting.indicators.home import home_regions
from services.reporting.indicators.rolling import LAST_DAY, changes_by_day, columns_of, is_rolled
from services.reporting.indicators.timeline import Portion
from services.reporting.queries.affected import LINKED, Link, affected, bound, given_things, ids_in_json
from services.reporting.queries.freshness import live_generation
from services.reporting.queries.rolled import events_taken_in
from services.reporting.tables import ARRIVAL, FACT, LINK, ROLLED, ROLLUP
from services.reporting.tables.rollups import MEASURES, SUMS
from shared.clock import now
from shared.db import Database, ReadSession, WriteSession
from shared.db.bulk import bulk_upsert

LINKS: Final = ""  # in the place of an indicator: that links are kept
MOST_THINGS: Final = 4000
MOST_ARRIVALS: Final = 200
WORTH_IT: Final = 2000  # so many events are counted as fast
LONGEST_REST: Final = 3.0
_CLAIM: Final = "reporting-rollup"


@dataclass(slots=True)
class Found:
    """What one step found out and has to write. `arrivals` are those that it brings the sums up to."""

    generation: int
    arrivals: Sequence[int] = ()
    sums: Mapping[Key, Sequence[int]] = field(default_factory=dict)
    links: Iterable[Link] = ()
    begun: Indicator | None = None
    from_scratch: bool = False


class KeptRolledUp:
    """Rolls up where it is worth it, and rests four times as long as it worked: others need the processor as well."""

    def __init__(self) -> None:
        self._rested_at = 0.0

    def __call__(self, database: Database) -> bool:
        """One step, unless it is time to rest; False when there is nothing to do now."""
        begun = monotonic()
        if begun < self._rested_at:
            return False
        with database.read() as session:
            if events_taken_in(session, live_generation(session)) < WORTH_IT:
                return False
        moved = roll_up(database)
        self._rested_at = monotonic() + min(LONGEST_REST, 4 * (monotonic() - begun))
        return moved


def roll_up(database: Database, *, indicators: Collection[str] | None = None) -> bool:
    """One step towards sums that hold everything taken in; False when they do. Safe to run anywhere, at any time.

    With `indicators` no others are rolled up: for those who measure.

    On PostgreSQL a step is one transaction that sees one state; on SQLite, where one process owns the data, it looks first
    and writes then, so that nobody waits for it while it looks.
    """
    with database.claim_in_process(_CLAIM) as free:
        if not free:
            return False
        if database.engine_name == "postgresql":
            return database.run(lambda session: _at_once(database, session, indicators), idempotent=True)
        with database.read() as session:
            found = _look(session, indicators)
            if found is not None and found.begun is not None:
                roll_whole(session, found.begun, found.generation, write=lambda unit: database.run(unit, idempotent=True))
                return True
        if found is not None:
            database.run(lambda writing: _write(writing, found), idempotent=True)
        return found is not None


def _at_once(database: Database, session: WriteSession, indicators: Collection[str] | None) -> bool:
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    session.execute(text("SET LOCAL statement_timeout = '30min'"))
    with database.claim(session, _CLAIM) as free:
        found = _look(session, indicators) if free else None
        if found is not None and found.begun is not None:
            roll_whole(session, found.begun, found.generation, write=lambda unit: unit(session))
        elif found is not None:
            _write(session, found)
        return found is not None


def _look(session: ReadSession, wanted: Collection[str] | None) -> Found | None:
    generation = live_generation(session)
    known = [each for each in current().values() if wanted is None or each.id in wanted]
    kept = {row.indicator: row for row in session.execute(select(ROLLED).where(ROLLED.c.generation == generation))}
    if LINKS not in kept:
        pending = session.execute(select(ARRIVAL.c.id).where(ARRIVAL.c.generation == generation)).scalars().all()
        return Found(generation, arrivals=pending, from_scratch=True)
    for indicator in known:
        fits = len(columns_of(indicator)) <= MEASURES
        if fits and not is_rolled(indicator, kept.get(indicator.id)):
            return Found(generation, begun=indicator)
    return _news(session, generation, [each for each in current().values() if each.id in kept])


def _news(session: ReadSession, generation: int, rolled: Sequence[Indicator]) -> Found | None:
    """What the oldest arrivals changed."""
    arrivals: list[int] = []
    about: dict[str, set[UUID]] = defaultdict(set)
    pending = select(ARRIVAL.c.id, ARRIVAL.c.things).where(ARRIVAL.c.generation == generation).order_by(ARRIVAL.c.id)
    for id_, things in session.execute(pending.limit(MOST_ARRIVALS)):
        arrivals.append(id_)
        for kind, ids in things.items():
            about[kind] |= {UUID(each) for each in ids}
        if sum(map(len, about.values())) >= MOST_THINGS:
            break
    if not arrivals:
        return None
    reached = affected(session, generation, about)
    kinds = {*reached.aggregates, *about}
    changed: dict[str, Mapping[Change, Sequence[int]]] = {}
    for indicator in rolled:
        if kinds & {source.split(".")[1] for source in indicator.sources}:
            things = bound(session, generation, reached, by=indicator.bound_by) if indicator.bound_by else reached.ids
            changed[indicator.id] = _difference(session, indicator, generation, things, through=arrivals[-1])
    return Found(generation, arrivals=arrivals, sums=_summed(changed), links=reached.links)


def _difference(
    session: ReadSession, indicator: Indicator, generation: int, things: Sequence[UUID], *, through: int
) -> Mapping[Change, Sequence[int]]:
    engine = session.get_bind().dialect.name
    given = {"generation": generation, "things": things if engine == "postgresql" else ids_in_json(things)}
    merged = is_merged(session, generation)
    statement = _prepared(indicator.id, indicator.version, engine, home=home_regions(), merged=merged)
    total: dict[Change, list[int]] = {}
    for visible, sign in ((0, -1), (through, 1)):
        rows = session.execute(statement, {**given, "through": visible})
        for key, row in _changes(indicator, rows, sign=sign).items():
            held = total.get(key, [0] * len(row))
            total[key] = [old + new for old, new in zip(held, row, strict=True)]
    return total


@lru_cache(maxsize=400)
def _prepared(indicator_id: str, version: int, engine: str, *, home: tuple[str, ...], merged: bool) -> Select[Any]:
    """What changes of some things add up to. Made once: making it takes longer than answering it for a few things."""
    portion = Portion(bindparam("through", type_=Integer), given_things(engine))
    scope = Scope(bindparam("generation", type_=Integer), LAST_DAY, now(), home=home, merged=merged, portion=portion)  # type: ignore[arg-type]
    return changes_by_day(CATALOGUE[indicator_id, version], scope)


def _changes(indicator: Indicator, rows: Iterable[Any], *, sign: int) -> dict[Change, list[int]]:
    """By dimension, day and member, how the measures change."""
    return {change: [sign * each for each in row] for change, row in measured(indicator, rows)}


def _summed(changes: Mapping[str, Mapping[Change, Sequence[int]]]) -> Mapping[Key, Sequence[int]]:
    """By day, and once more by month."""
    total: dict[Key, list[int]] = {}
    for indicator, by_day in changes.items():
        for (dimension, day, member), row in by_day.items():
            if not any(row):
                continue
            total[indicator, dimension, "d", day, member] = list(row)
            month = total.setdefault((indicator, dimension, "m", day.replace(day=1), member), [0] * len(row))
            for place, number in enumerate(row):
                month[place] += number
    return {key: row for key, row in total.items() if any(row)}


def _write(session: WriteSession, found: Found) -> None:
    if found.from_scratch:
        _begin_anew(session, found.generation)
    else:
        _add(session, found)
        columns = ["generation", "id", "aggregate", "aggregate_id"]
        links = sorted((found.generation, *link) for link in set(found.links))
        bulk_upsert(session, LINK, columns, links, key=columns)
    for start in range(0, len(found.arrivals), 500):
        session.execute(delete(ARRIVAL).where(ARRIVAL.c.id.in_(found.arrivals[start : start + 500])))


def _begin_anew(session: WriteSession, generation: int) -> None:
    """Whatever arrived is held by the links from now on, and by each indicator's sums once they are made."""
    for table in (ROLLED, ROLLUP, LINK):
        session.execute(delete(table).where(table.c.generation == generation))
    each = [
        select(FACT.c.generation, FACT.c[name].label("id"), FACT.c.aggregate, FACT.c.aggregate_id).where(
            FACT.c.generation == generation, FACT.c[name].is_not(None)
        )
        for name in LINKED
    ]
    linked = select(union_all(*each).subquery()).distinct()
    session.execute(insert(LINK).from_select(["generation", "id", "aggregate", "aggregate_id"], linked))
    session.execute(insert(ROLLED).values(generation=generation, indicator=LINKS, version=0, dimensions=[], measures=[]))


def _add(session: WriteSession, found: Found) -> None:
    if not found.sums:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(ROLLUP)
    more = {name: ROLLUP.c[name] + statement.excluded[name] for name in SUMS}
    names = ("generation", *KEY, *SUMS)
    rows = [dict(zip(names, row_of(found.generation, key, row), strict=True)) for key, row in found.sums.items()]
    session.execute(statement.on_conflict_do_update(index_elements=["generation", *KEY], set_=more), rows)
