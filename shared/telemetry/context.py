"""What is being done on whose behalf: carried from the request into the events and on through their handlers."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """`correlation_id` names the whole story, `causation_id` the event that led here, `traceparent` is W3C's."""

    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


_NONE = Trace()
_current: ContextVar[Trace] = ContextVar("trace", default=_NONE)


def current_trace() -> Trace:
    """The story that the running code belongs to; empty outside of any."""
    return _current.get()


@contextmanager
def tracing(trace: Trace) -> Iterator[None]:
    """Run the block as part of `trace`."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)
