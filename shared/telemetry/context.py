"""Which request or event the current work belongs to: W3C trace context and our own correlation, in a contextvar."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

_TRACEPARENT: Final = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Trace:
    """What emitted events and log lines carry on. All three are None outside any request or event."""

    correlation_id: str | None = None
    traceparent: str | None = None
    causation_id: str | None = None

    @property
    def trace_id(self) -> str | None:
        """The 32 hexadecimal digits that name the trace."""
        return self.traceparent[3:35] if self.traceparent else None


NO_TRACE: Final = Trace()
_current: ContextVar[Trace] = ContextVar("hustar_trace", default=NO_TRACE)


def current_trace() -> Trace:
    """The trace of the work at hand, or one whose fields are all None."""
    return _current.get()


@contextmanager
def tracing(trace: Trace) -> Iterator[Trace]:
    """Do the block's work as part of `trace`."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def continue_trace(*, traceparent: str | None, correlation_id: str | None, causation_id: str | None = None) -> Trace:
    """A span of our own within the caller's trace, or a new trace where theirs is missing or malformed.

    Source: W3C Trace Context, 3.2. A correlation id that is not a short plain token is replaced.
    """
    parent = valid_traceparent(traceparent)
    trace_id, flags = (parent[3:35], parent[53:55]) if parent else (secrets.token_hex(16), "00")
    known = correlation_id is not None and _REQUEST_ID.fullmatch(correlation_id)
    return Trace(
        correlation_id=correlation_id if known else secrets.token_hex(12),
        traceparent=f"00-{trace_id}-{secrets.token_hex(8)}-{flags}",
        causation_id=causation_id,
    )


def valid_traceparent(traceparent: str | None) -> str | None:
    """The caller's trace context as we write it, or None where it is missing or malformed."""
    match = _TRACEPARENT.fullmatch(traceparent) if traceparent and len(traceparent) <= 256 else None
    return f"00-{traceparent[3:55]}" if match and traceparent else None
