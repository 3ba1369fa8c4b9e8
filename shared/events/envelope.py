"""An event on its way: the content's bytes and the CloudEvents attributes around them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event as it leaves the outbox and as it arrives. `data` is UTF-8 JSON; `time` is when it was recorded (UTC)."""

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    dataschema: str
    aggregateversion: int
    data: bytes
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None
