"""The business in numbers, for Prometheus: figures, goals and how fresh they are. No persons, some hundred series."""

from collections.abc import Iterable, Mapping
from threading import Lock, Thread
from time import monotonic
from typing import Final

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.reporting.commands.opening import rests_on_older
from services.reporting.domain.values import Unit
from services.reporting.indicators import current
from services.reporting.queries.drift import open_drifts, standings
from services.reporting.queries.freshness import freshness
from services.reporting.queries.goals import all_progress
from services.reporting.queries.values import question, value_of
from shared.clock import now
from shared.db import Database, ReadSession
from shared.telemetry.logs import describe

log = structlog.get_logger()
KEPT_FOR: Final = 60.0  # seconds: figures change slowly, and a scrape comes every fifteen
PATIENCE: Final = 4.0  # seconds that a scrape waits for a look: it has ten, and the pipeline needs some of them
_EASY: Final = 20  # looking may take one twentieth of the time
_QUICK: Final = (Unit.PERSONS, Unit.SEATS, Unit.PARTICIPATIONS, Unit.PERCENT)
_FAMILIES: Final[Mapping[str, tuple[str, list[str]]]] = {
    "hustar_indicator_value": ("What an indicator says today of the whole program; absent while it says nothing", ["indicator"]),
    "hustar_goal_progress_ratio": ("Share of the way from a goal's baseline to its current target", ["goal"]),
    "hustar_goal_expected_ratio": ("Share of the way that a goal should have come by today", ["goal"]),
    "hustar_source_things": ("Things that a source says it holds: enrolments, seats, placements", ["source"]),
    "hustar_source_events": ("Events that a source says it has told", ["source"]),
    "hustar_source_told_age_seconds": ("Since when a source has not told where it stands", ["source"]),
    "hustar_source_last_event_age_seconds": ("Age of the newest event that was taken in of a source", ["source"]),
    "hustar_source_stale": ("1 while a source has not been heard of for a day", ["source"]),
    "hustar_source_drift_events": (
        "Events told by a source and not taken in by reporting, while they disagree",
        ["source"],
    ),
    "hustar_reporting_projection_older": ("1 while figures rest on facts that an earlier release took in, which knew less", []),
    "hustar_reporting_rollups_waiting": ("Batches taken in that the rollups do not hold yet", []),
}


class Business(Collector):
    """Looks when it is scraped, at most once a minute; between that, and while a look takes long, it repeats itself.

    What cannot be told is left out.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mutex = Lock()
        self._kept: list[GaugeMetricFamily] = []
        self._until = 0.0
        self._looking: Thread | None = None

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Registering must not look: the process is only starting."""
        return [GaugeMetricFamily(name, text, labels=labels) for name, (text, labels) in _FAMILIES.items()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        with self._mutex:
            if monotonic() >= self._until and not self._is_looking():
                self._looking = Thread(target=self._refresh, name="business-metrics", daemon=True)
                self._looking.start()
        self.wait(PATIENCE)
        return self._kept

    def wait(self, seconds: float) -> None:
        """Until the look that is being taken is done, but no longer than that."""
        if self._looking is not None:
            self._looking.join(seconds)

    def _is_looking(self) -> bool:
        return self._looking is not None and self._looking.is_alive()

    def _refresh(self) -> None:
        began = monotonic()
        self._kept = self._look()
        self._until = began + max(KEPT_FOR, _EASY * (monotonic() - began))

    def _look(self) -> list[GaugeMetricFamily]:
        found = {family.name: family for family in self.describe()}
        for look in (_sources, _indicators, _goals):
            try:
                with self._database.read() as session:
                    look(session, found)
            except Exception as error:  # noqa: BLE001 - what one part cannot tell must not keep the others from it
                log.warning("business_metrics_incomplete", part=look.__name__, error=describe(error))
        return list(found.values())


def _sources(session: ReadSession, found: Mapping[str, GaugeMetricFamily]) -> None:
    moment = now()
    drifting = {each.source for each in open_drifts(session)}
    for standing in standings(session, moment):
        source = [standing.source]
        found["hustar_source_things"].add_metric(source, standing.things)
        found["hustar_source_events"].add_metric(source, standing.told)
        found["hustar_source_told_age_seconds"].add_metric(source, (moment - standing.told_at).total_seconds())
        if standing.last_event_at is not None:
            age = (moment - standing.last_event_at).total_seconds()
            found["hustar_source_last_event_age_seconds"].add_metric(source, age)
        found["hustar_source_stale"].add_metric(source, standing.stale)
        if standing.source in drifting:
            found["hustar_source_drift_events"].add_metric(source, standing.off_by)
    found["hustar_reporting_projection_older"].add_metric([], rests_on_older(session))
    found["hustar_reporting_rollups_waiting"].add_metric([], freshness(session).waiting)


def _indicators(session: ReadSession, found: Mapping[str, GaugeMetricFamily]) -> None:
    asked = question(session, staff=True)
    for indicator in current().values():
        value = value_of(session, indicator, asked).value if indicator.unit in _QUICK else None
        if value is not None:
            found["hustar_indicator_value"].add_metric([indicator.id], value)


def _goals(session: ReadSession, found: Mapping[str, GaugeMetricFamily]) -> None:
    for each in all_progress(session, None):
        if each.progress is not None:
            found["hustar_goal_progress_ratio"].add_metric([each.goal.id], each.progress)
        if each.expected_today is not None:
            found["hustar_goal_expected_ratio"].add_metric([each.goal.id], each.expected_today)
