"""The way of the events: everything that happened is on the log once or more, and was taken in once by who listens."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from services.composition.runtime import ServiceRuntime, consumer_lag
from shared.db import Database
from shared.eventlog import topic_for
from shared.eventlog.port import EventLog, Record
from shared.events.cloudevents import NotAnEvent, from_record
from shared.events.consumer import state
from shared.events.tables import dead_letter, inbox, outbox

Versions = dict[str, dict[str, set[int]]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Two places that should agree and do not."""

    what: str
    where: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Logged:
    """What is on the log: the versions of every aggregate by type and id, and the ids of all events by topic."""

    versions: Versions
    ids: Mapping[str, set[UUID]]
    records: int
    strangers: int


def waiting(services: Sequence[ServiceRuntime], event_log: EventLog, prefix: str) -> dict[str, int]:
    """What has not arrived yet: rows in outboxes and records that consumers have not taken in; empty at rest."""
    result: dict[str, int] = {}
    for service in services:
        name = service.definition.name
        result[f"{name} outbox"] = _count(service.database, outbox)
        topics = topics_of(service, prefix)
        if topics:
            lag = consumer_lag(service, event_log, topics=topics)
            result[f"{name} consumer"] = sum(end - position for position, end in lag.values())
    return {where: count for where, count in result.items() if count}


def topics_of(service: ServiceRuntime, prefix: str) -> list[str]:
    """The topics that a service listens to."""
    return sorted(topic_for(prefix, aggregate) for aggregate in service.definition.handlers.aggregate_types)


def read_log(event_log: EventLog, prefix: str) -> Logged:
    """Read every topic of this installation from its beginning to its end."""
    versions: Versions = defaultdict(lambda: defaultdict(set))
    ids: dict[str, set[UUID]] = defaultdict(set)
    records = strangers = 0
    for record in _records(event_log, prefix):
        records += 1
        try:
            envelope = from_record(record)
        except NotAnEvent:
            strangers += 1
            continue
        aggregate_type = ".".join(record.topic.split(".")[-3:-1])
        versions[aggregate_type][envelope.subject].add(envelope.aggregateversion)
        ids[record.topic].add(envelope.id)
    return Logged(versions, ids, records, strangers)


def compare_versions(
    logged: Logged, held: Iterable[tuple[str, UUID, int]], *, given_up: Container[tuple[str, str]] = frozenset()
) -> Iterator[Finding]:
    """Every aggregate that a service holds has the versions 1 to its own on the log, no more and no fewer.

    Things `given_up`, as type and id, may be on the log alone: their service was restored from before they were there.
    """
    seen: set[tuple[str, str]] = set()
    for aggregate_type, id_, version in held:
        seen.add((aggregate_type, str(id_)))
        found = logged.versions.get(aggregate_type, {}).get(str(id_), set())
        if found != set(range(1, version + 1)):
            yield Finding("events of an aggregate", f"{aggregate_type} {id_}", f"1..{version}", _span(found))
    types = {aggregate_type for aggregate_type, _ in seen}
    for aggregate_type in types:
        for subject in logged.versions.get(aggregate_type, {}):
            if (aggregate_type, subject) not in seen and (aggregate_type, subject) not in given_up:
                yield Finding("an aggregate on the log that no service holds", f"{aggregate_type} {subject}", "a row", "none")


def compare_intake(logged: Logged, service: ServiceRuntime, prefix: str) -> Iterator[Finding]:
    """Every event on a service's topics is in its inbox, or among its open dead letters, and nothing else is."""
    name = service.definition.name
    on_log = {id_ for topic in topics_of(service, prefix) for id_ in logged.ids.get(topic, ())}
    with service.database.read() as session:
        generation, stopped = state(session, name)
        consumer = f"{name}.g{generation}"
        taken = set(session.execute(select(inbox.c.event_id).where(inbox.c.consumer == consumer)).scalars())
        letters = select(func.count()).where(dead_letter.c.consumer == consumer, dead_letter.c.settled_at.is_(None))
        aside = session.execute(letters).scalar_one()
    if stopped:
        yield Finding("a consumer", name, "running", f"stopped: {stopped}")
    if len(on_log - taken) > aside:
        yield Finding("events taken in or set aside", name, len(on_log), f"{len(taken & on_log)} and {aside}")
    if aside:
        yield Finding("dead letters", name, 0, aside)
    if taken - on_log:
        yield Finding("events taken in that are not on the log", name, 0, len(taken - on_log))


def _records(event_log: EventLog, prefix: str) -> Iterator[Record]:
    topics = sorted(name for name in event_log.topics() if name.startswith(f"{prefix}."))
    for partition, end in sorted(event_log.end_offsets(topics).items()):
        position = 0
        while position < end:
            batch = event_log.read(partition, position, max_records=2000)
            if not batch:
                break
            yield from batch
            position = batch[-1].offset + 1


def _count(database: Database, table: object) -> int:
    with database.read() as session:
        number: int = session.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
        return number


def _span(versions: set[int]) -> str:
    return "none" if not versions else f"{len(versions)} versions from {min(versions)} to {max(versions)}"
