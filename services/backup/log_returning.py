"""When a restore has to bring Kafka's records back, too, and doing it."""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from services.backup.log_records import RECORDS, Sink, known_ends, lacks
from services.backup.manifest import BackupUnusable, Manifest, ends_of
from shared.db import Database
from shared.eventlog import open_log, topic_specs
from shared.eventlog.port import LogUnavailable
from shared.settings import Settings

_WITHOUT: Final = (
    "Kafka has less than when the backup was made, and the backup is without the log;"
    " to put the databases back all the same, name each of them with --service"
)


def kafka_lost(settings: Settings, manifest: Manifest) -> bool:
    """Whether Kafka has less than the backup. Raises BackupUnusable where the backup does not have it either."""
    if settings.kafka_bootstrap_servers is None or manifest.log != "kafka":
        return False
    try:
        with closing(open_log(settings)) as event_log:
            lost = lacks(event_log, ends_of(manifest.positions))
    except LogUnavailable:
        return False  # databases can be put back without it: workers compare them with the log when they start
    if lost and not any(file.name == RECORDS for file in manifest.files):
        raise BackupUnusable(_WITHOUT)
    return lost


def put_log_back(settings: Settings, folder: Path, manifest: Manifest, staged: Mapping[str, str]) -> int:
    """Bring the topics up to what the staged databases know of them, and return how many records that took."""
    from shared.eventlog.kafka.brokers import Brokers
    from shared.eventlog.kafka.restoring import Restorer  # the client takes half a second to read

    with ExitStack() as stack:
        databases = {name: stack.enter_context(closing(Database(url, service=name))) for name, url in staged.items()}
        ends = known_ends(databases, ends_of(manifest.positions), prefix=settings.topic_prefix)
        event_log = stack.enter_context(closing(open_log(settings)))
        event_log.create_topics(topic_specs(settings))
        restorer = stack.enter_context(Restorer(Brokers.of(settings)))
        return Sink(event_log, restorer.write).put_back(folder / RECORDS, ends)
