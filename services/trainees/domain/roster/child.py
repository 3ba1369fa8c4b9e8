"""The process that reads a stranger's file: it has nothing but the file, little memory, little time, and no way out.

It takes one line of JSON (how to read, and how long the file is) and the file on its standard input, and writes lines of
JSON: the file's kind, then rows in batches, then the end. Where it was told to ask, it says of every batch first which lines
there are with the digests of their rows, and reads only those whose places it is answered. A file that cannot be used ends
it with the reason. No end: it was stopped.
"""

import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

import orjson

from services.trainees.domain.roster.columns import Mapped
from services.trainees.domain.roster.persons_told import message_of
from services.trainees.domain.roster.reading import read_roster
from services.trainees.domain.roster.refusals import BrokenRoster
from shared.collector import settle_collector

MEMORY: Final = 512 * 1024 * 1024
SECONDS: Final = 20


def main() -> None:
    """Read standard input, write standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    settle_collector()
    said: dict[str, Any] = orjson.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read(said["size"])
    try:
        for message in _messages(content, said):
            _say(message)
    except BrokenRoster as error:
        _say({"broken": [[each.code, dict(each.params or {})] for each in error.errors]})
    sys.stdout.buffer.flush()


def _messages(content: bytes, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    mapped = Mapped(said["names"], said["number_width"])
    reading = read_roster(content, today=date.fromisoformat(said["today"]), mapped=mapped, organisation=said.get("organisation"))
    yield {"format": reading.format, "columns": reading.columns, "delta": reading.delta}
    count = 0
    for batch in reading.batches(_asked if said["ask"] else None):
        count += len(batch)
        yield {"rows": [message_of(row) for row in batch]}
    yield {"end": count}


def _asked(lines: Sequence[int], digests: Sequence[bytes]) -> Callable[[], Sequence[int]]:
    _say({"lines": lines, "digests": b"".join(digests).hex()})
    sys.stdout.buffer.flush()
    return _answer


def _answer() -> Sequence[int]:
    """Whoever asked waits until this is read: two answers, each of at most 30 kB, never fill the pipe that they come by."""
    places: list[int] = orjson.loads(sys.stdin.buffer.readline())
    return places


def _say(message: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(message) + b"\n")


if __name__ == "__main__":
    main()
