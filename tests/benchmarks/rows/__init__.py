"""The rows of the table: importing this package registers them all, in the order in which they are shown."""

from tests.benchmarks.frame import benchmarks
from tests.benchmarks.rows import api_write, consumer, relay

__all__ = ["api_write", "benchmarks", "consumer", "relay"]
