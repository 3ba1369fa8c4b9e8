"""Spans: who is recorded, whose child is whose, and what they never say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.db import Database
from shared.settings import Settings, SettingsError, load_settings
from shared.telemetry.context import Trace, current_trace, tracing
from shared.telemetry.otlp import OtlpRecorder, export_spans
from shared.telemetry.spans import Kind, Member, batch, continuing, is_sampled, open_span, span
from tests.journeys.collector import Collector, collecting

SAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
UNSAMPLED = "00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        yield collector


@pytest.fixture
def recorder(collector: Collector) -> Iterator[OtlpRecorder]:
    recorder = recording(load_settings(trace_share=0.0))
    yield recorder
    recorder.close()


def recording(settings: Settings) -> OtlpRecorder:
    recorder = export_spans(settings)
    assert isinstance(recorder, OtlpRecorder)
    return recorder


def test_without_a_recorder_nothing_is_opened_and_the_trace_stays() -> None:
    assert open_span("notes", "GET", kind=Kind.SERVER, parent=SAMPLED) is None
    with tracing(Trace(traceparent=SAMPLED)), span("notes", "x", parent=SAMPLED) as opened:
        assert opened is None
        assert current_trace().traceparent == SAMPLED
    with batch("notes", "process", kind=Kind.CONSUMER, members=[Member(SAMPLED, "t")]):
        assert current_trace().traceparent is None


def test_what_a_caller_records_is_recorded_and_what_begins_here_by_share(collector: Collector, recorder: OtlpRecorder) -> None:
    with span("notes", "wanted", parent=SAMPLED) as wanted, span("notes", "left out", parent=UNSAMPLED) as left:
        assert wanted is not None
        assert left is not None
        assert (is_sampled(wanted.traceparent), is_sampled(left.traceparent)) == (True, False)
        assert left.traceparent[3:35] == UNSAMPLED[3:35]
    with span("notes", "begun here", parent=None):
        assert not is_sampled(current_trace().traceparent)
    recorder.flush()
    assert [(each.name, each.parent_id) for each in collector.spans] == [("wanted", SAMPLED[36:52])]


def test_a_failure_is_told_by_its_type_only(collector: Collector, recorder: OtlpRecorder) -> None:
    with pytest.raises(ValueError, match="Canary"), span("notes", "fails", parent=SAMPLED):
        raise ValueError("CanaryName")
    recorder.flush()
    (failed,) = collector.spans
    assert failed.failed
    assert failed.attributes["error.type"] == "ValueError"
    assert "Canary" not in "".join(collector.text)


def test_statements_are_spans_of_sampled_traces_by_verb_and_table(
    collector: Collector, recorder: OtlpRecorder, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'notes.db'}", service="notes")
    try:
        with database.write() as session:
            session.execute(text("CREATE TABLE note (title TEXT UNIQUE)"))
        with tracing(Trace(traceparent=SAMPLED)):
            with database.write() as session:
                session.execute(text("INSERT INTO note VALUES (:title)"), {"title": "CanaryName"})
            with pytest.raises(Exception, match="UNIQUE"), database.write() as session:
                session.execute(text("INSERT INTO note VALUES ('CanaryName')"))
        with tracing(Trace(traceparent=UNSAMPLED)), database.read() as session:
            session.execute(text("SELECT title FROM note"))
    finally:
        database.close()
    recorder.flush()
    inserted = [each for each in collector.spans if each.name == "INSERT note"]
    assert [each.failed for each in inserted] == [False, True]
    assert inserted[0].attributes.items() >= {"db.system.name": "sqlite", "db.collection.name": "note"}.items()
    assert {each.trace_id for each in collector.spans} == {SAMPLED[3:35]}
    assert "Canary" not in "".join(collector.text)


def test_a_batch_is_recorded_when_one_of_its_messages_is(collector: Collector, recorder: OtlpRecorder) -> None:
    with batch("notes", "process", kind=Kind.CONSUMER, members=[Member(UNSAMPLED, "a"), Member(None, "b")]):
        assert current_trace().traceparent is None
    members = [Member(SAMPLED, "a"), Member(UNSAMPLED, "b"), Member(None, "b")]
    with batch("notes", "process", kind=Kind.CONSUMER, members=members):
        with continuing(Trace(traceparent=SAMPLED, correlation_id="c"), "notes", "a"):
            assert current_trace().correlation_id == "c"
        with continuing(Trace(traceparent=UNSAMPLED), "notes", "b"):
            assert current_trace().traceparent == UNSAMPLED
    recorder.flush()
    by_name = {(each.name, each.trace_id == SAMPLED[3:35]): each for each in collector.spans}
    whole = by_name["process", False]
    assert whole.attributes["messaging.batch.message_count"] == 3
    assert whole.links == ((SAMPLED[3:35], SAMPLED[36:52]),)
    own = [each for each in collector.spans if each.name == "process a"]
    assert all(each.links == ((whole.trace_id, whole.span_id),) for each in own)
    assert len(own) == 2
    assert len(collector.spans) == 3


@pytest.mark.parametrize(
    ("sampler", "recorded"), [("always_on", True), ("parentbased_always_off", False), ("traceidratio", True)]
)
def test_the_standard_variable_names_the_sampler(
    sampler: str, recorded: bool, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    recorder = recording(load_settings(trace_share=1.0))
    with span("notes", "begun here", parent=None):
        pass
    recorder.close()
    assert [each.name for each in collector.spans] == (["begun here"] if recorded else [])


def test_a_sampler_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "jaeger_remote")
    with pytest.raises(SettingsError, match="OTEL_TRACES_SAMPLER"):
        export_spans(load_settings())


def test_an_endpoint_without_a_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    assert load_settings().otlp_endpoint is None
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")
    with pytest.raises(SettingsError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        load_settings()
