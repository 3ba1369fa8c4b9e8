"""Structured logs: one JSON object per line on stderr, with the trace it belongs to and nothing personal."""

import logging
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final, TextIO

import orjson
import structlog

from shared.clock import now
from shared.telemetry.context import current_trace

_FRAMES: Final = 20
_LEVELS: Final[Mapping[str, int]] = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}
_CHATTY: Final = ("httpx", "httpcore", "uvicorn.access")  # they log whole addresses, queries included
Event = MutableMapping[str, Any]


def _stamp(_logger: object, _method: str, event: Event) -> Event:
    event["time"] = now().isoformat()
    trace = current_trace()
    if trace.traceparent:
        event["trace_id"] = trace.trace_id
        event["correlation_id"] = trace.correlation_id
    return event


def describe(error: BaseException) -> dict[str, object]:
    """An exception for the log: its type, its causes' types and where it happened.

    Never its text: drivers and parsers put stored and sent values into their messages.
    """
    chain: list[str] = []
    link: BaseException | None = error
    while link is not None and len(chain) < 5:
        chain.append(f"{type(link).__module__}.{type(link).__qualname__}")
        link = link.__cause__ or link.__context__
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = [f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    described: dict[str, object] = {"types": chain, "where": where}
    sqlstate = getattr(getattr(error, "orig", error), "sqlstate", None)
    if sqlstate:
        described["sqlstate"] = sqlstate
    return described


def _describe_exception(_logger: object, _method: str, event: Event) -> Event:
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given is True else None
    if isinstance(given, tuple):
        error = given[1]
    if error is not None:
        event["error"] = describe(error)
    return event


Copy = Callable[[Event, str], None]
_copies: Final[list[Copy]] = []


def copy_lines(to: Copy | None) -> None:
    """Give every line, and what it was made of, to `to` as well; None: to nobody."""
    _copies[:] = [to] if to is not None else []


def _to_json(_logger: object, _method: str, event: Event) -> str:
    line = orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
    for copy in _copies:
        copy(event, line)
    return line


class _CurrentStderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at the moment: a test runner, or a command inside another, may replace it."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _value: TextIO) -> None: ...


def configure_logging(*, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send our log lines and those of libraries to `stream` (stderr) as JSON. Calling it again replaces the settings."""
    shared: list[Any] = [structlog.stdlib.add_log_level, _stamp, _describe_exception]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *shared, _to_json],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream) if stream else _CurrentStderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _to_json],
        )
    )
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(_LEVELS[level], logging.INFO))
