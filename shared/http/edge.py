"""The outermost layer of every service: trace and request ids, security headers, access log, metrics, last resort."""

from dataclasses import replace
from time import perf_counter
from typing import Any, Final

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.kernel import Exchange
from shared.http.refusing import Refusing, refuse_whoever
from shared.telemetry.context import continue_trace, tracing, valid_traceparent
from shared.telemetry.logs import describe
from shared.telemetry.metrics import ACTIVE, known_method, observe
from shared.telemetry.spans import Kind, Span, open_span

log = structlog.get_logger()

_QUIET: Final = frozenset({"/startupz", "/livez", "/readyz", "/metrics"})
_PLAIN: Final = _QUIET | {"/openapi.json"}
_SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"


class BrokenAnswer(Exception):
    """An answer that had begun could not be completed: the connection is cut. Says nothing of why."""


class Edge:
    """Pure ASGI. What an inner layer has set in its answer stays as it is set there."""

    def __init__(self, app: ASGIApp, *, service: str, secure: bool, refusing: Refusing | None = None) -> None:
        self.app = app
        self.refusing = refusing
        self.service = service
        defaults = {**_SECURITY, "Strict-Transport-Security": _HSTS} if secure else _SECURITY
        self.defaults = [(name.lower().encode(), value.encode()) for name, value in defaults.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        caller = headers.get("traceparent")
        trace = continue_trace(traceparent=caller, correlation_id=headers.get("x-request-id"))
        span = None if scope["path"] in _QUIET else self._span(scope, valid_traceparent(caller))
        if span is not None:
            trace = replace(trace, traceparent=span.traceparent)
        exchange = Exchange(headers={"X-Request-Id": trace.correlation_id or "", "traceparent": trace.traceparent or ""})
        scope["hustar"] = exchange
        with tracing(trace):
            await self._exchange(scope, receive, send, exchange, span)

    def _span(self, scope: Scope, caller: str | None) -> Span | None:
        noted = {"http.request.method": known_method(scope["method"]), "url.scheme": scope.get("scheme", "http")}
        return open_span(self.service, noted["http.request.method"], kind=Kind.SERVER, parent=caller, attributes=noted)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send, exchange: Exchange, span: Span | None) -> None:
        start = perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._complete(message, exchange)
            await send(message)

        active = ACTIVE.labels(self.service)
        active.inc()
        try:
            await self.app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - the last resort
            if status:
                log.error("broken_answer", error=describe(error))
                raise BrokenAnswer from None  # the server logs what it gets, text and all
            response = refuse_whoever(Request(scope), error, self.refusing)
            await response(scope, receive, answer)
        finally:
            active.dec()
            self._record(scope, exchange, span, status=status or 499, seconds=perf_counter() - start)

    def _complete(self, message: Message, exchange: Exchange) -> None:
        headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
        given = {name for name, _ in headers}
        headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in exchange.headers.items()]
        headers += [default for default in self.defaults if default[0] not in given]
        message["headers"] = headers

    def _record(self, scope: Scope, exchange: Exchange, span: Span | None, *, status: int, seconds: float) -> None:
        route = scope["path"] if scope["path"] in _PLAIN else getattr(scope.get("route"), "path", "unmatched")
        observe(service=self.service, method=scope["method"], route=route, status=status, seconds=seconds)
        if span is not None:
            _end(span, known_method(scope["method"]), route=route, status=status)
        if route in _QUIET:
            return
        line: dict[str, Any] = {
            "service": self.service,
            "method": scope["method"],
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 2),
        }
        log.info("request", **line, client=exchange.client)


def _end(span: Span, method: str, *, route: str, status: int) -> None:
    """Name the span by its route. The path itself stays out: it bears the ids of persons."""
    span.rename(f"{method} {route}")
    span.note({"http.route": route, "http.response.status_code": status})
    if status >= 500:
        span.fail(str(status))
    span.end()
