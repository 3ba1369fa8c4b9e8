"""What Kafka holds, as a file of a backup: every record of the product's topics in order, and putting them back where they were.

A record that is put back gets the offset that it had, because topics begin empty and each partition is written in order.
So what databases know of the log (their own positions, those of their consumers) holds again.
"""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from services.backup.manifest import BackupUnusable
from shared.db import Database
from shared.eventlog.errors import OffsetOutOfRange
from shared.eventlog.port import EventLog, Record, TopicPartition
from shared.events.tables import consumer_offset, own_position

RECORDS: Final = "log.jsonl.gz"
_AT_ONCE: Final = 1000

Ends = Mapping[TopicPartition, int]


def copy_records(event_log: EventLog, ends: Ends, target: Path) -> None:
    """Write every record before `ends` to `target`. Raises BackupUnusable where the log no longer has all of them."""
    with gzip.open(target, "wt", compresslevel=3, encoding="utf-8") as file:
        for partition, end in sorted(ends.items()):
            for record in _records(event_log, partition, end):
                file.write(json.dumps(_written(record), separators=(",", ":")) + "\n")
    target.chmod(0o600)


def check_records(file: Path, positions: Mapping[str, Mapping[str, int]]) -> None:
    """Raise BackupUnusable unless the file can be read to its end and has all that the manifest says."""
    found: dict[str, dict[str, int]] = {topic: dict.fromkeys(parts, 0) for topic, parts in positions.items()}
    try:
        for (topic, number), records in groupby(_read(file), key=lambda each: (each["topic"], each["partition"])):
            found.setdefault(topic, {})[str(number)] = sum(1 for _ in records)
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise BackupUnusable(f"{file.name} is damaged: {type(error).__name__}") from None
    if found != {topic: dict(parts) for topic, parts in positions.items()}:
        raise BackupUnusable(f"{file.name} does not have the records that the manifest says")


def known_ends(staged: Mapping[str, Database], written: Ends, *, prefix: str) -> Ends:
    """How far the log has to reach for these databases to agree with it: no further, or they would lack what is there.

    They were dumped one after the other, and the log after them. What none of them knows of is told again by an outbox,
    or was made after its database was dumped and is no more in this backup than what is made a moment later.
    """
    ends: dict[TopicPartition, int] = {}
    for name, database in staged.items():
        with database.read() as session:
            told = {(row.topic, row.partition): row.next_offset for row in session.execute(select(own_position))}
            taken = session.execute(select(consumer_offset.c.topic, consumer_offset.c.partition, consumer_offset.c.next_offset))
            for topic, partition, offset in taken:
                at = TopicPartition(topic, partition)
                ends[at] = max(ends.get(at, 0), offset)
        for at, end in written.items():
            if at.topic.startswith(f"{prefix}.{name}."):
                ends[at] = max(ends.get(at, 0), told.get(at, 0) if told else end)
    return {at: min(end, ends.get(at, end)) for at, end in written.items()}


def lacks(event_log: EventLog, ends: Ends) -> bool:
    """Whether the log is shorter than that anywhere: it is another cluster, or its topics were made anew."""
    there = event_log.topics()
    found = event_log.end_offsets([topic for topic in {at.topic for at in ends} if topic in there])
    return any(found.get(at, 0) < end for at, end in ends.items())


class Sink:
    """Where records are put back: the log, and what writes to a partition that is named."""

    def __init__(self, event_log: EventLog, write: Callable[[TopicPartition, Sequence[Record]], None]) -> None:
        self._log = event_log
        self._write = write

    def put_back(self, file: Path, ends: Ends) -> int:
        """Write what the log lacks of the file before `ends`, and return how many records that are. May be done again.

        Raises BackupUnusable when a topic holds something else.
        """
        there = dict(self._log.end_offsets(sorted({at.topic for at in ends})))
        written = 0
        for at, lines in groupby(_read(file), key=lambda each: TopicPartition(each["topic"], each["partition"])):
            missing = self._missing(at, lines, there.get(at, 0), ends.get(at, 0))
            while batch := list(islice(missing, _AT_ONCE)):
                self._write(at, batch)
                written += len(batch)
        return written

    def _missing(self, at: TopicPartition, lines: Iterator[dict[str, Any]], there: int, end: int) -> Iterator[Record]:
        for line in lines:
            record = _record(line)
            if record.offset == there - 1:
                (present, *_) = self._log.read(at, record.offset, max_records=1)
                if (present.key, present.value, present.headers) != (record.key, record.value, record.headers):
                    raise BackupUnusable(
                        f"{at.topic} holds other records than the backup: delete the topics, or restore elsewhere"
                    )
            if there <= record.offset < end:
                yield record


def _records(event_log: EventLog, partition: TopicPartition, end: int) -> Iterator[Record]:
    position = 0
    while position < end:
        try:
            records = event_log.read(partition, position, max_records=_AT_ONCE)
        except OffsetOutOfRange:
            raise _incomplete(partition) from None
        for record in records:
            if record.offset >= end:
                return
            if record.offset != position:
                raise _incomplete(partition)
            position += 1
            yield record
        if not records:
            raise _incomplete(partition)


def _incomplete(partition: TopicPartition) -> BackupUnusable:
    where = f"{partition.topic}/{partition.partition}"
    return BackupUnusable(f"{where} does not have all of its records; back up --without-log and see who deletes them")


def _read(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _written(record: Record) -> dict[str, Any]:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "at": record.timestamp.isoformat(),
        "key": _text(record.key),
        "value": _text(record.value),
        "headers": [[name, _text(value)] for name, value in record.headers],
    }


def _record(line: Mapping[str, Any]) -> Record:
    headers = tuple((name, _bytes(value) or b"") for name, value in line["headers"])
    at = datetime.fromisoformat(line["at"])
    place = (line["topic"], line["partition"], line["offset"])
    return Record(*place, _bytes(line["key"]), _bytes(line["value"]), headers, at)


def _text(content: bytes | None) -> str | None:
    return None if content is None else b64encode(content).decode()


def _bytes(content: str | None) -> bytes | None:
    return None if content is None else b64decode(content)
