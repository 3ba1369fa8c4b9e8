"""Log lines to an OpenTelemetry collector as well, over OTLP, each with its trace. Imported only where one is configured."""

from importlib.metadata import version
from typing import Any, Final

from opentelemetry import trace
from opentelemetry._logs import SeverityNumber
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import NonRecordingSpan

from shared.settings import Settings
from shared.telemetry.context import current_trace
from shared.telemetry.logs import Event, copy_lines
from shared.telemetry.otlp import span_context

_SEVERITY: Final = {
    "debug": SeverityNumber.DEBUG,
    "info": SeverityNumber.INFO,
    "warning": SeverityNumber.WARN,
    "error": SeverityNumber.ERROR,
    "critical": SeverityNumber.FATAL,
}


class OtlpLogs:
    """Sends every line that is logged, exactly as it is written to stderr: what is not there is not here either."""

    def __init__(self, settings: Settings, *, service: str) -> None:
        resource = {
            "service.name": service,
            "service.namespace": "hustar",
            "service.version": version("hustar-tracker"),
            "deployment.environment.name": settings.environment.value,
        }
        self._provider = LoggerProvider(Resource.create(resource), shutdown_on_exit=False)
        self._provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
        self._logger = self._provider.get_logger("hustar-tracker")
        copy_lines(self._send)

    def close(self) -> None:
        """Send what waits, and copy no more."""
        copy_lines(None)
        self._provider.shutdown()

    def _send(self, event: Event, line: str) -> None:
        if str(event.get("logger", "")).startswith(("opentelemetry", "urllib3", "requests")):
            return  # what the exporter says of itself would be exported again, for ever
        level = str(event.get("level", "info"))
        noted: dict[str, Any] = {name: str(event[name]) for name in ("service", "correlation_id") if event.get(name)}
        parent = current_trace().traceparent
        within = trace.set_span_in_context(NonRecordingSpan(span_context(parent)), Context()) if parent else Context()
        self._logger.emit(
            context=within,
            severity_number=_SEVERITY.get(level, SeverityNumber.INFO),
            severity_text=level,
            body=line,
            attributes=noted,
        )
