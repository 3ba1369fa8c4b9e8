"""What could not be handled: kept whole, with its reason, until somebody settles it."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row, func, insert, select, update

from shared import clock
from shared.db import ReadSession, WriteSession
from shared.db.bulk import each_of
from shared.eventlog.port import Record
from shared.events.envelope import Envelope
from shared.events.tables import dead_letter


class Rejected(Protocol):
    """A record and why it was not handled."""

    @property
    def record(self) -> Record: ...
    @property
    def reason(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def envelope(self) -> Envelope | None: ...
    @property
    def subject(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Count:
    """How many letters are open for one reason, and since when."""

    consumer: str
    reason: str
    waiting: bool
    letters: int
    oldest: datetime


def keep(session: WriteSession, consumer: str, rejected: Rejected, *, waiting: bool) -> None:
    """Store a record that was not handled. `waiting` letters are sound and only come too early."""
    record, envelope = rejected.record, rejected.envelope
    headers = [[name, base64.b64encode(value).decode()] for name, value in record.headers]
    session.execute(
        insert(dead_letter).values(
            consumer=consumer,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value,
            headers=json.dumps(headers),
            logged_at=record.timestamp,
            recorded_at=clock.now(),
            reason=rejected.reason,
            detail=rejected.detail[:2000],
            waiting=waiting,
            aggregate_id=rejected.subject,
            aggregate_version=envelope.aggregateversion if envelope else None,
        )
    )


def record_of(letter: Row[Any]) -> Record:
    """The record as it came from the log."""
    headers = tuple((name, base64.b64decode(value)) for name, value in json.loads(letter.headers))
    return Record(letter.topic, letter.partition, letter.offset, letter.key, letter.value, headers, letter.logged_at)


def blocked(session: ReadSession, consumer: str, subjects: Sequence[str]) -> dict[str, bool]:
    """The aggregates with open letters: True where later events must wait, False where only a version is missing."""
    statement = (
        select(dead_letter.c.aggregate_id, dead_letter.c.reason)
        .where(dead_letter.c.consumer == consumer, dead_letter.c.settled_at.is_(None))
        .distinct()
    )
    result: dict[str, bool] = {}
    for subject, reason in session.execute(each_of(session, statement, dead_letter.c.aggregate_id, subjects)):
        result[subject] = result.get(subject, False) or reason != "version_gap"
    return result


def waiting_for(session: ReadSession, consumer: str, subject: str, *, reason: str) -> Sequence[Row[Any]]:
    """An aggregate's open letters of one reason, by version."""
    statement = (
        select(dead_letter)
        .where(
            dead_letter.c.consumer == consumer,
            dead_letter.c.aggregate_id == subject,
            dead_letter.c.reason == reason,
            dead_letter.c.settled_at.is_(None),
        )
        .order_by(dead_letter.c.aggregate_version, dead_letter.c.id)
    )
    return session.execute(statement).all()


def open_letters(session: ReadSession, consumer: str, *, limit: int = 1000) -> Sequence[Row[Any]]:
    """The open letters of a consumer: by aggregate and version, those that name no aggregate by their place in the log."""
    statement = (
        select(dead_letter)
        .where(dead_letter.c.consumer == consumer, dead_letter.c.settled_at.is_(None))
        .order_by(dead_letter.c.aggregate_id, dead_letter.c.aggregate_version, dead_letter.c.partition, dead_letter.c.offset)
        .limit(limit)
    )
    return session.execute(statement).all()


def settle(session: WriteSession, letter_id: int, *, how: str) -> None:
    """Close a letter: `redriven`, `gap_filled` or `discarded`."""
    session.execute(update(dead_letter).where(dead_letter.c.id == letter_id).values(settled_at=clock.now(), settled_how=how))


def counts(session: ReadSession) -> list[Count]:
    """Open letters by consumer and reason."""
    columns = (dead_letter.c.consumer, dead_letter.c.reason, dead_letter.c.waiting)
    statement = (
        select(*columns, func.count(), func.min(dead_letter.c.recorded_at))
        .where(dead_letter.c.settled_at.is_(None))
        .group_by(*columns)
        .order_by(*columns)
    )
    return [Count(*row) for row in session.execute(statement)]
