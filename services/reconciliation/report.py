"""The whole reconciliation: wait for rest, compare the figures, compare the events, and say what differs."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final
from uuid import UUID

from services.composition.runtime import ServiceRuntime
from services.reconciliation.figures import Truth, figures, medians
from services.reconciliation.pipeline import Finding, compare_intake, compare_versions, read_log, waiting
from services.reporting.indicators import current
from services.reporting.indicators.home import home_regions
from services.reporting.queries.ground import current_values, rollup_differences
from shared.clock import today
from shared.eventlog.port import EventLog
from shared.events.behind import given_up
from shared.events.recovery import count_lost

_TRUTH: Final = {"trainees": "ground_truth", "employers": "reconciliation", "matching": "ground_truth"}


@dataclass(slots=True)
class Reconciliation:
    """What was compared and what differs. `waiting` names what had not arrived in time: then nothing else was compared."""

    figures: int = 0
    aggregates: int = 0
    records: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not self.waiting and not self.findings


def reconcile(
    services: Sequence[ServiceRuntime], event_log: EventLog, *, prefix: str, patience: float = 30.0, events: bool = True
) -> Reconciliation:
    """Compare once everything has come to rest; `patience` is how many seconds that may take.

    Figures are compared to the unit, overall, by cohort and by field. With `events`, the whole log is read as well.
    """
    result = Reconciliation()
    deadline = time.monotonic() + patience
    while still := waiting(services, event_log, prefix):
        if time.monotonic() > deadline:
            result.waiting = still
            return result
        time.sleep(0.1)
    result.findings += _compare_figures(services, result)
    if events:
        result.findings += _compare_events(services, event_log, prefix, result)
    return result


def _compare_figures(services: Sequence[ServiceRuntime], result: Reconciliation) -> Iterator[Finding]:
    truth = _truth(services)
    expected = figures(truth)
    with _named(services, "reporting").database.read() as session:
        shown = current_values(session)
        for what, counted_so, kept in rollup_differences(session):
            yield Finding("a rollup", what, counted_so, kept)
    underived = [name for name, indicator in current().items() if not indicator.observed and name not in expected]
    if underived:
        yield Finding("indicators that nothing recomputes", "reconciliation", "none", ", ".join(underived))
    for indicator, days in medians(truth).items():
        result.figures += 1
        if shown[indicator][""].value != days:
            yield Finding("a median", indicator, days, shown[indicator][""].value)
    for indicator, by_scope in expected.items():
        values = shown[indicator]
        for scope in sorted(by_scope.keys() | values.keys()):
            result.figures += 1
            counted = by_scope.get(scope, (0, 0))
            value = values.get(scope)
            reported = (value.counts.numerator or 0, value.counts.denominator) if value is not None else (0, 0)
            if counted[0] != reported[0] or (counted[1] or 0) != (reported[1] or 0):
                yield Finding("a figure", f"{indicator} {scope}".strip(), _shown(counted), _shown(reported))


def _compare_events(
    services: Sequence[ServiceRuntime], event_log: EventLog, prefix: str, result: Reconciliation
) -> Iterator[Finding]:
    logged = read_log(event_log, prefix)
    result.records = logged.records
    held = [row for service in services for row in _held(service)]
    result.aggregates = len(held)
    gone: set[tuple[str, str]] = set()
    for service in services:
        with service.database.read() as session:
            gone.update(given_up(session).values())
            lost = count_lost(session)
        if lost:
            yield Finding("a restored database behind the log", service.definition.name, 0, lost)
    yield from compare_versions(logged, held, given_up=gone)
    for service in services:
        if service.definition.handlers.aggregate_types:
            yield from compare_intake(logged, service, prefix)


def _truth(services: Sequence[ServiceRuntime]) -> Truth:
    found = {}
    for name, module in _TRUTH.items():
        ground_truth = import_module(f"services.{name}.queries.{module}").ground_truth
        with _named(services, name).database.read() as session:
            found[name] = list(ground_truth(session))
    return Truth(
        enrolments=found["trainees"],
        cohorts=_read(services, "trainees", "cohorts_as_they_stand"),
        placements=found["matching"],
        follow_ups=_read(services, "matching", "follow_ups_as_they_stand"),
        seats=found["employers"],
        today=today(),
        home=home_regions(),
    )


def _read(services: Sequence[ServiceRuntime], name: str, what: str) -> list[Any]:
    read = getattr(import_module(f"services.{name}.queries.{_TRUTH[name]}"), what)
    with _named(services, name).database.read() as session:
        return list(read(session))


def _held(service: ServiceRuntime) -> list[tuple[str, UUID, int]]:
    name = service.definition.name
    if name not in _TRUTH:
        return []
    versions = import_module(f"services.{name}.queries.{_TRUTH[name]}").aggregate_versions
    with service.database.read() as session:
        return list(versions(session))


def _named(services: Sequence[ServiceRuntime], name: str) -> ServiceRuntime:
    return next(service for service in services if service.definition.name == name)


def _shown(figure: tuple[int, int | None]) -> str:
    return str(figure[0]) if figure[1] is None else f"{figure[0]}/{figure[1]}"
