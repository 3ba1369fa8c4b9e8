"""Has a file read by a process of its own, with limits of memory and time, and takes the rows as they come."""

import fcntl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from threading import Thread, Timer
from typing import IO, Any, Final, Protocol

import orjson

import services
from services.trainees.domain.roster.columns import Mapped
from services.trainees.domain.roster.formats import RosterFormat
from services.trainees.domain.roster.persons_told import row_of
from services.trainees.domain.roster.reading import Chosen
from services.trainees.domain.roster.refusals import FILE_MESSAGES, BrokenRoster, broken
from services.trainees.domain.roster.rows import Refused, RosterRow
from shared.errors import FieldError

_WALL_SECONDS: Final = 60.0
_DIGEST: Final = 32
_PIPE: Final = 1024 * 1024
_LONGEST_MESSAGE: Final = 16 * 1024 * 1024
_CODE: Final = str(Path(services.__file__).parents[1])


class Started:
    """The file is being looked at: what else has to be found out meanwhile costs nothing now."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a file turned out to be, before its rows come."""

    format: RosterFormat
    columns: tuple[str, ...]
    delta: bool | None


class Reader(Protocol):
    """Takes a file apart: what it is, then its rows in batches, without those that `chosen` leaves out. Raises BrokenRoster.

    A reader that has to be waited for says first that it has started.
    """

    def __call__(
        self, content: bytes, *, today: date, mapped: Mapped, organisation: str | None, chosen: Chosen | None = None
    ) -> Iterator[Started | Begun | list[RosterRow | Refused]]: ...


def read_apart(
    content: bytes, *, today: date, mapped: Mapped, organisation: str | None, chosen: Chosen | None = None
) -> Iterator[Started | Begun | list[RosterRow | Refused]]:
    """What the file is, then its rows in batches. Raises BrokenRoster, also for a file that used up its memory or time."""
    said = {
        "today": today.isoformat(), "names": dict(mapped.names), "number_width": mapped.number_width,
        "organisation": organisation, "size": len(content), "ask": chosen is not None,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-s", "-m", "services.trainees.domain.roster.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what a crash would print may hold what stands in the file
        env={"PYTHONPATH": _CODE, "LC_ALL": "C.UTF-8"},
        cwd="/",
        close_fds=True,
    )
    _widen(process.stdout)
    clock = Timer(_WALL_SECONDS, process.kill)
    clock.daemon = True
    clock.start()
    assert process.stdin is not None
    assert process.stdout is not None
    feeding = Thread(target=_feed, args=(process.stdin, orjson.dumps(said) + b"\n", content), daemon=True)
    feeding.start()
    try:
        yield Started()
        yield from _messages(process.stdout, partial(_answered, process.stdin, feeding, chosen))
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        feeding.join()
        with suppress(OSError):
            process.stdin.close()
        process.stdout.close()


def _widen(pipe: IO[bytes] | None) -> None:
    """Let the child go on with the next rows while nobody reads yet, where the system allows it."""
    if pipe is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _feed(pipe: IO[bytes], *parts: bytes) -> None:
    # A child that stopped reading is noticed by its missing end.
    with suppress(OSError):
        for part in parts:
            pipe.write(part)
        pipe.flush()


def _answered(pipe: IO[bytes], feeding: Thread, chosen: Chosen | None, message: dict[str, Any]) -> None:
    """Tell the child which rows to read."""
    digests = bytes.fromhex(message["digests"])
    each = [digests[start : start + _DIGEST] for start in range(0, len(digests), _DIGEST)]
    if chosen is None or len(each) != len(message["lines"]):
        raise broken("unreadable_in_time")
    feeding.join()
    _feed(pipe, orjson.dumps(chosen(message["lines"], each)) + b"\n")


def _messages(pipe: IO[bytes], answered: Callable[[dict[str, Any]], None]) -> Iterator[Begun | list[RosterRow | Refused]]:
    count = 0
    while line := pipe.readline(_LONGEST_MESSAGE):
        try:
            message: dict[str, Any] = orjson.loads(line)
        except orjson.JSONDecodeError:
            break
        if "rows" in message:
            rows = [row_of(each) for each in message["rows"]]
            count += len(rows)
            yield rows
        elif "digests" in message:
            answered(message)
        elif "format" in message:
            yield Begun(RosterFormat(message["format"]), tuple(message["columns"]), message["delta"])
        elif "broken" in message:
            raise BrokenRoster(*[FieldError("", code, FILE_MESSAGES[code], params) for code, params in message["broken"]])
        elif message.get("end") == count:
            return
    raise broken("unreadable_in_time")
