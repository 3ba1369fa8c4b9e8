"""A tally: what a service has told, counted from its own tables, so that listeners can see whether they have it all."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from time import monotonic
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Table, case, func, inspect, select

from shared.clock import now
from shared.db import Database, ReadSession
from shared.events.behind import given_up, versions_of
from shared.events.contract import Event
from shared.events.outbox import emit_version
from shared.ids import new_id

AN_HOUR: Final = 3600.0


class Tally(Event):
    """How many events of how many things a service has told, by kind (`enrolment`), at a moment. A thing of its own."""

    tally_id: UUID
    taken_at: datetime
    events: dict[str, int]
    things: dict[str, int]


class TellsWhatItTold:
    """Tells the tally of a service's tables: whenever it has changed, and every hour."""

    kind: ClassVar[str] = "tally"

    def __init__(self, event: type[Tally], tables: Mapping[str, Any]) -> None:
        self._event = event
        self._tables = tables
        self._told: Mapping[str, tuple[int, int]] | None = None
        self._told_at = 0.0

    def __call__(self, database: Database) -> None:
        """Take the tally and tell it, unless it is the one told last."""
        taken_at = now()
        with database.read() as session:
            counted = {kind: _counted(session, table) for kind, table in self._tables.items()}
            for kind, events in self._given_up(session).items():
                counted[kind] = counted[kind][0] - events, counted[kind][1]
        if counted == self._told and monotonic() - self._told_at < AN_HOUR:
            return
        tally = self._event(
            tally_id=new_id(),
            taken_at=taken_at,
            events={kind: events for kind, (events, _) in counted.items()},
            things={kind: things for kind, (_, things) in counted.items()},
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


def _counted(session: ReadSession, table: Any) -> tuple[int, int]:
    """Events and things: a thing's version is the number of its events. One without any was not told of yet."""
    told = func.count(case((table.version > 0, 1)))
    statement = select(func.coalesce(func.sum(table.version), 0), told).select_from(table)
    events, things = session.execute(statement).one()
    return int(events), int(things)
