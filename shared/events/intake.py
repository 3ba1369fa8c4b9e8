"""One batch of records into one transaction: each event once, in version order, what cannot be handled kept aside.

The caller decides what a failure means; here an exception of a handler simply leaves, and nothing of the batch stays.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from shared.crash import crash_point
from shared.db import WriteSession
from shared.db.bulk import bulk_insert, bulk_upsert, each_of
from shared.eventlog.port import Record, TopicPartition
from shared.events import dead_letters
from shared.events.cloudevents import NotAnEvent, from_record
from shared.events.contract import UnknownEvent, event_class
from shared.events.envelope import Envelope
from shared.events.handlers import Delivery, Handlers
from shared.events.offsets import advance, locked_offsets
from shared.events.tables import aggregate_version, inbox
from shared.telemetry.context import Trace
from shared.telemetry.spans import continuing

GAP: Final = "version_gap"


class LogTruncated(Exception):
    """Records that were never read are gone from the log: going on would skip them in silence."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be handled, why, and whom it is about as far as that can be told."""

    record: Record
    reason: str
    detail: str
    envelope: Envelope | None = None

    @property
    def subject(self) -> str | None:
        if self.envelope is not None:
            return self.envelope.subject
        try:
            return self.record.key.decode()[:255] if self.record.key else None
        except UnicodeDecodeError:
            return None


@dataclass(slots=True)
class Outcome:
    """What became of a batch."""

    applied: int = 0
    duplicates: int = 0
    set_aside: int = 0
    waiting: int = 0
    next_offsets: dict[TopicPartition, int] = field(default_factory=dict)


def decode(record: Record) -> Delivery | Broken:
    """The event in a record, or why there is none. Never raises for content."""
    envelope: Envelope | None = None
    try:
        envelope = from_record(record)
        event = event_class(envelope.type).model_validate_json(envelope.data)
    except NotAnEvent as error:
        return Broken(record, "not_an_event", str(error))
    except UnknownEvent:
        return Broken(record, "unknown_type", "this release does not know the type or its version", envelope)
    except ValidationError as error:
        places = ", ".join(
            ".".join(map(str, problem["loc"])) + " " + problem["type"] for problem in error.errors(include_input=False)[:5]
        )
        return Broken(record, "broken_content", places, envelope)
    return Delivery(event, envelope, record)


class Intake:
    """Takes records in for one consumer and one generation of what it builds.

    Events `without` which it is built count as had and have no effect: facts that a restored service has given up.
    """

    def __init__(self, handlers: Handlers, *, name: str, generation: int, without: Container[UUID] = frozenset()) -> None:
        self.handlers = handlers
        self.name = name
        self.without = without
        self.consumer = f"{name}.g{generation}"
        self.generation = generation

    def take(self, session: WriteSession, records: Sequence[Record]) -> Outcome:
        """Apply `records`, which are in offset order per partition, and move the offsets past them."""
        outcome = Outcome()
        fresh = self._fence(session, records, outcome)
        arrivals = [decode(record) for record in fresh]
        _Batch(self, session, outcome).process(arrivals)
        crash_point("consumer.after_effect")
        self._advance(session, fresh, outcome)
        crash_point("consumer.after_offset")
        return outcome

    def set_aside(self, session: WriteSession, record: Record, *, reason: str, detail: str) -> Outcome:
        """Keep one record as a dead letter instead of applying it, and move the offset past it."""
        outcome = Outcome()
        for fresh in self._fence(session, [record], outcome):
            arrival = decode(fresh)
            envelope = arrival.envelope
            dead_letters.keep(session, self.consumer, Broken(fresh, reason, detail, envelope), waiting=False)
            outcome.set_aside += 1
            self._advance(session, [fresh], outcome)
        return outcome

    def reapply(self, session: WriteSession, record: Record) -> Outcome:
        """Apply a record that was set aside, whatever the offset says. Raises what its handler raises."""
        outcome = Outcome()
        _Batch(self, session, outcome, redriving=True).process([decode(record)])
        return outcome

    def _fence(self, session: WriteSession, records: Iterable[Record], outcome: Outcome) -> list[Record]:
        """Lock the offsets of the batch's partitions and drop what somebody has already taken in."""
        by_partition: dict[TopicPartition, list[Record]] = {}
        for record in records:
            by_partition.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        fresh: list[Record] = []
        offsets = locked_offsets(session, self.consumer, sorted(by_partition))
        for partition, expected in offsets.items():
            for record in by_partition[partition]:
                if record.offset < expected:
                    outcome.duplicates += 1
                elif record.offset > expected:
                    raise LogTruncated(f"{partition.topic}[{partition.partition}]: expected {expected}, got {record.offset}")
                else:
                    fresh.append(record)
                    expected += 1
            outcome.next_offsets[partition] = expected
        return fresh

    def _advance(self, session: WriteSession, fresh: Sequence[Record], outcome: Outcome) -> None:
        moved = {TopicPartition(record.topic, record.partition) for record in fresh}
        advance(session, self.consumer, {at: outcome.next_offsets[at] for at in moved})


class _Batch:
    def __init__(self, intake: Intake, session: WriteSession, outcome: Outcome, *, redriving: bool = False) -> None:
        self._intake = intake
        self._session = session
        self._outcome = outcome
        self._redriving = redriving
        self._accepted: list[Delivery] = []
        self._had: list[UUID] = []
        self._seen: set[UUID] = set()
        self._versions: dict[str, int] = {}
        self._changed: set[str] = set()
        self._blocked: dict[str, bool] = {}

    def process(self, arrivals: Sequence[Delivery | Broken]) -> None:
        self._load(arrivals)
        self._prepare(arrivals)
        for arrival in arrivals:
            self._one(arrival)
        self._project()
        self._remember()

    def _load(self, arrivals: Sequence[Delivery | Broken]) -> None:
        deliveries = [arrival for arrival in arrivals if isinstance(arrival, Delivery)]
        consumer = self._intake.consumer
        ids = [delivery.envelope.id for delivery in deliveries]
        if ids:
            taken = select(inbox.c.event_id).where(inbox.c.consumer == consumer)
            self._seen = set(self._session.execute(each_of(self._session, taken, inbox.c.event_id, ids)).scalars())
        subjects = sorted({s for arrival in arrivals if (s := _subject(arrival)) is not None})
        if not subjects:
            return
        columns = aggregate_version.c
        versions = select(columns.aggregate_id, columns.version).where(columns.consumer == consumer)
        found = self._session.execute(each_of(self._session, versions, columns.aggregate_id, subjects))
        self._versions = {row.aggregate_id: row.version for row in found}
        if not self._redriving:
            self._blocked = dead_letters.blocked(self._session, consumer, subjects)

    def _prepare(self, arrivals: Sequence[Delivery | Broken]) -> None:
        events = [arrival.event for arrival in arrivals if isinstance(arrival, Delivery)]
        for preparation in self._intake.handlers.preparations if events else ():
            preparation(self._session, events)

    def _one(self, arrival: Delivery | Broken) -> None:
        if isinstance(arrival, Broken):
            self._keep(arrival, waiting=False)
            return
        envelope = arrival.envelope
        applied = self._versions.get(envelope.subject, 0)
        if envelope.id in self._seen or envelope.aggregateversion <= applied:
            self._outcome.duplicates += 1
        elif self._blocked.get(envelope.subject):
            self._keep(
                Broken(arrival.record, "behind_dead_letter", "an earlier event of the same aggregate was set aside", envelope),
                waiting=True,
            )
        elif envelope.aggregateversion > applied + 1:
            detail = f"version {envelope.aggregateversion} came after version {applied}"
            self._keep(Broken(arrival.record, GAP, detail, envelope), waiting=True)
        else:
            self._step_over(envelope) if envelope.id in self._intake.without else self._apply(arrival)
            if not self._redriving and envelope.subject in self._blocked:
                self._release(envelope.subject)

    def _apply(self, delivery: Delivery) -> None:
        envelope = delivery.envelope
        handlers = self._intake.handlers.for_event(type(delivery.event))
        if handlers:
            trace = Trace(correlation_id=envelope.correlationid, causation_id=str(envelope.id), traceparent=envelope.traceparent)
            with continuing(trace, self._intake.name, delivery.record.topic):
                for handler in handlers:
                    handler(self._session, delivery.event)
        self._accepted.append(delivery)
        self._step_over(envelope)

    def _step_over(self, envelope: Envelope) -> None:
        self._had.append(envelope.id)
        self._seen.add(envelope.id)
        self._versions[envelope.subject] = envelope.aggregateversion
        self._changed.add(envelope.subject)
        self._outcome.applied += 1

    def _keep(self, broken: Broken, *, waiting: bool) -> None:
        dead_letters.keep(self._session, self._intake.consumer, broken, waiting=waiting)
        if broken.subject is not None:
            # Waiting for a missing version blocks nothing that comes in order; a broken event blocks what follows it.
            self._blocked[broken.subject] = self._blocked.get(broken.subject, False) or broken.reason != GAP
        self._outcome.waiting += waiting
        self._outcome.set_aside += not waiting

    def _release(self, subject: str) -> None:
        """The version that others waited for has come: apply those that now follow."""
        for letter in dead_letters.waiting_for(self._session, self._intake.consumer, subject, reason=GAP):
            arrival = decode(dead_letters.record_of(letter))
            if isinstance(arrival, Broken) or arrival.envelope.aggregateversion > self._versions[subject] + 1:
                return
            if arrival.envelope.aggregateversion == self._versions[subject] + 1:
                self._apply(arrival)
            dead_letters.settle(self._session, letter.id, how="gap_filled")

    def _project(self) -> None:
        if self._accepted:
            for projector in self._intake.handlers.projectors:
                projector(self._session, self._accepted, self._intake.generation)

    def _remember(self) -> None:
        consumer = self._intake.consumer
        if self._had:
            bulk_insert(self._session, inbox, ["consumer", "event_id"], [(consumer, id_) for id_ in self._had])
            crash_point("consumer.after_inbox")
            rows = [(consumer, subject, self._versions[subject]) for subject in sorted(self._changed)]
            columns = ["consumer", "aggregate_id", "version"]
            bulk_upsert(self._session, aggregate_version, columns, rows, key=["consumer", "aggregate_id"])


def _subject(arrival: Delivery | Broken) -> str | None:
    return arrival.envelope.subject if isinstance(arrival, Delivery) else arrival.subject
