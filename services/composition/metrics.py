"""The pipeline in numbers, for Prometheus: what waits in outboxes, how far consumers are behind, what was set aside."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.composition.runtime import Runtime, consumer_lag
from services.reporting.queries.drift import open_drifts
from shared.events.dead_letters import counts
from shared.events.relay import backlog
from shared.telemetry.logs import describe

log = structlog.get_logger()


class Pipeline(Collector):
    """Asks the databases and the log when it is scraped. What cannot be asked is left out and logged, never shown as 0."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterable[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("hustar_outbox_rows", "Events that wait in the outbox", labels=["service"])
        oldest = GaugeMetricFamily(
            "hustar_outbox_oldest_age_seconds", "Age of the oldest event in the outbox", labels=["service"]
        )
        aside = GaugeMetricFamily("hustar_dead_letters_open", "Records set aside and not settled", labels=["consumer", "reason"])
        lag = GaugeMetricFamily(
            "hustar_consumer_lag_records", "Records not taken in yet", labels=["consumer", "topic", "partition"]
        )
        drift = GaugeMetricFamily(
            "hustar_source_drift_events",
            "Events told by a source and not taken in by reporting, while they disagree",
            labels=["source"],
        )
        try:
            self._drifts(drift)
            self._fill(waiting, oldest, aside, lag)
        except Exception as error:  # noqa: BLE001 - a scrape must not fail because one engine is away
            log.warning("pipeline_metrics_incomplete", error=describe(error))
        return [waiting, oldest, aside, lag, drift]

    def _drifts(self, drift: GaugeMetricFamily) -> None:
        for service in self._runtime.services:
            if service.definition.name == "reporting":
                with service.database.read() as session:
                    for each in open_drifts(session):
                        drift.add_metric([each.source], each.told - each.taken_in)

    def _fill(
        self, waiting: GaugeMetricFamily, oldest: GaugeMetricFamily, aside: GaugeMetricFamily, lag: GaugeMetricFamily
    ) -> None:
        for service in self._runtime.services:
            rows, age = backlog(service.database)
            waiting.add_metric([service.definition.name], rows)
            oldest.add_metric([service.definition.name], age)
            with service.database.read() as session:
                for count in counts(session):
                    aside.add_metric([count.consumer, count.reason], count.letters)
        if self._runtime.event_log is None:
            return
        for worker in self._runtime.workers:
            if worker.consumer is not None:
                service = self._runtime.service(worker.service)
                behind = consumer_lag(service, self._runtime.event_log, topics=worker.consumer.topics)
                for partition, (position, end) in behind.items():
                    lag.add_metric([worker.service, partition.topic, str(partition.partition)], end - position)


@contextmanager
def pipeline_metrics(runtime: Runtime) -> Iterator[None]:
    """Show the runtime's pipeline at /metrics while the block runs."""
    pipeline = Pipeline(runtime)
    REGISTRY.register(pipeline)
    try:
        yield
    finally:
        REGISTRY.unregister(pipeline)
