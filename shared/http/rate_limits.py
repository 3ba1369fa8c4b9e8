"""How often one client may call (draft-ietf-httpapi-ratelimit-headers-10). Counted in this process."""

from dataclasses import dataclass
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from shared.clock import now
from shared.http.refusals import RateLimited
from shared.telemetry.metrics import LIMITED

WINDOW: Final = 60


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests a minute, per client with a token and per address without one."""

    per_client: int = 6000
    per_address: int = 1200


class RateLimits:
    """Counts requests per client. Safe to share between threads."""

    def __init__(self, quota: Quota, *, service: str) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._per_client = RateLimitItemPerMinute(quota.per_client)
        self._per_address = RateLimitItemPerMinute(quota.per_address)
        self._service = service

    def client(self, name: str) -> dict[str, str]:
        """Count a request of a verified client and return the headers to answer with. Raises RateLimited."""
        return self._hit(self._per_client, f"client:{name}")

    def address(self, address: str) -> dict[str, str]:
        """Count a request of somebody unknown. Raises RateLimited."""
        return self._hit(self._per_address, f"address:{address}")

    def _hit(self, item: RateLimitItemPerMinute, key: str) -> dict[str, str]:
        allowed = self._limiter.hit(item, key)
        stats = self._limiter.get_window_stats(item, key)
        seconds = max(1, round(stats.reset_time - now().timestamp()))
        headers = {
            "RateLimit-Policy": f'"default";q={item.amount};w={WINDOW}',
            "RateLimit": f'"default";r={max(stats.remaining, 0)};t={seconds}',
        }
        if not allowed:
            LIMITED.labels(self._service).inc()
            raise RateLimited(headers={**headers, "Retry-After": str(seconds)}, seconds=seconds)
        return headers
