"""The event log without a broker: partitions, groups and offsets in one SQLite file, for one process on one machine."""

from shared.eventlog.embedded.log import EmbeddedLog

__all__ = ["EmbeddedLog"]
