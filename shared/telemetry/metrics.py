"""Prometheus metrics of requests and events as they pass. Labels never hold identifiers: a route is a template, not a path."""

from collections import Counter as Counter_
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS: Final = Counter(
    "hustar_http_requests_total", "Requests answered, by route template and status", ["service", "method", "route", "status"]
)
DURATION: Final = Histogram(
    "hustar_http_request_duration_seconds", "Time to answer, by route template", ["service", "method", "route"], buckets=_BUCKETS
)
ACTIVE: Final = Gauge("hustar_http_active_requests", "Requests being answered now", ["service"])
LIMITED: Final = Counter("hustar_http_rate_limited_total", "Requests refused with 429", ["service"])
PUBLISHED: Final = Counter("hustar_events_published_total", "Events that left the outbox for the log", ["service", "type"])
UNPUBLISHED: Final = Counter("hustar_events_unpublished_total", "Events that the log did not take when asked", ["service"])
TAKEN_IN: Final = Counter(
    "hustar_events_taken_in_total", "Records taken from the log, by what became of them", ["consumer", "outcome"]
)
DELAY: Final = Histogram(
    "hustar_event_delay_seconds",
    "From when an event's record was stored in the log to when it was taken in",
    ["consumer"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0),
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(*, service: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. `route` is a template (`/trainees/{id}`), never a path."""
    known = known_method(method)
    _requests(service, known, route, status).inc()
    _duration(service, known, route).observe(seconds)


def known_method(method: str) -> str:
    """The method, or `other`: a caller may invent any number of them."""
    return method if method in _METHODS else "other"


@lru_cache(maxsize=2048)
def _requests(service: str, method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(service, method, route, str(status))


@lru_cache(maxsize=1024)
def _duration(service: str, method: str, route: str) -> Histogram:
    return DURATION.labels(service, method, route)


def count_published(service: str, types: Iterable[str], *, failed: int) -> None:
    """Count one batch of the relay: the types of the events that left, of which contracts know a bounded number."""
    for type_, number in Counter_(types).items():
        PUBLISHED.labels(service, type_).inc(number)
    UNPUBLISHED.labels(service).inc(failed)


def count_taken_in(consumer: str, *, applied: int, duplicates: int, set_aside: int, waiting: int, delay: float) -> None:
    """Count one batch of a consumer; `delay` is that of its oldest record."""
    for outcome, number in (("applied", applied), ("duplicate", duplicates), ("set_aside", set_aside), ("waiting", waiting)):
        TAKEN_IN.labels(consumer, outcome).inc(number)
    DELAY.labels(consumer).observe(max(0.0, delay))
