"""Where each source stands: what it says that it has told, and what was taken in of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, func, select

from services.reporting.domain.stages import ENROLMENT, PLACEMENT, POSITION, SEAT
from services.reporting.queries.freshness import SILENCE, live_generation
from services.reporting.tables import CONTENT_CHECK, DRIFT, FACT, SOURCE_READ, TALLY
from shared.db import ReadSession

PATIENCE: Final = timedelta(minutes=2)
_MARGIN: Final = timedelta(seconds=5)
WITH_FACTS: Final = (ENROLMENT, PLACEMENT, SEAT, POSITION)


@dataclass(frozen=True, slots=True)
class Standing:
    """One source: the events it has told and those taken in, and the things it holds and those there are facts of.

    `drifts` when they differ and there was time to take everything in; `stale` when it has not been heard of for a day.
    `differs` names the stages in which another number of things stand than the source says: told, and according to the facts.
    """

    source: str
    told: int
    taken_in: int
    things: int
    things_known: int | None
    told_at: datetime
    last_event_at: datetime | None
    drifts: bool
    stale: bool
    differs: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @property
    def off_by(self) -> int:
        """By how many events it differs; where these agree, by how many things. Less than none where there are too many."""
        if self.told != self.taken_in:
            return self.told - self.taken_in
        if self.things_known is not None and self.things_known != self.things:
            return self.things - self.things_known
        short, over = (sum(max(0, sign * (told - known)) for told, known in self.differs.values()) for sign in (1, -1))
        return short or -over


def standings(session: ReadSession, at: datetime) -> list[Standing]:
    """Every source that has told a tally, by name."""
    generation = live_generation(session)
    read = {
        row.source: row
        for row in session.execute(
            select(
                SOURCE_READ.c.source,
                func.sum(SOURCE_READ.c.events).label("events"),
                func.max(SOURCE_READ.c.last_recorded_at).label("last"),
            )
            .where(SOURCE_READ.c.generation == generation)
            .group_by(SOURCE_READ.c.source)
        )
    }
    tallies = session.execute(select(TALLY).order_by(TALLY.c.source)).all()
    checks = select(CONTENT_CHECK.c.source, CONTENT_CHECK.c.differs).where(CONTENT_CHECK.c.generation == generation)
    differs: dict[str, Mapping[str, Sequence[int]]] = {row.source: row.differs for row in session.execute(checks)}
    return [
        replace(standing, drifts=standing.drifts or bool(found), differs=found)
        for tally in tallies
        for standing in [_standing(session, generation, tally, read.get(tally.source), at)]
        for found in [differs.get(tally.source, {})]
    ]


def _standing(session: ReadSession, generation: int, tally: Row[Any], read: Row[Any] | None, at: datetime) -> Standing:
    taken_in, last = (int(read.events), read.last) if read is not None else (0, None)
    missing = taken_in < tally.events and at - tally.taken_at >= PATIENCE
    too_many = taken_in > tally.events and last is not None and tally.taken_at > last + _MARGIN
    kind = tally.source.split(".")[1]
    known = _things_known(session, generation, kind) if kind in WITH_FACTS and taken_in == tally.events else None
    return Standing(
        source=tally.source,
        told=tally.events,
        taken_in=taken_in,
        things=tally.things,
        things_known=known,
        told_at=tally.taken_at,
        last_event_at=last,
        drifts=missing or too_many or (known is not None and known != tally.things),
        stale=at - tally.taken_at >= SILENCE,
    )


def _things_known(session: ReadSession, generation: int, kind: str) -> int:
    """How many things of a kind there are facts of: each has exactly one first fact of its first event."""
    first = (FACT.c.version == 1, FACT.c.step == 0)
    statement = select(func.count()).where(FACT.c.generation == generation, FACT.c.aggregate == kind, *first)
    number: int = session.execute(statement).scalar_one()
    return number


def open_drifts(session: ReadSession) -> Sequence[Row[Any]]:
    """The sources that disagree at present: source, found_at, told, taken_in, seen_at."""
    return session.execute(select(DRIFT).where(DRIFT.c.settled_at.is_(None)).order_by(DRIFT.c.source)).all()
