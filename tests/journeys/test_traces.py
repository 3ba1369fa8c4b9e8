"""On Kafka and PostgreSQL one enrolment is followed from the request through outbox, log and consumers to the indicator.

The same is checked on the embedded engines by the story in which nobody is named.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.settings import SERVICES, Settings
from shared.telemetry.otlp import OtlpRecorder, export_spans
from tests.journeys.collector import Collector, Received, collecting
from tests.journeys.test_from_roster_to_figure import a_cohort, an_open_position, through_training
from tests.journeys.world import World, running

pytestmark = pytest.mark.slow

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = f"00-{TRACE}-00f067aa0ba902b7-01"
SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5
PERSON = {"name": "추적자(가상)", "birth_date": "1999-01-02", "phone": "010-0000-0001"}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        yield collector


@pytest.fixture
def recorder(settings: Settings, collector: Collector) -> Iterator[OtlpRecorder]:
    recorder = export_spans(settings.model_copy(update={"otlp_endpoint": collector.endpoint, "trace_share": 0.0}))
    assert isinstance(recorder, OtlpRecorder)
    yield recorder
    recorder.close()


@pytest.mark.parametrize("settings", [pytest.param("production", marks=pytest.mark.engines("postgres", "kafka"))], indirect=True)
def test_one_enrolment_is_followed_through_all_services_to_the_indicator(
    settings: Settings, collector: Collector, recorder: OtlpRecorder
) -> None:
    with running(settings) as world:
        _, cohort = a_cohort(world)
        position = an_open_position(world, seats=1)
        world.drain()
        world.http.headers["traceparent"] = CALLER
        _hire_one(world, cohort, position)
        world.drain()
        assert world.value("jobs_created")["state"] in {"ok", "running"}
    recorder.flush()
    check_the_way(collector.of_trace(TRACE), prefix=settings.topic_prefix)
    check_the_batches(collector)
    batches = [span for span in collector.spans if "messaging.batch.message_count" in span.attributes]
    assert all(TRACE in {trace for trace, _ in span.links} for span in batches)
    assert {span.trace_id for span in collector.spans if span.kind == SERVER} == {TRACE}, "no more than the share is recorded"
    sent = "".join(collector.text)
    assert not [text for text in ("추적자", "\\354\\266\\224", "1999-01-02", "0000-0001", cohort["id"]) if text in sent]


def _hire_one(world: World, cohort: Any, position: Any) -> None:
    manager = world.manager
    enrolment = manager.post("/applications", {"cohort_id": cohort["id"], "person": PERSON, "applied_on": "2026-01-10"})
    enrolment = through_training(world, enrolment)
    enrolment = manager.move("/enrolments", enrolment, "completed", "2026-10-30")
    world.drain()
    hire = {"trainee_id": enrolment["person_id"], "position_id": position["id"], "effective_on": "2026-11-01"}
    placement = manager.post("/placements", hire)
    world.as_("employer-0000000015").move("/placements", placement, "offered", "2026-11-01")


def check_the_way(spans: list[Received], *, prefix: str) -> None:
    """Every stretch of the way is there, in the caller's trace, and hangs on the one before."""
    by_id = {span.span_id: span for span in spans}
    asked = one(spans, "hustar-trainees", "POST /api/v1/applications")
    assert (asked.kind, asked.parent_id) == (SERVER, "00f067aa0ba902b7")
    assert asked.attributes["http.route"] == "/api/v1/applications"
    assert (asked.attributes["http.request.method"], asked.attributes["http.response.status_code"]) == ("POST", 201)
    stored = [span for span in spans if span.parent_id == asked.span_id and span.name == "INSERT outbox"]
    assert stored, "the outbox is written within the request"
    assert stored[0].attributes.items() >= {"db.operation.name": "INSERT", "db.collection.name": "outbox"}.items()
    assert stored[0].kind == CLIENT
    enrolment, seat = f"{prefix}.trainees.enrolment.v1", f"{prefix}.employers.seat.v1"
    for service, name, kind in (
        ("hustar-trainees", f"send {enrolment}", PRODUCER),
        ("hustar-reporting", f"process {enrolment}", CONSUMER),
    ):
        found = [span for span in spans if (span.service, span.name, span.kind) == (service, name, kind)]
        assert asked.span_id in {span.parent_id for span in found}, name
        assert all(span.attributes["messaging.destination.name"] == enrolment for span in found)
    # The placement goes through employers, who answer with an event: it goes on in the same trace, one step further down.
    reserved = [span for span in spans if (span.service, span.name) == ("hustar-reporting", f"process {seat}")]
    assert reserved
    above = by_id[reserved[0].parent_id]
    assert (above.service, above.kind) == ("hustar-employers", CONSUMER)
    assert by_id[above.parent_id].name == "POST /api/v1/placements/{placement_id}/transitions"
    assert {span.service for span in spans} >= {f"hustar-{name}" for name in SERVICES}
    value = one(spans, "hustar-reporting", "GET /api/v1/indicators/{indicator_id}/value")
    assert any(span.parent_id == value.span_id and span.name.startswith("SELECT") for span in spans)


def check_the_batches(collector: Collector) -> None:
    """What is taken in at once is a span with links to the traces of its messages, and those link back."""
    batches = [span for span in collector.spans if "messaging.batch.message_count" in span.attributes]
    assert {span.kind for span in batches} == {PRODUCER, CONSUMER}
    ids = {(span.trace_id, span.span_id) for span in batches}
    messages = [span for span in collector.of_trace(TRACE) if span.kind in {PRODUCER, CONSUMER}]
    assert messages
    assert all(set(span.links) <= ids and span.links for span in messages)
    taken_in = {span.trace_id for span in collector.spans if span.name == "INSERT arrival"}
    assert taken_in & {span.trace_id for span in batches if span.service == "hustar-reporting"}, "what the indicator is made of"


def one(spans: list[Received], service: str, name: str) -> Received:
    found = [span for span in spans if (span.service, span.name) == (service, name)]
    assert len(found) == 1, (name, sorted({span.name for span in spans}))
    return found[0]
