"""The event log behind a port: an embedded one for one machine, Kafka for production."""

from shared.eventlog.port import EventLog
from shared.eventlog.topics import topic_for, topic_specs
from shared.settings import Settings

__all__ = ["open_log", "topic_for", "topic_specs"]


def open_log(settings: Settings, *, read_only: bool = False) -> EventLog:
    """The log that the settings name. Nobody is contacted yet: an absent broker shows when it is first used.

    The embedded log is open for writing once per machine (LogHeld says who has it); `read_only` looks at it beside that.
    """
    if settings.kafka_bootstrap_servers:
        from shared.eventlog.kafka import Brokers, KafkaLog

        return KafkaLog(Brokers.of(settings))
    from shared.eventlog.embedded import EmbeddedLog

    return EmbeddedLog(settings.data / "log.db", read_only=read_only)
