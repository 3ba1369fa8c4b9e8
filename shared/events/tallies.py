"""A tally: what a service has told, counted from its own tables, so that listeners can see whether they have it all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, ClassVar, Final
from uuid import UUID

from pydantic import Field
from sqlalchemy import Table, case, func, inspect, select

from shared.clock import now
from shared.db import Database, ReadSession
from shared.events.behind import given_up, versions_of
from shared.events.contract import Event
from shared.events.outbox import emit_version
from shared.ids import new_id

AN_HOUR: Final = 3600.0
_STAGES: Final = ("stage", "state")


class Tally(Event):
    """How many events of how many things a service has told, by kind (`enrolment`), at a moment. A thing of its own.

    `stages` is by kind how many things stand in which stage, of the kinds that have stages: what figures are made of. It is
    left out where a restored database has given up events, and by services of earlier releases.
    """

    tally_id: UUID
    taken_at: datetime
    events: dict[str, int]
    things: dict[str, int]
    stages: dict[str, dict[str, int]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Count:
    """Events and things of a kind, and its things by stage."""

    events: int
    things: int
    stages: Mapping[str, int] | None


class TellsWhatItTold:
    """Tells the tally of a service's tables: whenever it has changed, and every hour."""

    kind: ClassVar[str] = "tally"

    def __init__(self, event: type[Tally], tables: Mapping[str, Any]) -> None:
        self._event = event
        self._tables = tables
        self._told: Mapping[str, _Count] | None = None
        self._told_at = 0.0

    def __call__(self, database: Database) -> None:
        """Take the tally and tell it, unless it is the one told last."""
        taken_at = now()
        with database.read() as session:
            counted = {kind: _counted(session, table) for kind, table in self._tables.items()}
            for kind, events in self._given_up(session).items():
                counted[kind] = _Count(counted[kind].events - events, counted[kind].things, None)
        if counted == self._told and monotonic() - self._told_at < AN_HOUR:
            return
        tally = self._event(
            tally_id=new_id(),
            taken_at=taken_at,
            events={kind: each.events for kind, each in counted.items()},
            things={kind: each.things for kind, each in counted.items()},
            stages={kind: dict(each.stages) for kind, each in counted.items() if each.stages is not None},
        )
        database.run(lambda session: emit_version(session, tally, aggregate_id=tally.tally_id, version=1))
        self._told, self._told_at = counted, monotonic()

    def _given_up(self, session: ReadSession) -> dict[str, int]:
        """By kind, the events of things that there are which a restored database has given up: nobody counts them now."""
        subjects: dict[str, Counter[str]] = {}
        for aggregate_type, subject in given_up(session).values():
            subjects.setdefault(aggregate_type.split(".", 1)[1], Counter())[subject] += 1
        return {
            kind: sum(subjects[kind][subject] for subject in versions_of(session, _rows(table), sorted(subjects[kind])))
            for kind, table in self._tables.items()
            if kind in subjects
        }


def _rows(table: Any) -> Table:
    return table if isinstance(table, Table) else inspect(table).local_table


def _counted(session: ReadSession, table: Any) -> _Count:
    """Events and things: a thing's version is the number of its events. One without any was not told of yet."""
    told = func.count(case((table.version > 0, 1)))
    stage = next((getattr(table, name) for name in _STAGES if hasattr(table, name)), None)
    statement = select(func.coalesce(func.sum(table.version), 0), told).select_from(table)
    if stage is None:
        events, things = session.execute(statement).one()
        return _Count(int(events), int(things), None)
    rows = session.execute(statement.add_columns(stage).group_by(stage).order_by(stage)).all()
    stages = {str(where): int(things) for _, things, where in rows if things}
    return _Count(sum(int(events) for events, _, _ in rows), sum(stages.values()), stages)
