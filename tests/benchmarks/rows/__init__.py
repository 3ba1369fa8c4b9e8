"""The rows of the table: importing this package registers them all, in the order in which they are shown."""

from importlib import import_module

from tests.benchmarks.frame import benchmarks

__all__ = ["benchmarks"]

_ROWS = (
    "relay",
    "consumer",
    "workers",
    "api_write",
    "position_search",
    "cold_start",
    "roster",
    "roster_meanwhile",
    "matching",
    "matching_growth",
    "recommendations",
    "figures",
    "pages",
)

for _name in _ROWS:
    import_module(f"{__name__}.{_name}")
