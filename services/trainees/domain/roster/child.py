"""The process that reads a stranger's file: it has nothing but the file, little memory, little time, and no way out.

It takes one line of JSON (how to read) and the file on its standard input, and writes lines of JSON: the file's kind,
then rows in batches, then the end. A file that cannot be used ends it with the reason. No end: it was stopped.
"""

import resource
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import orjson

from services.trainees.domain.roster.columns import Mapped
from services.trainees.domain.roster.persons_told import message_of
from services.trainees.domain.roster.reading import read_roster
from services.trainees.domain.roster.refusals import BrokenRoster

MEMORY: Final = 512 * 1024 * 1024
SECONDS: Final = 20
_BATCH: Final = 500


def main() -> None:
    """Read standard input, write standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source = sys.stdin.buffer
    said: dict[str, Any] = orjson.loads(source.readline())
    mapped = Mapped(said["names"], said["number_width"])
    try:
        for message in _messages(source.read(), said, mapped):
            sys.stdout.buffer.write(orjson.dumps(message) + b"\n")
    except BrokenRoster as error:
        problems = [[each.code, dict(each.params or {})] for each in error.errors]
        sys.stdout.buffer.write(orjson.dumps({"broken": problems}) + b"\n")
    sys.stdout.buffer.flush()


def _messages(content: bytes, said: dict[str, Any], mapped: Mapped) -> Iterator[dict[str, Any]]:
    reading = read_roster(content, today=date.fromisoformat(said["today"]), mapped=mapped, organisation=said.get("organisation"))
    yield {"format": reading.format, "columns": reading.columns, "delta": reading.delta}
    batch: list[Any] = []
    count = 0
    for row in reading.rows:
        batch.append(message_of(row))
        if len(batch) == _BATCH:
            count += len(batch)
            yield {"rows": batch}
            batch = []
    yield {"rows": batch}
    yield {"end": count + len(batch)}


if __name__ == "__main__":
    main()
