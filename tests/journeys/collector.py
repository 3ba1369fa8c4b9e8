"""A collector for tests: takes OTLP over HTTP as a real one does, decodes the protobuf, and keeps spans and log lines."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse


@dataclass(frozen=True, slots=True)
class Received:
    """One span as it arrived."""

    service: str
    name: str
    kind: int
    trace_id: str
    span_id: str
    parent_id: str
    links: tuple[tuple[str, str], ...]
    attributes: dict[str, Any]
    failed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One log line as it arrived."""

    service: str
    trace_id: str
    severity: str
    body: str


@dataclass(slots=True)
class Collector:
    """`text` is everything that was sent, for those who look for what must not be in it."""

    endpoint: str
    spans: list[Received] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def of_trace(self, trace_id: str) -> list[Received]:
        return [span for span in self.spans if span.trace_id == trace_id]


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector at an address of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.collector = Collector(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.collector  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known = {"/v1/traces": _keep_spans, "/v1/logs": _keep_lines}
        right = self.path in known and self.headers["Content-Type"] == "application/x-protobuf"
        if right:
            known[self.path](body, self.server.collector)  # type: ignore[attr-defined]
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200 if right else 400)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        return


def _keep_lines(body: bytes, collector: Collector) -> None:
    request: Any = ExportLogsServiceRequest.FromString(body)
    for resource in request.resource_logs:
        service = _attributes(resource.resource.attributes)["service.name"]
        for scope in resource.scope_logs:
            for each in scope.log_records:
                line = Line(service, each.trace_id.hex(), each.severity_text, each.body.string_value)
                collector.lines.append(line)


def _keep_spans(body: bytes, collector: Collector) -> None:
    request: Any = ExportTraceServiceRequest.FromString(body)
    collector.text.append(str(request))
    for resource in request.resource_spans:
        service = _attributes(resource.resource.attributes)["service.name"]
        for scope in resource.scope_spans:
            for span in scope.spans:
                received = Received(
                    service=service,
                    name=span.name,
                    kind=span.kind,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
                    attributes=_attributes(span.attributes),
                    failed=span.status.code == 2,
                )
                collector.spans.append(received)


def _attributes(given: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in given}
