"""Events to measure with: enrolments as trainees emits them, each step of one for every enrolment before the next step."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from shared import clock
from shared.contracts.trainees import (
    EnrolmentApplied,
    EnrolmentCompleted,
    EnrolmentEnrolled,
    EnrolmentEvent,
    EnrolmentSelected,
    TrainingStarted,
)
from shared.eventlog.port import Message
from shared.events.cloudevents import to_message
from shared.events.envelope import Envelope
from shared.ids import new_id

STEPS: Final[tuple[type[EnrolmentEvent], ...]] = (
    EnrolmentApplied,
    EnrolmentSelected,
    EnrolmentEnrolled,
    TrainingStarted,
    EnrolmentCompleted,
)
AGGREGATE: Final = EnrolmentApplied.aggregate_type()
_FIELDS: Final = ("robot", "medical", "future_mobility", "ict", "water")
_BEGINNING: Final = date(2024, 3, 4)


def envelopes(count: int) -> list[Envelope]:
    """`count` events of new enrolments, in an order in which they may be published.

    Neighbours belong to different enrolments: a batch has as many aggregates as events, which is the dear case.
    """
    people = [_Enrolment(number) for number in range(-(-count // len(STEPS)))]
    every = ((person, number) for number in range(len(STEPS)) for person in people)
    return [person.event(number) for person, number in islice(every, count)]


def messages(all_envelopes: Sequence[Envelope], *, topic: str) -> list[Message]:
    return [to_message(envelope, topic=topic) for envelope in all_envelopes]


class _Enrolment:
    def __init__(self, number: int) -> None:
        self.enrolment_id = new_id()
        self.person_id = new_id()
        self.field = _FIELDS[number % len(_FIELDS)]
        self.cohort_id, self.program_id, self.university_id = _places(self.field)

    def event(self, step: int) -> Envelope:
        event = STEPS[step](
            enrolment_id=self.enrolment_id,
            person_id=self.person_id,
            cohort_id=self.cohort_id,
            program_id=self.program_id,
            university_id=self.university_id,
            field=self.field,
            effective_on=_BEGINNING + timedelta(days=30 * step),
        )
        return Envelope(
            id=new_id(),
            type=event.type(),
            source=f"/services/{event.service}",
            subject=str(self.enrolment_id),
            time=clock.now(),
            dataschema=event.dataschema(),
            aggregateversion=step + 1,
            data=event.model_dump_json().encode(),
            correlationid=new_id().hex,
            traceparent=f"00-{new_id().hex}-{new_id().hex[16:]}-00",
        )


def _places(field: str, *, known: dict[str, tuple[UUID, UUID, UUID]] = {}) -> tuple[UUID, UUID, UUID]:  # noqa: B006
    """One cohort, program and university per field."""
    return known.setdefault(field, (new_id(), new_id(), new_id()))


def outbox_rows(all_envelopes: Sequence[Envelope]) -> Iterator[tuple[object, ...]]:
    """The same as rows of the outbox, in the order of shared.events.outbox's columns."""
    for envelope in all_envelopes:
        yield (
            envelope.id, AGGREGATE, envelope.subject, envelope.type, envelope.data.decode(), envelope.source,
            envelope.dataschema, envelope.aggregateversion, envelope.time, envelope.correlationid, envelope.causationid,
            envelope.traceparent,
        )  # fmt: skip
