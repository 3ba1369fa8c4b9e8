"""How far the facts go: what was read of every source, what was set aside, and whether reading goes on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from services.reporting.queries.once import once
from services.reporting.tables import ARRIVAL, SOURCE_READ, TALLY
from shared.clock import SEOUL, now
from shared.db import ReadSession
from shared.events.consumer import state
from shared.events.tables import consumer_offset, dead_letter

SERVICE: Final = "reporting"
SILENCE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Source:
    """How far one source was read: when its latest event was recorded, how many there were, the next offset by partition.

    `silent_since` is set when it was heard of once, and not for a day.
    """

    name: str
    watermark: datetime | None = None
    events: int = 0
    offsets: Mapping[int, int] | None = None
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of the projection that is read from. Equal ones mean equal figures for the same question.

    `waiting` is how many of the batches taken in the rollups do not hold yet.
    """

    generation: int
    events: int
    watermark: datetime | None
    set_aside: int
    stopped: str | None
    waiting: int = 0


def live_generation(session: ReadSession) -> int:
    """The generation that figures are read from."""
    generation, _ = _state(session)
    return generation


def _state(session: ReadSession) -> tuple[int, str | None]:
    return once(session, "state", lambda: state(session, SERVICE))


def freshness(session: ReadSession) -> Freshness:
    """One look at the whole projection, cheap enough to ask every second."""
    return once(session, "freshness", lambda: _freshness(session))


def _freshness(session: ReadSession) -> Freshness:
    generation, stopped = _state(session)
    read = session.execute(
        select(func.coalesce(func.sum(SOURCE_READ.c.events), 0), func.max(SOURCE_READ.c.last_recorded_at)).where(
            SOURCE_READ.c.generation == generation
        )
    ).one()
    letters = select(func.count()).where(dead_letter.c.consumer == f"{SERVICE}.g{generation}", dead_letter.c.settled_at.is_(None))
    set_aside = session.execute(letters).scalar_one()
    waiting = session.execute(select(func.count()).where(ARRIVAL.c.generation == generation)).scalar_one()
    return Freshness(generation, int(read[0]), read[1], set_aside, stopped, waiting)


def sources(session: ReadSession, generation: int, names: Iterable[str]) -> list[Source]:
    """How far each of the named sources was read, in the order given."""
    known, offsets, silent = once(session, ("sources", generation), lambda: _sources(session, generation))
    found = [known.get(name) or Source(name, offsets=offsets.get(name, {})) for name in names]
    return [replace(each, silent_since=silent.get(each.name)) for each in found]


_Sources = tuple[Mapping[str, Source], Mapping[str, Mapping[int, int]], Mapping[str, datetime]]


def _sources(session: ReadSession, generation: int) -> _Sources:
    """Every source that was read; the next offsets of all; those that are silent, and since when."""
    offsets: dict[str, dict[int, int]] = defaultdict(dict)
    consumed = select(consumer_offset).where(consumer_offset.c.consumer == f"{SERVICE}.g{generation}")
    for row in session.execute(consumed):
        offsets[_source(row.topic)][row.partition] = row.next_offset
    read = session.execute(
        select(
            SOURCE_READ.c.source,
            func.sum(SOURCE_READ.c.events).label("events"),
            func.max(SOURCE_READ.c.last_recorded_at).label("watermark"),
        )
        .where(SOURCE_READ.c.generation == generation)
        .group_by(SOURCE_READ.c.source)
    )
    known = {row.source: Source(row.source, row.watermark, int(row.events), offsets[row.source]) for row in read}
    return known, dict(offsets), _silent(session)


def is_stale(read: Iterable[Source], day: date) -> bool:
    """Whether one of the sources has been silent since before the day ended: what happened then may not have arrived."""
    return any(each.silent_since is not None and each.silent_since.astimezone(SEOUL).date() <= day for each in read)


def _silent(session: ReadSession) -> Mapping[str, datetime]:
    late = select(TALLY.c.source, TALLY.c.taken_at).where(TALLY.c.taken_at <= now() - SILENCE)
    return {row.source: row.taken_at for row in session.execute(late)}


def _source(topic: str) -> str:
    """`hustar.trainees.enrolment.v1` is about `trainees.enrolment`."""
    return ".".join(topic.split(".")[-3:-1])
