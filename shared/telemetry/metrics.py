"""Prometheus metrics of the HTTP side: rate, errors and duration per route template. Labels never hold identifiers."""

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
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(*, service: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. `route` is a template (`/trainees/{id}`), never a path."""
    known = method if method in _METHODS else "other"
    _requests(service, known, route, status).inc()
    _duration(service, known, route).observe(seconds)


@lru_cache(maxsize=2048)
def _requests(service: str, method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(service, method, route, str(status))


@lru_cache(maxsize=1024)
def _duration(service: str, method: str, route: str) -> Histogram:
    return DURATION.labels(service, method, route)
