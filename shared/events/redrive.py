"""Redrive: what was set aside goes through the same handler again, per aggregate in version order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import Row, select, update

from shared.db import Database, WriteSession
from shared.db.errors import is_transient
from shared.eventlog.port import TopicPartition
from shared.events import dead_letters
from shared.events.consumer import explain, state
from shared.events.handlers import Handlers
from shared.events.intake import Broken, Intake, decode
from shared.events.offsets import locked_offsets
from shared.events.tables import aggregate_version, dead_letter

log = structlog.get_logger()


@dataclass(slots=True)
class Redriven:
    """What a redrive did: letters settled, letters that failed again with their reason, letters still behind those."""

    settled: int = 0
    failed: list[tuple[int, str]] = field(default_factory=list)
    waiting: int = 0


def redrive(database: Database, handlers: Handlers, *, name: str) -> Redriven:
    """Try every open letter of a consumer again. Safe beside the running consumer and safe to repeat."""
    with database.read() as session:
        generation, _ = state(session, name)
        letters = dead_letters.open_letters(session, f"{name}.g{generation}", limit=100_000)
    result = Redriven()
    intake = Intake(handlers, name=name, generation=generation)
    for aggregate, group in groupby(letters, key=lambda letter: letter.aggregate_id or f"#{letter.id}"):
        _redrive_aggregate(database, intake, list(group), result)
        log.info("aggregate_redriven", consumer=name, aggregate=aggregate)
    return result


def discard(database: Database, letter_ids: Iterable[int]) -> int:
    """Give letters up for good: what follows them may go on at the next redrive. Returns how many were open."""

    def unit(session: WriteSession) -> int:
        count = 0
        for letter_id in letter_ids:
            letter = _locked(session, letter_id)
            if letter is not None:
                dead_letters.settle(session, letter_id, how="discarded")
                _step_over(session, letter)
                count += 1
        return count

    return database.run(unit, idempotent=True)


def _redrive_aggregate(database: Database, intake: Intake, letters: list[Row[Any]], result: Redriven) -> None:
    for position, letter in enumerate(letters):
        failure = _redrive_one(database, intake, letter)
        if failure is None:
            result.settled += 1
            continue
        result.failed.append((letter.id, failure))
        result.waiting += len(letters) - position - 1
        return


def _redrive_one(database: Database, intake: Intake, letter: Row[Any]) -> str | None:
    arrival = decode(dead_letters.record_of(letter))
    if isinstance(arrival, Broken):
        return arrival.reason
    try:
        return database.run(lambda session: _reapply(session, intake, letter), idempotent=True)
    except Exception as error:
        if is_transient(error):
            raise
        return explain(error)[0]


def _reapply(session: WriteSession, intake: Intake, letter: Row[Any]) -> str | None:
    # The partition's offset row is locked first, so that the running consumer cannot put a letter behind this one.
    locked_offsets(session, intake.consumer, [TopicPartition(letter.topic, letter.partition)])
    if _locked(session, letter.id) is None:
        return None
    missing = _missing_before(session, intake.consumer, letter)
    if missing:
        return "version_gap"
    intake.reapply(session, dead_letters.record_of(letter))
    dead_letters.settle(session, letter.id, how="redriven")
    return None


def _locked(session: WriteSession, letter_id: int) -> Row[Any] | None:
    statement = select(dead_letter).where(dead_letter.c.id == letter_id, dead_letter.c.settled_at.is_(None)).with_for_update()
    return session.execute(statement).one_or_none()


def _missing_before(session: WriteSession, consumer: str, letter: Row[Any]) -> bool:
    arrival = decode(dead_letters.record_of(letter))
    if isinstance(arrival, Broken):
        return False
    applied = select(aggregate_version.c.version).where(
        aggregate_version.c.consumer == consumer, aggregate_version.c.aggregate_id == arrival.envelope.subject
    )
    return arrival.envelope.aggregateversion > (session.execute(applied).scalar() or 0) + 1


def _step_over(session: WriteSession, letter: Row[Any]) -> None:
    """A discarded version counts as had, so that the versions after it are not waiting for it."""
    if letter.aggregate_version is None or letter.aggregate_id is None:
        return
    where = (aggregate_version.c.consumer == letter.consumer, aggregate_version.c.aggregate_id == letter.aggregate_id)
    known = session.execute(select(aggregate_version.c.version).where(*where).with_for_update()).scalar()
    if known is None:
        session.execute(
            aggregate_version.insert().values(
                consumer=letter.consumer, aggregate_id=letter.aggregate_id, version=letter.aggregate_version
            )
        )
    elif known == letter.aggregate_version - 1:
        session.execute(update(aggregate_version).where(*where).values(version=known + 1))
