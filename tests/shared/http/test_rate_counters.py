"""The counters behind the rate limits: the library's contract, kept in memory."""

from concurrent.futures import ThreadPoolExecutor

import time_machine
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from shared.http.rate_limits import Counters


def test_a_window_ends_and_another_begins() -> None:
    limiter, twice = FixedWindowRateLimiter(Counters()), RateLimitItemPerMinute(2)
    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as clock:
        assert [limiter.hit(twice, "a") for _ in range(3)] == [True, True, False]
        assert limiter.hit(twice, "b")
        assert limiter.get_window_stats(twice, "a").remaining == 0
        clock.shift(61)
        assert limiter.test(twice, "a")
        assert limiter.get_window_stats(twice, "a").remaining == 2
        assert limiter.hit(twice, "a")


def test_no_request_of_many_threads_is_missed() -> None:
    counters = Counters()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: counters.incr("a", 60), range(2000)))
    assert counters.get("a") == 2000


def test_clients_who_left_are_forgotten() -> None:
    counters = Counters()
    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as clock:
        for number in range(10_000):
            counters.incr(str(number), 60)
        clock.shift(61)
        counters.incr("new", 60)
    assert counters.reset() == 1


def test_one_client_can_be_forgiven() -> None:
    counters = Counters()
    counters.incr("a", 60)
    counters.clear("a")
    assert (counters.get("a"), counters.check()) == (0, True)
