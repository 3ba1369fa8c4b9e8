"""How often one client may call (draft-ietf-httpapi-ratelimit-headers-10). Counted in this process."""

from dataclasses import dataclass
from threading import Lock
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from shared.clock import now
from shared.http.refusals import RateLimited
from shared.telemetry.metrics import LIMITED

WINDOW: Final = 60
_MOST_CLIENTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests a minute, per client with a token and per address without one."""

    per_client: int = 6000
    per_address: int = 1200


class Counters(Storage):
    """The library's counters in this process's memory, without the thread that its own starts for nearly every request."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, tuple[int, float]] = {}
        self._lock = Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        instant = now().timestamp()
        with self._lock:
            count, ends = self._counts.get(key, (0, 0.0))
            if ends <= instant:
                self._sweep(instant)
                count, ends = 0, instant + expiry
            self._counts[key] = (count + amount, ends)
            return count + amount

    def _sweep(self, instant: float) -> None:
        if len(self._counts) >= _MOST_CLIENTS:
            self._counts = {key: kept for key, kept in self._counts.items() if kept[1] > instant}

    def get(self, key: str) -> int:
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        return self._counts.get(key, (0, now().timestamp()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        count = len(self._counts)
        self._counts = {}
        return count

    def clear(self, key: str) -> None:
        self._counts.pop(key, None)


class RateLimits:
    """Counts requests per client. Safe to share between threads."""

    def __init__(self, quota: Quota, *, service: str) -> None:
        self._limiter = FixedWindowRateLimiter(Counters())
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
