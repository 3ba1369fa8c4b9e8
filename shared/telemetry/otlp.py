"""Spans to an OpenTelemetry collector, over OTLP. The only module that knows the SDK: imported only where one is configured."""

import os
import re
import uuid
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import Attributes as SdkAttributes
from sqlalchemy import Connection, Engine, event

from shared.settings import Settings, SettingsError
from shared.telemetry.context import current_trace
from shared.telemetry.spans import Attributes, Kind, Recorder, Span, is_sampled, record_by

_SCOPE: Final = "hustar-tracker"
_OPERATION: Final = re.compile(r"\s*(\w+)")
_TARGET: Final = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+(?:ONLY\s+)?"?(\w+)', re.IGNORECASE)
_SYSTEMS: Final = {"postgresql": "postgresql", "sqlite": "sqlite"}


def export_spans(settings: Settings) -> Recorder:
    """Record spans and send them where the standard OTEL_EXPORTER_OTLP_* variables say, until the recorder is closed."""
    recorder = OtlpRecorder(settings)
    record_by(recorder)
    return recorder


class OtlpRecorder:
    """One provider per service, for `service.name` belongs to a resource; all send through one queue."""

    def __init__(self, settings: Settings) -> None:
        self._environment = settings.environment.value
        self._instance = str(uuid.uuid4())
        self._sampler = Linked(_root_sampler(settings.trace_share))
        self._processor = BatchSpanProcessor(OTLPSpanExporter())
        self._providers: dict[str, TracerProvider] = {}
        self._tracers: dict[str, trace.Tracer] = {}

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
    ) -> Span:
        opened = self._tracer(service).start_span(
            name,
            context=trace.set_span_in_context(NonRecordingSpan(span_context(parent)), Context()) if parent else Context(),
            kind=SpanKind[kind.value],
            attributes=dict(attributes or {}),
            links=[Link(span_context(each)) for each in links],
            start_time=began,
        )
        return OtlpSpan(opened)

    def watch(self, engine: Engine, *, service: str) -> None:
        system = _SYSTEMS.get(engine.dialect.name, engine.dialect.name)
        namespace = service if system == "sqlite" else engine.url.database or ""

        def before(_connection: Connection, _cursor: Any, statement: str, _given: Any, context: Any, _many: bool) -> None:
            parent = current_trace().traceparent
            if context is None or not is_sampled(parent):
                return
            operation, target = _summary(statement)
            noted: dict[str, str] = {"db.system.name": system, "db.namespace": namespace, "db.operation.name": operation}
            if target:
                noted |= {"db.collection.name": target}
            name = f"{operation} {target}".strip()
            context.hustar_span = self.start(
                service, name, kind=Kind.CLIENT, parent=parent, attributes={**noted, "db.query.summary": name}
            )

        def after(_connection: Connection, _cursor: Any, _statement: str, _given: Any, context: Any, _many: bool) -> None:
            _end(context, None)

        def failed(fault: Any) -> None:
            _end(fault.execution_context, fault.original_exception)

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        event.listen(engine, "handle_error", failed)

    def flush(self) -> None:
        """Send what waits."""
        self._processor.force_flush()

    def close(self) -> None:
        """Send what waits, and record nothing more."""
        record_by(None)
        self._processor.shutdown()  # type: ignore[no-untyped-call]

    def _tracer(self, service: str) -> trace.Tracer:
        if service not in self._tracers:
            resource = Resource.create(
                {
                    "service.name": f"hustar-{service}",
                    "service.namespace": "hustar",
                    "service.version": version("hustar-tracker"),
                    "service.instance.id": self._instance,
                    "deployment.environment.name": self._environment,
                }
            )
            provider = TracerProvider(sampler=self._sampler, resource=resource, shutdown_on_exit=False)
            provider.add_span_processor(self._processor)
            self._providers[service] = provider
            self._tracers[service] = provider.get_tracer(_SCOPE, version("hustar-tracker"))
        return self._tracers[service]


class OtlpSpan:
    """One span of the SDK."""

    def __init__(self, opened: trace.Span) -> None:
        self._span = opened

    @property
    def traceparent(self) -> str:
        context = self._span.get_span_context()
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, attributes: Attributes) -> None:
        self._span.set_attributes(dict(attributes))

    def fail(self, error_type: str) -> None:
        self._span.set_attribute("error.type", error_type)
        self._span.set_status(Status(StatusCode.ERROR))

    def end(self) -> None:
        self._span.end()


class Linked(sampling.Sampler):
    """What is linked to a sampled trace is sampled as well: a batch belongs to the traces of its messages."""

    def __init__(self, otherwise: sampling.Sampler) -> None:
        self._otherwise = otherwise

    def should_sample(  # noqa: PLR0917 - the SDK calls it by place
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: SdkAttributes = None,
        links: Sequence[Link] | None = None,
        trace_state: trace.TraceState | None = None,
    ) -> sampling.SamplingResult:
        if any(link.context.trace_flags.sampled for link in links or ()):
            return sampling.SamplingResult(sampling.Decision.RECORD_AND_SAMPLE, attributes)
        return self._otherwise.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"Linked{{{self._otherwise.get_description()}}}"


def _root_sampler(share: float) -> sampling.Sampler:
    """What OTEL_TRACES_SAMPLER names; without it a share of all traces that begin here, while callers decide for theirs."""
    roots = {
        "always_on": sampling.ALWAYS_ON,
        "always_off": sampling.ALWAYS_OFF,
        "traceidratio": sampling.TraceIdRatioBased(share),
    }
    name = os.environ.get("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    root = roots.get(name.removeprefix("parentbased_"))
    if root is None:
        raise SettingsError(f"OTEL_TRACES_SAMPLER: one of {', '.join(roots)}, with or without parentbased_ in front")
    return sampling.ParentBased(root) if name.startswith("parentbased_") else root


def span_context(traceparent: str) -> SpanContext:
    """What the SDK calls a W3C trace context of ours."""
    return SpanContext(
        trace_id=int(traceparent[3:35], 16),
        span_id=int(traceparent[36:52], 16),
        is_remote=True,
        trace_flags=TraceFlags(int(traceparent[53:55], 16)),
    )


@lru_cache(maxsize=2048)
def _summary(statement: str) -> tuple[str, str]:
    """What a statement does and to which table: never its text."""
    operation, target = _OPERATION.match(statement), _TARGET.search(statement)
    return (operation[1].upper() if operation else "SQL"), (target[1] if target else "")


def _end(context: Any, error: BaseException | None) -> None:
    opened: Span | None = getattr(context, "hustar_span", None)
    if opened is not None:
        if error is not None:
            opened.fail(type(error).__qualname__)
        opened.end()
        context.hustar_span = None
