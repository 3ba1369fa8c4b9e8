"""Spans: what took how long within whose trace. They cost a look at one variable until something records them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

from sqlalchemy import Engine

from shared.clock import now
from shared.telemetry.context import Trace, current_trace, tracing, valid_traceparent

Attributes = Mapping[str, str | int | float | bool]
_MOST: Final = 128  # links of a span, and spans of its own that one batch may cause


class Kind(StrEnum):
    """Which side of a call a span is on, as OpenTelemetry calls it."""

    INTERNAL = "INTERNAL"
    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span(Protocol):
    """A span that is being recorded, or that was left out by the sampler and only has a name for others."""

    @property
    def traceparent(self) -> str: ...

    def rename(self, name: str) -> None: ...

    def note(self, attributes: Attributes) -> None: ...

    def fail(self, error_type: str) -> None:
        """It went wrong. Never with a text: texts quote what was sent or stored."""
        ...

    def end(self) -> None: ...


class Recorder(Protocol):
    """Whoever records spans."""

    def start(
        self,
        service: str,
        name: str,
        *,
        kind: Kind,
        parent: str | None,
        links: Sequence[str] = (),
        attributes: Attributes | None = None,
        began: int | None = None,
    ) -> Span: ...

    def watch(self, engine: Engine, *, service: str) -> None:
        """Record the statements of `engine` that are part of a sampled trace."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _Recording:
    by: Recorder | None = None


_recording: Final = _Recording()


def record_by(recorder: Recorder | None) -> None:
    """Record spans from now on, or no longer. Databases that are open by then are not watched."""
    _recording.by = recorder


def watch(engine: Engine, *, service: str) -> None:
    """Record what `engine` is asked within sampled traces, if anything records."""
    if _recording.by is not None:
        _recording.by.watch(engine, service=service)


def is_sampled(traceparent: str | None) -> bool:
    """Whether the caller records this trace, and so should we."""
    return traceparent is not None and int(traceparent[53:55] or "0", 16) & 1 == 1


def open_span(
    service: str,
    name: str,
    *,
    kind: Kind,
    parent: str | None,
    links: Sequence[str] = (),
    attributes: Attributes | None = None,
    began: int | None = None,
) -> Span | None:
    """A span that the caller ends; None when nothing records. A root of its own where there is no `parent`."""
    recorder = _recording.by
    if recorder is None:
        return None
    return recorder.start(service, name, kind=kind, parent=parent, links=links, attributes=attributes, began=began)


@contextmanager
def span(
    service: str,
    name: str,
    *,
    kind: Kind = Kind.INTERNAL,
    parent: str | None,
    links: Sequence[str] = (),
    attributes: Attributes | None = None,
) -> Iterator[Span | None]:
    """The block is a span, and what it does is part of it: the current trace goes on from here."""
    opened = open_span(service, name, kind=kind, parent=parent, links=links, attributes=attributes)
    if opened is None:
        yield None
        return
    try:
        with tracing(replace(current_trace(), traceparent=opened.traceparent)):
            yield opened
    except BaseException as error:
        opened.fail(type(error).__qualname__)
        raise
    finally:
        opened.end()


@dataclass(frozen=True, slots=True)
class Member:
    """One message of a batch: in which trace it was made, and where it goes or comes from."""

    traceparent: str | None
    topic: str


@contextmanager
def batch(
    service: str,
    operation: str,
    *,
    kind: Kind,
    members: Iterable[Member],
    each: bool = True,
    attributes: Attributes | None = None,
) -> Iterator[None]:
    """The block handles many messages at once: one span with a link to each sampled one's trace.

    With `each`, every sampled message also gets a span in its own trace once the block is done, so that a trace shows the
    whole way of its message. Source: OpenTelemetry's semantic conventions for messaging, on batches.
    """
    known = list(members) if _recording.by is not None else []  # nobody looks at them otherwise
    sampled = [member for member in known if is_sampled(member.traceparent)][:_MOST]
    if not sampled:
        yield
        return
    began = int(now().timestamp() * 1e9)
    named = _named(operation, {member.topic for member in known})
    noted = {**messaging(operation), **(attributes or {}), "messaging.batch.message_count": len(known)}
    links = [member.traceparent for member in sampled if member.traceparent is not None]
    with span(service, named, kind=kind, parent=None, links=links, attributes=noted) as whole:
        yield
    assert whole is not None
    for member in sampled if each else ():
        own = open_span(
            service,
            f"{operation} {member.topic}",
            kind=kind,
            parent=member.traceparent,
            links=[whole.traceparent],
            attributes=messaging(operation, topic=member.topic),
            began=began,
        )
        if own is not None:
            own.end()


@contextmanager
def continuing(trace: Trace, service: str, topic: str) -> Iterator[None]:
    """The block handles one message as part of the trace that it was made in, with a link to the batch that it came in."""
    whole, parent = current_trace().traceparent, valid_traceparent(trace.traceparent)
    with tracing(trace):
        if parent is None or not is_sampled(parent) or _recording.by is None:
            yield
            return
        links, noted = [whole] if whole else [], messaging("process", topic=topic)
        with span(service, f"process {topic}", kind=Kind.CONSUMER, parent=parent, links=links, attributes=noted):
            yield


def messaging(operation: str, *, topic: str | None = None) -> Attributes:
    """The attributes that every span about messages has."""
    found = {"messaging.system": "kafka", "messaging.operation.name": operation, "messaging.operation.type": operation}
    return found | {"messaging.destination.name": topic} if topic else found


def _named(operation: str, topics: set[str]) -> str:
    return f"{operation} {topics.pop()}" if len(topics) == 1 else operation
