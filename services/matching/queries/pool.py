"""The market as it stands, kept in memory beside the database and brought up to date before every use.

A line in `market_change` tells of every change that counts, whichever process made it: triggers write it in the transaction
of the change. What it names is read and encoded anew, the rest stays. Of 30,000 trainees and 50,000 positions this is 30 MB.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, func, or_, select, text
from sqlmodel import SQLModel, col

from services.matching.domain.market.pool import Pool
from services.matching.domain.openings import OpeningState
from services.matching.queries.sides import candidate_sides, opening_side, openings
from services.matching.tables import Candidate, CandidateProfile, Identity, MarketChange, Opening
from shared.collector import resting_collector
from shared.db import Database, ReadSession
from shared.db.bulk import among, joined_whole

Line = tuple[int, str, UUID]
MANY: Final = 5_000
"""From so many changes on reading everything anew is less work."""
_MOST_KEPT: Final = 4
# Each by itself, from its end of the key: asked for both at once SQLite would go through all lines.
_ENDS: Final = select(select(func.min(MarketChange.id)).scalar_subquery(), select(func.max(MarketChange.id)).scalar_subquery())
_OLDEST: Final = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


@dataclass(slots=True)
class KeptPool:
    """The pool of one database. `last` is the highest line that was there when it was read; `seen` were read already.

    `since`: every line that is not in the pool yet is of a transaction with this number or a higher one (on PostgreSQL).
    """

    lock: Lock = field(default_factory=Lock)
    pool: Pool | None = None
    last: int = 0
    since: int = 0
    seen: frozenset[int] = frozenset()

    def at(self, session: ReadSession, *, on: date) -> Pool:
        """The pool as `session` sees the database, on a day. Nothing may have been written in the session yet."""
        with self.lock:
            lowest, highest = session.execute(_ENDS).one()
            since = _since(session, highest or 0)
            pool = self.pool
            lines: Sequence[Line] = ()
            # Lines that nobody needs any more are deleted: where that may be some that were not read, all is read.
            if pool is not None and lowest is not None and lowest <= self.last:
                lines = self._lines(session)
                pool = _changed(session, pool, [line for line in lines if line[0] not in self.seen], on=on)
            else:
                pool = None
            self.pool = _whole(session, on=on) if pool is None else pool
            self.seen = frozenset(line[0] for line in lines)
            self.last, self.since = max(self.last, highest or 0), max(self.since, since)
            return self.pool

    def _lines(self, session: ReadSession) -> Sequence[Line]:
        new = col(MarketChange.xact) >= self.since if _is_postgres(session) else col(MarketChange.id) > self.last
        rows = session.execute(select(col(MarketChange.id), col(MarketChange.kind), col(MarketChange.key)).where(new))
        return [(row[0], row[1], row[2]) for row in rows]


def pool_now(session: ReadSession, *, on: date) -> Pool:
    """The market that a session reads."""
    url = session.get_bind().engine.url
    with _MAKING:
        kept = _POOLS.setdefault(url, KeptPool())
        while len(_POOLS) > _MOST_KEPT:
            del _POOLS[next(iter(_POOLS))]
    return kept.at(session, on=on)


def forget_lines(database: Database) -> int:
    """Delete the lines of long ago: who has not read them reads everything. Returns how many; safe to run twice."""
    with database.write(idempotent=True) as session:
        highest = session.execute(select(func.max(MarketChange.id))).scalar_one() or 0
        old = MarketChange.__table__.delete().where(col(MarketChange.id) < highest - KEPT)  # type: ignore[attr-defined]
        return session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]


KEPT: Final = 200_000


def _since(session: ReadSession, highest: int) -> int:
    return int(session.execute(_OLDEST).scalar_one()) if _is_postgres(session) else highest


def _is_postgres(session: ReadSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _whole(session: ReadSession, *, on: date) -> Pool:
    many = session.execute(select(func.count()).select_from(Candidate)).scalar_one()
    with resting_collector(), joined_whole(session, rows=many):
        candidates = candidate_sides(session, on=on)
        found = session.execute(openings().where(col(Opening.state) != OpeningState.CLOSED)).all()
        return Pool.of(candidates, [opening_side(row) for row in found], on=on)


def _changed(session: ReadSession, pool: Pool, lines: Collection[Line], *, on: date) -> Pool | None:
    """The pool with what these lines name brought up to date; None where that is too much."""
    named = {kind: {line[2] for line in lines if line[1] == kind} for kind in {line[1] for line in lines}}
    persons, positions = _persons(session, named), named.get("position", set())
    if pool.market.on != on.toordinal():
        # Who was parked may be so no longer: it is the only thing about a person that a day alone changes.
        persons |= set(session.scalars(select(col(CandidateProfile.id)).where(col(CandidateProfile.parked_until).is_not(None))))
        pool = pool.on_day(on)
    if len(persons) + len(positions) > MANY:
        return None
    if persons:
        pool = pool.with_trainees(persons, candidate_sides(session, on=on, persons=list(persons)))
    if positions:
        still = openings(only=list(positions), session=session).where(col(Opening.state) != OpeningState.CLOSED)
        pool = pool.with_positions(positions, [opening_side(row) for row in session.execute(still)])
    return pool


def _persons(session: ReadSession, named: dict[str, set[UUID]]) -> set[UUID]:
    """The persons that lines name, with those as whom they count, and all of the cohorts, programs and universities."""
    persons = set(named.get("person", ()))
    if persons:
        own = _among(session, Identity, "person_id", persons)
        persons |= set(session.scalars(select(col(Identity.survivor_id)).where(own)))
    groups = [(kind, f"{kind}_id") for kind in ("cohort", "program", "university") if kind in named]
    if groups:
        theirs = or_(*(_among(session, Candidate, column, named[kind]) for kind, column in groups))
        persons |= set(session.scalars(select(col(Candidate.person_id)).where(theirs)))
    return persons


def _among(session: ReadSession, table: type[SQLModel], name: str, values: Collection[UUID]) -> Any:
    column: Column[Any] = table.__table__.c[name]  # type: ignore[attr-defined]
    return among(session, column, list(values))


_POOLS: Final[dict[Any, KeptPool]] = {}
_MAKING: Final = Lock()
