"""A story full of personal data: none of it reaches a log, a metric, a trace, an event or a dead letter.

The same story gives a scrape of the product as it runs: what dashboards and alerts ask for is all there.
"""

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from sqlalchemy import insert, select

from services.composition.metrics import pipeline_metrics
from services.reporting.tables import DRIFT
from shared import clock
from shared.eventlog.port import Message, TopicPartition
from shared.eventlog.topics import topic_for
from shared.events.tables import dead_letter
from shared.settings import load_settings
from shared.telemetry.logs import configure_logging
from shared.telemetry.metrics import LIMITED
from shared.telemetry.otlp import export_spans
from shared.telemetry.otlp_logs import OtlpLogs
from tests.infra.promql import DASHBOARDS, dashboard_queries, rules, scraped, selectors, with_recorded
from tests.journeys.collector import Collector, collecting
from tests.journeys.test_from_roster_to_figure import a_cohort, an_open_position, through_training
from tests.journeys.test_the_process import free_port
from tests.journeys.test_traces import CALLER, TRACE, check_the_batches, check_the_way
from tests.journeys.world import World, running

pytestmark = pytest.mark.slow

CANARIES = ("카나리아", "Kanarienvogel", "010-9753-8642", "01097538642", "1991-07-13", "kanari@example.org", "910713")
PERSON = {"name": "카나리아(가상)", "birth_date": "1991-07-13", "phone": "010-9753-8642", "email": "kanari@example.org"}
ROSTER = """student_no,name,birth_date,phone,email,applied_on
Kanarienvogel,카나리아둘(가상),1991-07-13,010-9753-8642,kanari@example.org,2026-01-10
K2,카나리아셋(가상),카나리아,010-9753-8642,kanari@example.org,910713
"""


@dataclass(frozen=True, slots=True)
class Traces:
    """What the story left behind, wherever operators or other services look."""

    logs: str
    metrics: str
    collector: Collector
    events: str
    letters: str

    @property
    def spans(self) -> str:
        return "".join(self.collector.text)

    @property
    def copies(self) -> str:
        return "\n".join(line.body for line in self.collector.lines)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traces]:
    settings = load_settings(data=tmp_path_factory.mktemp("named") / "var", port=free_port(), demo=False, trace_share=1.0)
    root = logging.getLogger()
    handlers, level, stream = root.handlers, root.level, io.StringIO()
    with collecting() as collector, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        configure_logging(level="DEBUG", stream=stream)
        recorder, copies = export_spans(settings), OtlpLogs(settings, service="hustar")
        try:
            with running(settings) as world, pipeline_metrics(world.runtime):
                tell(world)
                metrics = scrape(world)
                events, letters = stored(world)
        finally:
            copies.close()
            recorder.close()
            structlog.reset_defaults()
            root.handlers, root.level = handlers, level
        yield Traces(stream.getvalue(), metrics, collector, events, letters)


def scrape(world: World) -> str:
    """What /metrics says once the first look at the business is done: on a busy machine a scrape does not wait for it."""
    scrapes = (world.http.get("/metrics").text for _ in range(20))
    return next(metrics for metrics in scrapes if "hustar_goal_progress_ratio{" in metrics)


def tell(world: World) -> None:
    university, cohort = a_cohort(world)
    manager = world.manager
    world.http.headers["traceparent"] = CALLER
    enrolment = manager.post("/applications", {"cohort_id": cohort["id"], "person": PERSON, "applied_on": "2026-01-10"})
    del world.http.headers["traceparent"]
    path = f"/universities/{university['id']}/roster-syncs"
    world.as_("university-knu").upload(path, ROSTER.encode(), cohort_id=cohort["id"])
    mistakes(world, cohort)
    position = an_open_position(world, seats=1)
    enrolment = manager.move("/enrolments", through_training(world, enrolment), "completed", "2026-10-30")
    world.drain()
    world.http.headers["traceparent"] = CALLER
    hire = {"trainee_id": enrolment["person_id"], "position_id": position["id"], "effective_on": "2026-11-01"}
    placement = manager.post("/placements", hire)
    world.as_("employer-0000000015").move("/placements", placement, "offered", "2026-11-01")
    world.drain()
    assert world.value("jobs_created")["state"] in {"ok", "running"}
    del world.http.headers["traceparent"]
    what_is_rare(world)


def mistakes(world: World, cohort: Any) -> None:
    """Personal data where it does not belong."""
    broken = {"cohort_id": cohort["id"], "person": {**PERSON, "birth_date": "카나리아", "Kanarienvogel": "910713"}}
    world.manager.post("/applications", broken, expect=422)
    world.manager.get("/enrolments", expect=422, cohort_id="카나리아")
    world.manager.get("/persons/kanari@example.org", expect=422)
    world.http.get("/카나리아/010-9753-8642", params={"name": "Kanarienvogel"})
    world.http.get("/api/v1/enrolments", headers={"Authorization": "Bearer kanari@example.org", "User-Agent": "Kanarienvogel"})
    world.http.post("/oauth/token", data={"grant_type": "client_credentials", "client_id": "kanari@example.org"})
    world.manager.post("/persons/search", {"name": PERSON["name"], "birth_date": PERSON["birth_date"]}, expect=200)


def what_is_rare(world: World) -> None:
    """What a dashboard shows only when something is wrong: a record that is no event, a source that disagrees, a refusal."""
    runtime = world.runtime
    assert runtime.event_log is not None
    producer = runtime.event_log.producer()
    topic = topic_for(runtime.settings.topic_prefix, "trainees.enrolment")
    producer.publish([Message(topic, b"somebody", b"{}")])
    producer.close()
    LIMITED.labels("trainees").inc()
    for service in runtime.services:
        for chore in service.definition.often:
            chore(service.database)
    world.drain()
    drift = {"source": "trainees.enrolment", "told": 3, "taken_in": 2, "found_at": clock.now(), "seen_at": clock.now()}
    runtime.service("reporting").database.run(lambda session: session.execute(insert(DRIFT).values(drift)))


def stored(world: World) -> tuple[str, str]:
    """Everything in the log and in the tables of dead letters."""
    log = world.runtime.event_log
    assert log is not None
    records = [
        record
        for topic, partitions in log.topics().items()
        for number in range(partitions)
        for record in log.read(TopicPartition(topic, number), 0, max_records=2000)
    ]
    assert len(records) > 20
    letters: list[str] = []
    for service in world.runtime.services:
        with service.database.read() as session:
            letters += [str(tuple(row)) for row in session.execute(select(dead_letter))]
    assert letters
    events = [f"{record.key!r} {record.headers} {(record.value or b'').decode()}" for record in records]
    return "\n".join(events), "\n".join(letters)


@pytest.mark.parametrize("where", ["logs", "copies", "metrics", "spans", "events", "letters"])
def test_personal_data_reaches_none_of(where: str, left: Traces) -> None:
    text: str = getattr(left, where)
    assert len(text) > 100
    forms = [form for canary in CANARIES for form in (canary, ascii(canary)[1:-1], "".join(_octal(canary)))]
    found = {form: next(line for line in text.splitlines() if form in line)[:300] for form in forms if form in text}
    assert found == {}


def test_one_enrolment_is_followed_through_all_services_to_the_indicator(left: Traces) -> None:
    check_the_way(left.collector.of_trace(TRACE), prefix="hustar")
    check_the_batches(left.collector)


def test_log_lines_and_spans_bear_the_same_traces(left: Traces) -> None:
    lines = [line for line in left.logs.splitlines() if '"event":"request"' in line]
    assert len(lines) > 20
    assert all('"trace_id":"' in line for line in lines)
    assert len(left.collector.spans) > len(lines)
    requests = [line for line in left.collector.lines if '"event":"request"' in line.body]
    assert len(requests) == len(lines), "the collector is told every line"
    assert all(f'"trace_id":"{line.trace_id}"' in line.body for line in requests)
    assert {line.severity for line in left.collector.lines} >= {"info"}


def test_dashboards_and_alerts_ask_for_what_the_product_tells(left: Traces) -> None:
    known = with_recorded(scraped(left.metrics))
    asked = [("rules", rule.get("alert") or rule["record"], rule["expr"]) for rule in rules()]
    asked += [(path.name, title, expression) for path in DASHBOARDS for title, expression in dashboard_queries(path)]
    wrong = [
        f"{file}, {title}: {metric} {sorted(labels - known.get(metric, set()))}"
        for file, title, expression in asked
        for metric, labels in selectors(expression)
        if metric not in known or not labels <= known[metric]
    ]
    assert wrong == []


def test_no_series_names_a_thing(left: Traces) -> None:
    """A label never holds an id: there are as many series as there are routes, topics, goals, not as there are persons."""
    ours = [line for line in left.metrics.splitlines() if line.startswith("hustar_")]
    assert len(ours) > 100
    assert len(ours) < 20_000, "what tests before it told in this process counts, too"
    assert [line for line in ours if "/0" in line or "-7" in line.split("{")[-1].split("}")[0]] == []


def _octal(text: str) -> Iterator[str]:
    """As protobuf writes text that is not ASCII."""
    for byte in text.encode():
        yield chr(byte) if byte < 128 else f"\\{byte:o}"
