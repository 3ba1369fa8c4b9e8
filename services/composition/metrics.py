"""The pipeline in numbers, for Prometheus: what waits in outboxes, how far consumers are behind, what was set aside."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import structlog
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.composition.business import PATIENCE, Business
from services.composition.runtime import Runtime, ServiceRuntime, consumer_lag
from shared.clock import now
from shared.eventlog.port import TopicPartition
from shared.events.consumer import state
from shared.events.dead_letters import counts
from shared.events.recovery import count_lost
from shared.events.relay import backlog
from shared.telemetry.logs import describe

log = structlog.get_logger()
_A_MOMENT: Final = 1.0  # seconds that the log has to show one waiting record
Families = dict[str, GaugeMetricFamily]
_FAMILIES: Final[Mapping[str, tuple[str, list[str]]]] = {
    "hustar_outbox_rows": ("Events that wait in the outbox", ["service"]),
    "hustar_outbox_oldest_age_seconds": ("Age of the oldest event in the outbox", ["service"]),
    "hustar_lost_events_open": ("Events on the log that the database, restored from a backup, does not know", ["service"]),
    "hustar_dead_letters_open": ("Records set aside and not settled", ["consumer", "reason"]),
    "hustar_consumer_stopped": ("1 while a consumer has stopped itself and waits for an operator", ["consumer"]),
    "hustar_consumer_lag_records": ("Records not taken in yet", ["consumer", "topic", "partition"]),
    "hustar_consumer_lag_seconds": (
        "For how long the oldest record that was not taken in has been in the log",
        ["consumer", "topic", "partition"],
    ),
}


class Pipeline(Collector):
    """Asks the databases and the log when it is scraped. What cannot be asked is left out and logged, never shown as 0."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Registering must not ask: the process is only starting."""
        return [GaugeMetricFamily(name, text, labels=labels) for name, (text, labels) in _FAMILIES.items()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        found = {family.name: family for family in self.describe()}
        for service in self._runtime.services:
            try:
                self._database(service, found)
                self._log(service, found)
            except Exception as error:  # noqa: BLE001 - a scrape must not fail because one engine is away
                log.warning("pipeline_metrics_incomplete", service=service.definition.name, error=describe(error))
        return found.values()

    def _database(self, service: ServiceRuntime, found: Families) -> None:
        name = service.definition.name
        rows, age = backlog(service.database)
        found["hustar_outbox_rows"].add_metric([name], rows)
        found["hustar_outbox_oldest_age_seconds"].add_metric([name], age)
        with service.database.read() as session:
            found["hustar_lost_events_open"].add_metric([name], count_lost(session))
            for count in counts(session):
                found["hustar_dead_letters_open"].add_metric([count.consumer, count.reason], count.letters)
            if service.definition.handlers.aggregate_types:
                _, stopped = state(session, name)
                found["hustar_consumer_stopped"].add_metric([name], stopped is not None)

    def _log(self, service: ServiceRuntime, found: Families) -> None:
        event_log, worker = self._runtime.event_log, service.worker
        if event_log is None or worker is None or worker.consumer is None:
            return
        for partition, (position, end) in consumer_lag(service, event_log, topics=worker.consumer.topics).items():
            labels = [service.definition.name, partition.topic, str(partition.partition)]
            found["hustar_consumer_lag_records"].add_metric(labels, end - position)
            found["hustar_consumer_lag_seconds"].add_metric(labels, self._age(partition, position) if position < end else 0.0)

    def _age(self, partition: TopicPartition, position: int) -> float:
        assert self._runtime.event_log is not None
        waiting = self._runtime.event_log.read(partition, position, max_records=1, timeout=_A_MOMENT)
        return max(0.0, (now() - waiting[0].timestamp).total_seconds()) if waiting else 0.0


@contextmanager
def pipeline_metrics(runtime: Runtime) -> Iterator[None]:
    """Show the runtime's pipeline, and where it reports what it reports, at /metrics while the block runs."""
    # Of several processes those that move events tell: an API that is scaled out would ask the same again and again.
    reporting = [each.database for each in runtime.services if each.definition.name == "reporting" and runtime.event_log]
    business = list(map(Business, reporting))
    collectors: list[Collector] = [Pipeline(runtime), *business]
    for collector in collectors:
        REGISTRY.register(collector)
    try:
        yield
    finally:
        for collector in collectors:
            REGISTRY.unregister(collector)
        for each in business:
            each.wait(PATIENCE)  # it looks at a database that is closed next
